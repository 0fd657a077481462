"""The ports: what sluice needs of the world, named after the need and not after the vendor."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from conda_sluice.model.channel import ChannelRef, ChannelState
from conda_sluice.model.completed import Completed
from conda_sluice.model.environment import BuildNeeds, Solution, SolveSource, Unsolvable
from conda_sluice.model.event import Event
from conda_sluice.model.flaw import Flaw
from conda_sluice.model.job import BuildOrder
from conda_sluice.model.judge import Judge
from conda_sluice.model.names import PackageName, Subdir
from conda_sluice.model.package import Artifact, PackageRecord
from conda_sluice.model.transaction import Act, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreTraits:
    """What a store can do with a channel.

    `indexes_itself`: the server makes the index, and no channel relations can be written into
    it. `has_labels`: one file can stand in several channels. `copies_natively`: no bytes of a
    package pass through this machine in a copy. `transactional`: a subdir changes as a whole or
    not at all; elsewhere a change is carried out package by package, and verified afterwards.
    `verifies_files`: to copy and to index anew is to prove that files are what their records say;
    elsewhere the server's word is taken for it, and `get` and `inspect` find the damage.
    """

    indexes_itself: bool
    has_labels: bool
    copies_natively: bool
    transactional: bool
    is_writable: bool = True
    verifies_files: bool = True


class Store(Protocol):
    """Holds channels.

    Reads of a channel that does not exist yet give nothing; a channel is made by the first put.
    Every change is all or nothing within one subdir where the store is transactional, and leaves
    other packages as they were. StoreError is raised where a server cannot be reached, refuses
    the credentials, or does not do what it was asked to; a request that may be repeated is.
    """

    def traits(self, channel: ChannelRef) -> StoreTraits:
        """Return what this store can do with a channel."""

    def subdirs(self, channel: ChannelRef) -> Sequence[Subdir]:
        """Return the subdirs that hold packages, sorted."""

    def state(self, channel: ChannelRef) -> ChannelState:
        """Return what tells this state of the channel's indexes from every other one."""

    def records(
        self,
        channel: ChannelRef,
        subdir: Subdir,
        *,
        names: Collection[PackageName] | None = None,
    ) -> Sequence[PackageRecord]:
        """Return the records that can be solved with, all or those of `names`, sorted by file.

        With `names`, a big index is searched and not read as a whole.
        """

    def hidden(self, channel: ChannelRef, subdir: Subdir) -> Sequence[PackageRecord]:
        """Return the records of the packages that are hidden, sorted by file name."""

    def get(self, record: PackageRecord, channel: ChannelRef, into: Path) -> Path:
        """Bring the package file into the folder `into`; raise DamagedError if its hash differs."""

    def about(self, record: PackageRecord, channel: ChannelRef) -> Mapping[str, object]:
        """Return the package's info/about.json, {} where it has none, hash checked as by `get`.

        Raise PackageError where the file is no sound package.
        """

    def put(
        self,
        artifacts: Sequence[Artifact],
        channel: ChannelRef,
        *,
        expected: ChannelState | None = None,
    ) -> None:
        """Add package files and their records.

        The same file again is no change, also when it is hidden; raise ConflictError, with
        nothing changed, when the channel holds another file of that name, ChangedError, with
        nothing changed, when the channel is in another state than the expected one.
        """

    def copy(
        self,
        records: Sequence[PackageRecord],
        source: ChannelRef,
        target: ChannelRef,
        *,
        expected: ChannelState | None = None,
    ) -> None:
        """Copy packages between two channels, hashes checked before and after.

        Raise ConflictError and ChangedError as `put` does, DamagedError when a file is not what
        its record says or when the source does not show it.
        """

    def remove(
        self,
        records: Sequence[PackageRecord],
        channel: ChannelRef,
        *,
        expected: ChannelState | None = None,
    ) -> None:
        """Take packages, hidden ones too, out of the channel: first the records, then the files.

        What is gone already is no change. Raise DamagedError, with nothing changed, when the
        channel holds another file of that name, ChangedError as `copy` does.
        """

    def hide(self, records: Sequence[PackageRecord], channel: ChannelRef) -> None:
        """Hide packages from solving and keep their files; what is hidden already is no change.

        Raise DamagedError, with nothing changed, when the channel does not hold one of them.
        """

    def show(self, records: Sequence[PackageRecord], channel: ChannelRef) -> None:
        """Undo `hide`: the packages are as they were; what is not hidden is no change.

        Raise DamagedError, with nothing changed, when the channel does not hold one of them.
        """

    def inspect(self, channel: ChannelRef) -> Iterator[Flaw]:
        """Read every index and package file and yield what is wrong; change nothing.

        What somebody else is changing at the same time may look like a flaw.
        """

    def reindex(self, channel: ChannelRef) -> None:
        """Make the index anew from the package files; what is hidden stays hidden.

        Raise DamagedError, with nothing changed, when a package that the index names is missing
        or is another file.
        """

    def relate(self, channel: ChannelRef, overrides: ChannelRef | None) -> None:
        """Write into the channel which channel stands above it (CEP 42 `channel_relations`).

        A store that `indexes_itself` cannot, and leaves the channel as it is.
        """


