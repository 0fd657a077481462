"""What became of a step: closed unions, one value for each way it can end."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.job import BuildJob
from conda_sluice.model.lint import Finding
from conda_sluice.model.merge import Conflict
from conda_sluice.model.names import PackageName
from conda_sluice.model.package import PackageRecord
from conda_sluice.model.transaction import Transaction


class RecipeState(StrEnum):
    """How a recipe on disk stands to the one that its project gives now.

    `differs` is a recipe of which nothing says what sluice wrote of it: it is left alone.
    """

    WRITTEN = "written"
    WOULD_WRITE = "would-write"
    MERGED = "merged"
    WOULD_MERGE = "would-merge"
    ADOPTED = "adopted"
    WOULD_ADOPT = "would-adopt"
    CURRENT = "current"
    DIFFERS = "differs"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipeOutcome:
    """One recipe: where it lies, how it stands, what was on disk and what was generated.

    `merged` are the files as they are, or would be, afterwards, and None for one that goes.
    """

    name: PackageName
    folder: Path
    state: RecipeState
    on_disk: Mapping[str, str]
    generated: Mapping[str, str]
    merged: Mapping[str, str | None] = field(default_factory=dict)
    conflicts: tuple[Conflict, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """The package was built and lies in the lowest channel; `seconds` is wall time."""

    job: BuildJob
    sha256: str
    log: Path
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Current:
    """Nothing to build: the lowest channel holds this very content already."""

    job: BuildJob


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """The build failed; `tail` are the last lines of `log`."""

    job: BuildJob
    reason: str
    log: Path
    tail: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocked:
    """The build was not tried, because `by` (a distribution string) did not come about."""

    job: BuildJob
    by: str
    reason: str


BuildOutcome = Built | Current | Failed | Blocked


@dataclass(frozen=True, slots=True, kw_only=True)
class TestReport:
    """The result of testing one package file in the context of one channel.

    `environment` are the explicit packages that it was tested in, `target` the channel whose
    context it was, `digest` the sha256 over that context's records. `has_passed` is true only
    when at least one test ran and none failed; `is_waiting` where none could run, because
    something that the package needs lies in the channel below and does not climb.
    """

    __test__ = False  # not a test class, whatever pytest makes of its name

    record: PackageRecord
    target: str
    platform: str
    strategy: str
    has_passed: bool
    reason: str
    tests: int
    environment: tuple[str, ...]
    digest: str
    log: Path
    junit: Path | None
    seconds: float
    is_waiting: bool = False


class Verdict(StrEnum):
    """What a gate answers; `overridden` and `held-back` hold nothing."""

    PASS = "pass"  # noqa: S105 - a verdict, no password
    WAITING = "waiting"
    NOT_ELIGIBLE = "not-eligible"
    BLOCKED = "blocked"
    NEEDS_APPROVAL = "needs-approval"
    OVERRIDDEN = "overridden"
    HELD_BACK = "held-back"

    @property
    def lets_pass(self) -> bool:
        """Tell whether a package with this verdict may climb, as far as the gate goes."""
        return self in {Verdict.PASS, Verdict.OVERRIDDEN, Verdict.HELD_BACK}


@dataclass(frozen=True, slots=True)
class Excuse:
    """A gate's verdict in words that a person can act on.

    `is_stale` marks a proof that was good and holds no more: making it again may free the package.
    `needs` is the requirement that holds the package, `proposal` the paths of the files that could
    climb together, itself among them; `details` say more, a line each, to those who ask for it.
    """

    gate: str
    verdict: Verdict
    text: str
    is_stale: bool = False
    needs: str = ""
    proposal: tuple[str, ...] = ()
    details: tuple[str, ...] = ()


class PromotionResult(StrEnum):
    """What became of a package that was asked to climb."""

    PROMOTED = "promoted"
    WOULD_PROMOTE = "would-promote"
    ALREADY_THERE = "already-there"
    WAITING = "waiting"
    NOT_ELIGIBLE = "not-eligible"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class PromotionOutcome:
    """One package file, whether it climbed into `target`, and every gate's word on it."""

    record: PackageRecord
    target: str
    result: PromotionResult
    excuses: tuple[Excuse, ...] = ()


class RecoveredState(StrEnum):
    """What became of a transaction that a crash had left behind."""

    COMPLETED = "completed"
    TAKEN_BACK = "taken-back"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Recovered:
    """A transaction that a crash had left behind, and what became of it."""

    transaction: Transaction
    state: RecoveredState


@dataclass(frozen=True, slots=True)
class Changed:
    """A transaction that was carried out, or would be; `freed` is bytes on the disk."""

    transaction: Transaction
    is_done: bool
    freed: int = 0


@dataclass(frozen=True, slots=True)
class Kept:
    """A package that is old enough to go and stays all the same, and why."""

    record: PackageRecord
    channel: ChannelRef
    because: str


class UploadResult(StrEnum):
    """What became of a package file that was to be put into the lowest channel."""

    UPLOADED = "uploaded"
    WOULD_UPLOAD = "would-upload"
    ALREADY_THERE = "already-there"


@dataclass(frozen=True, slots=True)
class Uploaded:
    """One package file, and whether it is in the lowest channel now."""

    record: PackageRecord
    result: UploadResult


@dataclass(frozen=True, slots=True, kw_only=True)
class LintOutcome:
    """What there is to remark about one recipe, and what was repaired.

    `error` says why it cannot be read at all; `file` is then its folder.
    """

    file: Path
    findings: tuple[Finding, ...]
    repaired: tuple[Finding, ...]
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """No outcome yet: what is being built or tested now, and how much of the step is done."""

    verb: str
    running: tuple[str, ...]
    done: int
    total: int

    def __str__(self) -> str:
        return f"{self.verb} {', '.join(self.running)} ({self.done} of {self.total} done)"


RunOutcome = (
    RecipeOutcome
    | BuildOutcome
    | TestReport
    | PromotionOutcome
    | Recovered
    | Uploaded
    | Changed
    | Kept
)
"""What commands give, in the order in which it comes."""
