"""Package files: what they say of themselves, and whether they are safe to unpack.

Everything is read as a stream and nothing is written. Whatever the file holds, the answer is a
value or a PackageError.
"""

import json
import re
import tarfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import BinaryIO, NoReturn, cast

from conda_sluice.effects.files import checksums_of
from conda_sluice.effects.members import MemberCheck
from conda_sluice.errors import PackageError, UsageError
from conda_sluice.model.entry import parse_entry
from conda_sluice.model.names import parse_package_name, parse_subdir
from conda_sluice.model.package import Artifact, parse_file_name

_JSON_LIMIT = 16 << 20
_INFO_LIMIT = 256 << 20
_FLOOR, _RATIO = 128 << 20, 1000
"""A package may unpack to 128 MiB, or to a thousand times its size; more is a bomb."""

_VERSION = re.compile(r"[A-Za-z0-9_.+!~]+")
_BUILD = re.compile(r"[A-Za-z0-9_.+]+")

Member = tuple[tarfile.TarFile, tarfile.TarInfo]


def read_artifact(path: Path) -> Artifact:
    """Read the record of a package file; raise PackageError where it is no sound package.

    The file must be named after the name, version and build that it holds (CEP 26).
    """
    parse_file_name(path.name)
    with _reading(path) as file:
        index = _read_json(path, file, "info/index.json")
        if index is None:
            raise _trouble(path, "it holds no info/index.json")
        checksums = checksums_of(file)
    entry = {
        **index,
        "sha256": checksums.sha256,
        "md5": checksums.md5,
        "size": checksums.size,
    }
    try:
        subdir = parse_subdir(str(index.get("subdir", "")))
        record = parse_entry(entry, file=path.name, subdir=subdir)
        parse_package_name(record.name)
    except (PackageError, UsageError) as error:
        raise _trouble(path, f"info/index.json is not sound: {error.what}") from error
    if not _VERSION.fullmatch(record.version) or not _BUILD.fullmatch(record.build):
        raise _trouble(path, f"{record.version!r} {record.build!r} are no version and build")
    inside = f"{record.name}-{record.version}-{record.build}"
    if str(parse_file_name(path.name)) != inside:
        raise _trouble(path, f"it holds {inside} and is named otherwise", "rename the file back")
    return Artifact(path, record, index)


def read_index(path: Path) -> Mapping[str, object]:
    """Return info/index.json as it is, keys that sluice does not know among it."""
    with _reading(path) as file:
        index = _read_json(path, file, "info/index.json")
    if index is None:
        raise _trouble(path, "it holds no info/index.json")
    return index


def read_about(path: Path) -> Mapping[str, object]:
    """Return info/about.json, empty where the package has none."""
    with _reading(path) as file:
        return _read_json(path, file, "info/about.json") or {}


def read_info(path: Path, name: str) -> bytes | None:
    """Return one file of a package's `info/` (`info/tests/tests.yaml`), None where it has none."""
    with _reading(path) as file:
        return _read_member(path, file, name)


def read_info_folder(path: Path, folder: str) -> Mapping[str, bytes]:
    """Return the files below `folder` of a package's info part, by their path within it."""
    start = f"{folder.rstrip('/')}/"
    files: dict[str, bytes] = {}
    with _reading(path) as file, _members(path, file, "info", _INFO_LIMIT) as members:
        check = MemberCheck()
        for tar, member in members:
            if trouble := check.look_at(member):
                raise _trouble(path, trouble, "do not unpack it; ask whoever made it")
            name = member.name.removeprefix("./")
            stream = tar.extractfile(member) if member.isreg() and name.startswith(start) else None
            if stream is not None:
                files[name.removeprefix(start)] = stream.read()
    return files


def check_members(path: Path) -> None:
    """Read a package to its end; raise PackageError where unpacking it would do harm.

    Refused are damaged archives, members outside the folder (by name or through a link), devices,
    and contents out of all proportion to the file.
    """
    for _ in walk(path):
        pass


