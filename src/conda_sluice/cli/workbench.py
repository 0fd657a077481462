"""From the command line's options to the workbench."""

from pathlib import Path

from conda_sluice.model.config import BuilderName
from conda_sluice.model.stores import TRANSFERS
from conda_sluice.pipeline.bench import Bench
from conda_sluice.wiring.bench import open_bench
from conda_sluice.wiring.configuration import find_config


def bench(
    config: Path | None,
    jobs: int = 1,
    builder: BuilderName | None = None,
    *,
    transfers: int = TRANSFERS,
) -> Bench:
    """Open the workbench for the given channels.yaml, or the nearest one."""
    return open_bench(config_file(config), jobs, builder, transfers=transfers)


def config_file(config: Path | None) -> Path:
    """Return the given channels.yaml, or the nearest one."""
    return config if config is not None else find_config(Path.cwd())
