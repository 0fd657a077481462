"""Channels of quetz servers (`quetz+https://server/channel`).

The server indexes what it is given, and has no transactions: a change goes package by package,
is looked at afterwards, and what it had brought is taken out again when it fails.
"""

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from conda_sluice.effects.artifact import read_about
from conda_sluice.effects.credentials import Credentials, open_credentials
from conda_sluice.effects.files import sha256_of
from conda_sluice.effects.http.client import HttpClient
from conda_sluice.effects.http.patience import Patience
from conda_sluice.effects.os_errors import store_error
from conda_sluice.errors import UsageError
from conda_sluice.model.channel import ChannelRef, ChannelState
from conda_sluice.model.credential import Service, Token, TokenKind, headers_of
from conda_sluice.model.entry import check_file_name
from conda_sluice.model.flaw import Flaw
from conda_sluice.model.names import PackageName, Subdir, parse_subdir
from conda_sluice.model.package import Artifact, PackageRecord
from conda_sluice.model.refusals import (
    absent,
    another_file,
    changed,
    changed_file,
    wrong_file,
)
from conda_sluice.ports import StoreTraits
from conda_sluice.stores.crowd import Crowd
from conda_sluice.stores.quetz.adding import Adding, Bring, from_channel, from_files
from conda_sluice.stores.quetz.channel import QuetzChannel, channel_of
from conda_sluice.stores.quetz.holdings import Holdings, Standing
from conda_sluice.stores.quetz.inspection import inspect_channel, reindex_channel
from conda_sluice.stores.quetz.settling import Settling

_TRAITS = StoreTraits(
    indexes_itself=True, has_labels=False, copies_natively=False, transactional=False
)

OpenCredentials = Callable[[], Credentials]


