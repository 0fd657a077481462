"""Bring packages into a channel: all of them, or none of them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from conda_sluice.effects.files import sha256_of
from conda_sluice.errors import DamagedError, SluiceError
from conda_sluice.model.package import PackageRecord
from conda_sluice.model.refusals import conflict
from conda_sluice.stores.crowd import Crowd
from conda_sluice.stores.quetz.channel import QuetzChannel
from conda_sluice.stores.quetz.settling import Settling

Bring = Callable[[PackageRecord], AbstractContextManager[Path]]
"""Gives a verified file of the package for a while."""


_SMALL = 1 << 20
"""Packages of up to so many bytes are sent together, up to `_TOGETHER` at a time."""

_TOGETHER = 25

_TRIES = 3
"""So often a file is sent of which the server says that it is there, and it is not."""


@dataclass(frozen=True, slots=True)
class Adding:
    """Adds packages to channels, `jobs` at a time."""

    jobs: int
    settling: Settling

    def add(
        self,
        records: Sequence[PackageRecord],
        channel: QuetzChannel,
        bring: Bring,
        *,
        held: Sequence[PackageRecord] = (),
    ) -> None:
        """Send packages that the channel does not hold, and see that it holds and shows them.

        `held` are those that it holds already: an index that lacks one of them is mended too.
        After an error what was sent is taken out again as far as that is possible. Raise
        ConflictError where somebody was faster with another file of that name.
        """
        sent: list[PackageRecord] = []

        def send(record: PackageRecord) -> None:
            if record.path in together and self._is_there(channel, record):
                return
            with bring(record) as path:
                self._send(channel, record, path, sent)

        def nudge(path: str) -> None:
            (record,) = (one for one in (*records, *held) if one.path == path)
            if channel.held(record) == record.sha256:
                with bring(record) as file:
                    channel.upload(file, record, force=True)

        try:
            together = self._send_together(channel, records, bring, sent)
            Crowd(self.jobs).each(send, records)
            shown = {record.path: record.sha256 for record in (*records, *held)}
            if shown:
                self.settling.settle(channel, present=shown, nudge=nudge)
        except BaseException:
            with suppress(SluiceError):  # the first trouble is the one to tell
                self.take_out(sent, channel)
            raise

    def take_out(self, records: Sequence[PackageRecord], channel: QuetzChannel) -> None:
        """Delete packages, one after the other, and see that no index shows them.

        Not several at once: they would make the server write indexes at the same time.
        """
        for record in records:
            channel.delete(record)
        if records:
            self.settling.settle(channel, absent=[record.path for record in records])

    def _send_together(
        self,
        channel: QuetzChannel,
        records: Sequence[PackageRecord],
        bring: Bring,
        sent: list[PackageRecord],
    ) -> frozenset[str]:
        """Send small packages many in a request, and return the paths of those.

        The server makes its indexes anew after each request, whatever that brought. What became
        of each package is looked at afterwards: the server stops at the first name that is taken.
        """
        small = [one for one in records if 0 < one.size <= _SMALL] if self.jobs > 1 else []
        for start in range(0, len(small), _TOGETHER):
            batch = small[start : start + _TOGETHER]
            with ExitStack() as stack:
                paths = Crowd(self.jobs).each(lambda one: stack.enter_context(bring(one)), batch)
                sound = {
                    one: path
                    for one, path in zip(batch, paths, strict=True)
                    if sha256_of(path) == one.sha256
                }
                # two subdirs may have files of one name, and the server goes by names alone
                named = {one.file: path for one, path in sound.items()}
                if len(named) < len(sound):
                    continue
                if len(named) > 1 and channel.upload_together(named):
                    sent += sound
        return frozenset(one.path for one in small)

    def _is_there(self, channel: QuetzChannel, record: PackageRecord) -> bool:
        """Tell whether the server holds this very file, record and bytes."""
        return channel.held(record) == record.sha256 and self.settling.until(
            lambda: channel.stored_size(record) == record.size
        )

    def _send(
        self, channel: QuetzChannel, record: PackageRecord, path: Path, sent: list[PackageRecord]
    ) -> None:
        """Be sure that the server holds this file, record and bytes, whoever has sent it."""
        size = path.stat().st_size

        def is_whole() -> bool:
            return channel.stored_size(record) == size

        is_held = False
        for _ in range(_TRIES):
            # It may have broken down between writing the record and the file: then the name
            # counts as taken, and nobody can get the package.
            if channel.upload(path, record, force=is_held) and not is_held:
                sent.append(record)
            held = channel.held(record)
            if held and held != record.sha256:
                raise conflict(record, channel.place, held=held)
            is_held = bool(held)
            if is_held and self.settling.until(is_whole):
                return
        raise DamagedError(
            f"does not hold {record.path} as it was sent",
            channel.place,
            "run the command again; if that does not help, ask who runs the server",
        )


def from_files(files: Mapping[str, Path]) -> Bring:
    """Return what brings packages from files of this machine, by path within the channel."""

    @contextmanager
    def bring(record: PackageRecord) -> Iterator[Path]:
        yield files[record.path]

    return bring


def from_channel(source: QuetzChannel) -> Bring:
    """Return what brings packages from another channel, each for as long as it is needed."""

    @contextmanager
    def bring(record: PackageRecord) -> Iterator[Path]:
        with TemporaryDirectory(prefix="sluice-quetz-") as folder:
            target = Path(folder) / record.file
            source.download(record, target)
            yield target

    return bring
