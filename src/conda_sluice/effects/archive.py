"""Unpack source archives from anywhere without letting them write elsewhere."""

import tarfile
import zipfile
from pathlib import Path, PurePosixPath

from conda_sluice.errors import ProjectError

MOST_BYTES = 4 << 30
"""How much an archive may hold unpacked: far above any source, far below a full disk."""


def unpack(archive: Path, into: Path) -> Path:
    """Unpack a tar or zip archive into the folder `into`; return its single top folder, or `into`.

    Raise ProjectError for what is no archive, for members that would land outside `into`
    (absolute paths, `..`, links that lead out), for devices, and for bombs.
    """
    try:
        if zipfile.is_zipfile(archive):
            _unpack_zip(archive, into)
        else:
            _unpack_tar(archive, into)
    except (tarfile.TarError, zipfile.BadZipFile, EOFError, OSError) as error:
        raise ProjectError(f"cannot unpack this archive: {error}", where=str(archive)) from error
    tops = list(into.iterdir())
    return tops[0] if len(tops) == 1 and tops[0].is_dir() else into


def _unpack_tar(archive: Path, into: Path) -> None:
    with tarfile.open(archive) as tar:
        size = 0
        for member in tar:
            size += member.size
            _check_size(size, archive)
            # PEP 706: the filter refuses absolute paths, `..`, links out of the tree and devices
            tar.extract(member, into, filter="data")


def _unpack_zip(archive: Path, into: Path) -> None:
    with zipfile.ZipFile(archive) as zipped:
        _check_size(sum(info.file_size for info in zipped.infolist()), archive)
        for info in zipped.infolist():
            path = PurePosixPath(info.filename.replace("\\", "/"))
            if path.is_absolute() or ".." in path.parts or ":" in info.filename[:2]:
                raise ProjectError(
                    f"the archive wants to write outside its folder: {info.filename}",
                    where=str(archive),
                )
            zipped.extract(info, into)


def _check_size(size: int, archive: Path) -> None:
    if size > MOST_BYTES:
        raise ProjectError("the archive is larger than any source should be", where=str(archive))