class QuetzStore:
    """Implements the port `Store` for `quetz+https://` and `quetz+http://` channels.

    `jobs` packages are transferred at a time. Of what a channel hides see `holdings`.
    """

    def __init__(
        self,
        *,
        jobs: int = 8,
        open_credentials: OpenCredentials = open_credentials,
        patience: Patience | None = None,
        settling: Settling | None = None,
    ) -> None:
        self._jobs = jobs
        self._open_credentials = open_credentials
        self._patience = patience or Patience()
        self._settling = settling or Settling()
        self._credentials: Credentials | None = None
        self._client = HttpClient(credentials=self._key, patience=self._patience)
        self._adding = Adding(jobs, self._settling)

    def __reduce__(self) -> tuple[object, ...]:
        return _unpickle, (self._jobs, self._open_credentials, self._patience, self._settling)

    def traits(self, channel: ChannelRef) -> StoreTraits:  # noqa: ARG002 - the same for all
        """Return what this store can do with a channel."""
        return _TRAITS

    def subdirs(self, channel: ChannelRef) -> Sequence[Subdir]:
        """Return the subdirs that hold packages, sorted."""
        shown = self._holdings(channel).shown
        return tuple(one for one in shown.subdirs() if shown.records(one))

    def state(self, channel: ChannelRef) -> ChannelState:
        """Return what tells this state of the channel, hidden packages included."""
        here = self._holdings(channel)
        digests = {}
        for subdir in here.subdirs():
            lines = [f"{one.path} {one.sha256} shown" for one in here.shown.records(subdir)]
            lines += [f"{one.path} {one.sha256} hidden" for one in here.hidden_records(subdir)]
            if lines:
                digests[subdir] = hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()
        return ChannelState(digests)

    def records(
        self,
        channel: ChannelRef,
        subdir: Subdir,
        *,
        names: Collection[PackageName] | None = None,
    ) -> Sequence[PackageRecord]:
        """Return the records that can be solved with, all or those of `names`, sorted by file.

        quetz gives an index as a whole only.
        """
        records = self._holdings(channel).shown.records(subdir)
        return tuple(one for one in records if names is None or one.name in names)

    def hidden(self, channel: ChannelRef, subdir: Subdir) -> Sequence[PackageRecord]:
        """Return the records of the packages that are hidden, sorted by file name."""
        return self._holdings(channel).hidden_records(subdir)

    def get(self, record: PackageRecord, channel: ChannelRef, into: Path) -> Path:
        """Bring the package file into the folder `into`; raise DamagedError if its hash differs."""
        _check_names([record])
        here = self._holdings(channel)
        shown = here.shown.held(record)
        source = here.shown if shown else here.hidden
        held = shown or source.held(record)
        if held and held != record.sha256:
            raise wrong_file(held, record.sha256, f"{source.place}/{record.path}")
        if not held:
            raise absent(record, here.shown.place)
        try:
            source.download(record, into / record.file)
        except OSError as error:
            raise store_error(error, str(into)) from error
        return into / record.file

    def about(self, record: PackageRecord, channel: ChannelRef) -> Mapping[str, object]:
        """Return the package's info/about.json; see the port. The whole file is brought here."""
        with TemporaryDirectory(prefix="sluice-quetz-") as folder:
            return read_about(self.get(record, channel, Path(folder)))

    def put(
        self,
        artifacts: Sequence[Artifact],
        channel: ChannelRef,
        *,
        expected: ChannelState | None = None,
    ) -> None:
        """Add package files and their records; see the port."""
        Crowd(self._jobs).each(_refuse_changed, artifacts)
        files = {artifact.record.path: artifact.path for artifact in artifacts}
        records = [artifact.record for artifact in artifacts]
        self._add(records, channel, expected, from_files(files))

    def copy(
        self,
        records: Sequence[PackageRecord],
        source: ChannelRef,
        target: ChannelRef,
        *,
        expected: ChannelState | None = None,
    ) -> None:
        """Copy packages between two channels, each through this machine; see the port."""
        _check_names(records)
        there = self._holdings(source)
        found = there.standings(records)
        for record in records:
            if found[record.path] not in {Standing.SHOWN, Standing.BOTH}:
                raise absent(record, there.shown.place)
        self._add(records, target, expected, from_channel(there.shown))

    def remove(
        self,
        records: Sequence[PackageRecord],
        channel: ChannelRef,
        *,
        expected: ChannelState | None = None,
    ) -> None:
        """Take packages, hidden ones too, out of the channel; see the port."""
        _check_names(records)
        here = self._holdings(channel)
        found = here.standings(records)
        for record in records:
            if found[record.path] is Standing.OTHER:
                raise another_file(record, here.shown.place)
        self._expect(channel, expected)
        self._take_out(here.shown, records, found, {Standing.SHOWN, Standing.BOTH})
        self._take_out(here.hidden, records, found, {Standing.HIDDEN, Standing.BOTH})

    def hide(self, records: Sequence[PackageRecord], channel: ChannelRef) -> None:
        """Move packages to the channel of what is hidden; see the port."""
        here = self._holdings(channel)
        found = self._found(here, records)
        arriving = [one for one in records if found[one.path] is Standing.SHOWN]
        if arriving:
            here.make_hidden()
            self._adding.add(_once(arriving), here.hidden, from_channel(here.shown))
        self._take_out(here.shown, records, found, {Standing.SHOWN, Standing.BOTH})

    def show(self, records: Sequence[PackageRecord], channel: ChannelRef) -> None:
        """Move packages back from the channel of what is hidden; see the port."""
        here = self._holdings(channel)
        found = self._found(here, records)
        arriving = [one for one in records if found[one.path] is Standing.HIDDEN]
        self._adding.add(_once(arriving), here.shown, from_channel(here.hidden))
        self._take_out(here.hidden, records, found, {Standing.HIDDEN, Standing.BOTH})

    def inspect(self, channel: ChannelRef) -> Iterator[Flaw]:
        """Read every index and package file and yield what is wrong; change nothing."""
        yield from inspect_channel(self._holdings(channel))

    def reindex(self, channel: ChannelRef) -> None:
        """Verify every file, and have the server index anew where its index lacks something."""
        reindex_channel(self._holdings(channel), self._settling)

    def relate(self, channel: ChannelRef, overrides: ChannelRef | None) -> None:
        """Leave the channel as it is: the server makes the index."""
        if overrides is not None and overrides.url == channel.url:
            raise UsageError(f"the channel {channel} cannot stand above itself", channel.url)

    def _add(
        self,
        records: Sequence[PackageRecord],
        channel: ChannelRef,
        expected: ChannelState | None,
        bring: Bring,
    ) -> None:
        _check_names(records)
        here = self._holdings(channel)
        if records:
            here.require()
        missing, shown = here.missing_and_shown(records)
        self._expect(channel, expected)
        self._adding.add(missing, here.shown, bring, held=shown)

    def _take_out(
        self,
        channel: QuetzChannel,
        records: Sequence[PackageRecord],
        found: Mapping[str, Standing],
        standings: Collection[Standing],
    ) -> None:
        leaving = [one for one in records if found[one.path] in standings]
        self._adding.take_out(_once(leaving), channel)

    def _found(self, here: Holdings, records: Sequence[PackageRecord]) -> Mapping[str, Standing]:
        """Return how the channel holds packages; raise DamagedError where it does not."""
        _check_names(records)
        found = here.standings(records)
        here.refuse_absent(records, found)
        return found

    def _expect(self, channel: ChannelRef, expected: ChannelState | None) -> None:
        if expected is not None and self.state(channel) != expected:
            raise changed(channel)

    def _holdings(self, channel: ChannelRef) -> Holdings:
        login = " or ".join(self._keys().places(Service.QUETZ))
        return Holdings(channel_of(channel, self._client, login), self._jobs)

    def _keys(self) -> Credentials:
        if self._credentials is None:
            self._credentials = self._open_credentials()
        return self._credentials

    def _key(self, url: str) -> Mapping[str, str]:
        """Return the header that quetz reads a key from, in whichever way the key is kept."""
        credential = self._keys().of(url, Service.QUETZ)
        if isinstance(credential, Token):
            credential = Token(TokenKind.API_KEY, credential.token, credential.source)
        return headers_of(credential)


def _unpickle(
    jobs: int, open_credentials: OpenCredentials, patience: Patience, settling: Settling
) -> QuetzStore:
    return QuetzStore(
        jobs=jobs, open_credentials=open_credentials, patience=patience, settling=settling
    )


def _check_names(records: Sequence[PackageRecord]) -> None:
    """Raise PackageError, UsageError for names that lead elsewhere in a URL."""
    for record in records:
        check_file_name(record.file)
        parse_subdir(record.subdir)


def _refuse_changed(artifact: Artifact) -> None:
    if sha256_of(artifact.path) != artifact.record.sha256:
        raise changed_file(str(artifact.path))


def _once(records: Sequence[PackageRecord]) -> Sequence[PackageRecord]:
    return list({record.path: record for record in records}.values())
