"""Pair the files of two packages, and say of each pair how it stands."""

from collections.abc import Mapping
from dataclasses import dataclass

from conda_sluice.model.comparison import Comparison, FileDifference, Likeness
from conda_sluice.model.contents import PackageContents, PackageFile
from conda_sluice.plan.comparing.rules import is_same_python, judge_bytes, source_of
from conda_sluice.plan.comparing.words import Words, words_of

MOST_BYTES = 64 << 20
"""Larger files are compared by their digests alone."""

_RECORDED_ONLY = ("info/recipe/",)
"""What is read by people only, and may be there in one of two packages."""

Contents = Mapping[str, bytes]
"""The bytes of files, by path."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One file in both packages; the paths differ where they hold the version."""

    first: PackageFile
    second: PackageFile

    @property
    def is_same(self) -> bool:
        """Tell whether nothing at all differs but the path."""
        return (self.first.sha256, self.first.link) == (
            self.second.sha256,
            self.second.link,
        ) and self.first.is_executable == self.second.is_executable

    @property
    def has_to_be_read(self) -> bool:
        """Tell whether the bytes decide."""
        return self.first.sha256 != self.second.sha256 and self._largest <= MOST_BYTES

    @property
    def _largest(self) -> int:
        return max(self.first.size, self.second.size)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """The files of two packages, side by side."""

    pairs: tuple[Pair, ...]
    missing: tuple[PackageFile, ...]
    added: tuple[PackageFile, ...]
    words: Words

    @property
    def to_read(self) -> tuple[frozenset[str], frozenset[str]]:
        """Return the paths in the first and in the second whose bytes decide."""
        due = [one for one in self.pairs if one.has_to_be_read]
        return frozenset(one.first.path for one in due), frozenset(one.second.path for one in due)


def pair_files(first: PackageContents, second: PackageContents) -> Pairing:
    """Find for each file the one of the other package, under its name in that version."""
    words = words_of(first, second)
    left = dict(second.files)
    pairs: list[Pair] = []
    alone: list[PackageFile] = []
    for path, file in sorted(first.files.items()):
        if path in left:
            pairs.append(Pair(file, left.pop(path)))
        else:
            alone.append(file)
    missing: list[PackageFile] = []
    for file in alone:
        other = next((path for path in words.renamed(file.path) if path in left), "")
        if other:
            pairs.append(Pair(file, left.pop(other)))
        else:
            missing.append(file)
    added = tuple(left[path] for path in sorted(left))
    return Pairing(pairs=tuple(pairs), missing=tuple(missing), added=added, words=words)


def compare(
    first: PackageContents, second: PackageContents, ours: Contents, theirs: Contents
) -> Comparison:
    """Say in what two packages differ, given the bytes that `pair_files` asks for."""
    pairing = pair_files(first, second)
    same = [one for one in pairing.pairs if one.is_same]
    found = {
        one.second.path: _judge(one, pairing.words, ours, theirs)
        for one in pairing.pairs
        if not one.is_same
    }
    fine = {one.second.path for one in same}
    fine |= {path for path, one in found.items() if one.likeness.is_explained}
    for pair in pairing.pairs:
        path = pair.second.path
        if path in found and _is_compiled(pair, fine, ours, theirs):
            found[path] = FileDifference(path, Likeness.COMPILED)
    return Comparison(
        first=first.record,
        second=second.record,
        same=len(same),
        differences=(
            *(found[path] for path in sorted(found)),
            *(_alone(file, Likeness.MISSING) for file in pairing.missing),
            *(_alone(file, Likeness.ADDED) for file in pairing.added),
        ),
        environment=_environments(first, second),
    )


def _judge(pair: Pair, words: Words, ours: Contents, theirs: Contents) -> FileDifference:
    first, second = pair.first, pair.second
    path = second.path
    if bool(first.link) != bool(second.link):
        return FileDifference(path, Likeness.DIFFERENT, "is a link in one of them only")
    if first.is_executable != second.is_executable:
        return FileDifference(path, Likeness.DIFFERENT, "can be run in one of them only")
    if first.link:
        if words.explain(_as_bytes(first.link), _as_bytes(second.link)):
            return FileDifference(path, Likeness.VERSION)
        return FileDifference(path, Likeness.DIFFERENT, f"leads to {second.link}")
    if first.path not in ours or path not in theirs:
        text = f"differs, and is too large to say in what ({second.size:,} bytes)"
        return FileDifference(path, Likeness.DIFFERENT, text)
    return judge_bytes(path, ours[first.path], theirs[path], words)


def _is_compiled(pair: Pair, fine: set[str], ours: Contents, theirs: Contents) -> bool:
    """Tell whether a file is byte code of the same Python, made of a source that is fine."""
    first, second = ours.get(pair.first.path), theirs.get(pair.second.path)
    if first is None or second is None or pair.first.is_executable != pair.second.is_executable:
        return False
    return source_of(pair.second.path) in fine and is_same_python(first, second)


def _alone(file: PackageFile, likeness: Likeness) -> FileDifference:
    is_record = file.path.startswith(_RECORDED_ONLY)
    return FileDifference(file.path, Likeness.BUILD_RECORD if is_record else likeness)


def _environments(first: PackageContents, second: PackageContents) -> tuple[str, ...] | None:
    """Return what only one of two packages was built with, marked as in a diff."""
    if first.environment is None or second.environment is None:
        return None
    ours, theirs = set(first.environment), set(second.environment)
    return (
        *(f"- {one}" for one in sorted(ours - theirs)),
        *(f"+ {one}" for one in sorted(theirs - ours)),
    )


def _as_bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
