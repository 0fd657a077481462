"""Where channels and folders lie: what channels.yaml writes -> absolute paths and URLs (pure)."""

import os
import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from conda_sluice.config.secrets import holds_secret, redact
from conda_sluice.errors import ConfigError
from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.stores import StoreOptions

ANACONDA = "https://conda.anaconda.org"
"""The server that a channel name without a slash stands for."""

MAIN = "main"
"""The label that a channel of anaconda.org without a label stands for."""

_OWNER = re.compile(r"[a-z0-9_][a-z0-9_.-]*")
_LABEL = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:-]*")
_QUETZ_CHANNEL = re.compile(r"[a-z0-9_][a-z0-9_.-]*")
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


def rung_channel(
    name: str, text: str, *, root: Path, where: str, stores: StoreOptions
) -> ChannelRef:
    """Return a channel of the ladder; raise ConfigError for what cannot be written to."""
    _refuse_secret(text, where)
    match _scheme(text):
        case "":
            return ChannelRef(name, folder_of(text, root=root, where=where).as_uri())
        case "file":
            return ChannelRef(name, _file_url(text, where).as_uri())
        case "http" | "https":
            raise ConfigError(
                f"a channel of the ladder is written to, and {redact(text)} can only be read",
                where=where,
                remedy="name a folder, s3://bucket/path, anaconda://owner, or"
                " quetz+https://server/channel",
            )
        case _:
            return replace(remote_channel(text, where=where, stores=stores), name=name)


def upstream_channel(text: str, *, root: Path, where: str, stores: StoreOptions) -> ChannelRef:
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
        case _:
            return remote_channel(text, where=where, stores=stores)


def remote_channel(text: str, *, where: str, stores: StoreOptions) -> ChannelRef:
    """Return the channel that a service keeps, called as its URL names it."""
    match _scheme(text):
        case "s3":
            url = _web_url(text, where)
            return ChannelRef(url, url)
        case "anaconda":
            owner, label = _owner_and_label(text, where)
            at = f"anaconda://{owner}" if label == MAIN else f"anaconda://{owner}/label/{label}"
            path = at.removeprefix("anaconda://")
            return ChannelRef(path, f"{stores.anaconda.channels}/{path}", at)
        case "quetz+http" | "quetz+https":
            at = _web_url(text, where)
            server, _, channel = at.removeprefix("quetz+").rpartition("/")
            if server.endswith("/") or not _QUETZ_CHANNEL.fullmatch(channel):
                raise ConfigError(
                    f"{redact(text)} names no channel of a quetz server",
                    where=where,
                    remedy="write quetz+https://server/channel",
                )
            return ChannelRef(channel, f"{server}/get/{channel}", at)
        case scheme:
            raise ConfigError(
                f"sluice knows no channels at {scheme}://",
                where=where,
                remedy="name a folder, s3://bucket/path, anaconda://owner,"
                " quetz+https://server/channel, or an https:// URL that is only read",
            )


def _owner_and_label(text: str, where: str) -> tuple[str, str]:
    parts = _split(text)
    steps = parts.path.strip("/").split("/") if parts and parts.path.strip("/") else []
    match steps if parts and not (parts.query or parts.fragment) else [""]:
        case []:
            label = MAIN
        case ["label", label]:
            pass
        case _:
            label = ""
    owner = parts.netloc.lower() if parts else ""
    if not _OWNER.fullmatch(owner) or not _LABEL.fullmatch(label):
        raise ConfigError(
            f"{redact(repr(text))} names no channel of anaconda.org",
            where=where,
            remedy="write anaconda://owner, or anaconda://owner/label/name",
        )
    return owner, label


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


_EXAMPLES = {
    "http": "http://server/channel",
    "https": "https://server/channel",
    "s3": "s3://bucket/path",
    "quetz+http": "quetz+http://server/channel",
    "quetz+https": "quetz+https://server/channel",
}


def _web_url(text: str, where: str) -> str:
    parts = _split(text)
    if not parts or not parts.hostname or parts.query or parts.fragment or " " in text:
        raise ConfigError(
            f"{redact(repr(text))} is no channel URL",
            where=where,
            remedy=f"write {_EXAMPLES[text.partition(':')[0].lower()]}, with no '?' and no '#'",
        )
    return f"{parts.scheme}://{parts.netloc.lower()}{parts.path.rstrip('/')}"


def _split(text: str) -> SplitResult | None:
    try:
        return urlsplit(text)
    except ValueError:  # such as an IPv6 address that is none
        return None
