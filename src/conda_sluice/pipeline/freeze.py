"""Close a channel to whatever wants to climb into it, and open it again."""

from conda_sluice.errors import UsageError
from conda_sluice.model.transaction import Transaction
from conda_sluice.pipeline.bench import Bench
from conda_sluice.pipeline.exclusive import exclusively
from conda_sluice.pipeline.run import last_rung
from conda_sluice.plan.transactions import closing, opening


def freeze(bench: Bench, channel: str, why: str) -> Transaction:
    """Let nothing climb into a channel from now on."""
    return _note(bench, channel, why, is_closed=True)


def thaw(bench: Bench, channel: str, why: str) -> Transaction:
    """Let packages climb into a channel again."""
    return _note(bench, channel, why, is_closed=False)


def _note(bench: Bench, channel: str, why: str, *, is_closed: bool) -> Transaction:
    index = last_rung(bench.config, channel)
    if index == 0:
        raise UsageError(f"{channel} is the lowest channel; nothing climbs into it")
    rung = bench.config.ladder[index]
    make = closing if is_closed else opening
    with exclusively(bench):
        note = make(rung.channel, bench.stamp(why))
        bench.transactor.carry_out(note)
    return note
