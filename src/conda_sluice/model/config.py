"""The configuration, resolved: absolute paths and URLs, defaults filled in."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.lint import Level
from conda_sluice.model.names import PackageName, Subdir
from conda_sluice.model.stores import StoreOptions


class VersionPolicy(StrEnum):
    """Which versions may lie in a channel: any, no development versions, final ones only."""

    ANY = "any"
    PRE = "pre"
    FINAL = "final"


class Mode(StrEnum):
    """How a release candidate becomes final: the tag is built anew, or the same file climbs."""

    RE_VERSION = "re-version"
    RELABEL = "relabel"


class BuilderName(StrEnum):
    """The program that turns a rendered recipe into a package."""

    RATTLER_BUILD = "rattler-build"
    CONDA_BUILD = "conda-build"


@dataclass(frozen=True, slots=True)
class TestedGate:
    """The package passed its tests in the target's context."""

    __test__ = False  # not a test class, whatever pytest makes of its name


@dataclass(frozen=True, slots=True)
class InstallableGate:
    """The package solves in the target as it will be."""


@dataclass(frozen=True, slots=True)
class SignedTagGate:
    """A tag signed by one of the allowed signers says that the version is final."""

    allowed_signers: Path


class ReleaseLevel(StrEnum):
    """How far a version is from the one before it, in the words of semantic versioning."""

    MAJOR = "major"
    MINOR = "minor"
    PATCH = "patch"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovedGate:
    """One of the `approvers` has signed that the package may enter, for releases of `levels`."""

    approvers: Path
    levels: frozenset[ReleaseLevel]


@dataclass(frozen=True, slots=True)
class AgeGate:
    """The package has been in the channel below for `days`."""

    days: int


@dataclass(frozen=True, slots=True)
class MonotonicGate:
    """The channel holds no higher version that was built from earlier sources."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenseGate:
    """The package's licence is one of `allow`, where that is given, and none of `deny`."""

    allow: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OwnersGate:
    """An owner of the project promotes the package, or has approved it."""


@dataclass(frozen=True, slots=True)
class SameAsCandidateGate:
    """The package holds what its tested release candidate holds, but for the version."""


Gate = (
    TestedGate
    | InstallableGate
    | SignedTagGate
    | ApprovedGate
    | AgeGate
    | MonotonicGate
    | LicenseGate
    | OwnersGate
    | SameAsCandidateGate
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """What a channel keeps: the newest `keep` versions, and what is less than `days` old."""

    keep: int | None = None
    days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One channel of the ladder and what a package must meet to enter it.

    `overriders` is the file of people who may sign that a gate's word does not hold.
    """

    channel: ChannelRef
    gates: tuple[Gate, ...] = ()
    versions: VersionPolicy = VersionPolicy.ANY
    retention: Retention | None = None
    overriders: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectEntry:
    """A source tree named in channels.yaml, with its own settings.

    `tag` is a template that holds `{version}`, "" where the project's own scheme decides;
    `test` a command that replaces the one found in the project, "" for none.
    """

    root: Path
    tag: str = ""
    test: str = ""
    mode: Mode = Mode.RE_VERSION
    owners: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LintSettings:
    """Which remarks on a recipe hold a build back.

    Those of `level` and above do, none for None; the rules whose ids `ignore` has never do.
    """

    level: Level | None = Level.ERROR
    ignore: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything that channels.yaml says.

    `root` is the folder of channels.yaml; `ladder` goes from the lowest channel to the highest
    and is never empty; `solve` are strategies of the solver; `ledger` is a URL; `names`
    maps a name in a language's registry to a conda package name; `sets` are packages that climb
    together, by the set's name; `trusted_branch` is the git branch from which the files are read
    that say whom to trust, "" for the remote's default; `locks` are lock files whose packages
    nobody prunes.
    """

    root: Path
    file: Path
    upstream: tuple[ChannelRef, ...]
    ladder: tuple[Rung, ...]
    projects: tuple[ProjectEntry, ...]
    variants: tuple[Path, ...]
    required_platforms: tuple[Subdir, ...]
    optional_platforms: tuple[Subdir, ...]
    solve: tuple[str, ...]
    ledger: str
    names: tuple[tuple[str, PackageName], ...] = ()
    sets: tuple[tuple[str, tuple[PackageName, ...]], ...] = ()
    builder: BuilderName = BuilderName.RATTLER_BUILD
    lint: LintSettings = field(default_factory=LintSettings)
    trusted_branch: str = ""
    locks: tuple[Path, ...] = ()
    stores: StoreOptions = field(default_factory=StoreOptions)

    @property
    def recipes(self) -> Path:
        """Return the folder in which the recipes lie, one folder for each package."""
        return self.root / "recipes"

    @property
    def channels(self) -> tuple[ChannelRef, ...]:
        """Return the channels of the ladder, lowest first."""
        return tuple(rung.channel for rung in self.ladder)
