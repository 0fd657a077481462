"""Tokens and passwords in a text: recognised, and never shown."""

import re

_USER = re.compile(r"(?<=//)\S*@")
_TOKEN = re.compile(r"(://\S*?/t/)[^/\s]+")
_QUERY = re.compile(r"(://[^\s?]*\?)\S+")


def holds_secret(url: str) -> bool:
    """Tell whether a URL carries a user, a password or a conda token (`/t/<token>/`)."""
    return _USER.search(url) is not None or _TOKEN.search(url) is not None


def redact(text: str) -> str:
    """Return `text` with everything in its URLs hidden that could be a token or a password."""
    return _QUERY.sub(r"\1***", _TOKEN.sub(r"\1***", _USER.sub("***@", text)))
