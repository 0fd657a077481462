"""The text of channels.yaml -> ChannelsFile; every mistake names its line, column and remedy."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from conda_sluice.config.gates import read_gates
from conda_sluice.config.nodes import Entries, Items, Node, Scalar, parse_tree
from conda_sluice.config.readers import (
    check_distinct,
    choice_of,
    list_of,
    optional,
    read_command,
    read_items,
    read_positive,
    read_section,
    read_text,
    read_whole,
    some_of,
    wrong_kind,
)
from conda_sluice.config.schema import (
    PLANNED_STRATEGIES,
    VERSIONS,
    AnacondaItem,
    ChannelsFile,
    LintItem,
    LintLevel,
    PlatformsItem,
    ProjectItem,
    RetentionItem,
    RungItem,
    S3Item,
    SolveStrategy,
    StoresItem,
    TestsItem,
)
from conda_sluice.config.secrets import redact
from conda_sluice.errors import ConfigError
from conda_sluice.model.config import BuilderName, Mode, VersionPolicy
from conda_sluice.model.stores import Addressing

_NO_GIT_TAG = frozenset(" ~^:?*[\\")


@dataclass(frozen=True, slots=True)
class Parsed:
    """channels.yaml as it is written, and where each part of it stands."""

    file: ChannelsFile
    tree: Node

    def where(self, *path: str | int) -> str:
        """Return `file:line:column` of the value at `path`, or of what would hold it."""
        node = self.tree
        for step in path:
            match node, step:
                case Items(), int() if step < len(node.items):
                    node = node.items[step]
                case Entries(), str():
                    node = node.find(step) or node
                case _:
                    break
        return node.where


def parse_channels(text: str, *, name: str = "channels.yaml") -> Parsed:
    """Return the text of a channels.yaml, checked for all that can be judged without a disk.

    Raise ConfigError for the first mistake; `name` is the file's name in it.
    """
    tree = parse_tree(text, name=name)
    return Parsed(_file(tree), tree)


def _file(node: Node) -> ChannelsFile:
    match node:
        case Entries() if (version := node.find("version")) is not None:
            _version(version)  # first of all: the keys of a later format are not misspelled
    section = read_section(node, ChannelsFile, "channels.yaml")
    return ChannelsFile(
        version=_version(section["version"]),
        upstream=optional(section, "upstream", list_of(read_text)),
        ladder=_ladder(section["ladder"]),
        projects=optional(section, "projects", list_of(_project)),
        variants=optional(section, "variants", list_of(read_text)),
        platforms=optional(section, "platforms", _platforms),
        tests=optional(section, "tests", _tests),
        ledger=optional(section, "ledger", read_text),
        builder=optional(section, "builder", choice_of(BuilderName, "builder")),
        lint=optional(section, "lint", _lint),
        sets=optional(section, "sets", _sets),
        locks=optional(section, "locks", list_of(read_text)),
        stores=optional(section, "stores", _stores),
        trusted_branch=optional(section, "trusted-branch", read_text),
        names=optional(section, "names", _names),
    )


def _version(node: Node) -> int:
    number = read_whole(node)
    if number not in VERSIONS:
        raise ConfigError(
            f"this version of sluice does not know version {number} of channels.yaml",
            where=node.where,
            remedy=f"write version: {VERSIONS[-1]}, or upgrade sluice",
        )
    return number


def _ladder(node: Node) -> tuple[RungItem, ...]:
    read = some_of(_rung, empty="the ladder is empty", remedy="name at least one channel")
    rungs = read(node)
    lowest = rungs[0]
    if lowest.gates or lowest.versions not in {None, VersionPolicy.ANY}:
        # Accepted and never judged, they would only look like a guard.
        raise ConfigError(
            f"the lowest channel, {lowest.name!r}, takes what is built: nothing guards it",
            where=read_items(node)[0].where,
            remedy="move its 'gates' and 'versions' to a channel above it",
        )
    return rungs


def _rung(node: Node) -> RungItem:
    section = read_section(node, RungItem, "a channel of the ladder")
    return RungItem(
        name=read_text(section["name"]),
        url=read_text(section["url"]),
        gates=optional(section, "gates", read_gates),
        versions=optional(section, "versions", choice_of(VersionPolicy, "version policy")),
        retention=optional(section, "retention", _retention),
        overriders=optional(section, "overriders", read_text),
    )


def _strategy(node: Node) -> SolveStrategy:
    if (name := read_text(node)) in PLANNED_STRATEGIES:
        raise ConfigError(
            f"the solve strategy {name!r} is planned, but this version of sluice cannot do it yet",
            where=node.where,
            remedy="remove it here: tests take the highest versions all the same",
        )
    return choice_of(SolveStrategy, "solve strategy")(node)


def _retention(node: Node) -> RetentionItem:
    section = read_section(node, RetentionItem, "retention")
    if not section:
        raise ConfigError(
            "this retention says nothing", where=node.where, remedy="give 'keep', 'days' or both"
        )
    return RetentionItem(
        keep=optional(section, "keep", read_positive),
        days=optional(section, "days", read_positive),
    )


def _project(node: Node) -> str | ProjectItem:
    match node:
        case Scalar():
            return read_text(node)
        case Entries():
            return _project_item(node)
        case Items():
            raise wrong_kind(node, "a folder, a glob, or a mapping with 'path'")


def _project_item(node: Node) -> ProjectItem:
    section = read_section(node, ProjectItem, "a project")
    return ProjectItem(
        path=read_text(section["path"]),
        tag=optional(section, "tag", _tag),
        test=optional(section, "test", read_command),
        mode=optional(section, "mode", choice_of(Mode, "mode")),
        owners=optional(section, "owners", list_of(read_text)),
    )


def _tag(node: Node) -> str:
    tag = read_text(node)
    around = tag.replace("{version}", "")
    if tag.count("{version}") != 1 or "{" in around or "}" in around:
        raise ConfigError(
            f"the tag template {redact(repr(tag))} has to hold {{version}} once, and no more",
            where=node.where,
            remedy='write for instance "trips-v{version}"',
        )
    # git check-ref-format(1); and a leading dash would be taken for an option.
    if tag.startswith(("-", ".", "/")) or ".." in tag or _NO_GIT_TAG.intersection(tag):
        raise ConfigError(
            f"git allows no tag that is spelled {redact(repr(tag))}",
            where=node.where,
            remedy="use letters, digits, '.', '-', '_' and '/'",
        )
    return tag


def _platforms(node: Node) -> PlatformsItem:
    section = read_section(node, PlatformsItem, "platforms")
    required = some_of(
        read_text,
        empty="no platform is required, so no test could hold anything back",
        remedy="name one, or remove the key to require this machine's platform",
    )
    return PlatformsItem(
        required=optional(section, "required", required),
        optional=optional(section, "optional", list_of(read_text)),
    )


def _tests(node: Node) -> TestsItem:
    section = read_section(node, TestsItem, "tests")
    return TestsItem(solve=optional(section, "solve", _solve))


def _stores(node: Node) -> StoresItem:
    section = read_section(node, StoresItem, "stores")
    return StoresItem(
        s3=optional(section, "s3", _s3),
        anaconda=optional(section, "anaconda", _anaconda),
        mirrors=optional(section, "mirrors", _mirrors),
    )


def _mirrors(node: Node) -> Mapping[str, tuple[str, ...]]:
    read = some_of(read_text, empty="this URL has no mirror", remedy="name one, or remove the key")
    match node:
        case Entries():
            return {read_text(key): read(value) for key, value in node.entries}
        case _:
            raise wrong_kind(node, "a mapping of URLs to lists of URLs")


def _s3(node: Node) -> S3Item:
    section = read_section(node, S3Item, "s3")
    return S3Item(
        endpoint=optional(section, "endpoint", read_text),
        region=optional(section, "region", read_text),
        addressing=optional(section, "addressing", choice_of(Addressing, "addressing")),
    )


def _anaconda(node: Node) -> AnacondaItem:
    section = read_section(node, AnacondaItem, "anaconda")
    return AnacondaItem(
        api=optional(section, "api", read_text), channels=optional(section, "channels", read_text)
    )


def _lint(node: Node) -> LintItem:
    section = read_section(node, LintItem, "lint")
    return LintItem(
        level=optional(section, "level", choice_of(LintLevel, "level")),
        ignore=optional(section, "ignore", list_of(_rule)),
    )


def _rule(node: Node) -> str:
    rule = read_text(node)
    if not re.fullmatch(r"SL\d{3}", rule):
        raise ConfigError(
            f"{rule!r} is no id of a rule", where=node.where, remedy="ids look like SL104"
        )
    return rule


def _solve(node: Node) -> tuple[SolveStrategy, ...]:
    strategies = some_of(
        _strategy,
        empty="no solve strategy is named, so nothing would be tested",
        remedy="write solve: [highest]",
    )(node)
    check_distinct(node, strategies)
    return strategies


def _sets(node: Node) -> Mapping[str, tuple[str, ...]]:
    match node:
        case Entries():
            return {read_text(key): _set(key, value) for key, value in node.entries}
        case _:
            raise wrong_kind(node, "a mapping of set names to lists of packages")


def _set(key: Scalar, node: Node) -> tuple[str, ...]:
    names = list_of(read_text)(node)
    check_distinct(node, names)
    if len(names) < 2:  # noqa: PLR2004 - one package alone is no set
        raise ConfigError(
            f"the set {key.text!r} holds less than two packages",
            where=node.where,
            remedy="name those that have to climb together, or remove the set",
        )
    return names


def _names(node: Node) -> Mapping[str, str]:
    match node:
        case Entries():
            return {read_text(key): read_text(value) for key, value in node.entries}
        case _:
            raise wrong_kind(node, "a mapping of registry names to conda names")
