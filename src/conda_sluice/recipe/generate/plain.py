"""Makes text of somebody else's project harmless in a recipe: no Jinja, no selector, one line."""

import re

_WORD = re.compile(r"[A-Za-z0-9_.+@/-]+")
_JINJA = re.compile(r"\{(?=[{%#])|(?<=[}%#])\}")


def plain(text: str, *, limit: int = 400) -> str:
    """Return `text` on one line, cut at `limit`, with nothing in it that a recipe reader obeys.

    conda-build takes words in square brackets at the end of a line for a selector, even in a
    comment, so brackets become parentheses.
    """
    line = " ".join("".join(one if one.isprintable() else " " for one in text).split())
    line = _JINJA.sub(lambda found: "{ " if found[0] == "{" else " }", line)
    line = line.replace("[", "(").replace("]", ")")
    return line if len(line) <= limit else f"{line[: limit - 1].rstrip()}…"


def is_word(text: str) -> bool:
    """Tell whether `text` is one word to every shell, so that a command may name it."""
    return _WORD.fullmatch(text) is not None


def is_plain(text: str) -> bool:
    """Tell whether `text` may stand in a recipe as it is."""
    return plain(text, limit=len(text) + 1) == text
