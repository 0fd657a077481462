"""What those see who browse the ladder: read anew for each look, nothing is changed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.explanation import Explanation
from conda_sluice.model.names import NOARCH, PackageName
from conda_sluice.model.outcome import PromotionOutcome
from conda_sluice.model.package import PackageRecord
from conda_sluice.model.view import ChannelView, LadderView, PackageView
from conda_sluice.pipeline.bench import Bench
from conda_sluice.pipeline.explain import latest_tests, oldest_first
from conda_sluice.pipeline.ladder import read_ladder
from conda_sluice.pipeline.move import climber_for
from conda_sluice.pipeline.run import Options
from conda_sluice.pipeline.whole_channel import read_channel

Holding = tuple[tuple[PackageRecord, ...], tuple[PackageRecord, ...]]
"""What a channel shows and what it hides."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What takes a while to find out.

    `steps` are what the gates of each channel say to the packages of the channel below, by
    package name; `far` is what those channels of the ladder hold that are no folder here.
    """

    steps: Mapping[PackageName, tuple[PromotionOutcome, ...]] = field(default_factory=dict)
    far: Mapping[ChannelRef, Holding] = field(default_factory=dict)


def standing(bench: Bench, served: Mapping[ChannelRef, str]) -> Standing:
    """Ask every gate about every package: what `sluice promote --dry-run` says of each channel."""
    ladder, climber = read_ladder(bench.config, bench.store), climber_for(bench, Options())
    steps: dict[PackageName, list[PromotionOutcome]] = {}
    for index in range(1, len(ladder.rungs)):
        for outcome in climber.judge(ladder, index, ladder.records[index - 1]):
            steps.setdefault(outcome.record.name, []).append(outcome)
    held = zip(ladder.rungs, ladder.records, ladder.hidden, strict=True)
    return Standing(
        steps={name: tuple(some) for name, some in steps.items()},
        far={
            one.channel: (shown, hidden) for one, shown, hidden in held if one.channel not in served
        },
    )


def ladder_view(
    bench: Bench,
    served: Mapping[ChannelRef, str],
    known: Standing,
    names: Collection[PackageName] | None = None,
) -> LadderView:
    """Read the channels that are served, by `served` below which name, all or some packages.

    What the others hold is taken from what is known.
    """
    rungs = []
    for rung in bench.config.ladder:
        channel = rung.channel
        if channel in served:
            shown = read_channel(bench.store, channel, names)
            hidden = _hidden(bench, channel, served, names)
        else:
            shown, hidden = (
                tuple(one for one in some if names is None or one.name in names)
                for some in known.far.get(channel, ((), ()))
            )
        rungs.append(
            ChannelView(
                name=served.get(channel, channel.name),
                url="" if channel in served else channel.url,
                rung=rung,
                records=shown,
                hidden=hidden,
            )
        )
    return LadderView(
        rungs=tuple(rungs),
        upstream=tuple(
            ChannelView(name=served[one], records=read_channel(bench.store, one, names))
            if one in served
            else ChannelView(name=one.name, url=one.url)
            for one in bench.config.upstream
        ),
    )


def package_view(
    bench: Bench, served: Mapping[ChannelRef, str], known: Standing, name: PackageName
) -> PackageView | None:
    """Gather what is known of a package; None where no channel and no ledger entry knows it."""
    ladder = ladder_view(bench, served, known, [name])
    history = tuple(bench.ledger.events(name))
    if not history and not any(one.records or one.hidden for one in ladder.channels):
        return None
    told = Explanation(
        name=name,
        project=None,
        version=None,
        places=tuple((one.name, oldest_first(name, one.records)) for one in ladder.rungs),
        hidden=tuple((one.name, oldest_first(name, one.hidden)) for one in ladder.rungs),
        next_steps=known.steps.get(name, ()),
        tests=latest_tests(history, bench.tests),
        history=history,
    )
    return PackageView(told=told, ladder=ladder)


def _hidden(
    bench: Bench,
    channel: ChannelRef,
    served: Collection[ChannelRef],
    names: Collection[PackageName] | None,
) -> tuple[PackageRecord, ...]:
    store = bench.store
    # a channel that hides the last of a subdir shows none there; another may, or none at all
    shown = (subdir for one in served for subdir in store.subdirs(one))
    subdirs = {NOARCH, *bench.config.required_platforms, *shown}
    return tuple(
        record
        for subdir in sorted(subdirs)
        for record in store.hidden(channel, subdir)
        if names is None or record.name in names
    )
