"""The test section of an R recipe: the package loads, and passes its own unit tests."""

import re
from collections.abc import Iterator

from conda_sluice.model.cran import BIOCONDUCTOR
from conda_sluice.model.facts import RFacts
from conda_sluice.model.project import Project, TestSetup
from conda_sluice.model.recipe import Entry, Item, Section
from conda_sluice.recipe.generate.plain import plain

_UNIT_TESTS = re.compile(r"\(cd tests && Rscript ((?:testthat|tinytest|test[-_.]?all)\.[rR])\)")
"""How unit tests are started; testthat's had another name in its first years."""

_RUNNERS = frozenset({"r-testthat", "r-tinytest"})
_MOST = 12
"""Packages that a test may ask for beyond those of the package, as in accepted recipes."""


def r_tests(project: Project, facts: RFacts, *, with_own: bool) -> Section:
    """Return the section `test`; `with_own` adds the unit tests.

    They are added only where every package they cannot do without is one that conda-forge has
    beside CRAN's, for one that is missing would stop the whole test.
    """
    # Rscript is found by every tool that runs tests; the variable R only conda-build sets.
    loads = Item(
        f"Rscript -e \"library('{facts.package}')\"",
        because=f"DESCRIPTION Package: {facts.package}",
    )
    scripts = tuple(_scripts(project.tests)) if with_own else ()
    if not scripts:
        return Section("test", (Entry("commands", (loads,)),))
    requires = _requires(project.tests)
    if missing := _missing(requires):
        told = f"left out, tests/{' and tests/'.join(scripts)}: {missing}"
        return Section("test", (Entry("commands", (loads,)),), notes=(plain(told, limit=90),))
    lists = (
        ("source_files", tuple(Item(f"{one}/") for one in project.tests.files)),
        ("commands", (loads, *(_run(script) for script in scripts))),
        ("requires", requires),
    )
    return Section("test", tuple(Entry(name, items) for name, items in lists))


def _scripts(tests: TestSetup) -> Iterator[str]:
    """Yield the scripts that start unit tests, where the package declares what runs them."""
    if any(_name(one) in _RUNNERS for one in tests.requires):
        found = (_UNIT_TESTS.fullmatch(command) for command in tests.commands)
        yield from (match[1] for match in found if match)


def _run(script: str) -> Item:
    # R changes the folder, since shells of different systems do it differently
    text = f"Rscript -e \"setwd('tests'); source('{script}')\""
    return Item(text, because=f"tests/{script} starts its unit tests")


def _requires(tests: TestSetup) -> tuple[Item, ...]:
    """Return what the tests cannot do without; what they skip tests for is not asked for."""
    needed = [one for one in tests.requires if one not in tests.optional]
    return tuple(
        Item(
            f'{{{{ compiler("{one.partition(":")[2]}") }}}}'
            if one.startswith("compiler:")
            else one,
            because="DESCRIPTION Suggests, and the tests load it",
        )
        for one in needed
    )


def _missing(requires: tuple[Item, ...]) -> str:
    elsewhere = {f"bioconductor-{name.lower()}" for name in BIOCONDUCTOR}
    names = [_name(one.text) for one in requires]
    if unknown := [name for name in names if name in elsewhere]:
        return f"they need {' and '.join(unknown)}, of bioconda"
    return f"they need {len(names)} more packages" if len(names) > _MOST else ""


def _name(spec: str) -> str:
    return spec.split(" ", maxsplit=1)[0]
