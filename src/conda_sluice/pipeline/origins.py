"""Where packages came from: as the ledger saw them built, else as they say themselves."""

from collections.abc import Iterable, Mapping

from conda_sluice.errors import VersionError
from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.event import Event, EventKind
from conda_sluice.model.evidence import PackageOrigin
from conda_sluice.model.names import PackageName
from conda_sluice.model.package import PackageRecord
from conda_sluice.model.version import VersionScheme, conda_version
from conda_sluice.pipeline.workspace import Member
from conda_sluice.plan.origin import parse_origin
from conda_sluice.ports import Ledger, Store


def read_origin(record: PackageRecord, channel: ChannelRef, store: Store) -> PackageOrigin | None:
    """Read where a package came from, its hash checked."""
    return parse_origin(store.about(record, channel), record.name)


class Origins:
    """Tells where packages came from, each looked up once."""

    def __init__(self, store: Store, ledger: Ledger, members: Mapping[PackageName, Member]) -> None:
        self._store = store
        self._ledger = ledger
        self._members = members
        self._known: dict[str, PackageOrigin | None] = {}

    def of(
        self, record: PackageRecord, channel: ChannelRef, events: Iterable[Event] | None = None
    ) -> PackageOrigin | None:
        """Return where a package of a channel came from, None where that does not fit it.

        `events` are those of its name where they have been read already. What a package says
        itself is its own claim: a file made by hand may say what it likes, but not that it is
        another version of the project, or of another project.
        """
        if record.sha256 not in self._known:
            told = self._ledger.events(record.name) if events is None else events
            origin = _built(record, told) or read_origin(record, channel, self._store)
            member = self.member(record, origin)
            fits = origin is None or member is None or _fits(origin, record, member)
            self._known[record.sha256] = origin if fits else None
        return self._known[record.sha256]

    def member(self, record: PackageRecord, origin: PackageOrigin | None) -> Member | None:
        """Return the project of the package's name, else the one whose output it says it is."""
        if record.name in self._members or origin is None or not origin.project:
            return self._members.get(record.name)
        return self._members.get(PackageName(origin.project))


def _built(record: PackageRecord, events: Iterable[Event]) -> PackageOrigin | None:
    """Return where a package came from as the ledger saw it built, None where it did not."""
    for event in events:
        if event.kind is EventKind.BUILT and event.sha256 == record.sha256:
            return parse_origin({"extra": event.data.get("origin")}, record.name)
    return None


def _fits(origin: PackageOrigin, record: PackageRecord, member: Member) -> bool:
    if origin.path != member.source.path:
        return False
    if record.name != member.name:
        return True  # an output may have a version of its own
    return any(_is_said(origin.version, scheme, record.version) for scheme in VersionScheme)


def _is_said(upstream: str, scheme: VersionScheme, version: str) -> bool:
    try:
        return conda_version(upstream, scheme) == version
    except VersionError:
        return False
