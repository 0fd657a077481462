"""Text of strangers, so that a reader sees what is there."""

import unicodedata

_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def visible(text: str) -> str:
    """Return text in which what cannot be seen is spelled out, as Python does; lines stay.

    Such characters drive a terminal, or show a name that is another one.
    """
    return "".join(
        character
        if character == "\n" or unicodedata.category(character) not in _HIDDEN
        else character.encode("unicode_escape").decode()
        for character in text
    )