def walk(path: Path) -> Iterator[tuple[tarfile.TarInfo, BinaryIO | None]]:
    """Yield every member of a package with its bytes, None for what is no regular file.

    Raise PackageError as `check_members` does, at the latest with the last member.
    """
    check = MemberCheck()
    with _reading(path) as file:
        for component in ("info", "pkg") if path.suffix == ".conda" else ("pkg",):
            limit = max(_FLOOR, _RATIO * path.stat().st_size)
            with _members(path, file, component, limit, is_whole=True) as members:
                for tar, member in members:
                    if trouble := check.look_at(member):
                        raise _trouble(path, trouble, "do not unpack it; ask whoever made it")
                    stream = tar.extractfile(member) if member.isreg() else None
                    yield member, cast("BinaryIO | None", stream)
    if trouble := check.finish():
        raise _trouble(path, trouble, "do not unpack it; ask whoever made it")


def _trouble(
    path: Path, what: str, remedy: str = "build or download the package again"
) -> PackageError:
    return PackageError(what, where=str(path), remedy=remedy)


@contextmanager
def _reading(path: Path) -> Iterator[BinaryIO]:
    """Open the file, and turn whatever the libraries say of a bad one into a PackageError."""
    import zstandard

    try:
        with path.open("rb") as file:
            yield file
    except FileNotFoundError as error:
        raise _trouble(path, "there is no such file", "check the path") from error
    except (
        zipfile.BadZipFile,
        tarfile.TarError,
        zstandard.ZstdError,
        zlib.error,
        EOFError,
        LookupError,
        NotImplementedError,
        OSError,
        RuntimeError,
        ValueError,
    ) as error:
        raise _trouble(path, f"it is no sound package: {error}") from error


def _read_json(path: Path, file: BinaryIO, name: str) -> Mapping[str, object] | None:
    data = _read_member(path, file, name)
    return None if data is None else _parse_json(path, name, data)


def _read_member(path: Path, file: BinaryIO, name: str) -> bytes | None:
    with _members(path, file, "info", _INFO_LIMIT) as members:
        for tar, member in members:
            if member.name.removeprefix("./") == name:
                stream = tar.extractfile(member) if member.isreg() else None
                if stream is None or member.size > _JSON_LIMIT:
                    raise _trouble(path, f"its {name} is no file of a sensible size")
                return stream.read()
    return None


def _parse_json(path: Path, name: str, data: bytes) -> Mapping[str, object]:
    try:
        value = json.loads(data, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise _trouble(path, f"its {name} is no JSON: {error}") from error
    if not isinstance(value, dict):
        raise _trouble(path, f"its {name} is no JSON object")
    return cast("Mapping[str, object]", value)


def _refuse_constant(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")


@contextmanager
def _members(
    path: Path, file: BinaryIO, component: str, limit: int, *, is_whole: bool = False
) -> Iterator[Iterator[Member]]:
    """Stream the members of one half of a .conda (`info` or `pkg`), or of a whole .tar.bz2.

    `is_whole` reads on to the end of the file, where its own checksums stand.
    """
    from conda_package_streaming.package_streaming import tar_generator

    with _open_component(path, file, component) as stream:
        bounded = _Bounded(stream, limit)
        yield tar_generator(bounded)
        while is_whole and bounded.read(1 << 20):
            pass


def _open_component(path: Path, file: BinaryIO, component: str) -> AbstractContextManager[BinaryIO]:
    import bz2

    file.seek(0)
    if path.name.endswith(".tar.bz2"):
        return cast("AbstractContextManager[BinaryIO]", bz2.open(file))
    return _open_zst(path, file, component)


@contextmanager
def _open_zst(path: Path, file: BinaryIO, component: str) -> Iterator[BinaryIO]:
    import zstandard

    name = f"{component}-{path.name.removesuffix('.conda')}.tar.zst"
    with zipfile.ZipFile(file) as archive:
        found = [info for info in archive.infolist() if info.filename == name]
        if len(found) != 1:
            raise _trouble(path, f"it does not hold {name}", "a .conda file must not be renamed")
        if found[0].compress_type != zipfile.ZIP_STORED:
            raise _trouble(path, f"{name} is compressed twice, which no conda package is")
        with (
            archive.open(found[0]) as packed,
            zstandard.ZstdDecompressor().stream_reader(packed, read_across_frames=True) as stream,
        ):
            yield cast("BinaryIO", stream)


class _Bounded:
    """A reader that gives up beyond a limit."""

    def __init__(self, stream: BinaryIO, limit: int) -> None:
        self._stream = stream
        self._limit = limit
        self._left = limit

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self._left -= len(data)
        if self._left < 0:
            raise ValueError(f"it unpacks to more than {self._limit >> 20} MiB")
        return data
