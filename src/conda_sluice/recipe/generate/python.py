"""Recipes of Python projects."""

import re
from collections.abc import Mapping, Sequence

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name

from conda_sluice.errors import ProjectError
from conda_sluice.model.facts import PythonFacts
from conda_sluice.model.project import Project
from conda_sluice.model.recipe import Entry, Item, Section
from conda_sluice.recipe.generate.markers import PYTHONS, minors_of
from conda_sluice.recipe.generate.plain import is_plain
from conda_sluice.recipe.generate.python_needs import requirements_section
from conda_sluice.recipe.generate.python_range import python_min_of
from conda_sluice.recipe.generate.python_tests import python_tests
from conda_sluice.recipe.generate.requirements import Reading

_PIP = "{{ PYTHON }} -m pip install . -vv --no-deps --no-build-isolation"
_CRATES = "cargo-bundle-licenses --format yaml --output THIRDPARTY.yml"
_CRATE_LICENSES = "THIRDPARTY.yml"
_FOLDER = re.compile(r"([A-Za-z0-9_.][A-Za-z0-9_./-]*)?")


def python_sets(project: Project, facts: PythonFacts) -> tuple[tuple[str, str], ...]:
    """Return the `{% set %}` lines beside the version: `python_min` for a noarch package."""
    if project.is_compiled:
        return ()
    return (("python_min", python_min_of(_requires_python(project, facts))),)


def python_sections(
    project: Project,
    facts: PythonFacts,
    workspace: Sequence[Project],
    names: Mapping[str, str],
    *,
    is_versioned_by_git: bool,
    has_archive: bool,
) -> tuple[Section, ...]:
    """Return the sections build, requirements and test.

    A recipe of an archive runs the project's own tests too; those of a source tree are run by
    `sluice test`, which has the tree.
    """
    reading = Reading(
        is_compiled=project.is_compiled,
        requires_python=_requires_python(project, facts),
        names=_names(workspace, names),
        where=str(project.root),
        siblings=frozenset(str(one.name) for one in workspace),
    )
    build = (
        *_build_entries(project, facts, reading),
        *_script_entries(project, facts, is_versioned_by_git=is_versioned_by_git),
    )
    return (
        Section("build", build),
        requirements_section(project, facts, workspace, reading),
        python_tests(project, facts, with_own=has_archive),
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


def _script_entries(
    project: Project, facts: PythonFacts, *, is_versioned_by_git: bool
) -> tuple[Entry, ...]:
    """Return the inline script.

    The backend of a project versioned by git finds no git in the sources of a build, so it is
    told the version: the project's own spelling where sluice builds, else conda's. Inline lines
    run in one shell in both conda-build and rattler-build, so `export` reaches pip.
    """
    crates = tuple(Item(f"{_enter(one)}{_CRATES}") for one in _cargo_folders(project))
    if not facts.version_variable:
        return (Entry("script", (Item(_PIP), *crates) if crates else _PIP),)
    told = "${SLUICE_UPSTREAM_VERSION:-$PKG_VERSION}" if is_versioned_by_git else "$PKG_VERSION"
    lines = (
        Item(f"export {facts.version_variable}={told}", when="unix"),
        Item(f"set {facts.version_variable}=%PKG_VERSION%", when="win"),
        Item(_PIP),
        *crates,
    )
    environment = (Entry("script_env", (Item("SLUICE_UPSTREAM_VERSION"),)),)
    note = "the build backend reads the version from git, which is not there in a build"
    return (*(environment if is_versioned_by_git else ()), Entry("script", lines, note=note))


def crate_licenses(project: Project) -> tuple[str, ...]:
    """Return the file that the script writes for what is compiled from Rust; none without Rust."""
    return tuple(
        f"{folder}/{_CRATE_LICENSES}" if folder else _CRATE_LICENSES
        for folder in _cargo_folders(project)
    )


def _cargo_folders(project: Project) -> tuple[str, ...]:
    """Return the one folder of Cargo.toml; none without Rust, or where a shell would misread it."""
    folder = project.compile.cargo_folder
    is_usable = "rust" in project.compile.languages and _FOLDER.fullmatch(folder)
    return (folder,) if is_usable else ()


def _enter(folder: str) -> str:
    return f"cd {folder} && " if folder else ""
