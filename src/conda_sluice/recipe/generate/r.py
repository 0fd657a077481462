"""Recipes of R packages, laid out as conda-forge lays out its own."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from conda_sluice.model.cran import BIOCONDUCTOR, HEADERS_ONLY, WITH_R, conda_specs
from conda_sluice.model.facts import RFacts, RNeed
from conda_sluice.model.project import Project
from conda_sluice.model.recipe import Entry, Item, Section
from conda_sluice.recipe.generate.plain import plain
from conda_sluice.recipe.generate.r_build import r_build_items
from conda_sluice.recipe.generate.r_libraries import SystemNeeds, system_needs
from conda_sluice.recipe.generate.r_scripts import r_scripts
from conda_sluice.recipe.generate.r_tests import r_tests

Scripts = Mapping[str, str]


def r_sections(
    project: Project,
    facts: RFacts,
    workspace: Sequence[Project],
    names: Mapping[str, str],
    *,
    has_archive: bool,
) -> tuple[tuple[Section, ...], Scripts]:
    """Return the sections build, requirements and test, and the scripts."""
    system = system_needs(project, workspace)
    needs = tuple(_needs(facts, names))
    loaded = tuple(_needs(_without_headers(facts), names))
    r = _r_item(facts)
    lists = (
        ("build", (*r_build_items(project.compile, needs), *system.build.values())),
        ("host", (r, *needs, *system.host.values())),
        ("run", (Item("r-base", because=r.because), *loaded, *system.run.values())),
    )
    entries = tuple(Entry(name, items) for name, items in lists if items)
    sections = (
        Section("build", _build_entries(project, facts)),
        Section("requirements", entries, notes=tuple(_unknown(system))),
        r_tests(project, facts, with_own=has_archive),
    )
    return sections, r_scripts(project.compile, facts, is_linked=bool(system.host))


def _needs(facts: RFacts, names: Mapping[str, str]) -> Iterator[Item]:
    """Yield Depends, Imports and LinkingTo without what is R itself, each package once."""
    fields = (
        ("Depends", facts.depends),
        ("Imports", facts.imports),
        ("LinkingTo", facts.linking_to),
    )
    wanted = [need for _, needs in fields for need in needs if need.name not in WITH_R]
    for name, spec in conda_specs(wanted, names).items():
        said = " and ".join(field for field, needs in fields if _has(needs, name))
        is_elsewhere = name in BIOCONDUCTOR and name not in names
        yield Item(
            spec,
            because=f"DESCRIPTION {said}: {name}",
            doubt=f"{name} lives on Bioconductor: its package is in bioconda"
            if is_elsewhere
            else "",
        )


def _without_headers(facts: RFacts) -> RFacts:
    """Leave out what is compiled in and has nothing to load."""
    linked = tuple(need for need in facts.linking_to if need.name not in HEADERS_ONLY)
    return replace(facts, linking_to=linked)


def _has(needs: Iterable[RNeed], name: str) -> bool:
    return any(need.name == name for need in needs)


def _r_item(facts: RFacts) -> Item:
    """Return R with a note of the one that is wanted; which R it is comes from the variants."""
    bounds = ", ".join(need.bound for need in facts.depends if need.name == "R" and need.bound)
    note = f"DESCRIPTION asks for R {bounds}" if bounds else ""
    return Item("r-base", note=note, because=note or "an R package")


def _unknown(system: SystemNeeds) -> Iterator[str]:
    for link in system.unknown:
        yield plain(f"{link.because} asks for {link.name}: add its package where it belongs")


def _build_entries(project: Project, facts: RFacts) -> tuple[Entry, ...]:
    if not project.is_compiled:
        note = "nothing to compile: one package for every platform"
        return (Entry("number", 0), Entry("noarch", "generic", note=note))
    of_r = tuple(Item(f"*/{name}.dll", when="win") for name in ("R", "Rblas", "Rlapack"))
    where = {"unix": "win", "windows": "not win"}.get(facts.os_type, "")
    why = f"DESCRIPTION says OS_type: {facts.os_type}"
    return (
        Entry("number", 0),
        *((Entry("skip", value=True, when=where, because=why),) if where else ()),
        # Where R's own libraries and those of other packages lie, seen from the prefix.
        Entry("rpaths", (Item("lib/R/lib/"), Item("lib/"))),
        Entry("missing_dso_whitelist", of_r, when="win"),
    )
