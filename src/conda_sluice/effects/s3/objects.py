"""The objects below one prefix of a bucket, by their paths within it."""

import base64
import hashlib
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from conda_sluice.effects.s3.refusals import (
    AbsentError,
    UnmodifiedError,
    UnsupportedError,
    refusals,
)
from conda_sluice.effects.s3.server import S3Server
from conda_sluice.errors import StoreError, UsageError
from conda_sluice.model.package import EXTENSIONS

_MD5_DIGITS = 32
_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_FIRST = "no-cache"
_SHARDS = "/shards/"
"""Where objects lie that are named after their content (CEP 16)."""


@dataclass(frozen=True, slots=True)
class Version:
    """The bytes of an object, and what names this version of it."""

    data: bytes
    etag: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a server says of an object without sending it.

    `sha256` is what its writer said, "" where nothing; `md5` is what the server made of its bytes,
    "" where its tag is something else.
    """

    etag: str
    size: int
    sha256: str = ""
    md5: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """An object in a listing, and how many seconds ago it was written, by the server's clock."""

    path: str
    age: float


class Objects:
    """The objects of a channel."""

    def __init__(self, url: str, server: S3Server) -> None:
        parts = urlsplit(url)
        if parts.scheme != "s3" or not parts.netloc:
            raise UsageError("names no bucket", url, "write s3://bucket/path")
        self.url = url
        self.bucket = parts.netloc
        self.server = server
        self._prefix = "".join(f"{step}/" for step in unquote(parts.path).split("/") if step)

    def key(self, path: str) -> str:
        """Return the key of an object in the bucket."""
        return f"{self._prefix}{path}"

    def where(self, path: str) -> str:
        """Return the URL of an object."""
        return f"{self.url}/{path}"

    def call(self, operation: str, path: str, **parameters: object) -> Any:
        """Ask for something about one object; raise as `refusals` does."""
        client = self.server.client
        with refusals(self.where(path)):
            method = getattr(client, operation)
            return method(Bucket=self.bucket, Key=self.key(path), **parameters)

    def read(self, path: str, known: Version | None = None) -> Version | None:
        """Return an object whole, None where there is none; `known` is not sent again."""
        condition = {"IfNoneMatch": known.etag} if known is not None else {}
        failed = 0
        while True:
            try:
                answer = self.call("get_object", path, **condition)
            except UnmodifiedError:
                return known
            except AbsentError:
                return None
            try:
                with refusals(self.where(path)):
                    return Version(answer["Body"].read(), answer["ETag"])
            except StoreError:  # it broke off; botocore asks again only until a body begins
                failed += 1
                wait = self.server.patience.wait_after(failed)
                if wait is None:
                    raise
            time.sleep(wait)

    def find(self, path: str) -> Found | None:
        """Return what the server says of an object, None where there is none."""
        try:
            return found_in(self.call("head_object", path))
        except AbsentError:
            return None

    def write(self, path: str, data: bytes, **more: object) -> str:
        """Write a small object and return its ETag; raise SupersededError on a failed condition."""
        answer = self.call(
            "put_object",
            path,
            Body=data,
            ContentMD5=base64.b64encode(md5_of(data).digest()).decode(),
            **headers_of(path),
            **more,
        )
        return str(answer["ETag"])

    def delete(self, path: str) -> None:
        """Delete an object; one that is not there is no error."""
        try:
            self.call("delete_object", path)
        except AbsentError:
            return

    def abandon(self, path: str, upload: str) -> None:
        """Give up an upload in parts; one that stays is swept by the next writer."""
        with suppress(AbsentError, StoreError, UnsupportedError):
            self.call("abort_multipart_upload", path, UploadId=upload)

    def unfinished(self) -> Iterator[tuple[str, str]]:
        """Yield the uploads in parts that were begun and not completed: path and number."""
        with suppress(AbsentError, UnsupportedError), refusals(self.url):
            pages = self.server.client.get_paginator("list_multipart_uploads").paginate(
                Bucket=self.bucket, Prefix=self.key("")
            )
            for page in pages:
                for one in page.get("Uploads", []):
                    yield str(one["Key"]).removeprefix(self._prefix), str(one["UploadId"])

    def list(self, start: str = "") -> Iterator[Listed]:
        """Yield the objects whose paths start so, sorted."""
        for page in self._pages(start):
            now = _date_of(page)
            for one in page.get("Contents", []):
                modified = one["LastModified"]
                age = (now - modified).total_seconds() if now is not None else 0.0
                yield Listed(str(one["Key"]).removeprefix(self._prefix), age)

    def folders(self) -> Iterator[str]:
        """Yield the names of the folders right below the prefix."""
        for page in self._pages("", Delimiter="/"):
            for one in page.get("CommonPrefixes", []):
                yield str(one["Prefix"]).removeprefix(self._prefix).rstrip("/")

    def _pages(self, start: str, **more: str) -> Iterator[dict[str, Any]]:
        client = self.server.client
        with suppress(AbsentError), refusals(self.url):  # some find no prefix without objects
            yield from client.get_paginator("list_objects_v2").paginate(
                Bucket=self.bucket, Prefix=self.key(start), **more
            )


def found_in(answer: Mapping[str, Any]) -> Found:
    """Return what an answer to HEAD or GET says of its object."""
    tag = str(answer["ETag"]).strip('"')
    # The tag of an object that is encrypted with a key of its own is no md5 of its bytes.
    is_plain = answer.get("ServerSideEncryption", "AES256") == "AES256"
    is_plain &= not answer.get("SSECustomerAlgorithm")
    told = {str(key).lower(): str(value) for key, value in answer.get("Metadata", {}).items()}
    return Found(
        etag=str(answer["ETag"]),
        size=int(answer["ContentLength"]),
        sha256=told.get("sha256", ""),
        md5=tag if is_plain and len(tag) == _MD5_DIGITS and tag.isalnum() else "",
    )


def headers_of(path: str) -> dict[str, str]:
    """Return with which type, and for how long to keep it, an object is to be served."""
    is_for_ever = path.endswith(EXTENSIONS) or _SHARDS in path
    if path.endswith(".json"):
        kind = "application/json"
    elif path.endswith(".zst"):
        kind = "application/zstd"
    else:
        kind = "application/octet-stream"
    return {"ContentType": kind, "CacheControl": _FOR_EVER if is_for_ever else _ASK_FIRST}


def md5_of(data: bytes) -> "hashlib._Hash":
    """Return the md5 of bytes, by which S3 checks what it receives."""
    return hashlib.md5(data, usedforsecurity=False)


def _date_of(page: Mapping[str, Any]) -> datetime | None:
    text = page.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("date", "")
    try:
        return parsedate_to_datetime(text)
    except (TypeError, ValueError, OverflowError):
        return None
