"""`sluice seed` put together."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from conda_sluice.errors import ConfigError
from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.config import Config
from conda_sluice.model.package import PackageRecord
from conda_sluice.pipeline.bench import Bench
from conda_sluice.pipeline.whole_channel import read_channel
from conda_sluice.seed.outcome import SeedOutcome
from conda_sluice.wiring.bench import open_bench
from conda_sluice.wiring.tasks import build_for_seed
from conda_sluice.wiring.workspace import cache_folder


def seed(file: Path, jobs: int, specs: Sequence[str] = ()) -> Iterator[SeedOutcome]:
    """Fill the upstream folder channel from this machine and PyPI, yielding what happens.

    `specs` are asked for beside what the projects need.
    """
    from conda_sluice.effects import process
    from conda_sluice.seed.bench import SeedBench
    from conda_sluice.seed.machine import inspect_machine
    from conda_sluice.seed.seeding import seed_packages, write_variants

    bench = open_bench(file, jobs)
    channel = seed_channel(bench.config, bench.local_roots)
    machine = inspect_machine(sys.executable)
    write_variants(machine, bench.local_roots[channel])
    asked = (*_needed_specs(bench), *specs)
    with bench.lock(), bench.open_executor(3600) as executor:
        seeding = SeedBench(
            store=bench.store,
            channel=channel,
            build_v1=partial(build_for_seed, cache=cache_folder()),
            executor=executor,
            workspace=bench.scratch / "seed",
            logs=bench.logs,
            python=sys.executable,
            run=process.run,
        )
        yield from seed_packages(machine, asked, seeding, _provided(bench, channel))


def seed_channel(config: Config, roots: Mapping[ChannelRef, Path]) -> ChannelRef:
    """Return the channel to seed: the last upstream one that is a folder."""
    for channel in reversed(config.upstream):
        if channel in roots:
            return channel
    raise ConfigError(
        "no upstream channel is a folder, so there is nowhere to seed",
        where=str(config.file),
        remedy="add a folder to upstream, for instance upstream: [./channels/host]",
    )


def _needed_specs(bench: Bench) -> tuple[str, ...]:
    from conda_sluice.pipeline.needs import outside_needs
    from conda_sluice.pipeline.run import load_workspace

    workspace = load_workspace(bench, allow_dirty=True, dry_run=True)
    return outside_needs(workspace.members, workspace.candidates)


def _provided(bench: Bench, seeded: ChannelRef) -> tuple[PackageRecord, ...]:
    """Return the records of the other upstream folders: what they have need not be seeded."""
    return tuple(
        record
        for channel in bench.config.upstream
        if channel in bench.local_roots and channel != seeded
        for record in read_channel(bench.store, channel)
    )
