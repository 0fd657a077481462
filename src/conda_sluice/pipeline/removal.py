"""Ask what would fall when packages leave a channel, before they do."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from conda_sluice.errors import RefusedError
from conda_sluice.model.names import Subdir
from conda_sluice.model.package import PackageRecord
from conda_sluice.pipeline.bench import Bench
from conda_sluice.pipeline.ladder import Ladder
from conda_sluice.plan.promotion.removal import Fallen, Surroundings, plan_removal
from conda_sluice.plan.promotion.target import Held
from conda_sluice.plan.wording import in_one_line

_NAMED = 3
"""How many of those that would fall are named."""

Leaving = Mapping[int, Sequence[PackageRecord]]
"""What is to leave each rung of the ladder, by its place."""


def fallen_by(bench: Bench, ladder: Ladder, leaving: Leaving) -> Mapping[str, tuple[Fallen, ...]]:
    """Return by channel what can be installed now and could not once all of `leaving` has left."""
    around = Surroundings(
        channels=tuple(
            Held(name=rung.channel.name, records=records)
            for rung, records in zip(ladder.rungs, ladder.records, strict=True)
        ),
        upstream=tuple(channel.url for channel in ladder.upstream),
        platforms=tuple(Subdir(one) for one in bench.config.required_platforms),
    )
    found: dict[str, tuple[Fallen, ...]] = {}
    with bench.environments.open_judge() as judge:
        for index in sorted(leaving, reverse=True):
            for channel, fallen in plan_removal(leaving[index], index, around, judge).items():
                gone = {one.path for one in leaving.get(ladder.index(channel), ())}
                staying = tuple(one for one in fallen if one.record.path not in gone)
                found[channel] = (*found.get(channel, ()), *staying)
            around = _without(around, index, leaving[index])
    return {channel: fallen for channel, fallen in found.items() if fallen}


def refuse_falls(fallen: Mapping[str, tuple[Fallen, ...]], remedy: str) -> None:
    """Raise RefusedError naming what would fall, and why."""
    for channel, those in fallen.items():
        files = list(dict.fromkeys(one.record.path for one in those))
        rest = f" and {len(files) - _NAMED} more" if len(files) > _NAMED else ""
        raise RefusedError(
            f"{', '.join(files[:_NAMED])}{rest} could not be installed any more:"
            f" {in_one_line(those[0].reason)}",
            where=channel,
            remedy=remedy,
        )


def _without(around: Surroundings, index: int, gone: Sequence[PackageRecord]) -> Surroundings:
    paths = {one.path for one in gone}
    channels = list(around.channels)
    kept = tuple(one for one in channels[index].records if one.path not in paths)
    channels[index] = replace(channels[index], records=kept)
    return replace(around, channels=tuple(channels))
