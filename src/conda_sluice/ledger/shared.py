"""The ledger on a shelf: `<package>/<number>.json`, one file for each event, never changed.

The number is a place in the package's chain that only one writer can take, as in a folder:
whoever comes second takes the next place, after the event that was first.
"""

import re
from collections.abc import Mapping, Sequence

from conda_sluice.errors import DamagedError
from conda_sluice.ledger.chain import check_chain, link_event, parse_event, to_json
from conda_sluice.ledger.shelf import Shelf
from conda_sluice.model.event import Event, in_order
from conda_sluice.model.names import PackageName, parse_package_name

_EVENT_FILE = re.compile(r"(?P<name>[^/]+)/(?P<number>[0-9]{8})\.json")
_REMEDY = "restore the ledger from a copy"


class SharedLedger:
    """Implements the port `Ledger` on a shelf."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def append(self, events: Sequence[Event]) -> Sequence[Event]:
        """Add events, in order within each package; see the port."""
        waiting: dict[PackageName, list[int]] = {}
        for place, event in enumerate(events):
            waiting.setdefault(parse_package_name(event.name), []).append(place)
        written: dict[int, Event] = {}
        while waiting:
            linked = self._linked(waiting, events)
            came = self._shelf.extend(
                {
                    name: [(_file(name, number), to_json(event)) for number, event in chain]
                    for name, chain in linked.items()
                }
            )
            for name in list(waiting):
                count = came.get(name, 0)
                places = waiting.pop(name)
                for place, (_, event) in zip(places[:count], linked[name], strict=False):
                    written[place] = event
                if places[count:]:
                    waiting[name] = places[count:]
        return tuple(written[place] for place in range(len(events)))

    def events(self, name: PackageName | None = None) -> Sequence[Event]:
        """Return the events of one package, or of all, oldest first; see the port."""
        folder = "" if name is None else parse_package_name(name)
        chains = self._chains(folder)
        files = [file for chain in chains.values() for file in chain]
        found = dict(zip(files, self._shelf.read(files), strict=True))
        return in_order([self._read(one, chain, found) for one, chain in sorted(chains.items())])

    def _linked(
        self, waiting: Mapping[PackageName, Sequence[int]], events: Sequence[Event]
    ) -> Mapping[PackageName, Sequence[tuple[int, Event]]]:
        """Return the events that wait, numbered and linked to what is last in their chains now."""
        chains = self._chains(next(iter(waiting)) if len(waiting) == 1 else "")
        last = {name: chains[name][-1] for name in waiting if chains.get(name)}
        heads = dict(zip(last, self._shelf.read(list(last.values())), strict=True))
        linked: dict[PackageName, list[tuple[int, Event]]] = {}
        for name, places in waiting.items():
            number, previous = len(chains.get(name, ())), ""
            if name in heads:
                previous = parse_event(self._there(last[name], heads[name]), last[name]).id
            linked[name] = []
            for place in places:
                event = link_event(events[place], previous)
                number, previous = number + 1, event.id
                linked[name].append((number, event))
        return linked

    def _chains(self, folder: str) -> dict[PackageName, list[str]]:
        """Return the event files of each package in their order."""
        chains: dict[PackageName, list[str]] = {}
        for file in self._shelf.names(folder):
            if found := _EVENT_FILE.fullmatch(file):
                chains.setdefault(PackageName(found["name"]), []).append(file)
        for name, files in chains.items():
            for number, file in enumerate(files, start=1):
                if file != _file(name, number):
                    raise DamagedError(f"event {number} of {name} is missing", self._where, _REMEDY)
        return chains

    def _read(
        self, name: PackageName, files: Sequence[str], found: Mapping[str, bytes | None]
    ) -> Sequence[Event]:
        places = [f"{self._where}/{file}" for file in files]
        events = [
            (where, parse_event(self._there(file, found[file]), where))
            for file, where in zip(files, places, strict=True)
        ]
        check_chain(name, events)
        return [event for _, event in events]

    def _there(self, file: str, data: bytes | None) -> bytes:
        if data is None:
            raise DamagedError(f"{file} is not there any more", self._where, _REMEDY)
        return data

    @property
    def _where(self) -> str:
        return self._shelf.where


def _file(name: PackageName, number: int) -> str:
    return f"{name}/{number:08d}.json"
