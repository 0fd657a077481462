"""Servers and the ledger: what channels.yaml writes of them -> options and URLs."""

import re
from pathlib import Path
from urllib.parse import urlsplit

from conda_sluice.config.disk import check_possible_folder
from conda_sluice.config.locations import folder_of
from conda_sluice.config.parse import Parsed
from conda_sluice.config.schema import AnacondaItem, S3Item, StoresItem
from conda_sluice.config.secrets import holds_secret, redact
from conda_sluice.errors import ConfigError
from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.stores import Addressing, AnacondaOptions, S3Options, StoreOptions

LEDGER_FOLDER = ".ledger"

_REMOTE_LEDGER = re.compile(r"(s3|git\+[a-z]+)://")


def resolve_stores(parsed: Parsed) -> StoreOptions:
    """Return the options of all servers; raise ConfigError for a URL that is none."""
    written = parsed.file.stores or StoresItem()
    s3, anaconda = written.s3 or S3Item(), written.anaconda or AnacondaItem()
    usual = AnacondaOptions()
    return StoreOptions(
        s3=S3Options(
            endpoint=_server(parsed, s3.endpoint, "", "s3", "endpoint"),
            region=s3.region or "",
            addressing=s3.addressing or Addressing.AUTO,
        ),
        anaconda=AnacondaOptions(
            api=_server(parsed, anaconda.api, usual.api, "anaconda", "api"),
            channels=_server(parsed, anaconda.channels, usual.channels, "anaconda", "channels"),
        ),
        mirrors=tuple(
            (
                _server(parsed, url, "", "mirrors", url),
                tuple(
                    _server(parsed, mirror, "", "mirrors", url, i)
                    for i, mirror in enumerate(mirrors)
                ),
            )
            for url, mirrors in (written.mirrors or {}).items()
        ),
    )


def resolve_ledger(parsed: Parsed, root: Path, lowest: ChannelRef) -> str:
    """Return the URL of the ledger: a folder, a place in a bucket, or a branch of git."""
    text = parsed.file.ledger
    if text is None:
        return _ledger_beside(lowest, parsed.where("ladder"))
    where = parsed.where("ledger")
    if _REMOTE_LEDGER.match(text):
        if holds_secret(text.replace("git@", "")):
            raise ConfigError(
                "this URL carries a token or a password", where=where, remedy="take it out"
            )
        return text.rstrip("/")
    folder = folder_of(text, root=root, where=where)
    check_possible_folder(folder, noun="the ledger", where=where)
    return folder.as_uri()


def ledger_beside(channel: ChannelRef) -> str:
    """Return the URL of a ledger beside a channel, "" where none can be kept."""
    if channel.folder is not None:
        return (channel.folder.parent / LEDGER_FOLDER).as_uri()
    parts = urlsplit(channel.url)
    if parts.scheme == "s3":
        return f"s3://{parts.netloc}{parts.path.rpartition('/')[0]}/{LEDGER_FOLDER}"
    return ""


def _ledger_beside(lowest: ChannelRef, where: str) -> str:
    if lowest.folder is not None:
        ledger = lowest.folder.parent / LEDGER_FOLDER
        check_possible_folder(ledger, noun="the ledger", where=where)
    if found := ledger_beside(lowest):
        return found
    raise ConfigError(
        f"{lowest} lies where no ledger can be kept",
        where=where,
        remedy="say where to keep it, for instance"
        " ledger: git+ssh://git@server/repository.git#sluice-ledger",
    )


def _server(parsed: Parsed, text: str | None, usual: str, *keys: str | int) -> str:
    if text is None:
        return usual
    where = parsed.where("stores", *keys)
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query:
        raise ConfigError(
            f"{redact(repr(text))} is no server", where=where, remedy="write https://server"
        )
    if holds_secret(text):
        raise ConfigError(
            "this URL carries a token or a password", where=where, remedy="take it out"
        )
    return text.rstrip("/")
