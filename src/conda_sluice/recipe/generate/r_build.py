"""The build environment of a compiled R package, line by line as conda-forge writes it.

On Windows R is built by MinGW's compilers, and its scripts run in MSYS2: hence two of most lines.
"""

from collections.abc import Iterator, Sequence

from conda_sluice.model.facts import CompileFacts
from conda_sluice.model.recipe import Item

_NOT_WIN, _WIN, _CROSS = "not win", "win", "build_platform != target_platform"
_ON_WINDOWS = {"automake": "m2-automake-wrapper", "pkg-config": "m2-pkg-config"}
_MSYS2 = ("filesystem", "sed", "grep", "coreutils", "zip")


def r_build_items(facts: CompileFacts, needs: Sequence[Item]) -> tuple[Item, ...]:
    """Return R for cross builds with what it loads then, compilers, the C library, and tools.

    Nothing where nothing is compiled.
    """
    if not facts.languages:
        return ()
    return (*_cross(needs), *_compilers(facts), *_tools(facts))


def _cross(needs: Sequence[Item]) -> Iterator[Item]:
    yield Item("cross-r-base {{ r_base }}", when=_CROSS)
    for need in needs:
        yield Item(need.text, when=_CROSS, because=need.because)


def _compilers(facts: CompileFacts) -> Iterator[Item]:
    for language in facts.languages:
        because = f"the package holds {language} sources"
        if language == "c":
            because = "R links every shared object with the C compiler"
        if language == "rust":
            yield Item('{{ compiler("rust") }}', because=because)
            continue
        yield Item(f'{{{{ compiler("{language}") }}}}', when=_NOT_WIN, because=because)
        yield Item(f'{{{{ compiler("m2w64_{language}") }}}}', when=_WIN, because=because)
    because = "compilers need a C library to build for"
    yield Item('{{ stdlib("c") }}', when=_NOT_WIN, because=because)
    yield Item('{{ stdlib("m2w64_c") }}', when=_WIN, because=because)


def _tools(facts: CompileFacts) -> Iterator[Item]:
    for tool in facts.tools:
        if tool == "gnuconfig":
            because = "Makevars runs the configure script of a bundled library"
            yield Item(tool, when="unix", because=because)
            continue
        because = "R compiles src/ with make" if tool == "make" else "there is a configure script"
        yield Item(tool, when=_NOT_WIN, because=because)
        yield Item(_ON_WINDOWS.get(tool, f"m2-{tool}"), when=_WIN, because=because)
    for tool in _MSYS2:
        yield Item(f"m2-{tool}", when=_WIN, because="R's build scripts call it")
