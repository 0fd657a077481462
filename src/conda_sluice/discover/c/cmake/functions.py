"""Functions and macros of a CMake project's own, and what their arguments are called inside."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from conda_sluice.discover.c.cmake.syntax import Said
from conda_sluice.discover.c.cmake.variables import Variables

_MOST_NUMBERED = 20


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the project's own, or a macro, with the place where it is defined."""

    parameters: tuple[str, ...]
    body: Sequence[Said]
    is_macro: bool
    file: Path
    shown: str


@contextmanager
def called(
    function: Function, arguments: Sequence[str], of: Variables, *, is_certain: bool
) -> Iterator[None]:
    """Give variables the arguments of a call within the block.

    What a macro sets stays set; of a function only what it sets for its caller does, and what
    lies in the cache.
    """
    given = _arguments(function.parameters, arguments)
    texts, unsure, exported = dict(of.texts), set(of.unsure), of.exported
    for name, text in given.items():
        of.put(name, text, is_certain=True)
    if function.is_macro:
        yield
        for name in given:
            of.texts.pop(name, None)
        of.texts.update({name: texts[name] for name in given if name in texts})
        return
    of.exported = {}
    yield
    kept = {name: of.texts[name] for name in of.cached if name in of.texts}
    said = of.exported
    of.texts, of.unsure, of.exported = {**kept, **texts}, unsure, exported
    for name, text in said.items():
        of.put(name, text, is_certain=is_certain)


def _arguments(parameters: Sequence[str], arguments: Sequence[str]) -> dict[str, str]:
    """Return the variables that a call sets."""
    named = dict(zip(parameters, (*arguments, *("",) * len(parameters)), strict=False))
    numbered = {f"ARGV{index}": one for index, one in enumerate(arguments[:_MOST_NUMBERED])}
    everything = {
        "ARGC": str(len(arguments)),
        "ARGV": ";".join(arguments),
        "ARGN": ";".join(arguments[len(parameters) :]),
    }
    return named | numbered | everything
