"""A workbench whose ports are in memory, for tests of what works at it."""

from pathlib import Path
from unittest.mock import sentinel

from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.config import Config, Rung
from conda_sluice.model.names import Subdir
from conda_sluice.pipeline.bench import Bench
from conda_sluice.ports import Store
from fakes import FakeJournal, FakeLedger

NOW = "2026-01-31T12:00:00.000Z"


def a_bench(
    store: Store,
    root: Path,
    *,
    rungs: tuple[Rung, ...] = (),
    who: str = "ada",
    trusted_branch: str = "",
    open_repository=lambda _path: None,
) -> Bench:
    """Return a workbench of one person at one time; what a test does not use is a sentinel."""
    linux = Subdir("linux-64")
    names = ("unstable", "testing", "stable")
    ladder = rungs or tuple(Rung(channel=ChannelRef(n, (root / n).as_uri())) for n in names)
    config = Config(
        root=root,
        file=root / "channels.yaml",
        upstream=(),
        ladder=ladder,
        projects=(),
        variants=(),
        required_platforms=(linux,),
        optional_platforms=(),
        solve=("highest",),
        ledger=(root / ".ledger").as_uri(),
        trusted_branch=trusted_branch,
    )
    return Bench(
        config=config,
        platform=linux,
        store=store,
        ledger=FakeLedger(),
        journal=FakeJournal(),
        environments=sentinel.environments,
        who=who,
        clock=lambda: NOW,
        state=root / ".sluice",
        local_roots={},
        open_repository=open_repository,
        lock=sentinel.lock,
        open_executor=sentinel.open_executor,
        perform_build=sentinel.perform_build,
        perform_test=sentinel.perform_test,
    )
