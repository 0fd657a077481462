"""Python projects: what pyproject.toml, setup.cfg, setup.py and PKG-INFO say together."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from packaging.utils import canonicalize_name

from conda_sluice.discover.backend import ask_nothing
from conda_sluice.discover.naming import project_name
from conda_sluice.discover.python.abi import abi_partners, stable_abi
from conda_sluice.discover.python.about import about_python
from conda_sluice.discover.python.backend import requires_of_own_backend
from conda_sluice.discover.python.backend_asks import asked_by_settings
from conda_sluice.discover.python.cargo import cargo_folder
from conda_sluice.discover.python.compiled import find_compiled
from conda_sluice.discover.python.groups import find_groups
from conda_sluice.discover.python.imported import (
    asked_by_providers,
    cimported,
    imported_by_script,
)
from conda_sluice.discover.python.metadata import (
    PythonMetadata,
    from_flit,
    from_project_table,
    from_setup_cfg,
    requires_of_setup_cfg,
)
from conda_sluice.discover.python.modules import extension_modules, find_imports
from conda_sluice.discover.python.poetry import from_poetry
from conda_sluice.discover.python.setup_py import SetupPy, read_setup_py
from conda_sluice.discover.python.shape import check_shape
from conda_sluice.discover.python.told import completed, from_pkg_info
from conda_sluice.discover.python.undeclared import find_undeclared, programs_of_extras
from conda_sluice.discover.python.version import FoundVersion, find_version
from conda_sluice.discover.reading import Table, read_text, read_toml, table, text, texts
from conda_sluice.discover.tests_of import tests_of_python
from conda_sluice.errors import ProjectError
from conda_sluice.model.facts import AbiPartner, CompileFacts, PythonFacts
from conda_sluice.model.project import Evidence, Language, Project
from conda_sluice.model.pypi import requirement_name
from conda_sluice.ports import AskBackend

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


@dataclass(frozen=True, slots=True)
class _Sources:
    """The files of one project, read once."""

    root: Path
    pyproject: Table
    setup: SetupPy
    metadata: PythonMetadata
    has_asked: bool = False
    place_of_needs: str = ""
    modules: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """Return the file that errors name: the one in which metadata usually stands."""
        names = ("pyproject.toml", "setup.cfg", "setup.py")
        return str(next(self.root / one for one in names if (self.root / one).is_file()))


def discover_python(root: Path, *, ask_backend: AskBackend = ask_nothing) -> Project:
    """Return the Python project at `root`; raise ProjectError with the place that is wrong.

    `ask_backend` is called only where no file tells what a recipe cannot do without.
    """
    _check_table(root)
    sources = _read(root, ask_backend)
    metadata = sources.metadata
    if not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?", metadata.name):
        raise _nameless(metadata.name, sources.place)
    backend = text(table(sources.pyproject, "build-system"), "build-backend") or _SETUPTOOLS
    modules = find_imports(root, sources.pyproject, sources.setup, metadata.name, backend)
    sources = replace(sources, modules=modules)
    requires = _build_requires(sources, backend)
    compiled = find_compiled(root, sources.pyproject, sources.setup, backend, requires)
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
            *((Evidence("metadata", "the build backend says so"),) if sources.has_asked else ()),
        ),
        scheme=version.scheme,
        static_version=version.version,
        tests=tests_of_python(
            root,
            metadata.name,
            find_groups(root, sources.pyproject, sources.setup, metadata),
            sources.place,
            modules,
        ),
        about=about_python(root, metadata),
        compile=_compile_facts(root, sources.pyproject, compiled.facts)
        if compiled
        else CompileFacts(),
        facts=_facts(sources, backend, requires, version, is_compiled=compiled is not None),
    )


def _check_table(root: Path) -> None:
    """Raise ProjectError for a value of a wrong kind, and for a project table without a name.

    No backend can give the name (PEP 621).
    """
    pyproject = read_toml(root / "pyproject.toml", root)
    check_shape(root, pyproject)
    if "project" in pyproject and not table(pyproject, "project").get("name"):
        raise _nameless("", str(root / "pyproject.toml"))


def _nameless(name: str, place: str) -> ProjectError:
    return ProjectError(
        f"{name!r} is no project name" if name else "the project has no name",
        place,
        'give it one: name = "..." below [project] in pyproject.toml',
    )


def _compile_facts(root: Path, pyproject: Table, facts: CompileFacts) -> CompileFacts:
    is_rust = "rust" in facts.languages
    return replace(facts, cargo_folder=cargo_folder(root, pyproject)) if is_rust else facts


def _read(root: Path, ask_backend: AskBackend) -> _Sources:
    pyproject = read_toml(root / "pyproject.toml", root)
    setup = read_setup_py(root)
    layers = _layers(root, pyproject, setup)
    metadata = PythonMetadata()
    for _, layer in layers:
        metadata = metadata.over(layer)
    whole = completed(root, metadata, ask_backend)
    return _Sources(
        root, pyproject, setup, whole, has_asked=whole != metadata, place_of_needs=_place(layers)
    )


def _layers(root: Path, pyproject: Table, setup: SetupPy) -> tuple[tuple[str, PythonMetadata], ...]:
    """Return what each file says, those that count most first, with its field for dependencies."""
    dynamic = "the file that pyproject.toml [tool.setuptools.dynamic] names"
    return (
        ("pyproject.toml [project] dependencies", from_project_table(pyproject)),
        ("pyproject.toml [tool.poetry] dependencies", from_poetry(pyproject)),
        ("pyproject.toml [tool.flit.metadata] requires", from_flit(pyproject)),
        (dynamic, _dynamic_files(root, pyproject)),
        ("setup.cfg [options] install_requires", from_setup_cfg(root)),
        # a backend ran setup.py for it, we only read that
        ("PKG-INFO Requires-Dist", from_pkg_info(root, _own_backend(pyproject))),
        ("setup.py install_requires", setup.metadata),
    )


def _own_backend(pyproject: Table) -> str:
    """Return the backend that is named, "" for one that the project brings itself."""
    system = table(pyproject, "build-system")
    return "" if "backend-path" in system else text(system, "build-backend")


def _place(layers: Sequence[tuple[str, PythonMetadata]]) -> str:
    told = (place for place, layer in layers if layer.dependencies is not None)
    return next(told, "the metadata that the build backend makes")


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


def _build_requires(sources: _Sources, backend: str) -> tuple[str, ...]:
    """Return the build requirements, those that a backend adds to the written ones among them.

    What setup.py imports counts only where nothing is written: isolated builds fail without it.
    """
    root, setup = sources.root, sources.setup
    system = table(sources.pyproject, "build-system")
    is_written = "requires" in system
    written = texts(system, "requires") if is_written else ("setuptools",)
    added = (
        *requires_of_own_backend(root, sources.pyproject),
        *_needs_of_itself(sources, backend),
        *asked_by_providers(sources.pyproject),
        *asked_by_settings(sources.pyproject, backend, sources.metadata.dependencies or ()),
        *setup.requires,
        *(requires_of_setup_cfg(root) if backend.startswith("setuptools.") else ()),
    )
    known = {requirement_name(one) for one in (*written, *added)}
    imported = () if is_written else imported_by_script(root, setup)
    new = (one for one in imported if one not in known)
    return tuple(dict.fromkeys((*written, *added, *new)))


def _needs_of_itself(sources: _Sources, backend: str) -> tuple[str, ...]:
    """Return the dependencies of a backend that builds itself: its own sources run for that."""
    own = {one.partition(".")[0] for one in sources.modules}
    is_own = "backend-path" in table(sources.pyproject, "build-system")
    return (
        sources.metadata.dependencies or () if is_own and backend.partition(".")[0] in own else ()
    )


def _place_of_tools(sources: _Sources) -> str:
    if "requires" in table(sources.pyproject, "build-system"):
        return "pyproject.toml [build-system] requires"
    return "a project without [build-system] requires"


def _partners(sources: _Sources, requires: tuple[str, ...]) -> tuple[AbiPartner, ...]:
    """Return numpy and the dependencies whose declarations Cython files take in."""
    numpy = abi_partners(sources.root, sources.setup.script, requires)
    names = [requirement_name(one) for one in sources.metadata.dependencies or ()]
    others = cimported(sources.root, names)
    more = (AbiPartner(name, f"{file} takes its declarations in") for name, file in others)
    return (*numpy, *(one for one in more if one.name not in {known.name for known in numpy}))


def _facts(
    sources: _Sources,
    backend: str,
    requires: tuple[str, ...],
    version: FoundVersion,
    *,
    is_compiled: bool,
) -> PythonFacts:
    metadata = sources.metadata
    root, pyproject, script = sources.root, sources.pyproject, sources.setup.script
    doubts = (
        [] if metadata.dependencies is not None else ["no file says which packages it depends on"]
    )
    return PythonFacts(
        distribution=metadata.name,
        backend=backend,
        build_requires=requires,
        places=(
            ("build_requires", _place_of_tools(sources)),
            ("dependencies", sources.place_of_needs),
        ),
        dependencies=metadata.dependencies or (),
        extras=metadata.extras or (),
        requires_python=metadata.requires_python,
        entry_points=metadata.scripts or (),
        gui_entry_points=metadata.gui_scripts or (),
        imports=(
            *sources.modules,
            *extension_modules(root, pyproject, sources.setup),
        ),
        version_variable=version.variable,
        constrains=texts(table(pyproject, "tool", "sluice"), "run-constrained"),
        doubts=tuple(doubts),
        abi_partners=_partners(sources, requires) if is_compiled else (),
        undeclared=find_undeclared(root, sources.modules) if metadata.dependencies == () else (),
        programs_of_extras=programs_of_extras(root, sources.modules, metadata),
        abi3=stable_abi(root, pyproject, script, backend, metadata.requires_python)
        if is_compiled
        else "",
    )
