"""Unpack source archives from anywhere without letting them write elsewhere."""

import tarfile
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from conda_sluice.errors import ProjectError

MOST_BYTES = 4 << 30
"""How much an archive may hold unpacked: far above any source, far below a full disk."""


def unpack(archive: Path, into: Path) -> Path:
    """Unpack a tar or zip archive into the folder `into`; return its single top folder, or `into`.

    Raise ProjectError for what is no archive, for members that would land outside `into`
    (absolute paths, `..`, links that lead out), for devices, and for bombs.
    """
    import lzma

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
        EOFError,
        NotImplementedError,
        OSError,
        RuntimeError,
        ValueError,
    ) as error:
        raise ProjectError(f"cannot unpack this archive: {error}", where=str(archive)) from error
    tops = list(into.iterdir())
    return tops[0] if len(tops) == 1 and tops[0].is_dir() else into


def _unpack_tar(archive: Path, into: Path) -> None:
    with _open_tar(archive) as tar:
        size = 0
        for member in tar:
            size += member.size
            _check_size(size, archive)
            _check_name(member.name, archive)
            # PEP 706: the filter refuses links out of the tree, devices, and what we may miss
            tar.extract(member, into, filter="data")


def _open_tar(archive: Path) -> tarfile.TarFile:
    try:
        return tarfile.open(archive)
    except tarfile.ReadError as error:
        raise ProjectError(
            "this is neither a tar nor a zip archive, or it is damaged",
            where=str(archive),
            remedy="name a source folder or archive; download a damaged one again",
        ) from error


def _unpack_zip(archive: Path, into: Path) -> None:
    with zipfile.ZipFile(archive) as zipped:
        _check_size(sum(info.file_size for info in zipped.infolist()), archive)
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


def _check_size(size: int, archive: Path) -> None:
    if size > MOST_BYTES:
        raise ProjectError("the archive is larger than any source should be", where=str(archive))
