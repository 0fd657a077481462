"""Which crates a part in Rust is compiled from: those of Cargo.lock that its features lead to."""

import re
from collections.abc import Iterable, Iterator, Mapping

from conda_sluice.discover.reading import Table, table, text, texts

_PACKAGE = re.compile(r'^name = "([\w-]+)"', re.MULTILINE)
_NEEDS = re.compile(r"^dependencies = \[(.*?)\]", re.MULTILINE | re.DOTALL)
_NEED = re.compile(r'"([\w-]+)')
_ELSEWHERE = re.compile(r"windows|macos|apple|wasm|android|msvc")
"""Words of a `[target.…]` that is not Linux, where no `not(…)` stands beside them."""


def compiled_crates(lock: str, cargo: Table, features: Iterable[str]) -> frozenset[str]:
    """Return the names of the crates that are compiled on Linux with these features.

    Cargo.lock (`lock`) also has what only tests and features that nobody asked for need. It is
    all that is known where `cargo` is no manifest of a crate in it.
    """
    locked = dict(_locked(lock))
    own = text(table(cargo, "package"), "name")
    if own not in locked:
        return frozenset(locked)
    found = {own}
    waiting = [one for one in _wanted(cargo, features) if one in locked]
    while waiting:
        crate = waiting.pop()
        if crate not in found:
            found.add(crate)
            waiting += [one for one in locked.get(crate, ()) if one not in found]
    return frozenset(found)


def _locked(lock: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each crate with what it needs; several versions of one are taken together."""
    found: dict[str, tuple[str, ...]] = {}
    for entry in lock.split("[[package]]")[1:]:
        if name := _PACKAGE.search(entry):
            needs = _NEEDS.search(entry)
            listed = tuple(_NEED.findall(needs[1])) if needs else ()
            found[name[1]] = found.get(name[1], ()) + listed
    yield from found.items()


def _wanted(cargo: Table, features: Iterable[str]) -> Iterator[str]:
    """Yield the crates that the manifest asks for, optional ones where a feature wants them."""
    needs = dict(_needs(cargo))
    active = _active(table(cargo, "features"), features)
    for name, need in needs.items():
        if need.get("optional") is not True or name in active:
            yield text(need, "package") or name


def _needs(cargo: Table) -> Iterator[tuple[str, Table]]:
    targets = table(cargo, "target")
    here = [one for one in targets if "not(" in one or not _ELSEWHERE.search(one)]
    for place in (cargo, *(table(targets, one) for one in here)):
        for kind in ("dependencies", "build-dependencies"):
            for name, need in table(place, kind).items():
                yield name, need if isinstance(need, Mapping) else {}


def _active(declared: Table, features: Iterable[str]) -> frozenset[str]:
    """Return features and optional dependencies that are switched on, each by its name."""
    found: set[str] = set()
    waiting = list(features)
    while waiting:
        name = waiting.pop().removeprefix("dep:")
        dependency, slash, _ = name.partition("/")
        if slash:
            waiting += [] if dependency.endswith("?") else [dependency]
        elif name not in found:
            found.add(name)
            waiting += texts(declared, name)
    return frozenset(found)
