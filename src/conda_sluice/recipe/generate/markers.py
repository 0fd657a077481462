"""Environment markers of PEP 508 as conda-build selectors.

A marker is asked in every world that a package may meet, a platform and a Python each; the
selector is the shortest one that gives the same answers. So nothing has to understand markers.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from packaging.markers import Marker
from packaging.specifiers import SpecifierSet

PYTHONS = tuple(range(10, 16))
"""The minor versions of Python 3 that are built for today."""

NOARCH_PYTHONS = (9, *PYTHONS)
"""Those that a noarch package may meet: a channel may still say 3.9 as its python_min."""

_PLATFORMS = (
    ("linux", "linux", "Linux", "posix", "x86_64"),
    ("linux", "linux", "Linux", "posix", "aarch64"),
    ("osx", "darwin", "Darwin", "posix", "x86_64"),
    ("osx", "darwin", "Darwin", "posix", "arm64"),
    ("win", "win32", "Windows", "nt", "AMD64"),
)


@dataclass(frozen=True, slots=True)
class World:
    """One platform and one Python, as selectors and as markers see them."""

    os: str
    minor: int
    environment: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Condition:
    """When a requirement holds: always, never, or by a selector.

    `selector` is "" where none says it; `is_by_platform` tells that it is not by Python alone.
    """

    is_always: bool = False
    is_never: bool = False
    selector: str = ""
    is_by_platform: bool = False


def condition_of(
    marker: Marker | None, requires_python: SpecifierSet, pythons: Sequence[int] = PYTHONS
) -> Condition:
    """Return when a requirement with `marker` holds, for a package of `requires_python`."""
    if marker is None:
        return Condition(is_always=True)
    worlds = tuple(_worlds(minors_of(requires_python, pythons)))
    answers = [marker.evaluate(dict(world.environment)) for world in worlds]
    if all(answers):
        return Condition(is_always=True)
    if not any(answers):
        return Condition(is_never=True)
    return Condition(
        selector=_selector(worlds, answers),
        is_by_platform=_is_by_platform(worlds, answers),
    )


def minors_of(requires_python: SpecifierSet, pythons: Sequence[int] = PYTHONS) -> tuple[int, ...]:
    """Return the minor versions of Python 3 that `requires_python` lets in; all if it has none."""
    allowed = tuple(one for one in pythons if requires_python.contains(f"3.{one}.20"))
    return allowed or tuple(pythons)


def _worlds(minors: Sequence[int]) -> Iterator[World]:
    for minor, (os, sys_platform, system, os_name, machine) in product(minors, _PLATFORMS):
        yield World(
            os,
            minor,
            {
                "extra": "",
                "implementation_name": "cpython",
                "implementation_version": f"3.{minor}.20",
                "os_name": os_name,
                "platform_machine": machine,
                "platform_python_implementation": "CPython",
                "platform_release": "",
                "platform_system": system,
                "platform_version": "",
                "python_full_version": f"3.{minor}.20",
                "python_version": f"3.{minor}",
                "sys_platform": sys_platform,
            },
        )


def _is_by_platform(worlds: Sequence[World], answers: Sequence[bool]) -> bool:
    """Tell whether answers differ among platforms with the same Python."""
    seen: dict[int, bool] = {}
    return any(
        seen.setdefault(world.minor, answer) != answer
        for world, answer in zip(worlds, answers, strict=True)
    )


_Predicate = Callable[[World], bool]


def _selector(worlds: Sequence[World], answers: Sequence[bool]) -> str:
    for text, holds in _candidates():
        if [holds(world) for world in worlds] == list(answers):
            return text
    return ""


def _candidates() -> Iterator[tuple[str, _Predicate]]:
    """Yield selectors, short ones first."""
    platforms = tuple(_platform_atoms())
    pythons = tuple(_python_atoms())
    yield from platforms
    yield from pythons
    for (left, first), (right, second) in product(platforms, pythons):
        yield f"{left} and {right}", _both(first, second)
        yield f"{left} or {right}", _either(first, second)
    for (left, first), (right, second) in product(pythons, pythons):
        yield f"{left} and {right}", _both(first, second)


def _platform_atoms() -> Iterator[tuple[str, _Predicate]]:
    for name in ("win", "linux", "osx"):
        yield name, _is_os(name)
    yield "unix", _is_not_os("win")
    for name in ("linux", "osx"):
        yield f"not {name}", _is_not_os(name)


def _python_atoms() -> Iterator[tuple[str, _Predicate]]:
    for minor in PYTHONS:
        yield f"py<3{minor}", _is_below(minor)
    for minor in PYTHONS:
        yield f"py>=3{minor}", _is_from(minor)
    for minor in PYTHONS:
        yield f"py==3{minor}", _is_minor(minor)


def _is_os(name: str) -> _Predicate:
    return lambda world: world.os == name


def _is_not_os(name: str) -> _Predicate:
    return lambda world: world.os != name


def _is_below(minor: int) -> _Predicate:
    return lambda world: world.minor < minor


def _is_from(minor: int) -> _Predicate:
    return lambda world: world.minor >= minor


def _is_minor(minor: int) -> _Predicate:
    return lambda world: world.minor == minor


def _both(first: _Predicate, second: _Predicate) -> _Predicate:
    return lambda world: first(world) and second(world)


def _either(first: _Predicate, second: _Predicate) -> _Predicate:
    return lambda world: first(world) or second(world)
