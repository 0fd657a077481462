"""Rules on where sources come from."""

import re
from collections.abc import Iterator

from conda_sluice.model.lint import Edit, Level
from conda_sluice.model.recipe import Source
from conda_sluice.recipe.lint.rule import Remark, Rule
from conda_sluice.recipe.lint.subject import Subject

_HEAD = "package: {name: trips, version: 1.2.0}\n"
_URL = "https://trips.example/trips-1.2.0.tar.gz"
_MOVING = frozenset(("", "HEAD", "main", "master", "trunk", "develop", "dev"))
_URL_LINE = re.compile(r"\s*(- )?url:")
_MIN_VERSION = 3
"""A shorter version may stand in a URL by chance."""


def _sources(subject: Subject) -> Iterator[Source]:
    for recipe in subject.built:
        yield from recipe.source


def _unhashed(subject: Subject) -> Iterator[Remark]:
    for source in _sources(subject):
        if source.url and not source.sha256:
            has = "only an md5" if source.md5 else "no sha256"
            yield Remark(f"{source.url[0]} has {has}", subject.line("source", "url"))


def _insecure(subject: Subject) -> Iterator[Remark]:
    for source in _sources(subject):
        for url in source.url:
            if url.startswith(("http://", "ftp://")):
                yield Remark(
                    f"{url} is fetched without encryption: see whether https:// works",
                    subject.line("source", "url"),
                )


def _moving(subject: Subject) -> Iterator[Remark]:
    for source in _sources(subject):
        if source.git_url and source.git_rev in _MOVING:
            yield Remark(
                f"{source.git_url} is taken from {source.git_rev or 'its default branch'},"
                " which moves: name a tag or commit",
                subject.line("source"),
            )


def _literal_version(subject: Subject) -> Iterator[Remark]:
    source = subject.block("source")
    version = next((one.version for one in subject.built), "")
    is_v1 = subject.block("context", "version") is not None
    is_set = is_v1 or any(
        one.name == "version" for one in subject.root.children if one.line.startswith("{%")
    )
    if source is None or not is_set or len(version) < _MIN_VERSION:
        return
    pattern = re.compile(rf"(?<![\w.]){re.escape(version)}(?!\w|\.\d)")
    for block in source.children:
        for child in (block, *block.children):
            if _URL_LINE.match(child.line) and len(pattern.findall(child.line)) == 1:
                line = pattern.sub("${{ version }}" if is_v1 else "{{ version }}", child.line)
                yield Remark(
                    f"the URL holds {version} instead of {{{{ version }}}}",
                    child.number,
                    Edit(child.number, 1, (line,)),
                )


SOURCE_RULES = (
    Rule(
        id="SL201",
        name="missing-sha256",
        level=Level.ERROR,
        why="A download without a hash can change under the recipe, by mistake or on purpose; md5"
        " does not hold against purpose.",
        bad=_HEAD + f"source:\n  url: {_URL}\n",
        good=_HEAD + f"source:\n  url: {_URL}\n  sha256: {'0' * 64}\n",
        check=_unhashed,
    ),
    Rule(
        id="SL202",
        name="insecure-source",
        level=Level.WARNING,
        why="What is fetched without encryption tells others what you build, and fails where"
        " networks let only https through.",
        bad=_HEAD + f"source:\n  url: {_URL.replace('https', 'http')}\n  sha256: {'0' * 64}\n",
        good=_HEAD + f"source:\n  url: {_URL}\n  sha256: {'0' * 64}\n",
        check=_insecure,
    ),
    Rule(
        id="SL203",
        name="version-written-twice",
        level=Level.WARNING,
        why="The next version is then changed in one place and forgotten in the other.",
        bad='{% set version = "1.2.0" %}\n'
        "package:\n  name: trips\n  version: {{ version }}\n"
        f"source:\n  url: {_URL}\n  sha256: {'0' * 64}\n",
        good='{% set version = "1.2.0" %}\n'
        "package:\n  name: trips\n  version: {{ version }}\n"
        f"source:\n  url: {_URL.replace('1.2.0', '{{ version }}')}\n  sha256: {'0' * 64}\n",
        check=_literal_version,
        is_fixable=True,
    ),
    Rule(
        id="SL204",
        name="moving-source",
        level=Level.ERROR,
        why="A branch says something else tomorrow: nobody can build the same package again.",
        bad=_HEAD + "source:\n  git_url: https://trips.example/trips.git\n  git_rev: main\n",
        good=_HEAD + "source:\n  git_url: https://trips.example/trips.git\n  git_rev: v1.2.0\n",
        check=_moving,
    ),
)
