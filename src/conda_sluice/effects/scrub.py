"""Text on its way out, without the secrets that this process knows and those that URLs carry.

What sluice prints, logs, reports and records goes through `scrub`. The secrets are learned where
they are found: see `effects/credentials.py`.
"""

import base64
import json
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from html import escape
from pathlib import Path
from urllib.parse import quote, quote_plus

from conda_sluice.model.credential import HIDDEN, Secret

SHORTEST = 6
"""Characters that a secret has at least: a shorter one is hidden in URLs only, not in words."""

_SURE = 12
"""Characters from which a secret is hidden within a longer word too.

A shorter one, such as 123456, may stand in a sha256 by accident.
"""

_USER = re.compile(r"(?<=://)(?!git@)[^/\s\"'@<>]+@")
_TOKEN = re.compile(r"(://[^\s\"'<>]*?/t/)[^/\s\"'<>]+")
_QUERY = re.compile(
    r"(://[^\s\"'<>?]*\?)(?=[^\s\"'<>]*(?:token|key|sig|signature|credential|password|secret)=)"
    r"[^\s\"'<>]+",
    re.IGNORECASE,
)
_HEADER = re.compile(
    r"((?:authorization[\"']?\s*[:=]\s*[\"']?(?:bearer|basic|token)|x-api-key[\"']?\s*[:=])\s+)"
    r"[^\s\"',<>]+",
    re.IGNORECASE,
)

_known: set[str] = set()


def learn(secrets: Iterable[Secret]) -> None:
    """Hide these secrets from now on, however they are spelled."""
    texts = {one.reveal() for one in secrets}
    _known.update(text for text in texts if len(text) >= SHORTEST)
    _pattern.cache_clear()


def scrub(text: str) -> str:
    """Return the text with every secret in it hidden; JSON stays JSON."""
    pattern = _pattern()
    if pattern is not None:
        text = pattern.sub(HIDDEN, text)
    if "://" in text:
        text = _QUERY.sub(rf"\1{HIDDEN}", _TOKEN.sub(rf"\1{HIDDEN}", _USER.sub(f"{HIDDEN}@", text)))
    return _HEADER.sub(rf"\1{HIDDEN}", text)


def scrub_file(path: Path) -> None:
    """Hide every secret in a file that another program wrote; it stays where there is none."""
    try:
        text = path.read_text(encoding="utf-8", errors="surrogateescape")
    except FileNotFoundError:
        return
    clean = scrub(text)
    if clean != text:
        path.write_text(clean, encoding="utf-8", errors="surrogateescape")


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str] | None:
    spelled = {one for text in _known for one in _spellings(text)}
    if not spelled:
        return None
    longest_first = sorted(spelled, key=lambda one: (-len(one), one))
    return re.compile("|".join(map(_bounded, longest_first)))


def _spellings(text: str) -> Iterator[str]:
    """Yield how URLs, JSON, HTML and HTTP Basic spell a secret."""
    yield text
    yield quote(text, safe="")
    yield quote_plus(text)
    yield quote(text, safe="/:+=")
    yield json.dumps(text)[1:-1]
    yield escape(text)
    yield base64.b64encode(text.encode()).decode().rstrip("=")


def _bounded(text: str) -> str:
    if len(text) >= _SURE:
        return re.escape(text)
    return rf"(?<![A-Za-z0-9]){re.escape(text)}(?![A-Za-z0-9])"


def bare_url(url: str) -> str:
    """Return a URL without user, password and conda token, as it can be shown, kept and shared."""
    return re.sub(r"(://[^\s]*?)/t/[^/]+(?=/)", r"\1", re.sub(r"(?<=://)[^/@]+@", "", url))
