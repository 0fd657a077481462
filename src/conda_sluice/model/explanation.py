"""A package's way from commit to channel, as it is told."""

from dataclasses import dataclass

from conda_sluice.model.event import Event
from conda_sluice.model.names import PackageName
from conda_sluice.model.outcome import PromotionOutcome
from conda_sluice.model.package import PackageRecord
from conda_sluice.model.project import Project, ProjectVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Everything that is known of a package.

    `places` pairs each channel with the package's files there, oldest first; `next_steps`
    are what the gates of each channel say to the newest file of the channel below.
    """

    name: PackageName
    project: Project | None
    version: ProjectVersion | None
    places: tuple[tuple[str, tuple[PackageRecord, ...]], ...]
    next_steps: tuple[PromotionOutcome, ...]
    history: tuple[Event, ...]
