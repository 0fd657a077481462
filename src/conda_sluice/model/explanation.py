"""A package's way from commit to channel, as it is told."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from conda_sluice.model.config import Mode
from conda_sluice.model.event import Event
from conda_sluice.model.names import PackageName
from conda_sluice.model.outcome import PromotionOutcome
from conda_sluice.model.package import PackageRecord
from conda_sluice.model.project import Project, ProjectVersion


class TestResult(StrEnum):
    """How a test ended."""

    __test__ = False  # not a test class, whatever pytest makes of its name

    PASSED = "passed"
    NOT_PASSED = "not-passed"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldTest:
    """A test on record: what was tested for which channel, and in how many packages' company.

    `log` and `junit` are files on this machine, None where they are not here.
    """

    version: str
    file: str
    target: str
    platform: str
    strategy: str
    result: TestResult
    reason: str
    tests: int
    packages: int
    when: str
    log: Path | None = None
    junit: Path | None = None


class StageState(StrEnum):
    """How far the newest of a package has come: there, on its way, held, or not meant to come.

    `overridden` is what a gate held until a person said that it does not.
    """

    DONE = "done"
    OVERRIDDEN = "overridden"
    WAITING = "waiting"
    HELD = "held"
    STAYS = "stays"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of the way from commit to the highest channel, and what is to say of it."""

    name: str
    state: StageState
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Everything that is known of a package.

    `places` pairs each channel with the package's files there, oldest first, `hidden` with those
    that were yanked there; `next_steps` are what the gates of each channel say to the newest file
    of the channel below; `recipe` is the file of the recipe, None where there is none; `mode` how
    candidates become final.
    """

    name: PackageName
    project: Project | None
    version: ProjectVersion | None
    commit: str = ""
    is_dirty: bool = False
    recipe: Path | None = None
    mode: Mode | None = None
    places: tuple[tuple[str, tuple[PackageRecord, ...]], ...]
    hidden: tuple[tuple[str, tuple[PackageRecord, ...]], ...] = ()
    next_steps: tuple[PromotionOutcome, ...]
    tests: tuple[ToldTest, ...] = ()
    history: tuple[Event, ...]

    @property
    def newest(self) -> PackageRecord | None:
        """Return the newest package of the lowest channel that has any."""
        return next((records[-1] for _, records in self.places if records), None)

    @property
    def versions(self) -> tuple[tuple[str, tuple[tuple[str, ...], ...]], ...]:
        """Return each version, newest first, with the builds of it that each channel holds."""
        known = dict.fromkeys(
            one.version
            for one in sorted(
                (one for _, records in self.places for one in records),
                key=lambda one: (one.timestamp, one.build_number),
                reverse=True,
            )
        )
        return tuple(
            (
                version,
                tuple(
                    tuple(dict.fromkeys(one.build for one in records if one.version == version))
                    for _, records in self.places
                ),
            )
            for version in known
        )
