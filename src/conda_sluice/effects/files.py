"""Files: atomic and durable writes, checksums, temporary files that a crash may leave behind."""

import hashlib
import os
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_CHUNK = 1 << 20
_TEMPORARY = ".sluice-{}.tmp"
_PUBLISHED = stat.S_IFREG | 0o644


@dataclass(frozen=True, slots=True)
class Checksums:
    """What identifies the bytes of a file: lower-case hex digests, and bytes."""

    sha256: str
    md5: str
    size: int


def sha256_of(path: Path) -> str:
    """Return the sha256 of a file as lower-case hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def checksums_of(file: BinaryIO) -> Checksums:
    """Read an open file from its start to its end and return its checksums."""
    file.seek(0)
    sha256, md5, size = hashlib.sha256(), hashlib.md5(usedforsecurity=False), 0
    while chunk := file.read(_CHUNK):
        sha256.update(chunk)
        md5.update(chunk)
        size += len(chunk)
    return Checksums(sha256.hexdigest(), md5.hexdigest(), size)


def write_atomically(path: Path, data: bytes, *, mode: int = 0o644) -> None:
    """Replace `path` by `data`: readers see the old file or the new one, also after a crash."""
    temporary = stage_bytes(path.parent, data, mode=mode)
    try:
        os.replace(temporary, path)  # noqa: PTH105 - one way to rename, which tests can make fail
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def write_together(files: Mapping[Path, bytes | None], staging: Path) -> None:
    """Replace several files, and remove those with None, when all of them are safe on disk.

    `staging` is a folder on the same file system. Each file is the old one or the new one after
    a crash; they are replaced in their order. A file that is there keeps its mode.
    """
    sweep_temporaries(staging)
    staged: dict[Path, Path] = {}
    try:
        for path, data in files.items():
            if data is not None:
                mode = stat.S_IMODE(path.stat().st_mode) if path.is_file() else 0o644
                staged[path] = stage_bytes(staging, data, mode=mode)
        for path in files:
            if path in staged:
                os.replace(staged[path], path)  # noqa: PTH105 - as in write_atomically
            else:
                path.unlink(missing_ok=True)
    finally:
        for temporary in staged.values():
            temporary.unlink(missing_ok=True)
    for folder in {path.parent for path in files}:
        sync_folder(folder)


def stage_bytes(folder: Path, data: bytes, *, mode: int = 0o644, is_safe: bool = True) -> Path:
    """Write `data` to a temporary file in `folder`, safe on disk, and return its path.

    Not `is_safe`: the caller sees to it that it comes to be on the disk, or can do without.
    """
    temporary = _temporary_in(folder)
    try:
        descriptor = _create(temporary)
        try:
            _write_all(descriptor, data)
            os.fchmod(descriptor, mode)
            if is_safe:
                os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def stage_copy(source: Path, folder: Path, *, mode: int = 0o644) -> Path:
    """Copy `source` to a temporary file in `folder`, safe on disk, and return its path."""
    temporary = _temporary_in(folder)
    try:
        with source.open("rb") as file:
            descriptor = _create(temporary)
            try:
                while chunk := file.read(_CHUNK):
                    _write_all(descriptor, chunk)
                os.fchmod(descriptor, mode)
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def stage_link(source: Path, folder: Path) -> Path | None:
    """Give `source` a temporary second name in `folder`; None where that is not possible.

    Only a plain file of mode 0644 is linked, because both names share the mode.
    """
    temporary = _temporary_in(folder)
    if source.lstat().st_mode != _PUBLISHED:
        return None
    try:
        os.link(source, temporary)
    except OSError:
        return None  # another file system, one without links, or too many of them: copy instead
    return temporary


def sweep_temporaries(folder: Path) -> None:
    """Remove the temporary files that a crash left in `folder`; call it only under a lock."""
    for stray in folder.glob(_TEMPORARY.format("*")):
        stray.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Make renames within `folder` last through a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _temporary_in(folder: Path) -> Path:
    """Name a file that does not exist; short, so that long package names stay possible."""
    return folder / _TEMPORARY.format(secrets.token_hex(8))


def _create(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)


def _write_all(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
