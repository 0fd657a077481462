"""The front page: the ladder as steps, and every package with how far it has come."""

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from conda_sluice.model.explanation import StageState
from conda_sluice.model.names import PackageName
from conda_sluice.model.outcome import PromotionOutcome, PromotionResult
from conda_sluice.model.package import PackageRecord
from conda_sluice.model.version import rank
from conda_sluice.model.view import Asked, ChannelView, LadderView
from conda_sluice.report.browse.commands import install_line, url_of
from conda_sluice.report.browse.listing import listed
from conda_sluice.report.frame import render
from conda_sluice.report.told import RESULTS

_NEWEST = 5

Steps = Mapping[PackageName, Sequence[PromotionOutcome]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """A channel on the page."""

    channel: ChannelView
    url: str
    names: int
    newest: tuple[PackageRecord, ...]
    install: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A package on the page: its highest version in each channel, and what holds that."""

    name: PackageName
    versions: tuple[str, ...]
    word: tuple[StageState, str] | None


def front_page(
    ladder: LadderView, steps: Steps, asked: Asked, made: str, *, gates: str = ""
) -> str:
    """Return the page; `gates` is what there is to say of gates that could not be asked."""
    by_name = [_by_name(rung.records) for rung in ladder.rungs]
    listing = listed((name for one in by_name for name in one), asked.search, asked.number)
    return render(
        "front.html.j2",
        ladder=ladder,
        steps=[_step(ladder, one, asked.base) for one in ladder.rungs],
        upstream=[_step(ladder, one, asked.base) for one in ladder.upstream],
        listing=listing,
        rows=[_row(name, by_name, steps) for name in listing.names],
        gates=gates,
        made=made,
        up="./",
    )


def _step(ladder: LadderView, channel: ChannelView, base: str) -> _Step:
    return _Step(
        channel=channel,
        url=url_of(channel, base),
        names=len({record.name for record in channel.records}),
        newest=tuple(heapq.nlargest(_NEWEST, channel.records, key=lambda one: one.timestamp)),
        install=install_line(ladder, channel, "NAME", base),
    )


def _row(
    name: PackageName,
    by_name: Sequence[Mapping[PackageName, Sequence[PackageRecord]]],
    steps: Steps,
) -> _Row:
    versions = tuple(
        max({record.version for record in one[name]}, key=rank) if name in one else ""
        for one in by_name
    )
    return _Row(name=name, versions=versions, word=_word(steps.get(name, ()), versions))


def _word(
    outcomes: Sequence[PromotionOutcome], versions: Sequence[str]
) -> tuple[StageState, str] | None:
    """Say what becomes of the highest version that is not where it could be, None for nothing."""
    for outcome in outcomes:
        if outcome.result is PromotionResult.ALREADY_THERE:
            continue
        if outcome.record.version in versions:
            state, words = RESULTS[outcome.result]
            gates = dict.fromkeys(
                excuse.gate for excuse in outcome.excuses if not excuse.verdict.lets_pass
            )
            why = f" ({', '.join(gates)})" if gates else ""
            return state, f"{outcome.record.version} for {outcome.target}: {words}{why}"
    return None


def _by_name(records: Sequence[PackageRecord]) -> dict[PackageName, list[PackageRecord]]:
    grouped: dict[PackageName, list[PackageRecord]] = {}
    for record in records:
        grouped.setdefault(record.name, []).append(record)
    return grouped
