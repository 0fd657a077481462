"""What a wheel says of itself, read without unpacking it."""

import zipfile
from dataclasses import dataclass
from email.parser import HeaderParser
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename

from conda_sluice.effects.files import sha256_of
from conda_sluice.errors import PackageError
from conda_sluice.model.pypi import parse_requirement

_LIMIT = 16 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Wheel:
    """A wheel on disk.

    `name` is normalised (PEP 503); `platforms` are the platform tags of its file name;
    `has_data` tells that it installs files beside its modules.
    """

    path: Path
    name: str
    version: str
    sha256: str
    requires: tuple[Requirement, ...]
    requires_python: str
    platforms: tuple[str, ...]
    is_pure: bool
    has_data: bool
    license: str = ""
    summary: str = ""

    @property
    def can_be_noarch(self) -> bool:
        """Tell whether the wheel holds modules and commands only, for every platform."""
        return self.is_pure and self.platforms == ("any",) and not self.has_data


def read_wheel(path: Path) -> Wheel:
    """Read a wheel's metadata; raise PackageError where it is no sound wheel."""
    try:
        name, version, _, tags = parse_wheel_filename(path.name)
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            metadata = _read(archive, names, "METADATA")
            wheel = _read(archive, names, "WHEEL")
    except (InvalidWheelFilename, zipfile.BadZipFile, KeyError, OSError, ValueError) as error:
        raise PackageError(
            f"it is no sound wheel: {error}", where=str(path), remedy="download it again"
        ) from error
    headers = HeaderParser().parsestr(metadata)
    kind = HeaderParser().parsestr(wheel)
    return Wheel(
        path=path,
        name=canonicalize_name(name),
        version=str(version),
        sha256=sha256_of(path),
        requires=tuple(
            parse_requirement(line, path.name) for line in headers.get_all("Requires-Dist", [])
        ),
        requires_python=headers.get("Requires-Python", ""),
        platforms=tuple(sorted({tag.platform for tag in tags})),
        is_pure=kind.get("Root-Is-Purelib", "").lower() == "true",
        has_data=any(".data/" in one.partition("/")[0] + "/" for one in names),
        license=headers.get("License-Expression", ""),
        summary=headers.get("Summary", ""),
    )


def _read(archive: zipfile.ZipFile, names: list[str], file: str) -> str:
    found = [one for one in names if one.endswith(f".dist-info/{file}") and one.count("/") == 1]
    if len(found) != 1:
        raise KeyError(f"it holds no {file}")
    if archive.getinfo(found[0]).file_size > _LIMIT:
        raise ValueError(f"its {file} is larger than {_LIMIT >> 20} MB")
    return archive.read(found[0]).decode("utf-8", "replace")
