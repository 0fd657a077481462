"""What a package holds: its files, and what it says of itself."""

from collections.abc import Mapping
from dataclasses import dataclass

from conda_sluice.model.evidence import PackageOrigin
from conda_sluice.model.package import PackageRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageFile:
    """One file of a package; `sha256` is that of its bytes, `link` where a symbolic link leads."""

    path: str
    size: int = 0
    sha256: str = ""
    is_executable: bool = False
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageContents:
    """A package's files by path, those of its `info/` among them, and what it says of itself.

    `prefixes` are the folders that its files hold in place of the prefix they are installed into;
    `environment` is what it was built with, `host numpy 2.0 py312_0` each, None where that is
    not on record.
    """

    record: PackageRecord
    files: Mapping[str, PackageFile]
    origin: PackageOrigin | None = None
    prefixes: tuple[str, ...] = ()
    environment: tuple[str, ...] | None = None
