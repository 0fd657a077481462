"""Alone with the channels: what a crash has left is brought to its end before anything else."""

from collections.abc import Iterator
from contextlib import contextmanager

from conda_sluice.model.outcome import Recovered
from conda_sluice.pipeline.bench import Bench


@contextmanager
def exclusively(bench: Bench) -> Iterator[tuple[Recovered, ...]]:
    """Be the only one who decides about these channels; yield what had to be recovered."""
    with bench.journal.exclusive():
        yield bench.transactor.recover()
