"""In what two packages differ."""

from dataclasses import dataclass
from enum import StrEnum

from conda_sluice.model.package import PackageRecord


class Likeness(StrEnum):
    """How a file of one package stands to that of another that is not the same bytes.

    `version`: only what the packages and their builds are called differs; `build-record`: it
    tells how the package was built; `compiled`: it is made of a source that is the same but for
    that. The others are differences.
    """

    VERSION = "version"
    BUILD_RECORD = "build-record"
    COMPILED = "compiled"
    DIFFERENT = "different"
    MISSING = "missing"
    ADDED = "added"

    @property
    def is_explained(self) -> bool:
        """Tell whether such a file is no difference of what the packages do."""
        return self in {Likeness.VERSION, Likeness.BUILD_RECORD, Likeness.COMPILED}


@dataclass(frozen=True, slots=True)
class FileDifference:
    """A file that is not the same in both packages; `path` is that in the second, if it is there.

    `text` says more of what differs, "" where there is no more to say.
    """

    path: str
    likeness: Likeness
    text: str = ""

    def __str__(self) -> str:
        said = {Likeness.MISSING: "is missing", Likeness.ADDED: "is new"}
        return f"{self.path} {self.text or said.get(self.likeness, 'differs')}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two packages, how many files are the same in both, and those that are not.

    `environment` are the packages that only one of them was built with, None where one of them
    does not say what it was built with.
    """

    first: PackageRecord
    second: PackageRecord
    same: int
    differences: tuple[FileDifference, ...] = ()
    environment: tuple[str, ...] | None = None

    @property
    def unexplained(self) -> tuple[FileDifference, ...]:
        """Return the differences that are more than names of version and build.

        What is installed comes first: `info/paths.json` differs because of it.
        """
        found = (one for one in self.differences if not one.likeness.is_explained)
        return tuple(sorted(found, key=lambda one: one.path.startswith("info/")))
