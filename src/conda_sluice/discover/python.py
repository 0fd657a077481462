"""Python projects: what pyproject.toml, setup.cfg, setup.py and PKG-INFO say together."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.utils import canonicalize_name

from conda_sluice.discover.licenses import (
    license_files,
    spdx_of,
    spdx_of_classifiers,
    spdx_of_files,
)
from conda_sluice.discover.metadata import (
    PythonMetadata,
    from_flit,
    from_pkg_info,
    from_project_table,
    from_setup_cfg,
)
from conda_sluice.discover.naming import project_name
from conda_sluice.discover.poetry import from_poetry, groups_of
from conda_sluice.discover.python_compiled import find_compiled
from conda_sluice.discover.python_modules import extension_modules, find_imports
from conda_sluice.discover.python_version import FoundVersion, find_version
from conda_sluice.discover.reading import Table, read_text, read_toml, table, text, texts
from conda_sluice.discover.setup_py import SetupPy, read_setup_py
from conda_sluice.discover.tests_of import tests_of_python
from conda_sluice.errors import ProjectError
from conda_sluice.model.facts import AboutFacts, CompileFacts, PythonFacts
from conda_sluice.model.project import Evidence, Language, Project

_SETUPTOOLS = "setuptools.build_meta"
_BACKENDS = {
    "hatchling": "hatchling",
    "setuptools": "setuptools",
    "flit_core": "flit",
    "flit": "flit",
    "poetry": "poetry",
    "pdm": "pdm",
    "mesonpy": "meson-python",
    "scikit_build_core": "scikit-build-core",
    "uv_build": "uv",
}
"""What people call a backend, by the first part of its module."""

_REPOSITORIES = re.compile(r"https?://(www\.)?(github|gitlab|codeberg|bitbucket)\.")


@dataclass(frozen=True, slots=True)
class _Sources:
    """The files of one project, read once."""

    root: Path
    pyproject: Table
    setup: SetupPy
    metadata: PythonMetadata

    @property
    def place(self) -> str:
        """Return the file that errors name: the one in which metadata usually stands."""
        names = ("pyproject.toml", "setup.cfg", "setup.py")
        return str(next(self.root / one for one in names if (self.root / one).is_file()))


def is_python(root: Path) -> bool:
    """Tell whether `root` is a Python project: pyproject.toml alone may only configure tools."""
    if (root / "setup.py").is_file():
        return True
    if re.search(r"^\[metadata\]", read_text(root / "setup.cfg", root), re.MULTILINE):
        return True
    pyproject = read_toml(root / "pyproject.toml", root)
    return (
        "project" in pyproject or "build-system" in pyproject or bool(from_poetry(pyproject).name)
    )


def discover_python(root: Path) -> Project:
    """Return the Python project at `root`; raise ProjectError with the place that is wrong."""
    sources = _read(root)
    metadata = sources.metadata
    if not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?", metadata.name):
        raise ProjectError(
            f"{metadata.name!r} is no project name" if metadata.name else "the project has no name",
            sources.place,
            'give it one: name = "..." below [project] in pyproject.toml',
        )
    system = table(sources.pyproject, "build-system")
    backend = text(system, "build-backend") or _SETUPTOOLS
    compiled = find_compiled(root, sources.pyproject, sources.setup, backend)
    version = _version(sources)
    return Project(
        name=project_name(canonicalize_name(metadata.name), sources.place),
        root=root,
        language=Language.PYTHON,
        is_compiled=compiled is not None,
        evidence=(
            Evidence("Python", _because(sources, backend)),
            Evidence("compiled", compiled.because)
            if compiled
            else Evidence("not compiled", "nothing declares an extension module"),
            Evidence(
                "static version" if version.scheme == "static" else f"version by {version.scheme}",
                version.because,
            ),
        ),
        scheme=version.scheme,
        static_version=version.version,
        tests=tests_of_python(root, metadata.name, _groups(sources), sources.place),
        about=_about(root, metadata),
        compile=compiled.facts if compiled else CompileFacts(),
        facts=_facts(sources, backend, version),
    )


def _read(root: Path) -> _Sources:
    pyproject = read_toml(root / "pyproject.toml", root)
    setup = read_setup_py(root)
    metadata = (
        from_project_table(pyproject)
        .over(from_poetry(pyproject))
        .over(from_flit(pyproject))
        .over(_dynamic_files(root, pyproject))
        .over(from_setup_cfg(root))
        .over(setup.metadata)
        .over(from_pkg_info(root))
    )
    return _Sources(root, pyproject, setup, metadata)


def _dynamic_files(root: Path, pyproject: Table) -> PythonMetadata:
    """Read the requirement files that `[tool.setuptools.dynamic]` names."""
    files = texts(table(pyproject, "tool", "setuptools", "dynamic", "dependencies"), "file")
    if not files:
        return PythonMetadata()
    lines = [
        line.split(" #")[0].strip()
        for f in files
        for line in read_text(root / f, root).splitlines()
    ]
    return PythonMetadata(dependencies=tuple(one for one in lines if one and one[0] not in "#-"))


def _because(sources: _Sources, backend: str) -> str:
    system = table(sources.pyproject, "build-system")
    if text(system, "build-backend"):
        module = backend.partition(".")[0]
        if "backend-path" in system:
            return f"pyproject.toml names a backend of the project's own, {module}"
        return f"pyproject.toml names {_BACKENDS.get(module, module)}"
    if "project" in sources.pyproject:
        return "pyproject.toml has a project table and names no backend, which means setuptools"
    return f"there is a {Path(sources.place).name}, which setuptools reads"


def _version(sources: _Sources) -> FoundVersion:
    """Return where the version comes from; a source distribution says it, whatever git says.

    Its backend, too, believes PKG-INFO before any tag.
    """
    told = from_pkg_info(sources.root).version
    if told and sources.metadata.version == told:
        because = "PKG-INFO, which a source distribution has, says so"
        return FoundVersion(version=told, because=because)
    return find_version(sources.root, sources.pyproject, sources.setup, sources.metadata.version)


def _facts(sources: _Sources, backend: str, version: FoundVersion) -> PythonFacts:
    metadata = sources.metadata
    system = table(sources.pyproject, "build-system")
    requires = texts(system, "requires") if "requires" in system else ("setuptools",)
    doubts = (
        [] if metadata.dependencies is not None else ["no file says which packages it depends on"]
    )
    return PythonFacts(
        distribution=metadata.name,
        backend=backend,
        build_requires=requires,
        dependencies=metadata.dependencies or (),
        extras=metadata.extras or (),
        requires_python=metadata.requires_python,
        entry_points=metadata.scripts or (),
        imports=(
            *find_imports(sources.root, sources.pyproject, sources.setup, metadata.name),
            *extension_modules(sources.pyproject, sources.setup),
        ),
        version_variable=version.variable,
        constrains=texts(table(sources.pyproject, "tool", "sluice"), "run-constrained"),
        doubts=tuple(doubts),
    )


def _groups(sources: _Sources) -> Mapping[str, tuple[str, ...]]:
    """Return extras and dependency groups together, `include-group` followed."""
    declared = table(sources.pyproject, "dependency-groups")
    groups: dict[str, tuple[str, ...]] = dict(groups_of(sources.pyproject))
    for name in declared:
        groups[name] = groups.get(name, ()) + tuple(_group(declared, name, depth=5))
    for name, requires in sources.metadata.extras or ():
        groups[name] = groups.get(name, ()) + requires
    return groups


def _group(declared: Table, name: str, *, depth: int) -> list[str]:
    """Return one dependency group; including goes at most `depth` groups deep."""
    items = declared.get(name)
    found: list[str] = []
    for item in items if isinstance(items, list) else []:
        match item:
            case str():
                found.append(item)
            case {"include-group": str(included)} if depth:
                found += _group(declared, included, depth=depth - 1)
            case _:
                pass
    return found


def _about(root: Path, metadata: PythonMetadata) -> AboutFacts:
    files = license_files(root, metadata.license_globs)
    urls = {re.sub(r"[\W_]+", "", label).lower(): url for label, url in metadata.urls}
    dev = _first(urls, ("repository", "source", "sourcecode", "code", "github"))
    home = _first(urls, ("homepage", "home", "website"))
    if not dev and _REPOSITORIES.match(home):
        dev = home
    said = metadata.license if "\n" not in metadata.license else ""
    return AboutFacts(
        summary=" ".join(metadata.summary.split()),
        home=home or dev,
        dev_url=dev,
        doc_url=_first(urls, ("documentation", "docs", "doc")),
        license=spdx_of(said)
        or _bsd_refined(root, files, spdx_of_classifiers(metadata.classifiers))
        or spdx_of_files(root, files)
        or spdx_of_files(root, license_files(root)),
        license_text=" ".join(said.split()),
        license_files=files,
    )


def _bsd_refined(root: Path, files: tuple[str, ...], spdx: str) -> str:
    """Ask the text which BSD licence it is: the classifier stands for two."""
    found = spdx_of_files(root, files) if spdx == "BSD-3-Clause" else ""
    return found if found.startswith("BSD") else spdx


def _first(urls: Mapping[str, str], labels: tuple[str, ...]) -> str:
    return next((urls[label] for label in labels if urls.get(label, "").startswith("http")), "")
