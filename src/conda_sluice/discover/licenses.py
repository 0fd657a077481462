"""Licences as SPDX expressions: from what people write, and from texts and notices."""

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from conda_sluice.discover.license_names import CLASSIFIERS, SAID
from conda_sluice.discover.license_texts import EXCEPTIONS, GRANTS, SENTENCES, TITLES
from conda_sluice.discover.reading import read_text

if TYPE_CHECKING:
    from license_expression import Licensing

_CLAUSES = "redistribution and use in source and binary forms"
_START = 16_000
"""Characters, in which a text shows what it is."""
_WINDOW = 6_000
"""Characters of words, in which a grant and its conditions stand."""

_REFERENCE = re.compile(r"\bLicenseRef-[A-Za-z0-9.-]+")

_GRANT = re.compile(
    r" (the )?(?:gnu (affero |lesser |library )?(?:general )?public license|(?:gnu )?([al])?gpl) "
    r"(?:(?:gnu )?[al]?gpl )?(?:as )?(?:published by the free software foundation )?(?:inc )?"
    r"(?:either )?(?:version )?(\d(?:\.\d)?) (?:of (?:the |this )?license )?"
    r"(only |as published |or at your (?:option|choice) (?:any|a) (?:later|newer) "
    r"|or (?:at your option )?(?:any )?(?:later|newer|above|higher|greater) )?"
)
"""What stands at the head of a file that grants the terms of a GNU licence, in words."""

_GNU = re.compile(
    r"(?:the )?(?:gnu )?(?:(a|l)?gpl|(?:(a)ffero |(l)esser )?general public licen[cs]e),?"
    r"[- ]?(?:v|version )?(\d)(?:\.(\d))?"
    r"( ?\+| ?\(?,?[- ]?or[- ](?:later|newer|higher)\)?|[- ]only)?"
)
"""A GNU licence as people write it."""

_COMMON = frozenset(
    one for one in (*CLASSIFIERS.values(), *SAID.values()) if not one.startswith("LicenseRef-")
)
"""SPDX identifiers that need no look into the list of all, which takes a tenth of a second."""


def spdx_of(said: str) -> str:
    """Return an SPDX expression for what somebody wrote as a licence, "" where it is not clear."""
    line = " ".join(said.split())
    if not line or len(line) > 200:  # noqa: PLR2004 - a whole licence text is no name of one
        return ""
    if line in _COMMON:
        return line
    key = " ".join(one for one in words_of(line).split() if one not in _LEFT_OUT)
    known = CLASSIFIERS.get(line) or SAID.get(key) or _gnu(line.lower())
    return known or _normalised(line) or _choice(line)


_LEFT_OUT = frozenset({"the", "license", "software", "version"})


def _choice(line: str) -> str:
    """Return `BSD 3-Clause or Apache 2.0` with an identifier for each, "" where one is unclear."""
    words = re.split(r" or ", line, flags=re.IGNORECASE)
    parts = [spdx_of(one) for one in words] if len(words) > 1 else [""]
    return " OR ".join(parts) if all(one in _COMMON for one in parts) else ""


def spdx_of_classifiers(classifiers: Sequence[str]) -> str:
    """Return the SPDX expression of `License ::` classifiers, joined by OR; "" where unclear."""
    said = [c.rpartition("::")[2].strip() for c in classifiers if c.startswith("License ::")]
    known = [CLASSIFIERS[one] for one in said if one in CLASSIFIERS]
    return " OR ".join(dict.fromkeys(known))


def _gnu(said: str) -> str:
    found = _GNU.fullmatch(said)
    if not found:
        return ""
    family = (found[1] or found[2] or found[3] or "").upper()
    is_later = found[6] is not None and "only" not in found[6]
    number = f"{found[4]}.{found[5] or '0'}"
    return f"{family}GPL-{number}-{'or-later' if is_later else 'only'}"


def spdx_of_text(content: str) -> str:
    """Return the licence whose text a file holds, "" where it is not a common one.

    What begins first in a file is its licence; a notice before it that grants a GNU licence says
    more than the text after it.
    """
    words = words_of(content)
    places = [(at, -len(text), text) for text in _KNOWN if (at := words.find(f" {text} ")) >= 0]
    place, _, text = min(places, default=(len(words), 0, ""))
    granted = _granted(words, place)
    known = _known_by(text, words, place) if text else ""
    offered = _alternatives(words)
    found = (known, *granted, *offered) if offered else granted or (known,)
    return " OR ".join(dict.fromkeys(_with_exception(one, words) for one in found if one))


def _known_by(text: str, words: str, place: int) -> str:
    """Return the licence whose text or notice has these words of the tables at `place`."""
    found = TITLES.get(text) or SENTENCES.get(text)
    return found or _of_grant(text, _window(words, place, text))


def _alternatives(words: str) -> tuple[str, ...]:
    """Return the licences that a notice offers beside the one that it begins with."""
    offer = _ALTERNATIVELY.search(words)
    return _named(words[offer.end() : offer.end() + _OFFER]) if offer else ()


def words_of(content: str) -> str:
    """Return the words of a text's start, without what comments and Markdown are drawn with."""
    small = _MARKUP.sub(" ", content[:_START].lower()).replace("licence", "license")
    said = _LATER.sub(" or later ", _VERSION.sub(" version ", small))
    return f" {' '.join(_WORD.findall(said))} "


