"""What a C project is, in one sentence: the first of its README that says so."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from conda_sluice.discover.reading import read_text

_LONGEST = 160
_FEWEST_WORDS = 4
_MOST_TERSE = 8
_FIRST = 2
"""So many sentences introduce a project where none has its name."""
_LOOKED_AT = 8_000
"""Characters: what comes later is not an introduction."""

_MARKUP = re.compile(
    r"\[!\[[^\]]*\](?:\([^)]*\)|\[[^\]]*\])\](?:\([^)]*\)|\[[^\]]*\])"  # a badge with its link
    r"|!\[[^\]]*\](?:\([^)]*\)|\[[^\]]*\])|<[!/?]?[A-Za-z-][^<>]*>|\[\]\([^)]*\)"
)
_LINK = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\[[^\]]*\])|`([^`<]+?)\s*<[^>]*>`__?")
_NO_PROSE = re.compile(
    r"\s*(?:\.\. |[|+>=#:;@$\\/<*-]|https?://|www\.|\(c\)|copyright|license|licence|version\b"
    r"|note|warning|todo|see |please |if you |you |to (?:build|install|compile|use|run)|build "
    r"|this (?:file|document|readme|directory|folder)"
    r"|this is (?:the )?(?:readme|source|a source|version|release)"
    r"|welcome|table of contents|contents|permission|redistribution|author|maintainer|written by"
    r"|for (?:more|further|details|the latest|installation|information)|download|installation"
    r"|last (?:update|modif|change)|date\b|status\b|\d+[.)]|the (?:latest|source|official) )",
    re.IGNORECASE,
)
_ARTICLES = frozenset({"a", "an", "the", "our"})
_NO_KIND = re.compile(r"hobby|part\b|only\b|available", re.IGNORECASE)
_DOES = frozenset({"provide", "provides", "implement", "implements", "aims"})
_BETWEEN = 6
"""Words between a project's name and the verb that says what it is."""
_BEFORE = re.compile(r"(?:\W*(?:the|gnu)\b)*\W*", re.IGNORECASE)
_KIND = re.compile(
    r"\b(?:librar(?:y|ies)|programs?|tools?|utilit(?:y|ies)|framework|implementation|collection|parser"
    r"|bindings|api|toolkit|suite|server|client|engine|compiler|editor|codec|routines|functions"
    r"|headers?|version of|daemon|shell)\b",
    re.IGNORECASE,
)
_NO_DEFINITION = re.compile(
    r"\b(?:free software|distributed|licen[cs]ed?|maintained by|released under"
    r"|redistribut|this document|directory layout|configure script|build (?:system|procedure)"
    r"|requires?|should|must|default|there are|original name|vcpkg|part of the)\b",
    re.IGNORECASE,
)
_ABBREVIATED = re.compile(r"\b(?:e\.g|i\.e|etc|vs|incl|approx|cf|St|Dr)\.$", re.IGNORECASE)


def summary_of_readme(root: Path, names: Sequence[str]) -> str:
    """Return the sentence of the README that says what the project is, "" where none does.

    It has one of `names` as its subject, or stands at the beginning and says what kind of thing.
    """
    readmes = sorted(one for one in root.glob("[Rr][Ee][Aa][Dd][Mm][Ee]*") if one.is_file())
    content = read_text(readmes[0], root)[:_LOOKED_AT] if readmes else ""
    sentences = [one for part in _paragraphs(content) for one in _first_of(part)]
    defined = (one for one in sentences if _defines(one, names))
    of_a_kind = (
        one
        for at, one in enumerate(sentences[:_FIRST])
        if (_KIND.search(one) or (at == 0 and _is_terse(one))) and not _NO_DEFINITION.search(one)
    )
    return next(defined, "") or next(of_a_kind, "")


def _defines(sentence: str, names: Sequence[str]) -> bool:
    """Tell whether a sentence says of one of `names` what it is, or what it does."""
    start = _BEFORE.match(sentence)
    rest = sentence[start.end() if start else 0 :].lower()
    begun = (rest[len(one) :] for one in names if one and rest.startswith(one.lower()))
    return any(_says_what(tail) for tail in begun if re.match(r"\W", tail))


def _says_what(tail: str) -> bool:
    words = [one for one in re.findall(r"[\w/+-]+", tail) if one.strip("/+-")][: _BETWEEN + 3]
    for at, word in enumerate(words[: _BETWEEN + 1]):
        follows = (*words[at + 1 : at + 3], "", "")
        is_one = word in ("is", "are") and follows[0] in _ARTICLES
        if word in _DOES or (is_one and not _NO_KIND.match(follows[1])):
            return True
    return False


def _is_terse(sentence: str) -> bool:
    return sentence.endswith(".") and len(sentence.split()) <= _MOST_TERSE


def _paragraphs(content: str) -> Iterator[str]:
    """Yield the paragraphs of a text that are prose, on one line each, their markup taken off."""
    plain = _MARKUP.sub(
        "", re.sub(r"^(```|~~~).*?^\1", "", content, flags=re.DOTALL | re.MULTILINE)
    )
    plain = re.sub(r"^[^\n]*\n[=\-~^*#]{3,}[ \t]*$", "", plain, flags=re.MULTILINE)
    for part in re.split(r"\n[ \t]*\n", plain):
        lines = part.strip("\n").splitlines()
        if not lines or _NO_PROSE.match(lines[0]) or _is_code(lines):
            continue
        yield " ".join(" ".join(lines).split())


def _is_code(lines: Sequence[str]) -> bool:
    return sum(bool(re.search(r"[;{}=]\s*$|^\s*[$#%]", one)) for one in lines) * 2 > len(lines)


def _first_of(paragraph: str) -> Iterator[str]:
    """Yield the first sentence of a paragraph where it is one, without marks around words."""
    text = _LINK.sub(lambda one: one[1] or one[2], paragraph)
    text = " ".join(re.sub(r"[*`]+|(?<!\w)_+|_+(?!\w)", "", text).split())
    parts = re.split(r"(?<=[.!?:])\s+(?=\W*[A-Z0-9])", text)
    sentence = parts[0]
    for more in parts[1:]:
        if not _ABBREVIATED.search(sentence):
            break
        sentence = f"{sentence} {more}"
    is_short = len(sentence) <= _LONGEST
    if len(sentence.split()) >= _FEWEST_WORDS and re.search(r"[a-z]{3}", sentence):
        yield sentence.rstrip(":") if is_short else f"{sentence[:_LONGEST].rpartition(' ')[0]} …"
