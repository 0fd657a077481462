"""The licence of a C project: its licence files, and what heads its sources where those leave open.

COPYING with the text of a GNU licence does not say whether later versions will do, and of two
texts none says which part it is for: the notices at the head of the sources do.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from conda_sluice.discover.c.sources import HEADERS, may_be_built
from conda_sluice.discover.license_fields import license_in_fields, license_of_all_files
from conda_sluice.discover.licenses import named_in, spdx_of, spdx_of_text
from conda_sluice.discover.reading import read_text

_MOST_READ = 40
_HEAD = 4000
_OFFER = 900
"""Characters in which a notice that offers a choice says between what."""
_NOT_THE_CODES = re.compile(
    r"copyright|fdl|doc|cmake|readme|unicode|test|third|notice|patent|font|^licen[cs]es\b",
    re.IGNORECASE,
)
_IDENTIFIER = re.compile(r"SPDX-License-Identifier:[ \t]*([^\n*/]+)")
_NAMED_FILE = re.compile(r"(?<![\w/.-])[\w-]+(?:/[\w-]+)*\.(?:txt|md)\b", re.IGNORECASE)
_CHOICE = re.compile(r"\b(?:choose|either|dual|at your (?:option|choice))\b", re.IGNORECASE)
_SECTION = re.compile(r"^\W*licen[cs](?:e|ing)\b.*", re.IGNORECASE | re.MULTILINE | re.DOTALL)
_NAMED = (
    (re.compile(r"\bbsd[ -](?:2|two)[ -]clause", re.IGNORECASE), "BSD-2-Clause"),
    (re.compile(r"\b(?:2|two)[ -]clause bsd", re.IGNORECASE), "BSD-2-Clause"),
    (re.compile(r"\bbsd[ -](?:3|three)[ -]clause", re.IGNORECASE), "BSD-3-Clause"),
    (re.compile(r"\b(?:3|three)[ -]clause bsd", re.IGNORECASE), "BSD-3-Clause"),
    (re.compile(r"\bmit licen[cs]e", re.IGNORECASE), "MIT"),
    (re.compile(r"\bapache licen[cs]e", re.IGNORECASE), "Apache-2.0"),
)
"""Licences that a file or README names without their text."""
_AMONG = re.compile(
    r"terms of (?:either|one of|the one of)\b(?! version)|as you choose"
    r"|dual[- ]licen[cs]|either of the (?:following|two)",
    re.IGNORECASE,
)
"""Words that let choose between licences; `either version 2 or a later one` lets not."""
_OFFERED = re.compile(
    r"(?:\beither|dual[- ]licen[cs]ed(?: under| using)?) (?:the |a )?([^.,;:]{3,50}?)"
    r"(?: licen[cs]e)? (?:or|and) (?:the |a )?([\w .-]{3,50}?)"
    r"(?: licen[cs]es?)?(?=[,;:(]|\.(?:\s|$))",
    re.IGNORECASE,
)
"""`either the X or the Y license`, `dual-licensed under X and Y`."""
_CHOICE_OF = re.compile(r"\byour choice of\b(.{,250})", re.IGNORECASE)
"""`your choice of X version 1, or Y version 2 or later`."""
_CHOICE_BELOW = re.compile(
    r"\b(?:choice of one of|any one of|either of) (?:the |these )?(?:two |three )?"
    r"(?:following |specified )*licen[cs]es?\b",
    re.IGNORECASE,
)
"""`any one of the following licenses`, of which the texts or notices follow."""
_MOST_OFFERED = 3
_OFTEN_BESIDE_OTHERS = ("AFL", "CDDL", "CPL", "EPL", "MPL")


def license_of_tree(root: Path, files: Sequence[str]) -> str:
    """Return the licence of the C project at `root` as SPDX, "" where nothing says it."""
    told = {file: spdx for file in _ordered(files) if (spdx := _of_file(root, file))}
    texts = list(dict.fromkeys(told.values()))
    if found := _offered(root, told) or _pointed_at(root, told):
        return found
    if len(texts) == 1 and not _is_open(texts[0]):
        return _with_others(root, texts[0])
    if not texts and (found := _of_readme(root)):
        return found
    if found := _chosen_among(root, told):
        return found
    return _weighed(root, told)


def _weighed(root: Path, told: Mapping[str, str]) -> str:
    """Return which of the texts the sources are under, as they or the README grant it.

    Texts that all lie in a folder may be for any part: there the sources alone tell.
    """
    texts = list(dict.fromkeys(told.values()))
    votes = _votes(root) or Counter({_of_readme(root) or license_in_fields(root): 1})
    if all("GPL-" in one for one in texts):
        return _granted(texts, votes) or _named_by_readme(root) or _at_the_end(root)
    most = [one for one, _ in votes.most_common() if one]
    if most and all("/" in file for file in told):
        return most[0]
    is_named_so = any(file.lower().startswith("licen") for file in told)
    there = _open(texts)
    voted = [] if is_named_so else [one for one in most if _open(one.split(" OR ")) <= there]
    return (voted or texts)[0]


def _open(licenses: Iterable[str]) -> set[str]:
    """Return licences as their texts have them, which do not say if later versions will do."""
    return {one.replace("-or-later", "-only") for one in licenses}


def _with_others(root: Path, text: str) -> str:
    """Return a licence, and those that most sources offer beside it."""
    if not text.startswith(_OFTEN_BESIDE_OTHERS):
        return text
    votes = _votes(root).most_common(1)
    return votes[0][0] if votes and text in votes[0][0].split(" OR ") else text


def _chosen_among(root: Path, told: Mapping[str, str]) -> str:
    """Return the licences among which the only licence file lets choose, by the texts it names."""
    if len(told) != 1:
        return ""
    file = next(iter(told))
    content = read_text(root / file, root)
    named = dict.fromkeys(one for one in _NAMED_FILE.findall(content) if one != file)
    texts = [spdx for one in named if (spdx := spdx_of_text(read_text(root / one, root)))]
    return " OR ".join(dict.fromkeys(texts)) if len(texts) > 1 and _CHOICE.search(content) else ""


def _offered(root: Path, told: Mapping[str, str]) -> str:
    """Return both licences where a licence file offers either in words."""
    for file in told:
        words = " ".join(read_text(root / file, root).split())
        for offer in _OFFERED.finditer(words[:_HEAD]):
            one, other = (spdx_of(said.strip()) or _named(said) for said in offer.groups())
            if one and other and one != other:
                return f"{one} OR {other}"
        for offer in _CHOICE_OF.finditer(words[:_HEAD]):
            if len(named := named_in(offer[1])) > 1:
                return " OR ".join(named)
        if below := _CHOICE_BELOW.search(words[:_HEAD]):
            named = named_in(words[below.end() :])
            if 1 < len(named) <= _MOST_OFFERED:
                return " OR ".join(named)
    return ""


def _pointed_at(root: Path, told: Mapping[str, str]) -> str:
    """Return the licences among which a notice lets choose by the names of their files.

    What the notice and the sources grant says of a GNU licence if later versions will do.
    """
    if len(set(told.values())) < 2:  # noqa: PLR2004 - a choice is one of two
        return ""
    for notice in _notices(root):
        for choice in _AMONG.finditer(notice):
            offer = notice[choice.start() : choice.start() + _OFFER]
            named = sorted((file for file in told if file in offer), key=offer.index)
            if len({told[file] for file in named}) > 1:
                votes = _votes(root)
                votes.update(filter(None, spdx_of_text(offer).split(" OR ")))
                return " OR ".join(dict.fromkeys(_as_granted(told[file], votes) for file in named))
    return ""


def _notices(root: Path) -> Iterator[str]:
    """Yield what may say what a licence file is for: COPYRIGHT, the README, heads of sources."""
    readmes = sorted(root.glob("README*"))
    sections = (_SECTION.search(read_text(path, root)) for path in readmes)
    heads = (*sorted(root.glob("COPYRIGHT*")), *readmes, *_sample(root))
    for text in (
        *(found[0] for found in sections if found),
        *(read_text(path, root) for path in heads),
    ):
        yield " ".join(text[:_HEAD].split())


def _as_granted(text: str, votes: Counter[str]) -> str:
    """Return a GNU licence as sources grant it, any other as its text says.

    A grant of the text's version counts before one of another version.
    """
    if not _is_open(text):
        return text
    granted = [part for one, _ in votes.most_common() for part in one.split(" OR ")]
    version = text.removesuffix("-only")
    same = (one for one in granted if one.startswith(version))
    alike = (one for one in granted if _families([one]) == _families([text]))
    return next(same, "") or next(alike, text)


def _at_the_end(root: Path) -> str:
    """Return the licence that a header ends with, where neither a file nor a head says one."""
    ends = (read_text(file, root)[-_HEAD:] for file in _sample(root))
    return next((spdx for end in ends if (spdx := spdx_of_text(end))), "")


def _granted(texts: Sequence[str], votes: Counter[str]) -> str:
    """Return which of the GNU licences the sources grant; without a word later ones will do.

    Notices count that speak of a licence whose text is there: the programs of GNU have more files
    of gnulib than of their own, under the LGPL, and COPYING is the text of the GPL. Of notices
    those come first that speak of no other version: what has no text here is from elsewhere.
    """
    families = _families(texts)
    granted = [one for one, _ in votes.most_common() if not texts or families & _families([one])]
    there = _open(texts)
    if granted:
        return next((one for one in granted if _open(one.split(" OR ")) <= there), granted[0])
    lesser = [text for text in texts if text.startswith("LGPL")]
    return (lesser or list(texts) or [""])[0].replace("-only", "-or-later")


def _is_open(spdx: str) -> bool:
    """Tell whether a text leaves it to a notice if later versions of the licence will do."""
    return spdx.endswith("-only")


def _families(licenses: Iterable[str]) -> set[str]:
    """Return the names of licences without their versions: of GNU's GPL, LGPL and AGPL."""
    return {part.partition("-")[0] for one in licenses for part in one.split(" OR ")}


