"""Recipes of C and C++ projects."""

from collections.abc import Mapping, Sequence

from conda_sluice.model.facts import BuildSystem, CFacts, LinkKind
from conda_sluice.model.project import Project
from conda_sluice.model.recipe import Entry, Item, Section
from conda_sluice.recipe.compilers import build_items
from conda_sluice.recipe.naming import conda_libraries
from conda_sluice.recipe.plain import is_plain, plain
from conda_sluice.recipe.scripts import cmake_scripts, make_scripts, refusing_scripts

Scripts = Mapping[str, str]


def c_sections(
    project: Project, facts: CFacts, workspace: Sequence[Project], version: str
) -> tuple[tuple[Section, ...], Scripts]:
    """Return the sections build, requirements and test, and the scripts."""
    libraries, unknown = conda_libraries(project.compile.links, workspace)
    linked = tuple(Item(name, note=plain(why)) for name, why in libraries.items())
    lists = (("build", build_items(project.compile)), ("host", linked))
    requirements = Section(
        "requirements",
        tuple(Entry(name, items) for name, items in lists if items),
        notes=tuple(
            plain(f"{one.because} asks for {one.name}: add its package to host") for one in unknown
        ),
    )
    build: tuple[Entry | Section, ...] = (
        Entry("number", 0),
        *_skip_entries(facts),
        *_run_exports(project, facts, version),
    )
    sections = (Section("build", build), requirements, _test(facts))
    return sections, _scripts(facts, is_linked=bool(linked))


def _skip_entries(facts: CFacts) -> tuple[Entry, ...]:
    if facts.build_system is BuildSystem.CMAKE:
        return ()
    return (Entry(key="skip", value=True, when="win", note="its Makefile is written for Unix"),)


def _run_exports(project: Project, facts: CFacts, version: str) -> tuple[Section, ...]:
    """Return the pin that those get who link to a library of this project."""
    if not any(one.kind is LinkKind.LIBRARY for one in facts.provides):
        return ()
    is_young = version.startswith("0.")
    pin = f'{{{{ pin_subpackage("{project.name}", max_pin="{"x.x" if is_young else "x"}") }}}}'
    note = (
        "before 1.0 every minor version may break those that link to it"
        if is_young
        else "who links to it runs with the same major version"
    )
    return (Section("run_exports", (Entry("weak", (Item(pin),), note=note),)),)


def _scripts(facts: CFacts, *, is_linked: bool) -> Scripts:
    if facts.build_system is BuildSystem.CMAKE:
        if facts.can_install:
            return cmake_scripts()
        return refusing_scripts("CMakeLists.txt installs nothing: there is no install() in it")
    if facts.can_install:
        return make_scripts(facts.prefix_variable, is_linked=is_linked)
    return refusing_scripts("the Makefile has no install target that knows a PREFIX")


def _test(facts: CFacts) -> Section:
    """Return tests that what is surely installed is there."""
    headers = [one for one in facts.headers if is_plain(one)]
    commands = (
        *(Item(f"test -f $PREFIX/lib/lib{one}.so", when="linux") for one in facts.libraries),
        *(Item(f"test -f $PREFIX/lib/lib{one}.dylib", when="osx") for one in facts.libraries),
        *(Item(f"test -f $PREFIX/{one}", when="unix") for one in headers),
        *(Item(f"test -x $PREFIX/bin/{one}", when="unix") for one in facts.programs),
        *(Item(f"ls $PREFIX/lib/lib{one}.*", when="unix") for one in _made_by_make(facts)),
    )
    if not commands:
        return Section("test", (), notes=("no installed file is known for sure: add a test",))
    return Section("test", (Entry("commands", commands),))


def _made_by_make(facts: CFacts) -> tuple[str, ...]:
    """Return the libraries of a Makefile, which does not tell static ones from shared ones."""
    if facts.build_system is BuildSystem.CMAKE:
        return ()
    return tuple(one.name for one in facts.provides if one.kind is LinkKind.LIBRARY)
