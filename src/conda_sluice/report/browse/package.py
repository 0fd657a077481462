"""The page on one package: each version with where it stands, what holds it, and its past."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from conda_sluice.errors import PackageError
from conda_sluice.model.event import Event
from conda_sluice.model.explanation import StageState, ToldTest
from conda_sluice.model.outcome import PromotionOutcome
from conda_sluice.model.package import PackageRecord, parse_file_name
from conda_sluice.model.version import rank
from conda_sluice.model.view import Asked, ChannelView, PackageView
from conda_sluice.plan.way import channels_of, steps_ahead
from conda_sluice.report.browse.commands import install_line
from conda_sluice.report.frame import render
from conda_sluice.report.told import RESULTS


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    """A package file, a channel to take it from, and the channels that hold or hide it."""

    record: PackageRecord
    source: ChannelView
    holding: tuple[str, ...] = ()
    hiding: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Version:
    """A version; `places` pairs channels with whether they have it, or how far it is from there.

    `yanked` are the channels that hide a file of it; `install` is "" where no channel shows it.
    """

    version: str
    places: tuple[tuple[str, StageState], ...]
    yanked: frozenset[str]
    install: str
    files: tuple[_File, ...]
    steps: tuple[PromotionOutcome, ...]
    tests: tuple[ToldTest, ...]
    history: tuple[Event, ...]


def package_page(view: PackageView, asked: Asked, made: str, *, gates: str = "") -> str:
    """Return the page; `gates` is what there is to say of gates that could not be asked."""
    told = view.told
    known = {one.version for channel in view.ladder.channels for one in channel.records}
    known |= {one.version for channel in view.ladder.channels for one in channel.hidden}
    past = {_version_of(event) for event in told.history} - known - {""}
    return render(
        "package.html.j2",
        told=told,
        ladder=view.ladder,
        way=channels_of(told),
        versions=[_version(view, one, asked.base) for one in sorted(known, key=rank, reverse=True)],
        gone=[_version(view, one, asked.base) for one in sorted(past, key=rank, reverse=True)],
        rest=[event for event in told.history if not _version_of(event)],
        gates=gates,
        made=made,
        up="../../",
    )


def _version(view: PackageView, version: str, base: str) -> _Version:
    told, ladder = view.told, view.ladder
    channels = [one for one in ladder.channels if one in ladder.rungs or one.records or one.hidden]
    showing = [one for one in channels if any(it.version == version for it in one.records)]
    best = showing[-1] if showing else None
    if best is not None and any(one in ladder.rungs for one in showing):
        best = [one for one in showing if one in ladder.rungs][-1]  # the most mature one
    steps = tuple(one for one in steps_ahead(told) if one.record.version == version)
    yanked = {one.name for one in channels if any(it.version == version for it in one.hidden)}
    return _Version(
        version=version,
        places=tuple((one.name, _state(one, version, steps)) for one in channels),
        yanked=frozenset(yanked),
        install=install_line(ladder, best, f"{told.name}=={version}", base) if best else "",
        files=_files(view, version),
        steps=steps,
        tests=tuple(one for one in told.tests if one.version == version),
        history=tuple(one for one in told.history if _version_of(one) == version),
    )


def _state(channel: ChannelView, version: str, steps: Sequence[PromotionOutcome]) -> StageState:
    """Tell whether a channel has a version, hides it, or what its gates make of it."""
    if any(one.version == version for one in channel.records):
        return StageState.DONE
    if any(one.version == version for one in channel.hidden):
        return StageState.HELD
    states = (RESULTS[one.result][0] for one in steps if one.target == channel.name)
    return next((one for one in states if one is not StageState.DONE), StageState.ABSENT)


def _files(view: PackageView, version: str) -> tuple[_File, ...]:
    found: dict[tuple[str, str], _File] = {}
    for channel in view.ladder.channels:
        for record, is_shown in (
            *((one, True) for one in channel.records),
            *((one, False) for one in channel.hidden),
        ):
            if record.version == version:
                key = record.path, record.sha256
                file = found.get(key) or _File(record=record, source=channel)
                found[key] = (
                    replace(file, holding=(*file.holding, channel.name))
                    if is_shown
                    else replace(file, hiding=(*file.hiding, channel.name))
                )
    return tuple(file for _, file in sorted(found.items(), key=lambda item: item[0]))


def _version_of(event: Event) -> str:
    """Return the version of the file that an event tells of, "" where its name does not say it."""
    try:
        return parse_file_name(event.file).version
    except PackageError:
        return ""
