"""What a package and its build are called, and whether texts differ in nothing else."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath

from packaging.version import InvalidVersion, Version

from conda_sluice.model.contents import PackageContents

_COMMIT_DIGITS = (40, 12, 8, 7)
"""How much of a commit's id tools write down."""


@dataclass(frozen=True)
class Words:
    """For each word of the first package the words that may stand in its place in the second."""

    partners: Mapping[bytes, Sequence[bytes]] = field(default_factory=dict)

    def explain(self, first: bytes, second: bytes) -> bool:
        """Tell whether the second is the first with nothing but words replaced.

        A word that stands in a longer number is none, and one that was kept is fine: a change
        log names the candidate in both.
        """
        ends, position = {0}, 0
        for found in self._pattern.finditer(first):
            between = first[position : found.start()]
            starts = {end + len(between) for end in ends if second.startswith(between, end)}
            ends = {
                start + len(word)
                for start in starts
                for word in (found[0], *self.partners[found[0]])
                if second.startswith(word, start)
            }
            if not ends:
                return False
            position = found.end()
        rest = first[position:]
        return any(second[end:] == rest for end in ends)

    def renamed(self, path: str) -> Iterable[str]:
        """Yield the paths that a file of the first package may have in the second."""
        data = path.encode("utf-8", "surrogateescape")
        for word in {found[0] for found in self._pattern.finditer(data)}:
            for partner in self.partners[word]:
                yield data.replace(word, partner).decode("utf-8", "surrogateescape")

    @cached_property
    def _pattern(self) -> re.Pattern[bytes]:
        longest_first = sorted(self.partners, key=len, reverse=True)
        if not longest_first:
            return re.compile(b"(?!)")
        words = b"|".join(re.escape(word) for word in longest_first)
        return re.compile(rb"(?<![0-9])(?<![0-9]\.)(?:" + words + rb")(?![0-9])")


def words_of(first: PackageContents, second: PackageContents) -> Words:
    """Return what two packages call themselves, each thing in all its spellings.

    These are version, build string and content key, the commit, and the folders of the build.
    """
    partners: dict[bytes, list[bytes]] = {}
    for ours, theirs in zip(_names(first), _names(second), strict=True):
        for word in ours:
            found = partners.setdefault(word, [])
            found += [one for one in theirs if one not in found]
    return Words(partners)


def _names(contents: PackageContents) -> tuple[tuple[bytes, ...], ...]:
    record, origin = contents.record, contents.origin
    commit = origin.sha if origin else ""
    folders = [str(PurePosixPath(one).parent) for one in contents.prefixes]
    groups: tuple[Iterable[str], ...] = (
        spellings(record.version, origin.version if origin else ""),
        (record.build,),
        (origin.key if origin else "",),
        *((commit[:digits],) for digits in _COMMIT_DIGITS),
        contents.prefixes,
        [one for one in folders if one != "/"],
    )
    return tuple(tuple(one.encode() for one in group if one) for group in groups)


def spellings(*versions: str) -> tuple[str, ...]:
    """Return the ways in which languages and tools spell a version, its own first."""
    found: dict[str, None] = {}
    for text in versions:
        found |= dict.fromkeys((text, text.replace("_", "-")))
        try:
            version = Version(text)
        except InvalidVersion:
            continue
        for release in _releases(version):
            found |= dict.fromkeys(_spelled(release, version))
    return tuple(one for one in found if one)


def _releases(version: Version) -> Iterable[tuple[str, ...]]:
    numbers = tuple(str(number) for number in version.release)
    yield numbers
    yield (*numbers, *("0",) * (3 - len(numbers)))
    while len(numbers) > 2 and numbers[-1] == "0":  # noqa: PLR2004 - a version is no lone number
        numbers = numbers[:-1]
        yield numbers


def _spelled(release: Sequence[str], version: Version) -> Iterable[str]:
    """Yield a version as text and as a tuple of Python."""
    dotted, listed = ".".join(release), ", ".join(release)
    if version.pre is None:
        yield from (dotted, listed)
        return
    letters, number = version.pre
    for glue in ("", "-", ".", "_", "~"):
        for dot in ("", "."):
            yield f"{dotted}{glue}{letters}{dot}{number}"
    for quote in "'\"":
        yield f"{listed}, {quote}{letters}{number}{quote}"
        yield f"{listed}, {quote}{letters}{quote}, {number}"
