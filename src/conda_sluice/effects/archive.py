"""Unpack source archives from anywhere without letting them write elsewhere."""

import errno
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Literal

from conda_sluice.effects.os_errors import store_error
from conda_sluice.errors import ProjectError

MOST_BYTES = 4 << 30
"""How much an archive may hold unpacked: far above any source, far below a full disk."""
MOST_MEMBERS = 500_000
"""How many files and folders an archive may hold."""
MOST_RATIO = 200
"""How many times its own size an archive may hold, where that is more than `ANY_RATIO` bytes."""
ANY_RATIO = 64 << 20

_ZSTD = b"\x28\xb5\x2f\xfd"
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


def unpack(archive: Path, into: Path) -> Path:
    """Unpack a tar or zip archive into the folder `into`; return its single top folder, or `into`.

    A tar archive may be compressed by gzip, bzip2, xz or zstd. Raise ProjectError for what is no
    archive, for members that would land outside `into` (absolute paths, `..`, links that lead
    out), for devices, and for bombs; StoreError where the disk is full.
    """
    import lzma

    from zstandard import ZstdError

    try:
        if zipfile.is_zipfile(archive):
            _unpack_zip(archive, into)
        else:
            _unpack_tar(archive, into)
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
        raise ProjectError(f"cannot unpack this archive: {error}", where=str(archive)) from error
    tops = list(into.iterdir())
    return tops[0] if len(tops) == 1 and tops[0].is_dir() else into


class _Tally:
    """Counts what an archive holds, and refuses it when that is too much."""

    def __init__(self, archive: Path) -> None:
        self.archive = archive
        self.packed = archive.stat().st_size
        self.size = 0
        self.members = 0

    def add(self, size: int) -> None:
        self.size += size
        self.members += 1
        is_bomb = self.size > max(ANY_RATIO, MOST_RATIO * self.packed)
        if self.size > MOST_BYTES or self.members > MOST_MEMBERS or is_bomb:
            raise ProjectError(
                f"the archive is larger than any source should be: of {self.packed:,} bytes, it"
                f" unpacks to more than {self.size:,} bytes in {self.members:,} files",
                where=str(self.archive),
            )


def _unpack_tar(archive: Path, into: Path) -> None:
    tally = _Tally(archive)
    with _opened_tar(archive) as tar:
        for member in tar:
            tally.add(member.size)
            _check_name(member.name, archive)
            # PEP 706: the filter refuses links out of the tree, devices, and what we may miss
            tar.extract(member, into, filter="data")


@contextmanager
def _opened_tar(archive: Path) -> Iterator[tarfile.TarFile]:
    import zstandard

    with archive.open("rb") as file:
        is_zstd = file.read(len(_ZSTD)) == _ZSTD
        file.seek(0)
        if not is_zstd:
            with _open_tar(file, archive, "r:*") as tar:
                yield tar
            return
        with zstandard.open(file, "rb") as stream, _open_tar(stream, archive, "r|") as tar:
            yield tar


def _open_tar(file: IO[bytes], archive: Path, mode: Literal["r:*", "r|"]) -> tarfile.TarFile:
    try:
        return tarfile.open(fileobj=file, mode=mode)
    except tarfile.ReadError as error:
        raise ProjectError(
            "this is neither a tar nor a zip archive, or it is damaged",
            where=str(archive),
            remedy="name a source folder or archive; download a damaged one again",
        ) from error


def _unpack_zip(archive: Path, into: Path) -> None:
    tally = _Tally(archive)
    with zipfile.ZipFile(archive) as zipped:
        for info in zipped.infolist():
            tally.add(info.file_size)
        for info in zipped.infolist():
            _check_name(info.filename, archive)
            zipped.extract(info, into)


def _check_name(name: str, archive: Path) -> None:
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in name[:2]:
        raise ProjectError(
            f"the archive wants to write outside its folder: {name}",
            where=str(archive),
            remedy="do not unpack it; ask whoever made it",
        )