def _ordered(files: Sequence[str]) -> list[str]:
    """Return the files, those that are for the code first, LICENSE before COPYING.

    LICENSE.of_this is for something else where LICENSE stands beside it.
    """
    usual = [one for one in files if "/" not in one and not _NOT_THE_CODES.search(one)]
    return sorted(usual or files, key=lambda one: (not one.lower().startswith("licen"), _more(one)))


def _more(file: str) -> bool:
    """Tell whether a licence file's name says more than that it is one."""
    return re.fullmatch(r"(?:.*/)?\w+(?:\.(?:txt|md|rst))?", file, re.IGNORECASE) is None


def _of_file(root: Path, file: str) -> str:
    content = read_text(root / file, root)
    return license_of_all_files(content) or spdx_of_text(content) or _named(content)


def _named(content: str) -> str:
    """Return the licence that a short text names first, "" where it names none."""
    places = [(hit.start(), spdx) for word, spdx in _NAMED if (hit := word.search(content[:_HEAD]))]
    return min(places, default=(0, ""))[1]


def _of_readme(root: Path) -> str:
    texts = (read_text(path, root) for path in sorted(root.glob("README*")))
    return next((spdx for text in texts if (spdx := spdx_of_text(text))), "")


def _named_by_readme(root: Path) -> str:
    """Return the licence that the README names in its section about that."""
    for path in sorted(root.glob("README*")):
        section = _SECTION.search(read_text(path, root))
        if section and (found := _named(section[0])):
            return found
    return ""


def _votes(root: Path) -> Counter[str]:
    """Count the licences at the heads of a sample of headers and of the sources at the top."""
    found = Counter[str]()
    for file in _sample(root):
        head = read_text(file, root)[:_HEAD]
        said = _IDENTIFIER.search(head)
        spdx = spdx_of(said[1].strip()) if said else spdx_of_text(head)
        if spdx:
            found[spdx] += 1
    return found


def _sample(root: Path) -> list[Path]:
    files = [*_headers(root, 3), *(one for one in sorted(root.iterdir()) if one.suffix == ".c")]
    step = max(1, len(files) // _MOST_READ)
    return [one for one in files[::step][:_MOST_READ] if one.is_file() and not one.is_symlink()]


def _headers(folder: Path, depth: int) -> Iterator[Path]:
    for one in sorted(folder.iterdir()):
        if one.is_symlink():
            continue
        if one.suffix.lower() in HEADERS:
            yield one
        elif depth and one.is_dir() and may_be_built(one.name) and one.name not in _GNULIB:
            yield from _headers(one, depth - 1)


_GNULIB = frozenset({"gl", "gnulib", "gllib", "m4", "intl", "build-aux"})
"""Folders with code of others that GNU's projects carry."""
