"""Transactions: a change of channels as a value that is kept until all of it has come about."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.event import Event
from conda_sluice.model.names import PackageName, Subdir
from conda_sluice.model.package import PackageRecord, parse_file_name


class Act(StrEnum):
    """What somebody wants of the channels."""

    BUILD = "build"
    UPLOAD = "upload"
    BACKFILL = "backfill"
    PROMOTE = "promote"
    COPY = "copy"
    UNDO = "undo"
    PRUNE = "prune"
    YANK = "yank"
    UNYANK = "unyank"
    FREEZE = "freeze"
    THAW = "thaw"


class Deed(StrEnum):
    """What is done to packages of one channel.

    What is `put` comes from files that may be gone after a crash: it is never done again. What
    has arrived of builds stays, what has arrived of an upload goes unless all of it has. A
    channel is closed and opened by the note itself.
    """

    PUT = "put"
    COPY = "copy"
    REMOVE = "remove"
    HIDE = "hide"
    SHOW = "show"
    CLOSE = "close"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Item:
    """One package file; `sha256` is "" where it was not known before the file arrived."""

    subdir: Subdir
    file: str
    sha256: str

    @property
    def path(self) -> str:
        """Return `<subdir>/<file name>`."""
        return f"{self.subdir}/{self.file}"

    @property
    def name(self) -> PackageName:
        """Return the name of the package, as its file tells it."""
        return parse_file_name(self.file).name


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One change of one channel; what is copied comes from `source`."""

    deed: Deed
    channel: ChannelRef
    items: tuple[Item, ...]
    source: ChannelRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """Steps that come about together, and the events that tell of them.

    The events are in no ledger yet: `id` and `previous` are "". `id` is a digest over
    everything else, twelve hex digits; `undoes` the id of the transaction that this one takes
    back.
    """

    id: str
    act: Act
    who: str
    when: str
    why: str = ""
    steps: tuple[Step, ...]
    events: tuple[Event, ...]
    undoes: str = ""


def items_of(records: Iterable[PackageRecord]) -> tuple[Item, ...]:
    """Return what identifies each of the records."""
    return tuple(Item(one.subdir, one.file, one.sha256) for one in records)


def stand_in(item: Item) -> PackageRecord:
    """Return a record with what an item tells; what is in the package it does not know."""
    said = parse_file_name(item.file)
    return PackageRecord(
        subdir=item.subdir,
        file=item.file,
        name=said.name,
        version=said.version,
        build=said.build,
        build_number=0,
        sha256=item.sha256,
        size=0,
    )