class Ledger(Protocol):
    """Keeps events, one hash chain for each package name."""

    def append(self, events: Sequence[Event]) -> Sequence[Event]:
        """Add events and return them with `previous` and `id` filled in; safe for many writers."""

    def events(self, name: PackageName | None = None) -> Sequence[Event]:
        """Return the events of one package, or of all, oldest first.

        Raise DamagedError where a chain is broken.
        """


class Journal(Protocol):
    """Keeps transactions: those that are under way, and those that were carried out.

    A transaction that was begun and neither ended nor dropped stays, whatever becomes of the
    process that began it.
    """

    def exclusive(self) -> AbstractContextManager[None]:
        """Let one decision and what follows from it happen at a time; wait for others.

        Raise StoreError when somebody else takes too long.
        """

    def begin(self, transaction: Transaction) -> None:
        """Note, safe on disk, that the transaction is under way; call it while `exclusive`."""

    def end(self, transaction: Transaction) -> None:
        """Note that all of the transaction came about and is in the ledger."""

    def drop(self, transaction: Transaction) -> None:
        """Forget a transaction of which nothing came about."""

    def abandoned(self) -> Sequence[Transaction]:
        """Take over those begun by a process that is no more, oldest first, while `exclusive`.

        Raise DamagedError for one that cannot be read.
        """

    def carried_out(self, *acts: Act) -> Iterator[Transaction]:
        """Yield those that were ended, all or those of some acts, newest first.

        Raise DamagedError as `abandoned` does.
        """


class Builder(Protocol):
    """Turns a rendered recipe into its packages.

    Builders agree on the names of the files that come out, and leave nothing outside the
    workspace of the order but what they keep in their cache.
    """

    def build(self, order: BuildOrder) -> tuple[Path, ...]:
        """Build and return the wanted package files, .conda of mode 0644 within the workspace.

        All of them come out or none. Raise RecipeError for what this builder cannot say,
        BuildError when it does not build, with the reason and, where an environment cannot be
        solved, the solver's own words; ToolError when the builder is missing or too old.
        """


class Environment(Protocol):
    """A live prefix."""

    @property
    def prefix(self) -> Path:
        """Return the folder of the environment."""

    def run(self, script: str, *, cwd: Path, timeout: float) -> Completed:
        """Run a bash script in the activated environment, with a scrubbed process environment."""


class Environments(Protocol):
    """Solves and makes environments."""

    def solve(
        self, specs: Sequence[str], sources: Sequence[SolveSource], platform: Subdir
    ) -> Solution | Unsolvable:
        """Answer which packages satisfy `specs`, strictly by channel priority."""

    def bring_near(
        self,
        needs: Sequence[BuildNeeds],
        channels: Sequence[str],
        platform: Subdir,
        folder: Path,
        *,
        knows_logins: bool,
    ) -> Sequence[str]:
        """Return the channels (URLs) as a builder can read them, the same ones where it can.

        A builder reads folders and web servers; where not `knows_logins`, only those that let
        everybody in. For others what the builds need is fetched into channel folders in `folder`.
        Raise StoreError where that cannot be had, DamagedError where it is not what it should be.
        """

    def open_judge(self) -> AbstractContextManager[Judge]:
        """Make a judge, for many questions about channels that do not change meanwhile."""

    def install(self, solution: Solution, prefix: Path) -> None:
        """Make the environment at `prefix`, which must not exist, and leave it there."""

    def create(self, solution: Solution, prefix: Path) -> AbstractContextManager[Environment]:
        """Make the environment at `prefix`, which must not exist; remove it on exit."""


Clock = Callable[[], str]
"""Tells the time as ISO 8601 in UTC."""

AskBackend = Callable[[Path], str]
"""Asks the build backend of the Python project at a path for its core metadata, as text.

"" where nobody is asked, or nothing can be said without building. Raise ProjectError where the
project's code fails, ToolError where its build requirements cannot be had.
"""
