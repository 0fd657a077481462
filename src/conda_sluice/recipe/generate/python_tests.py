"""The test section of a Python recipe: imports, pip check, programs, the project's own tests."""

import re

from conda_sluice.model.facts import PythonFacts
from conda_sluice.model.project import Project, TestSetup
from conda_sluice.model.pypi import find_name, pypi_name
from conda_sluice.model.recipe import Entry, Item, Section
from conda_sluice.recipe.generate.plain import is_plain, plain
from conda_sluice.recipe.generate.python_range import PYTHON_MIN

_PROGRAM = re.compile(r"[\w.+-]+")


def python_tests(project: Project, facts: PythonFacts, *, with_own: bool) -> Section:
    """Return the section `test`; `with_own` adds the project's own tests to it.

    They are added only where every package that they need is surely known: one that conda-forge
    does not have would stop the whole test.
    """
    unknown = _unknown(project.tests)
    own = project.tests if with_own and not unknown and _is_writable(project.tests) else TestSetup()
    python = () if project.is_compiled else (Item(f"python {PYTHON_MIN}"),)
    requires = (*python, Item("pip"), *(Item(one) for one in own.requires))
    lists = (
        ("imports", tuple(Item(module) for module in facts.imports)),
        ("source_files", tuple(Item(one) for one in own.files)),
        ("commands", (*_commands(facts), *(Item(one) for one in own.commands))),
        ("requires", requires),
    )
    notes = (
        *(() if facts.imports else ("no module was found to import: add one",)),
        *(
            plain(f"left out, {program} --help: it needs the extra {extra}", limit=90)
            for program, extra in facts.programs_of_extras
        ),
        *_left_out(project.tests, unknown if with_own else ()),
    )
    return Section("test", tuple(Entry(name, items) for name, items in lists if items), notes=notes)


def _commands(facts: PythonFacts) -> tuple[Item, ...]:
    without = dict(facts.programs_of_extras)
    names = (one.partition("=")[0].strip() for one in facts.entry_points)
    programs = (name for name in names if name not in without)
    return (
        Item("pip check", because="the requirements of the metadata are to be there"),
        *(
            Item(f"{name} --help", because="it is a console script of the project")
            for name in programs
            if is_plain(name) and _PROGRAM.fullmatch(name)
        ),
    )


def _unknown(tests: TestSetup) -> tuple[str, ...]:
    names = (one.split(" ")[0] for one in tests.requires)
    return tuple(name for name in names if find_name(pypi_name(name)).doubt)


def _is_writable(tests: TestSetup) -> bool:
    return all(is_plain(one) for one in (*tests.commands, *tests.requires, *tests.files))


def _left_out(tests: TestSetup, unknown: tuple[str, ...]) -> tuple[str, ...]:
    if tests.lacking:
        told = f"they import {tests.lacking[0]}, which is not there"
        return (plain(f"left out, the project's own tests: {told}", limit=90),)
    if not unknown:
        return ()
    told = f"left out, {' and '.join(tests.commands)}: no table of names knows "
    return (plain(told + ", ".join(unknown), limit=90),)