_MARKUP = re.compile(r"^[ \t]*(?:dnl|rem)\b|</?[a-z][^<>]{0,80}>", re.MULTILINE)
_VERSION = re.compile(r"(?:\b|(?<=gpl))v(?:er(?:sion)?)?\.?\s*(?=\d)")
_LATER = re.compile(r"(?<=\d)\+(?=[\s).,;:\"']|$)")
_WORD = re.compile(r"[a-z0-9]+(?:\.[0-9]+)*")
_ALTERNATIVELY = re.compile(
    r" alternatively (?:provided that this notice is retained in full )?(?:the contents of )?"
    r"this (?:code|file|library|product|program|software|work) (?:may|can) (?:also )?be "
    r"(?:used|distributed|licensed) under"
)
"""Words with which a notice offers another licence."""
_OFFER = 400
_KNOWN = (*TITLES, *SENTENCES, *GRANTS)


def _window(words: str, place: int, grant: str) -> str:
    """Return the words of a grant and after it, up to where another licence grants."""
    begin = place + len(grant)
    others = (words.find(f" {one} ", begin) for one in GRANTS)
    return words[place : min((at for at in others if at > 0), default=place + _WINDOW)]


def _of_grant(grant: str, window: str) -> str:
    """Return the licence that grants in these words, told by its conditions."""
    for spdx, *signs in GRANTS[grant]:
        if all((one.lstrip("-") in window) is not one.startswith("-") for one in signs):
            return spdx
    return _counted(window)


def _granted(words: str, place: int) -> tuple[str, ...]:
    """Return the GNU licence whose terms a notice grants, with or without later versions.

    Where the notice lets choose between two of them, both are returned. What begins at `place`
    may be the title of a text.
    """
    found = [one for one in _grants(words) if one[0] <= place][:2]
    is_choice = len(found) > 1 and _OR.search(words, found[0][1] - 1, found[1][0] + 1)
    return tuple(spdx for _, _, spdx in (found if is_choice else found[:1]))


_OR = re.compile(r" (?:or|alternatively) ")


def _grants(words: str) -> list[tuple[int, int, str]]:
    """Return where GNU licences are granted, up to where, and which; each one once.

    Who grants later versions of a licence and then speaks of it does not take them back.
    """
    found: dict[str, tuple[int, int, str]] = {}
    for grant in _GRANT.finditer(words):
        if not (grant[1] or grant[5]):
            continue
        short = f"{grant[3] or ''}GPL".upper()
        family = {"affero ": "AGPL", "lesser ": "LGPL", "library ": "LGPL"}.get(grant[2], short)
        number = grant[4] if "." in grant[4] else f"{grant[4]}.0"
        if grant[2] == "lesser " and number == "2.0":  # it was called Library until 2.1
            number = "2.1"
        is_later = grant[5] is not None and not grant[5].startswith(("only", "as published"))
        spdx = f"{family}-{number}"
        if spdx not in found or (is_later and grant[5] and found[spdx][2].endswith("-only")):
            at = found[spdx][0] if spdx in found else grant.start()
            found[spdx] = (at, grant.end(), f"{spdx}-{'or-later' if is_later else 'only'}")
    return sorted(found.values())


def named_in(content: str) -> tuple[str, ...]:
    """Return all licences that a text names or has the texts of, in its order."""
    return _named(words_of(content))


def _named(words: str) -> tuple[str, ...]:
    granted = _grants(words)
    places = [
        (at, _known_by(text, words, at))
        for text in (*TITLES, *GRANTS)
        if (at := words.find(f" {text} ")) >= 0
        and not any(begin <= at < end for begin, end, _ in granted)
    ]
    found = sorted([*places, *((at, spdx) for at, _, spdx in granted)])
    names = dict.fromkeys(spdx for _, spdx in found)
    later = {one.replace("-or-later", "-only") for one in names if one.endswith("-or-later")}
    return tuple(one for one in names if one not in later)


def _with_exception(found: str, words: str) -> str:
    """Return a licence with the exception that its text grants."""
    for licence, said, exception in EXCEPTIONS:
        if found.startswith(licence) and said in words:
            return f"{found} WITH {exception}"
    return found


def _counted(window: str) -> str:
    """Return the BSD licence that has as many clauses; more may follow its disclaimer."""
    clauses = window.partition(" this software is provided ")[0]
    if re.search(
        r"neither the name|names? of (its|the|any) .{0,60}contributors"
        r"|names? .{0,80}(may not|must not|shall not) be used (to endorse|in|for)"
        r"|be used to endorse or promote",
        clauses,
    ):
        return "BSD-3-Clause"
    is_one = "source code must retain" in clauses and "binary form" not in clauses[len(_CLAUSES) :]
    return "BSD-1-Clause" if is_one else "BSD-2-Clause"


def spdx_of_files(root: Path, files: Sequence[str]) -> str:
    """Return the licence that the first understood one of `files` holds, "" where none is.

    The LGPL 3 adds to the text of the GPL 3, which therefore stands beside it.
    """
    found = (spdx_of_text(read_text(root / file, root)) for file in files)
    understood = [one for one in found if one]
    first = understood[0] if understood else ""
    if not first.startswith("GPL-3.0"):
        return first
    return next((one for one in understood if one.startswith("LGPL-3.0")), first)


def is_vague(said: str) -> bool:
    """Tell whether "GPL" or "BSD" is said, which is less than a text or a notice says."""
    return _VAGUE.fullmatch(said.strip()) is not None


_VAGUE = re.compile(
    r"(?:the )?(?:(?:gnu )?[al]?gpl|bsd|public domain)(?: licen[cs]e)?", re.IGNORECASE
)


def _normalised(line: str) -> str:
    from license_expression import ExpressionError

    # LicenseRef- names stand for texts of one's own: the list does not know them, and may not
    listed = _REFERENCE.sub("MIT", line)
    try:
        _licensing().parse(listed, validate=True)
        parsed = _licensing().parse(line)
    except ExpressionError:
        return ""
    return "" if parsed is None else str(parsed)


@cache
def _licensing() -> "Licensing":
    from license_expression import get_spdx_licensing

    return get_spdx_licensing()
