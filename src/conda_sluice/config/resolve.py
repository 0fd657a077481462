"""channels.yaml as it is written + its folder + this machine's platform -> Config."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from conda_sluice.config.disk import (
    check_file,
    check_possible_folder,
    real_path,
)
from conda_sluice.config.gates import people_file, resolve_gate
from conda_sluice.config.locations import folder_of, rung_channel, upstream_channel
from conda_sluice.config.parse import Parsed
from conda_sluice.config.projects import resolve_projects
from conda_sluice.config.readers import unknown_word
from conda_sluice.config.resolve_stores import resolve_ledger, resolve_stores
from conda_sluice.config.schema import (
    LintItem,
    LintLevel,
    RungItem,
    SolveStrategy,
)
from conda_sluice.errors import ConfigError, UsageError
from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.config import (
    BuilderName,
    Config,
    LintSettings,
    Retention,
    Rung,
    VersionPolicy,
)
from conda_sluice.model.lint import Level
from conda_sluice.model.names import (
    PLATFORMS,
    PackageName,
    Subdir,
    is_channel_name,
    parse_package_name,
)
from conda_sluice.model.stores import StoreOptions


def resolve_channels(
    parsed: Parsed, *, file: Path, platform: Subdir, is_project: Callable[[Path], bool]
) -> Config:
    """Return what channels.yaml means at `file` (absolute) on a machine of `platform`.

    Raise ConfigError with line and column for the first thing that cannot be.
    """
    written, root = parsed.file, file.parent
    stores = resolve_stores(parsed)
    upstream = _upstream(parsed, root, stores)
    ladder = tuple(
        rung_channel(
            rung.name, rung.url, root=root, where=parsed.where("ladder", i, "url"), stores=stores
        )
        for i, rung in enumerate(written.ladder)
    )
    _check_ladder(parsed, ladder, upstream)
    required, optional = _platforms(parsed, platform)
    return Config(
        root=root,
        file=file,
        upstream=upstream,
        ladder=tuple(
            _rung(parsed, i, rung, channel, root)
            for i, (rung, channel) in enumerate(zip(written.ladder, ladder, strict=True))
        ),
        projects=resolve_projects(parsed, root=root, is_project=is_project),
        variants=_files(parsed, "variants", written.variants, root, "the variant file"),
        required_platforms=required,
        optional_platforms=optional,
        solve=_solve(parsed),
        ledger=resolve_ledger(parsed, root, ladder[0]),
        stores=replace(stores, places=tuple(one.place for one in (*ladder, *upstream))),
        sets=_sets(parsed),
        names=_names(parsed),
        builder=written.builder or BuilderName.RATTLER_BUILD,
        lint=_lint(parsed),
        locks=_files(parsed, "locks", written.locks, root, "the lock file"),
        trusted_branch=written.trusted_branch or "",
    )


def _upstream(parsed: Parsed, root: Path, stores: StoreOptions) -> tuple[ChannelRef, ...]:
    channels: list[ChannelRef] = []
    for i, text in enumerate(parsed.file.upstream or ()):
        where = parsed.where("upstream", i)
        channel = upstream_channel(text, root=root, where=where, stores=stores)
        twin = next((k for k, other in enumerate(channels) if other.url == channel.url), None)
        if twin is not None:
            raise _twin("channel", channel.name, where, parsed.where("upstream", twin))
        channels.append(channel)
    taken = [rung.name for rung in parsed.file.ladder] + [channel.name for channel in channels]
    return tuple(
        channel if taken.count(channel.name) == 1 else replace(channel, name=channel.url)
        for channel in channels
    )


def _check_ladder(
    parsed: Parsed, ladder: Sequence[ChannelRef], upstream: Sequence[ChannelRef]
) -> None:
    """Raise ConfigError for bad or double names, folders that cannot be, two channels in one."""
    names: dict[str, str] = {}
    places = {channel.url: parsed.where("upstream", i) for i, channel in enumerate(upstream)}
    for i, (rung, channel) in enumerate(zip(parsed.file.ladder, ladder, strict=True)):
        where = parsed.where("ladder", i, "name")
        if not is_channel_name(rung.name):
            raise ConfigError(
                f"{rung.name!r} cannot name a channel",
                where=where,
                remedy="use at most 128 lower-case letters, digits, '.', '-' and '_'",
            )
        if rung.name in names:
            raise _twin("channel", rung.name, where, names[rung.name])
        names[rung.name] = where
        where = parsed.where("ladder", i, "url")
        for url in {channel.url, _real_url(channel, where)}:
            if places.setdefault(url, where) != where:
                raise ConfigError(
                    f"the channel {rung.name!r} lies where another channel lies",
                    where=where,
                    remedy=f"the other one stands at {places[url]}; give each a folder of its own",
                )


def _real_url(channel: ChannelRef, where: str) -> str:
    """Return the URL without links: two links to one folder would make a channel its own target."""
    folder = channel.folder
    if folder is None:
        return channel.url
    check_possible_folder(folder, noun="the channel", where=where)
    return real_path(folder, noun="the channel", where=where).as_uri()


def _rung(parsed: Parsed, position: int, rung: RungItem, channel: ChannelRef, root: Path) -> Rung:
    retention = rung.retention
    return Rung(
        channel=channel,
        gates=tuple(
            resolve_gate(gate, root, partial(parsed.where, "ladder", position, "gates", i))
            for i, gate in enumerate(rung.gates or ())
        ),
        versions=rung.versions or VersionPolicy.ANY,
        retention=Retention(keep=retention.keep, days=retention.days) if retention else None,
        overriders=_overriders(parsed, position, rung, root),
    )


def _overriders(parsed: Parsed, position: int, rung: RungItem, root: Path) -> Path | None:
    if rung.overriders is None:
        return None
    return people_file(rung.overriders, root, parsed.where("ladder", position, "overriders"))


def _platforms(parsed: Parsed, here: Subdir) -> tuple[tuple[Subdir, ...], tuple[Subdir, ...]]:
    """Return the required and the optional platforms; a platform stands in one list, once."""
    item = parsed.file.platforms
    seen: dict[str, str] = {}
    lists: dict[str, tuple[str, ...] | None] = {
        "required": item.required if item else None,
        "optional": item.optional if item else None,
    }
    for key, platforms in lists.items():
        for i, text in enumerate(platforms or ()):
            where = parsed.where("platforms", key, i)
            if text not in PLATFORMS:
                raise unknown_word("platform", text, PLATFORMS, where)
            if text in seen:
                raise _twin("platform", text, where, seen[text])
            seen[text] = where
    required, optional = lists["required"] or (here,), lists["optional"] or ()
    return (
        tuple(Subdir(text) for text in required),
        tuple(Subdir(text) for text in optional if text not in required),
    )


def _files(
    parsed: Parsed, key: str, texts: Sequence[str] | None, root: Path, noun: str
) -> tuple[Path, ...]:
    """Return the files that a list names; each has to be there."""
    files = []
    for i, text in enumerate(texts or ()):
        where = parsed.where(key, i)
        file = folder_of(text, root=root, where=where)
        check_file(file, noun=noun, where=where)
        files.append(file)
    return tuple(files)


def _solve(parsed: Parsed) -> tuple[str, ...]:
    tests = parsed.file.tests
    strategies = (tests.solve if tests else None) or (SolveStrategy.HIGHEST,)
    return tuple(strategy.value for strategy in strategies)


def _lint(parsed: Parsed) -> LintSettings:
    written = parsed.file.lint or LintItem()
    level = written.level or LintLevel.ERROR
    return LintSettings(
        level=None if level is LintLevel.OFF else Level[level.name],
        ignore=written.ignore or (),
    )


def _sets(parsed: Parsed) -> tuple[tuple[str, tuple[PackageName, ...]], ...]:
    return tuple(
        (
            title,
            tuple(
                _package_name(name, parsed.where("sets", title, i)) for i, name in enumerate(names)
            ),
        )
        for title, names in (parsed.file.sets or {}).items()
    )


def _names(parsed: Parsed) -> tuple[tuple[str, PackageName], ...]:
    return tuple(
        (name, _package_name(conda_name, parsed.where("names", name)))
        for name, conda_name in (parsed.file.names or {}).items()
    )


def _package_name(text: str, where: str) -> PackageName:
    try:
        return parse_package_name(text)
    except UsageError as error:
        raise ConfigError(error.what, where=where, remedy=error.remedy) from error


def _twin(noun: str, name: str, where: str, first: str) -> ConfigError:
    return ConfigError(
        f"the {noun} {name!r} is named twice", where=where, remedy=f"it stands at {first} already"
    )
