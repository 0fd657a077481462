"""Packages: the file, and its record in repodata (CEP 36)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from conda_sluice.errors import PackageError
from conda_sluice.model.names import NOARCH, PackageName, Subdir

EXTENSIONS = (".conda", ".tar.bz2")


@dataclass(frozen=True, slots=True)
class Distribution:
    """Name, version and build string: what a file name says (CEP 26)."""

    name: PackageName
    version: str
    build: str

    def __str__(self) -> str:
        return f"{self.name}-{self.version}-{self.build}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageRecord:
    """One package of a channel, as its repodata tells it.

    `sha256` and `md5` are lower-case hex; `size` is bytes; `timestamp` milliseconds since 1970,
    0 where unknown.
    """

    subdir: Subdir
    file: str
    name: PackageName
    version: str
    build: str
    build_number: int
    sha256: str
    size: int
    md5: str = ""
    depends: tuple[str, ...] = ()
    constrains: tuple[str, ...] = ()
    noarch: str = ""
    license: str = ""
    timestamp: int = 0

    @property
    def path(self) -> str:
        """Return `<subdir>/<file name>`, the identity of the package within its channel."""
        return f"{self.subdir}/{self.file}"

    @property
    def is_noarch(self) -> bool:
        """Tell whether the package lies in `noarch`."""
        return self.subdir == NOARCH


@dataclass(frozen=True, slots=True)
class Artifact:
    """A package file on disk with the record read from it.

    `index` is its info/index.json as it is, keys that sluice does not know among it.
    """

    path: Path
    record: PackageRecord
    index: Mapping[str, object] = field(default_factory=dict, compare=False, repr=False)


def parse_file_name(file: str) -> Distribution:
    """Split `<name>-<version>-<build>.conda`; raise PackageError where it is no package name."""
    for extension in EXTENSIONS:
        if file.endswith(extension):
            parts = file.removesuffix(extension).rsplit("-", 2)
            if len(parts) == 3 and all(parts):  # noqa: PLR2004 - name, version, build
                return Distribution(PackageName(parts[0]), parts[1], parts[2])
    raise PackageError(
        f"{file!r} is no package file name",
        remedy="a package file is called <name>-<version>-<build>.conda or .tar.bz2",
    )
