"""Copies of packages within one server: no bytes of them pass through this machine."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from conda_sluice.effects.s3.objects import Found, Objects, headers_of
from conda_sluice.effects.s3.refusals import AbsentError, SupersededError, UnsupportedError
from conda_sluice.index.patches import Instructions
from conda_sluice.index.repodata import Entry
from conda_sluice.model.package import PackageRecord
from conda_sluice.model.refusals import missing_file, wrong_file
from conda_sluice.stores.s3.proving import is_that, lies_there

WHOLE = 5 << 30
"""Bytes up to which S3 copies an object in one request."""

_PART = 1 << 30


@dataclass(frozen=True, slots=True)
class Copy:
    """A package on its way from another channel of the server; implements `Incoming`."""

    source: Objects
    record: PackageRecord
    entry: Entry
    patches: Instructions = field(default_factory=Instructions)


def copy(objects: Objects, item: Copy, *, whole: int = WHOLE) -> None:
    """Copy a package within the server.

    Raise DamagedError where it is not what its record says, ConflictError where another lies at
    its new place.
    """
    path, record = item.record.path, item.record
    there = item.source.find(path)
    if there is None:
        raise missing_file(item.source.where(path))
    if not is_that(item.source, record, there):
        raise wrong_file("", record.sha256, item.source.where(path))
    if lies_there(objects, record):
        return
    try:
        tag = _copy(objects, item, there, whole)
    except (SupersededError, AbsentError) as error:
        raise wrong_file("", record.sha256, item.source.where(path)) from error
    if tag != there.etag:
        # The source changed meanwhile, or the server names the same bytes otherwise.
        found = objects.find(path)
        if found is None or not is_that(objects, record, found):
            objects.delete(path)
            raise wrong_file("", record.sha256, item.source.where(path))


def _copy(objects: Objects, item: Copy, there: Found, whole: int) -> str:
    """Copy an object and return its new tag, "" where it is not told."""
    if there.size > whole:
        try:
            _copy_parts(objects, item, there)
        except UnsupportedError:
            pass  # such a server knows no limit for a copy in one request either
        else:
            return ""
    return _copy_whole(objects, item, there)


def _copy_whole(objects: Objects, item: Copy, there: Found) -> str:
    answer = objects.call(
        "copy_object",
        item.record.path,
        CopySource=_source(item),
        CopySourceIfMatch=there.etag,
        MetadataDirective="REPLACE",
        **_described(item, there),
    )
    return str(answer["CopyObjectResult"]["ETag"])


def _copy_parts(objects: Objects, item: Copy, there: Found) -> None:
    path = item.record.path
    started = objects.call("create_multipart_upload", path, **_described(item, there))
    number = {"UploadId": started["UploadId"]}
    try:
        parts: list[dict[str, Any]] = []
        for part in _ranges(there.size):
            answer = objects.call(
                "upload_part_copy",
                path,
                PartNumber=len(parts) + 1,
                CopySource=_source(item),
                CopySourceIfMatch=there.etag,
                CopySourceRange=part,
                **number,
            )
            parts.append({"PartNumber": len(parts) + 1, "ETag": _tag_of_part(answer, path)})
        objects.call("complete_multipart_upload", path, MultipartUpload={"Parts": parts}, **number)
    except BaseException:
        objects.abandon(path, started["UploadId"])
        raise


def _tag_of_part(answer: Mapping[str, Any], path: str) -> str:
    """Return the tag of a copied part; rclone makes a part of it and does not tell its tag."""
    tag = answer.get("CopyPartResult", {}).get("ETag")
    if tag is None:
        raise UnsupportedError(path)
    return str(tag)


def _ranges(size: int) -> Iterator[str]:
    for start in range(0, size, _PART):
        yield f"bytes={start}-{min(start + _PART, size) - 1}"


def _source(item: Copy) -> dict[str, str]:
    return {"Bucket": item.source.bucket, "Key": item.source.key(item.record.path)}


def _described(item: Copy, there: Found) -> dict[str, Any]:
    """Return what is written with the copy: its sha256 where that is not known by md5 alone."""
    told = {"sha256": item.record.sha256} if not there.md5 or there.sha256 else {}
    return {**headers_of(item.record.path), "Metadata": told}
