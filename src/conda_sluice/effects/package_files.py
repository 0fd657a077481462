"""The files of a package: each by its digest, and the bytes of those that matter."""

import hashlib
import tarfile
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import BinaryIO

from conda_sluice.effects.artifact import walk
from conda_sluice.model.contents import PackageFile

_CHUNK = 1 << 20


def list_files(path: Path) -> Mapping[str, PackageFile]:
    """Return the files and links of a package; raise PackageError where it is no sound one."""
    return {file.path: file for member, stream in walk(path) if (file := _file(member, stream))}


def read_files(path: Path, wanted: Collection[str]) -> Mapping[str, bytes]:
    """Return the bytes of these files of a package."""
    if not wanted:
        return {}
    return {
        name: stream.read()
        for member, stream in walk(path)
        if stream is not None and (name := _name(member)) in wanted
    }


def _file(member: tarfile.TarInfo, stream: BinaryIO | None) -> PackageFile | None:
    name = _name(member)
    if member.isdir():
        return None
    if stream is None:
        return PackageFile(path=name, link=member.linkname)
    digest = hashlib.sha256()
    while chunk := stream.read(_CHUNK):
        digest.update(chunk)
    return PackageFile(
        path=name,
        size=member.size,
        sha256=digest.hexdigest(),
        is_executable=bool(member.mode & 0o100),
    )


def _name(member: tarfile.TarInfo) -> str:
    return member.name.removeprefix("./")
