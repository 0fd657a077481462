"""Stores and ledgers in memory that behave as the real ones do."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from conda_sluice.effects.artifact import read_about
from conda_sluice.effects.files import sha256_of
from conda_sluice.errors import ChangedError, ConflictError, DamagedError, UsageError
from conda_sluice.ledger.chain import check_chain, link_event
from conda_sluice.model.channel import ChannelRef, ChannelState
from conda_sluice.model.event import Event, in_order
from conda_sluice.model.flaw import Flaw, FlawKind
from conda_sluice.model.names import PackageName, Subdir, parse_package_name
from conda_sluice.model.package import Artifact, PackageRecord
from conda_sluice.model.transaction import Act, Transaction
from conda_sluice.ports import StoreTraits

Held = tuple[PackageRecord, bytes]

DAMAGED = b"something else"


class FakeStore:
    """Implements the port `Store`; `relations` maps a channel URL to the one above it."""

    def __init__(self) -> None:
        self._channels: dict[str, dict[str, Held]] = {}
        self._hidden: dict[str, set[str]] = {}
        self.relations: dict[str, str] = {}

    def traits(self, channel: ChannelRef) -> StoreTraits:  # noqa: ARG002 - the same for all
        return StoreTraits(
            indexes_itself=False, has_labels=False, copies_natively=True, transactional=True
        )

    def subdirs(self, channel: ChannelRef) -> Sequence[Subdir]:
        return tuple(sorted({record.subdir for record in self._shown(channel)}))

    def state(self, channel: ChannelRef) -> ChannelState:
        hidden = self._hidden.get(channel.url, set())
        facts: dict[Subdir, list[str]] = {}
        for path, (record, _) in sorted(self._held(channel).items()):
            facts.setdefault(record.subdir, [self.relations.get(channel.url, "")]).append(
                f"{path} {record.sha256} {path in hidden}"
            )
        return ChannelState(
            {one: sha256("\n".join(lines).encode()).hexdigest() for one, lines in facts.items()}
        )

    def records(
        self,
        channel: ChannelRef,
        subdir: Subdir,
        *,
        names: Collection[PackageName] | None = None,
    ) -> Sequence[PackageRecord]:
        here = [record for record in self._shown(channel) if record.subdir == subdir]
        chosen = [record for record in here if names is None or record.name in names]
        return tuple(sorted(chosen, key=lambda record: record.file))

    def hidden(self, channel: ChannelRef, subdir: Subdir) -> Sequence[PackageRecord]:
        hidden = sorted(self._hidden.get(channel.url, set()))
        records = [self._held(channel)[path][0] for path in hidden]
        return tuple(record for record in records if record.subdir == subdir)

    def get(self, record: PackageRecord, channel: ChannelRef, into: Path) -> Path:
        _, data = self._sound(record, channel)
        into.mkdir(parents=True, exist_ok=True)
        path = into / record.file
        path.write_bytes(data)
        path.chmod(0o644)
        return path

    def about(self, record: PackageRecord, channel: ChannelRef) -> Mapping[str, object]:
        with TemporaryDirectory() as folder:
            return read_about(self.get(record, channel, Path(folder)))

    def put(
        self,
        artifacts: Sequence[Artifact],
        channel: ChannelRef,
        *,
        expected: ChannelState | None = None,
    ) -> None:
        self._expect(channel, expected)
        incoming = []
        for artifact in artifacts:
            if sha256_of(artifact.path) != artifact.record.sha256:
                raise DamagedError("is not the file that its record describes", str(artifact.path))
            incoming.append((artifact.record, artifact.path.read_bytes()))
        self._add(incoming, channel)

    def copy(
        self,
        records: Sequence[PackageRecord],
        source: ChannelRef,
        target: ChannelRef,
        *,
        expected: ChannelState | None = None,
    ) -> None:
        for record in records:
            if record.path in self._hidden.get(source.url, set()):
                raise DamagedError("is hidden", record.path)
        incoming = [self._sound(record, source) for record in records]
        self._expect(target, expected)
        self._add(incoming, target)

    def remove(
        self,
        records: Sequence[PackageRecord],
        channel: ChannelRef,
        *,
        expected: ChannelState | None = None,
    ) -> None:
        self._expect(channel, expected)
        there = [record for record in records if record.path in self._held(channel)]
        self._refuse_absent(there, channel)
        for record in there:
            self._channels[channel.url].pop(record.path, None)
            self._hidden.get(channel.url, set()).discard(record.path)

    def hide(self, records: Sequence[PackageRecord], channel: ChannelRef) -> None:
        self._refuse_absent(records, channel)
        self._hidden.setdefault(channel.url, set()).update(record.path for record in records)

    def show(self, records: Sequence[PackageRecord], channel: ChannelRef) -> None:
        self._refuse_absent(records, channel)
        self._hidden.get(channel.url, set()).difference_update(record.path for record in records)

    def relate(self, channel: ChannelRef, overrides: ChannelRef | None) -> None:
        if overrides is None:
            self.relations.pop(channel.url, None)
        elif overrides.url == channel.url:
            raise UsageError(f"the channel {channel} cannot stand above itself", channel.url)
        else:
            self.relations[channel.url] = overrides.url

    def inspect(self, channel: ChannelRef) -> Iterator[Flaw]:
        for record, data in self._held(channel).values():
            if data == DAMAGED:
                yield Flaw(FlawKind.WRONG_HASH, record.subdir, record.file, "is damaged")

    def reindex(self, channel: ChannelRef) -> None:
        for record, _ in self._held(channel).values():
            self._sound(record, channel)

    def hold(self, channel: ChannelRef, *records: PackageRecord) -> None:
        """Let the channel hold records without files, for tests that read no bytes."""
        held = self._channels.setdefault(channel.url, {})
        held |= {record.path: (record, b"") for record in records}

    def damage(self, channel: ChannelRef, record: PackageRecord) -> None:
        """Change the bytes of a package behind the back of its record."""
        self._channels[channel.url][record.path] = (record, DAMAGED)

    def _held(self, channel: ChannelRef) -> dict[str, Held]:
        return self._channels.get(channel.url, {})

    def _shown(self, channel: ChannelRef) -> list[PackageRecord]:
        hidden = self._hidden.get(channel.url, set())
        return [record for path, (record, _) in self._held(channel).items() if path not in hidden]

    def _expect(self, channel: ChannelRef, expected: ChannelState | None) -> None:
        if expected is not None and self.state(channel) != expected:
            raise ChangedError("changed since this was planned", str(channel))

    def _refuse_absent(self, records: Sequence[PackageRecord], channel: ChannelRef) -> None:
        for record in records:
            held = self._held(channel).get(record.path)
            if held is None or held[0].sha256 != record.sha256:
                raise DamagedError(f"does not hold {record.path}", str(channel))

    def _sound(self, record: PackageRecord, channel: ChannelRef) -> Held:
        held = self._held(channel).get(record.path)
        if held is None or held[0].sha256 != record.sha256 or held[1] == DAMAGED:
            raise DamagedError("is not the file that its record describes", record.path)
        return held

    def _add(self, incoming: Sequence[Held], channel: ChannelRef) -> None:
        held = dict(self._held(channel))
        for record, data in incoming:
            there, _ = held.setdefault(record.path, (record, data))
            if there.sha256 != record.sha256:
                raise ConflictError(f"holds another file named {record.path}", str(channel))
        if held:
            self._channels[channel.url] = held


class FakeJournal:
    """Implements the port `Journal`; `crash` ends the process that began what is open."""

    def __init__(self) -> None:
        self._open: dict[str, Transaction] = {}
        self._done: list[Transaction] = []
        self._abandoned: set[str] = set()

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        yield

    def begin(self, transaction: Transaction) -> None:
        self._open[transaction.id] = transaction

    def end(self, transaction: Transaction) -> None:
        self._done.append(self._open.pop(transaction.id))
        self._abandoned.discard(transaction.id)

    def drop(self, transaction: Transaction) -> None:
        self._open.pop(transaction.id)
        self._abandoned.discard(transaction.id)

    def abandoned(self) -> Sequence[Transaction]:
        left = [one for one in self._open.values() if one.id in self._abandoned]
        self._abandoned.clear()
        return tuple(sorted(left, key=lambda one: (one.when, one.id)))

    def carried_out(self, *acts: Act) -> Iterator[Transaction]:
        for one in reversed(self._done):
            if not acts or one.act in acts:
                yield one

    def crash(self) -> None:
        self._abandoned = set(self._open)


class FakeLedger:
    """Implements the port `Ledger`."""

    def __init__(self) -> None:
        self._chains: dict[PackageName, list[Event]] = {}

    def append(self, events: Sequence[Event]) -> Sequence[Event]:
        written = []
        for event in events:
            chain = self._chains.setdefault(parse_package_name(event.name), [])
            chain.append(link_event(event, chain[-1].id if chain else ""))
            written.append(chain[-1])
        return tuple(written)

    def events(self, name: PackageName | None = None) -> Sequence[Event]:
        names = sorted(self._chains) if name is None else [name]
        for one in names:
            check_chain(one, [(one, event) for event in self._chains.get(one, [])])
        return in_order([self._chains.get(one, []) for one in names])
