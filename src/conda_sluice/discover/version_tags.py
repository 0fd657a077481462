"""Tags that name a version: by a template, or by the forms that projects use."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from packaging.version import InvalidVersion, Version

from conda_sluice.effects.git import Tag
from conda_sluice.errors import VersionError
from conda_sluice.model.project import Language

PLACEHOLDER = "{version}"

_R_VERSION = re.compile(r"[0-9]+(?:[.-][0-9]+)+")
_BARE = re.compile(r"[vV]?([0-9].*)")
_SEPARATORS = ("-", "_", "/")
_WORDS = ("release", "rel", "version", "ver")
_OTHER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.]*(?:[-/][A-Za-z][A-Za-z0-9_.]*)*[-/][vV]?[0-9].*")
"""What stands after `core-` in the tag of a project `core-extra`: a name, then its version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionTag:
    """A tag, the version as its name spells it, and that version to compare with others."""

    tag: Tag
    text: str
    version: Version


def find_version_tags(
    tags: Iterable[Tag],
    *,
    template: str,
    language: Language,
    names: Sequence[str],
    where: str,
) -> tuple[VersionTag, ...]:
    """Return the tags that hold a version of this project.

    With a template (`trips-v{version}`) these are the tags of that form, and VersionError is
    raised for one that fits but holds no version. Without, they are `1.2`, `v1.2`, and both after
    `release-`, `version-` or one of `names`; other tags mean something else.
    """
    read = _template_reader(template) if template else _usual_reader(names)
    found = []
    for tag in tags:
        text = read(tag.name)
        version = None if text is None else read_version(text, language)
        if text is not None and version is not None:
            found.append(VersionTag(tag=tag, text=text, version=version))
        elif text is not None and _is_mistake(text, template):
            raise VersionError(
                f"tag {tag.name!r} is called {template!r} but {text!r} is no version",
                where=where,
                remedy=f"delete it (git tag -d {tag.name}), or change `tag` in channels.yaml",
            )
    return tuple(found)


@lru_cache(maxsize=4096)
def read_version(text: str, language: Language) -> Version | None:
    """Return a version that compares as the language compares it, None where `text` is none."""
    if language is Language.R and _R_VERSION.fullmatch(text):
        return Version(text.replace("-", "."))
    try:
        return Version(Version(text).public)
    except InvalidVersion:
        return None


def is_r_version(text: str) -> bool:
    """Tell whether R takes `text` for a version."""
    return _R_VERSION.fullmatch(text) is not None


def _template_reader(template: str) -> Callable[[str], str | None]:
    before, _, after = template.partition(PLACEHOLDER)

    def read(tag: str) -> str | None:
        is_whole = len(tag) > len(before) + len(after)
        if not is_whole or not tag.startswith(before) or not tag.endswith(after):
            return None
        return tag[len(before) : len(tag) - len(after)]

    return read


def _usual_reader(names: Sequence[str]) -> Callable[[str], str | None]:
    # by hand: a regular expression for each project would take longer to compile than to use
    starts = tuple(name.lower() for name in (*_WORDS, *names) if name)

    def read(tag: str) -> str | None:
        for start in starts:
            end = len(start)
            if tag[:end].lower() == start and tag[end : end + 1] in _SEPARATORS:
                match = _BARE.fullmatch(tag, end + 1)
                if match:
                    return match[1]
        match = _BARE.fullmatch(tag)
        return match[1] if match else None

    return read


def _is_mistake(text: str, template: str) -> bool:
    """Tell whether a tag of the template's form was meant to hold a version."""
    has_literal = bool(template.replace(PLACEHOLDER, ""))
    return has_literal and not _OTHER_NAME.fullmatch(text)
