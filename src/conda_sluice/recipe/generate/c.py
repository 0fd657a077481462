"""Recipes of C, C++ and Fortran projects."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from conda_sluice.model.facts import VERSION_PARTS, BuildSystem, CFacts, Link, LinkKind
from conda_sluice.model.library_names import ALTERNATIVES, SPARED
from conda_sluice.model.project import Project
from conda_sluice.model.recipe import Entry, Item, Section
from conda_sluice.recipe.generate.c_scripts import c_scripts
from conda_sluice.recipe.generate.compilers import build_items
from conda_sluice.recipe.generate.naming import (
    FoundLibrary,
    find_libraries,
    own_packages,
    with_brought,
)
from conda_sluice.recipe.generate.plain import is_word, plain

Scripts = Mapping[str, str]
_ASKS_FOR_ALL = (BuildSystem.CMAKE, BuildSystem.MESON)
"""Where recipes list what libraries ask for beside these; those of configure scripts are older."""
_MOST_TESTED = 6
"""So many headers show that they were installed; more only make a recipe long."""


def c_sections(
    project: Project, facts: CFacts, workspace: Sequence[Project], version: str
) -> tuple[tuple[Section, ...], Scripts]:
    """Return the sections build, requirements and test, and the scripts."""
    libraries, unknown = find_libraries(project.compile.links, workspace)
    own = own_packages(project, facts)
    others = [one for one in libraries if one.name not in own]
    # what a project is called after it is for: sdl2_mixer needs SDL
    spared = {one for one in SPARED if not project.name.startswith(one)}
    needless = spared | _second_choices(others)
    wanted = [
        one
        for one in others
        if not one.is_switched and not (one.is_optional and one.name in needless)
    ]
    left_out = [one.name for one in others if one not in wanted]
    brought = with_brought(wanted) if facts.build_system in _ASKS_FOR_ALL else wanted
    linked = tuple(_host_item(one) for one in brought if one.name not in own)
    lists = (("build", _build_items(project, facts)), ("host", linked))
    requirements = Section(
        "requirements",
        tuple(Entry(name, items) for name, items in lists if items),
        notes=(*_spared_notes(left_out), *_unknown_notes(unknown)),
    )
    build: tuple[Entry | Section, ...] = (
        Entry("number", 0),
        *_platform_entries(facts),
        *_run_exports(project, facts, version),
    )
    doubts = tuple(plain(f"uncertain: {one}") for one in facts.doubts)
    sections = (Section("build", build, notes=doubts), requirements, _test(facts))
    named = tuple(one for one in sections if one.entries or one.notes)
    return named, c_scripts(facts, is_linked=bool(linked))


def _second_choices(libraries: Sequence[FoundLibrary]) -> frozenset[str]:
    """Return the packages in whose stead another one is asked for that does the same."""
    names = {one.name for one in libraries}
    asked = ([one for one in same if one in names] for same in ALTERNATIVES)
    return frozenset(name for same in asked for name in same[1:])


def _host_item(library: FoundLibrary) -> Item:
    doubt = f"{library.because}, and builds without it too" if library.is_optional else ""
    return Item(library.name, because=plain(library.because), doubt=plain(doubt))


def _spared_notes(names: Sequence[str]) -> Iterator[str]:
    if names:
        yield plain(f"optional, and left out as accepted recipes do: {', '.join(names)}")


def _unknown_notes(unknown: Sequence[Link]) -> Iterator[str]:
    """Yield what a reviewer has to look up: required libraries one a line, optional ones on one."""
    for one in unknown:
        if not one.is_optional:
            yield plain(f"{one.because} asks for {one.name}: add its package to host")
    if optional := [one.name for one in unknown if one.is_optional]:
        names = ", ".join(dict.fromkeys(optional))
        yield plain(f"optional, and their packages are not known here: {names}")


def _build_items(project: Project, facts: CFacts) -> tuple[Item, ...]:
    items = tuple(one for one in build_items(project.compile) if one.text != project.name)
    if facts.build_system is BuildSystem.CMAKE:  # which makes Makefiles where nothing is said
        items = tuple(replace(one, when="win") if one.text == "ninja" else one for one in items)
    if facts.config_folder and not facts.needs_autoreconf:
        newer = f"newer copies of {facts.config_folder}/config.sub and config.guess"
        return (*items, Item("gnuconfig", when="unix", because=newer.replace(" ./", " ")))
    return items


def _platform_entries(facts: CFacts) -> tuple[Entry, ...]:
    match facts.build_system:
        case BuildSystem.HEADERS:
            return (Entry("noarch", "generic", because="headers alone are the same everywhere"),)
        case BuildSystem.CMAKE | BuildSystem.MESON:
            return ()
        case BuildSystem.AUTOTOOLS:
            return (Entry(key="skip", value=True, when="win", note="configure runs on Unix"),)
        case BuildSystem.MAKE:
            note = "its Makefile is written for Unix"
            return (Entry(key="skip", value=True, when="win", note=note),)


def _run_exports(project: Project, facts: CFacts, version: str) -> tuple[Section, ...]:
    """Return the pin that those get who link to a library of this project."""
    if facts.is_header_only or not facts.provides:
        return ()
    width, note, doubt = pin_of_soname(version, facts.abi, facts.abi_because)
    pin = f'{{{{ pin_subpackage("{project.name}", max_pin="{width}") }}}}'
    item = Item(pin, because=plain(facts.abi_because), doubt=plain(doubt))
    return (Section("run_exports", (Entry("weak", (item,), note=plain(note)),)),)


def pin_of_soname(version: str, abi: str, because: str) -> tuple[str, str, str]:
    """Return how many numbers of a version hold its SONAME, a note for that, and a doubt.

    A SONAME that starts with the version's own numbers says it; where it counts by itself, no
    number of the version tells, and major versions are what most projects keep to.
    """
    numbers = version.split(".")
    parts = dict(zip(VERSION_PARTS, numbers, strict=False))
    said = [parts.get(one, one) for one in abi.split(".")] if abi else []
    is_young = version.startswith("0.")
    if said and said == numbers[: len(said)] and not (is_young and len(said) == 1):
        width = ".".join("x" * len(said))
        return width, f"{because}: the SONAME changes with these numbers", ""
    if is_young:
        doubt = "" if not said else f"{because}, which does not follow the version"
        return "x.x", "before 1.0 every minor version may break those that link to it", doubt
    note = "who links to it runs with the same major version"
    return "x", note, f"{because}, which does not follow the version" if said else ""


def _test(facts: CFacts) -> Section:
    """Return tests that what is surely installed is there."""
    commands = tuple(_commands(facts))
    if not commands:
        return Section("test", (), notes=("no installed file is known for sure: add a test",))
    return Section("test", (Entry("commands", commands),))


def _commands(facts: CFacts) -> Iterator[Item]:
    """Yield a command for each file; a name that a shell would not take for one word has none."""
    for one in filter(is_word, facts.libraries):
        yield Item(f"test -f $PREFIX/lib/lib{one}.so", when="linux")
        yield Item(f"test -f $PREFIX/lib/lib{one}.dylib", when="osx")
    for one in filter(is_word, _made_by_make(facts)):
        yield Item(f"ls $PREFIX/lib/lib{one}.*", when="unix")
    is_noarch = facts.build_system is BuildSystem.HEADERS
    for one in filter(is_word, (*_installed_headers(facts)[:_MOST_TESTED], *facts.files)):
        mark = "-f" if "." in one.rpartition("/")[2] else "-e"  # a folder is there too
        yield Item(f"test {mark} $PREFIX/{one}", when="" if is_noarch else "unix")
    for one in filter(is_word, facts.programs):
        yield Item(f"test -x $PREFIX/bin/{one}", when="unix")
    if facts.build_system in (BuildSystem.CMAKE, BuildSystem.MESON):
        for one in filter(is_word, facts.headers[:_MOST_TESTED]):
            path = one.replace("/", "\\")
            yield Item(f"if not exist %LIBRARY_PREFIX%\\{path} exit 1", when="win")


def _installed_headers(facts: CFacts) -> tuple[str, ...]:
    """Return headers relative to the prefix; a Makefile's are copied from where they lie."""
    if facts.build_system is BuildSystem.MAKE:
        return tuple(f"include/{one.rpartition('/')[2]}" for one in facts.headers)
    return facts.headers


def _made_by_make(facts: CFacts) -> tuple[str, ...]:
    """Return the libraries of a Makefile, which does not tell static ones from shared ones."""
    if facts.build_system is not BuildSystem.MAKE:
        return ()
    return tuple(one.name for one in facts.provides if one.kind is LinkKind.LIBRARY)
