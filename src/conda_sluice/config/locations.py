"""Where channels and folders lie: what channels.yaml writes -> absolute paths and URLs (pure)."""

import os
import re
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from conda_sluice.config.secrets import holds_secret, redact
from conda_sluice.errors import ConfigError
from conda_sluice.model.channel import ChannelRef

ANACONDA = "https://conda.anaconda.org"
"""The server that a channel name without a slash stands for."""

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")


def folder_of(text: str, *, root: Path, where: str) -> Path:
    """Return the absolute path that `text` means in the folder `root`; refuse a URL."""
    _refuse_secret(text, where)
    if _SCHEME.match(text):
        raise ConfigError(
            f"expected a path, found the URL {redact(repr(text))}",
            where=where,
            remedy="a path whose name holds a colon starts with ./",
        )
    if text.startswith("~"):
        raise ConfigError(
            f"{text!r} means another folder for each user",
            where=where,
            remedy="write a path that is absolute, or relative to this file",
        )
    return Path(os.path.normpath(root / text))


def rung_folder(text: str, *, root: Path, where: str) -> Path:
    """Return the folder of a ladder's channel; raise ConfigError for what this version lacks."""
    _refuse_secret(text, where)
    match _scheme(text):
        case "":
            return folder_of(text, root=root, where=where)
        case "file":
            return _file_url(text, where)
        case "http" | "https":
            raise ConfigError(
                f"a channel of the ladder is written to, and {redact(text)} can only be read",
                where=where,
                remedy="name a folder, such as ./channels/stable",
            )
        case scheme:
            raise ConfigError(
                f"this version of sluice keeps ladders in folders; {scheme}:// is not known yet",
                where=where,
                remedy="name a folder, such as ./channels/stable",
            )


def upstream_channel(text: str, *, root: Path, where: str) -> ChannelRef:
    """Return the channel that dependencies come from: a name, a folder or a URL."""
    _refuse_secret(text, where)
    match _scheme(text):
        case "" if text == "defaults":
            raise ConfigError(
                "'defaults' stands for several channels",
                where=where,
                remedy="name them: https://repo.anaconda.com/pkgs/main, …/pkgs/r",
            )
        case "" if "/" not in text and text not in {".", ".."}:
            return ChannelRef(text, _web_url(f"{ANACONDA}/{text}", where))
        case "":
            return _folder_channel(folder_of(text, root=root, where=where))
        case "file":
            return _folder_channel(_file_url(text, where))
        case "http" | "https":
            url = _web_url(text, where)
            return ChannelRef(url.removeprefix(f"{ANACONDA}/"), url)
        case scheme:
            raise ConfigError(
                f"this version of sluice reads no channel from {scheme}://",
                where=where,
                remedy="name a folder, an https:// URL, or a channel of conda.anaconda.org",
            )


def _folder_channel(folder: Path) -> ChannelRef:
    return ChannelRef(folder.name or str(folder), folder.as_uri())


def _refuse_secret(text: str, where: str) -> None:
    if "://" in text and holds_secret(text):
        raise ConfigError(
            "this URL carries a token or a password",
            where=where,
            remedy="take it out and make it invalid at its server, for this file is shared; store"
            " a new one with: rattler auth login, or anaconda login",
        )


def _scheme(text: str) -> str:
    found = _SCHEME.match(text)
    return found[1].lower() if found else ""


def _file_url(text: str, where: str) -> Path:
    path = ""
    parts = _split(text)
    if parts and parts.netloc in {"", "localhost"} and not (parts.query or parts.fragment):
        path = unquote(parts.path)
    if not path.startswith("/") or not path.isprintable():
        raise ConfigError(
            f"{redact(repr(text))} names no folder of this machine",
            where=where,
            remedy="write file:///absolute/path, or a path relative to this file",
        )
    return Path(os.path.normpath(path))


def _web_url(text: str, where: str) -> str:
    parts = _split(text)
    if not parts or not parts.hostname or parts.query or parts.fragment or " " in text:
        raise ConfigError(
            f"{redact(repr(text))} is no channel URL",
            where=where,
            remedy="write https://server/channel, with no '?' and no '#'",
        )
    return f"{parts.scheme}://{parts.netloc.lower()}{parts.path.rstrip('/')}"


def _split(text: str) -> SplitResult | None:
    try:
        return urlsplit(text)
    except ValueError:  # such as an IPv6 address that is none
        return None
