"""Package files on their way into a bucket: what is sent is what was hashed, and never replaced."""

import base64
import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from conda_sluice.effects.s3.objects import Objects, headers_of, md5_of
from conda_sluice.effects.s3.refusals import AbsentError, SupersededError
from conda_sluice.errors import DamagedError
from conda_sluice.index.patches import Instructions
from conda_sluice.index.repodata import Entry
from conda_sluice.model.package import PackageRecord
from conda_sluice.model.refusals import wrong_file
from conda_sluice.stores.s3.proving import is_that, lies_there

PART = 16 << 20
"""Bytes of a part; a file up to that size is sent as a whole, and held in memory meanwhile."""

_MOST_PARTS = 10_000


@dataclass(frozen=True, slots=True)
class Upload:
    """A package file on its way into a channel; implements `Incoming`."""

    source: Path
    record: PackageRecord
    entry: Entry
    patches: Instructions = field(default_factory=Instructions)


def upload(objects: Objects, item: Upload, *, part: int = PART) -> None:
    """Bring a package file under its name.

    Raise DamagedError where the file is not what its record says, ConflictError where another
    lies there.
    """
    honours = objects.server.honours_conditions.get(objects.bucket, False)
    size = item.source.stat().st_size
    if (not honours or size > part) and lies_there(objects, item.record):
        return
    condition = {"IfNoneMatch": "*"} if honours else {}
    try:
        if size > part:
            _send_parts(objects, item, max(part, -(-size // _MOST_PARTS)), condition)
        else:
            _send_whole(objects, item, condition)
    except SupersededError:
        # Somebody else was quicker, or the answer to our own request was lost.
        if not lies_there(objects, item.record):
            raise


def _send_whole(objects: Objects, item: Upload, condition: dict[str, str]) -> None:
    data = item.source.read_bytes()
    _refuse_changed(item, hashlib.sha256(data).hexdigest(), len(data))
    md5 = md5_of(data)
    answer = objects.call(
        "put_object",
        item.record.path,
        Body=data,
        ContentMD5=base64.b64encode(md5.digest()).decode(),
        **_described(item.record),
        **condition,
    )
    _check(objects, item.record, str(answer["ETag"]), md5.hexdigest())


def _send_parts(objects: Objects, item: Upload, size: int, condition: dict[str, str]) -> None:
    path = item.record.path
    started = objects.call("create_multipart_upload", path, **_described(item.record))
    number = {"UploadId": started["UploadId"]}
    try:
        parts, tag = _send_each(objects, item, size, number)
        try:
            answer = objects.call(
                "complete_multipart_upload",
                path,
                MultipartUpload={"Parts": parts},
                **number,
                **condition,
            )
        except AbsentError:
            # Completed already by a request whose answer was lost.
            if not lies_there(objects, item.record):
                raise
            return
    except BaseException:
        objects.abandon(path, started["UploadId"])
        raise
    _check(objects, item.record, str(answer["ETag"]), tag)


def _send_each(
    objects: Objects, item: Upload, size: int, number: dict[str, str]
) -> tuple[list[dict[str, Any]], str]:
    """Send all parts; return them as S3 wants them named, and the tag of the whole."""
    sha256, total = hashlib.sha256(), 0
    parts: list[dict[str, Any]] = []
    digests = b""
    with item.source.open("rb") as file:
        while data := file.read(size):
            sha256.update(data)
            total += len(data)
            md5 = md5_of(data).digest()
            digests += md5
            answer = objects.call(
                "upload_part",
                item.record.path,
                PartNumber=len(parts) + 1,
                Body=data,
                ContentMD5=base64.b64encode(md5).decode(),
                **number,
            )
            parts.append({"PartNumber": len(parts) + 1, "ETag": answer["ETag"]})
    _refuse_changed(item, sha256.hexdigest(), total)
    return parts, f"{md5_of(digests).hexdigest()}-{len(parts)}"


def _described(record: PackageRecord) -> dict[str, Any]:
    return {**headers_of(record.path), "Metadata": {"sha256": record.sha256}}


def _refuse_changed(item: Upload, sha256: str, size: int) -> None:
    if sha256 != item.record.sha256 or size != (item.record.size or size):
        raise wrong_file(sha256, item.record.sha256, str(item.source))


def _check(objects: Objects, record: PackageRecord, etag: str, tag: str) -> None:
    """Look again at what was sent where the server's answer does not prove that it came whole."""
    if etag.strip('"') == tag:
        return
    found = objects.find(record.path)
    if found is None or not is_that(objects, record, found):
        raise DamagedError(
            "was sent whole, and what came is something else",
            objects.where(record.path),
            "run the command again; if it happens again, the server loses data",
        )
