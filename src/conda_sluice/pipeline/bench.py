"""The workbench: the configuration and the ports that every verb works with."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from conda_sluice.discover.backend import ask_nothing
from conda_sluice.effects.scrub import scrub
from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.config import Config
from conda_sluice.model.names import Subdir
from conda_sluice.model.package import PackageRecord
from conda_sluice.pipeline.build import BuildResult, BuildTask
from conda_sluice.pipeline.record import Recorder
from conda_sluice.pipeline.test import Perform as PerformTest
from conda_sluice.pipeline.transact import Transactor
from conda_sluice.pipeline.workspace import OpenRepository
from conda_sluice.plan.transactions import Stamp
from conda_sluice.ports import AskBackend, Clock, Environments, Journal, Ledger, Store

Bring = Callable[[Sequence[PackageRecord], ChannelRef, ChannelRef], Iterator[PackageRecord]]
"""Fetches what a copy between two channels will need, and yields each as it arrives."""


def bring_nothing(
    _records: Sequence[PackageRecord], _source: ChannelRef, _target: ChannelRef
) -> Iterator[PackageRecord]:
    """Leave the fetching to the copy itself."""
    return iter(())


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """Everything a verb needs; made in one place, passed to all.

    `state` is sluice's own folder in the workspace (logs, test results, scratch);
    `local_roots` maps channels that are folders to their paths; `perform_build` and
    `perform_test` run in workers and pickle; `lock` lets one
    sluice at a time change the workspace; `open_executor` takes the seconds that one task
    may take; `bring` fetches what a copy needs beforehand.
    """

    config: Config
    platform: Subdir
    store: Store
    ledger: Ledger
    journal: Journal
    environments: Environments
    who: str
    clock: Clock
    state: Path
    local_roots: Mapping[ChannelRef, Path]
    open_repository: OpenRepository
    lock: Callable[[], AbstractContextManager[object]]
    open_executor: Callable[[float], AbstractContextManager[Executor]]
    perform_build: Callable[[BuildTask], BuildResult]
    perform_test: PerformTest
    ask_backend: AskBackend = ask_nothing
    bring: Bring = bring_nothing

    @property
    def transactor(self) -> Transactor:
        """Return what carries transactions out on these ports."""
        return Transactor(self.store, self.ledger, self.journal)

    @property
    def recorder(self) -> Recorder:
        """Return what tells the ledger of builds and tests."""
        return Recorder(self.ledger, self.stamp)

    def stamp(self, why: str = "") -> Stamp:
        """Return who acts, and that it is now."""
        return Stamp(who=self.who, when=self.clock(), why=scrub(why))

    @property
    def logs(self) -> Path:
        """Return the folder of build logs."""
        return self.state / "logs"

    @property
    def tests(self) -> Path:
        """Return the folder of test results."""
        return self.state / "tests"

    @property
    def scratch(self) -> Path:
        """Return the folder in which builds work."""
        return self.state / "work"
