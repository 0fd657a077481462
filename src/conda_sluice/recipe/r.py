"""Recipes of R packages."""

from collections.abc import Mapping, Sequence

from conda_sluice.model.cran import WITH_R, conda_spec
from conda_sluice.model.facts import RFacts
from conda_sluice.model.project import Project
from conda_sluice.model.recipe import Entry, Item, Section
from conda_sluice.recipe.compilers import build_items
from conda_sluice.recipe.lines import one_of_each
from conda_sluice.recipe.naming import conda_libraries
from conda_sluice.recipe.plain import plain
from conda_sluice.recipe.scripts import r_scripts

Scripts = Mapping[str, str]


def r_sections(
    project: Project, facts: RFacts, workspace: Sequence[Project], names: Mapping[str, str]
) -> tuple[tuple[Section, ...], Scripts]:
    """Return the sections build, requirements and test, and the scripts."""
    libraries, unknown = conda_libraries(project.compile.links, workspace)
    linked = tuple(Item(name, note=plain(why)) for name, why in libraries.items())
    needs = one_of_each(
        Item(conda_spec(need, names))
        for need in (*facts.depends, *facts.imports, *facts.linking_to)
        if need.name not in WITH_R
    )
    r = Item("r-base", note=_r_bound(facts))
    lists = (
        ("build", build_items(project.compile)),
        ("host", (r, *needs, *linked)),
        ("run", (Item("r-base"), *needs)),
    )
    notes = tuple(
        plain(f"{one.because} asks for {one.name}: add its package to host") for one in unknown
    )
    entries = tuple(Entry(name, items) for name, items in lists if items)
    sections = (
        Section("build", _build_entries(project)),
        Section("requirements", entries, notes=notes),
        Section("test", (Entry("commands", (Item(_loads(facts.package)),)),)),
    )
    return sections, r_scripts(is_compiled=project.is_compiled, is_linked=bool(linked))


def _r_bound(facts: RFacts) -> str:
    """Return a note for the R that is wanted; which R it is comes from the variants."""
    bound = next((need.bound for need in facts.depends if need.name == "R"), "")
    return f"DESCRIPTION asks for R {bound}" if bound else ""


def _build_entries(project: Project) -> tuple[Entry, ...]:
    # Where R's own libraries and those of other packages lie, seen from the prefix.
    rpaths = Entry("rpaths", (Item("lib/R/lib/"), Item("lib/")))
    if project.is_compiled:
        return (Entry("number", 0), rpaths)
    note = "nothing to compile: one package for every platform"
    return (Entry("number", 0), Entry("noarch", "generic", note=note))


def _loads(package: str) -> str:
    return f"Rscript -e \"library('{package}')\""
