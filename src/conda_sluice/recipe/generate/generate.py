"""Writes a recipe for a project, out of what was found in its sources.

What writes for one language is imported where it is needed: most runs need one of the three.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from conda_sluice.errors import RecipeError
from conda_sluice.model.facts import AboutFacts, CFacts, PythonFacts, RFacts
from conda_sluice.model.project import Project
from conda_sluice.model.recipe import Entry, Item, Recipe, Section
from conda_sluice.recipe.generate.plain import is_plain, plain

_NO_NAMES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipeSource:
    """Where the recipe takes the sources: a path relative to its folder, or a URL with sha256."""

    path: str = ""
    url: str = ""
    sha256: str = ""


def generate(
    project: Project,
    workspace: Sequence[Project] = (),
    *,
    source: RecipeSource,
    names: Mapping[str, str] = _NO_NAMES,
    default_version: str,
    is_versioned_by_git: bool,
) -> Recipe:
    """Return the recipe of a project.

    `workspace` are the other projects that are built together with it; `names` maps names of a
    language's registry to conda packages. `default_version` is a conda version: the one of the
    package, or, where git says the version, the one that holds when nobody asks git. Nothing is
    written that changes from commit to commit. Raise ProjectError where the project's own words
    cannot be understood, RecipeError where nothing is known about the project.
    """
    sections, scripts = _sections(
        project,
        workspace,
        names,
        default_version,
        is_versioned_by_git=is_versioned_by_git,
        has_archive=bool(source.url),
    )
    return Recipe(
        name=project.name,
        sets=(
            ("version", _version(default_version, is_versioned_by_git=is_versioned_by_git)),
            *_more_sets(project),
        ),
        sections=(
            Section("package", (Entry("name", project.name), Entry("version", "{{ version }}"))),
            _source(source, default_version),
            *sections,
            _about(project.about, _written_licenses(project)),
        ),
        scripts=tuple(sorted(scripts.items())),
        header=tuple(plain(f"{str(one)[0].upper()}{str(one)[1:]}.") for one in project.evidence),
    )


def _sections(
    project: Project,
    workspace: Sequence[Project],
    names: Mapping[str, str],
    version: str,
    *,
    is_versioned_by_git: bool,
    has_archive: bool,
) -> tuple[tuple[Section, ...], Mapping[str, str]]:
    """Return what depends on the language: build, requirements, test, and scripts beside them."""
    match project.facts:
        case PythonFacts() as facts:
            from conda_sluice.recipe.generate.python import python_sections

            sections = python_sections(
                project,
                facts,
                workspace,
                names,
                is_versioned_by_git=is_versioned_by_git,
                has_archive=has_archive,
            )
            return sections, {}
        case RFacts() as facts:
            from conda_sluice.recipe.generate.r import r_sections

            return r_sections(project, facts, workspace, names, has_archive=has_archive)
        case CFacts() as facts:
            from conda_sluice.recipe.generate.c import c_sections

            return c_sections(project, facts, workspace, version)
        case None:
            raise RecipeError(f"nothing is known about {project.name}", str(project.root))


def _more_sets(project: Project) -> tuple[tuple[str, str], ...]:
    if not isinstance(project.facts, PythonFacts):
        return ()
    from conda_sluice.recipe.generate.python import python_sets

    return python_sets(project, project.facts)


def _written_licenses(project: Project) -> tuple[str, ...]:
    """Return the licence files that the build script itself writes."""
    if not isinstance(project.facts, PythonFacts):
        return ()
    from conda_sluice.recipe.generate.python import crate_licenses

    return crate_licenses(project)


def _version(version: str, *, is_versioned_by_git: bool) -> str:
    """Return the expression that says the version; git's comes in from outside."""
    if not is_plain(version) or '"' in version or "\\" in version:
        raise RecipeError(f"{version!r} cannot be written as a version")
    return f'environ.get("SLUICE_VERSION", "{version}")' if is_versioned_by_git else f'"{version}"'


def _source(source: RecipeSource, version: str) -> Section:
    if source.path:
        return Section("source", (Entry("path", _checked(source.path)),))
    url = _with_version(_checked(source.url), version)
    is_here = source.url.startswith("file:")
    doubt = "it was read from this machine: --url says where others find it" if is_here else ""
    return Section("source", (Entry("url", url, doubt=doubt), Entry("sha256", source.sha256)))


def _with_version(url: str, version: str) -> str:
    """Write the version in the path of a URL as `{{ version }}`, as conda-forge does.

    R's `1.2-3` is `1.2_3` in conda.
    """
    if "." not in version:
        return url  # a bare number may stand there for anything
    spelled = {version: "{{ version }}"}
    if "_" in version:
        spelled[version.replace("_", "-")] = '{{ version | replace("_", "-") }}'
    host, slash, path = url.partition("://")[2].partition("/")
    for text, expression in spelled.items():
        path = re.sub(rf"(?<![\d.]){re.escape(text)}(?![\w-]|\.\d)", expression, path)
    return f"{url.partition('://')[0]}://{host}{slash}{path}"


def _checked(place: str) -> str:
    if not is_plain(place):
        raise RecipeError(
            f"{place!r} cannot be written into a recipe",
            remedy="rename it: no braces, square brackets or line breaks",
        )
    return place


def _about(facts: AboutFacts, written: tuple[str, ...]) -> Section:
    files = tuple(Item(file) for file in (*facts.license_files, *written) if is_plain(file))
    said = plain(facts.license_text)
    unclear = f"the project writes {said} as its licence" if said else "the licence is not clear"
    entries = (
        Entry("home", plain(facts.home)),
        Entry("summary", plain(facts.summary)),
        Entry("description", plain(facts.description, limit=2000)),
        Entry("license", plain(facts.license), note=_unsaid_choice(facts)),
        Entry("license_family", facts.license_family),
        Entry("license_file", files),
        Entry("dev_url", plain(facts.dev_url)),
        Entry("doc_url", plain(facts.doc_url)),
    )
    notes = (
        *(() if facts.license else (f"{unclear}: say it in SPDX",)),
        *(() if facts.license_files else ("no file with the licence's text was found",)),
    )
    return Section("about", tuple(one for one in entries if one.value), notes=notes)


def _unsaid_choice(facts: AboutFacts) -> str:
    """Return the project's own words where they hold a choice that the SPDX expression does not.

    R packages say `GPL-2 | GPL-3`, which most accepted recipes write as GPL-2.0-or-later.
    """
    is_unsaid = "|" in facts.license_text and " OR " not in facts.license
    return plain(f"the project says {facts.license_text}") if is_unsaid else ""
