"""The ledger in a folder: `<package>/<number>.json`, one file for each event, never changed.

Events are written in `.staged` and get their place by a link; whoever appends sweeps there what
a crash has left, and writes anew what somebody else has swept.

The number is a place in the package's chain that only one writer can take, so that no lock is
needed: whoever comes second takes the next place, after the event that was first.
"""

import os
import re
from collections.abc import Sequence
from pathlib import Path

from conda_sluice.effects.files import stage_bytes, sweep_temporaries, sync_folder
from conda_sluice.effects.os_errors import as_store_errors
from conda_sluice.errors import DamagedError
from conda_sluice.ledger.chain import check_chain, link_event, parse_event, to_json
from conda_sluice.model.event import Event, in_order
from conda_sluice.model.names import PackageName, parse_package_name

_EVENT_FILE = re.compile(r"[0-9]{8}\.json")
_REMEDY = "restore the ledger from a copy"


class DirectoryLedger:
    """Implements the port `Ledger` in a folder that need not exist yet."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def append(self, events: Sequence[Event]) -> Sequence[Event]:
        """Add events, in order within each package; see the port."""
        heads: dict[PackageName, tuple[int, str]] = {}
        written = []
        with as_store_errors(self._folder):
            sweep_temporaries(self._staged)
            for event in events:
                chain = self._chain(event.name)
                if event.name not in heads:
                    chain.mkdir(parents=True, exist_ok=True)
                    self._staged.mkdir(exist_ok=True)
                    heads[event.name] = _head(chain)
                number, linked = self._take_place(chain, event, *heads[event.name])
                heads[event.name] = number, linked.id
                written.append(linked)
            for name in heads:
                sync_folder(self._chain(name))
            if heads:
                sync_folder(self._folder)
        return tuple(written)

    def events(self, name: PackageName | None = None) -> Sequence[Event]:
        """Return the events of one package, or of all, oldest first; see the port."""
        with as_store_errors(self._folder):
            names = self._names() if name is None else [name]
            return in_order([_read(self._chain(one), one) for one in names])

    def _take_place(
        self, chain: Path, event: Event, number: int, previous: str
    ) -> tuple[int, Event]:
        """Write the event after the last one, whichever that is by then."""
        while True:
            linked = link_event(event, previous)
            temporary = stage_bytes(self._staged, to_json(linked))
            try:
                os.link(temporary, chain / f"{number + 1:08d}.json")
            except FileExistsError:
                number, previous = _head(chain)
            except FileNotFoundError:  # swept by another writer
                continue
            else:
                return number + 1, linked
            finally:
                temporary.unlink(missing_ok=True)

    @property
    def _staged(self) -> Path:
        return self._folder / ".staged"

    def _names(self) -> list[PackageName]:
        if not self._folder.exists():
            return []
        return sorted(PackageName(entry.name) for entry in self._folder.iterdir() if _files(entry))

    def _chain(self, name: PackageName) -> Path:
        return self._folder / parse_package_name(name)


def _files(chain: Path) -> list[str]:
    """Return the names of the event files in their order; temporary files are none of them."""
    if not chain.is_dir():
        return []
    return sorted(file.name for file in chain.iterdir() if _EVENT_FILE.fullmatch(file.name))


def _head(chain: Path) -> tuple[int, str]:
    """Return number and id of the last event, 0 and "" where there is none."""
    files = _files(chain)
    if not files:
        return 0, ""
    last = chain / files[-1]
    return int(last.stem), parse_event(last.read_bytes(), str(last)).id


def _read(chain: Path, name: PackageName) -> Sequence[Event]:
    files = _files(chain)
    for number, file in enumerate(files, start=1):
        if int(Path(file).stem) != number:
            raise DamagedError(f"event {number} is missing", str(chain), _REMEDY)
    events = [
        (str(chain / file), parse_event((chain / file).read_bytes(), str(chain / file)))
        for file in files
    ]
    check_chain(name, events)
    return [event for _, event in events]
