"""Unpack source archives from anywhere without letting them write elsewhere."""

import errno
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from conda_sluice.effects.archive_stream import ArchiveStream
from conda_sluice.effects.os_errors import store_error
from conda_sluice.effects.source_tree import SourceTree, Wants, want_all
from conda_sluice.errors import ProjectError

MOST_BYTES = 4 << 30
"""How much an archive may hold unpacked: far above any source, far below a full disk."""
MOST_MEMBERS = 500_000
"""How many files and folders an archive may hold."""
MOST_RATIO = 200
"""How many times its own size an archive may hold, where that is more than `ANY_RATIO` bytes."""
ANY_RATIO = 64 << 20

_CHUNK = 1 << 20
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_ZIP = b"PK"
_MODE_IN_ZIP = 16
"""Bits by which the mode of Unix is shifted in a zip archive's attributes."""


def unpack(archive: Path, into: Path, wants: Wants = want_all) -> Path:
    """Unpack a tar or zip archive into the empty folder `into`; return its top folder.

    That is the single folder in it, else `into`. A tar archive may be compressed by gzip, bzip2,
    xz or zstd. `wants` tells what is needed of each member; all are judged. Raise ProjectError for
    what is no archive, for members that would land outside `into` (absolute paths, `..`, links
    that lead out), for devices, and for bombs; StoreError where the disk is full.
    """
    import lzma

    from zstandard import ZstdError

    try:
        tree = SourceTree(into, archive)
        with archive.open("rb") as file:
            is_zip = file.read(len(_ZIP)) == _ZIP
            file.seek(0)
            (_unpack_zip if is_zip else _unpack_tar)(file, archive, tree, wants)
        return tree.finish()
    except (
        tarfile.TarError,
        zipfile.BadZipFile,
        zlib.error,
        lzma.LZMAError,
        ZstdError,
        EOFError,
        NotImplementedError,
        OSError,
        RuntimeError,
        ValueError,
    ) as error:
        if isinstance(error, OSError) and error.errno in _FULL:
            raise store_error(error, str(into)) from error
        why = str(error).replace(f"{into}/", "")
        raise ProjectError(f"cannot unpack this archive: {why}", where=str(archive)) from error


class _Tally:
    """Counts what an archive holds, and refuses it when that is too much."""

    def __init__(self, archive: Path) -> None:
        self.archive = archive
        self.packed = archive.stat().st_size
        self.size = 0
        self.members = 0

    def add(self, size: int) -> None:
        if size < 0:
            raise ValueError("a member of less than no bytes")
        self.size += size
        self.members += 1
        is_bomb = self.size > max(ANY_RATIO, MOST_RATIO * self.packed)
        if self.size > MOST_BYTES or self.members > MOST_MEMBERS or is_bomb:
            raise ProjectError(
                f"the archive is larger than any source should be: of {self.packed:,} bytes, it"
                f" unpacks to more than {self.size:,} bytes in {self.members:,} files",
                where=str(self.archive),
            )


def _unpack_tar(file: BinaryIO, archive: Path, tree: SourceTree, wants: Wants) -> None:
    tally = _Tally(archive)
    with ArchiveStream(file) as stream, _open_tar(stream, archive) as tar:
        while (member := tar.next()) is not None:
            tar.members = []  # type: ignore[attr-defined] # of which there may be very many
            tally.add(member.size)
            path = tree.judge(member.name)
            if member.issym() or member.islnk():
                tree.add_link(member)
            elif member.isdir():
                tree.add_folder(path)
            elif not member.isreg():
                raise tarfile.SpecialFileError(member)
            else:
                want = wants(path, member.size)
                chunks = _sparse(tar, member) if member.issparse() else _plain(stream, member)
                tree.add_file(path, member.size, want, chunks, mode=member.mode)


def _open_tar(stream: ArchiveStream, archive: Path) -> tarfile.TarFile:
    try:
        return tarfile.TarFile(fileobj=stream)
    except tarfile.ReadError as error:
        raise ProjectError(
            "this is neither a tar nor a zip archive, or it is damaged",
            where=str(archive),
            remedy="name a source folder or archive; download a damaged one again",
        ) from error


def _plain(stream: ArchiveStream, member: tarfile.TarInfo) -> Iterator[bytes]:
    stream.seek(member.offset_data)
    end = member.offset_data + member.size
    while stream.tell() < end:
        chunk = stream.read(min(_CHUNK, end - stream.tell()))
        if not chunk:
            raise EOFError(f"it ends within {member.name!r}")
        yield chunk


def _sparse(tar: tarfile.TarFile, member: tarfile.TarInfo) -> Iterator[bytes]:
    """Yield the content of a file that is stored without its holes."""
    file = tar.extractfile(member)
    while file and (chunk := file.read(_CHUNK)):
        yield chunk


def _unpack_zip(file: BinaryIO, archive: Path, tree: SourceTree, wants: Wants) -> None:
    tally = _Tally(archive)
    with zipfile.ZipFile(file) as zipped:
        for info in zipped.infolist():
            tally.add(info.file_size)
        for info in zipped.infolist():
            path = tree.judge(info.filename)
            if info.is_dir():
                tree.add_folder(path)
            else:
                want, mode = wants(path, info.file_size), info.external_attr >> _MODE_IN_ZIP
                tree.add_file(path, info.file_size, want, _zipped(zipped, info), mode=mode)


def _zipped(zipped: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    with zipped.open(info) as file:
        while chunk := file.read(_CHUNK):
            yield chunk
