"""Where a Python project's version comes from: a scheme that asks git, or a text that says it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from conda_sluice.discover.python.metadata import read_setup_cfg
from conda_sluice.discover.python.setup_py import SetupPy
from conda_sluice.discover.reading import Table, read_text, read_toml, table, text, texts

_ASSIGNED = r"""^\s*{name}\s*(?::\s*[\w.]+\s*)?=\s*['"]v?([^'"]+)['"]"""
_DEFAULT_SCHEME = "guess-next-dev"
_PRETEND = "SETUPTOOLS_SCM_PRETEND_VERSION"
"""The form without the distribution's name: hatch-vcs asks without one and overlooks the other."""


@dataclass(frozen=True, slots=True)
class FoundVersion:
    """How a version is found: by git (`scheme`), as text, or not at all; and why.

    `variable` is the environment variable by which the backend is told the version.
    """

    scheme: str = "static"
    version: str = ""
    because: str = ""
    variable: str = ""


def find_version(root: Path, pyproject: Table, setup: SetupPy, said: str) -> FoundVersion:
    """Return where the version comes from; `said` is what the metadata holds, "" for dynamic."""
    if found := _from_git(pyproject, setup):
        return found
    if said:
        return FoundVersion(version=said, because="the project's metadata says so")
    return _from_file(root, pyproject, setup)


def _from_git(pyproject: Table, setup: SetupPy) -> FoundVersion | None:
    tool = table(pyproject, "tool")
    if text(table(tool, "hatch", "version"), "source") == "vcs":
        return FoundVersion("hatch-vcs", "", "pyproject.toml asks hatch-vcs", _PRETEND)
    if setup.version_scheme or _asks_setuptools_scm(pyproject):
        scheme = text(table(tool, "setuptools_scm"), "version_scheme") or setup.version_scheme
        return FoundVersion(
            f"setuptools-scm:{scheme or _DEFAULT_SCHEME}",
            because="setuptools-scm is asked for",
            variable=_PRETEND,
        )
    if text(table(tool, "pdm", "version"), "source") == "scm":
        why = "pyproject.toml asks pdm to read git"
        return FoundVersion(f"setuptools-scm:{_DEFAULT_SCHEME}", "", why, "PDM_BUILD_SCM_VERSION")
    if table(tool, "poetry-dynamic-versioning").get("enable") is True:
        why, told = "poetry-dynamic-versioning is on", "POETRY_DYNAMIC_VERSIONING_BYPASS"
        return FoundVersion("setuptools-scm:no-guess-dev", "", why, told)
    return None


def _asks_setuptools_scm(pyproject: Table) -> bool:
    """Tell whether setuptools-scm, or scikit-build-core through it, makes the version."""
    provider = text(table(pyproject, "tool", "scikit-build", "metadata", "version"), "provider")
    if provider.endswith("setuptools_scm"):
        return True
    if text(table(pyproject, "project"), "version"):
        return False
    requires = texts(table(pyproject, "build-system"), "requires")
    is_required = any(re.match(r"setuptools[-_.]scm\b", one, re.IGNORECASE) for one in requires)
    is_dynamic = "version" in texts(table(pyproject, "project"), "dynamic")
    return "setuptools_scm" in table(pyproject, "tool") or (is_required and is_dynamic)


def _from_file(root: Path, pyproject: Table, setup: SetupPy) -> FoundVersion:
    tool = table(pyproject, "tool")
    hatch = table(tool, "hatch", "version")
    attribute, files = _setuptools_dynamic(root, pyproject)
    pdm = text(table(tool, "pdm", "version"), "path")
    flit = text(table(tool, "flit", "module"), "name") or text(
        table(tool, "flit", "metadata"), "module"
    )
    name = flit or text(table(pyproject, "project"), "name").replace("-", "_")
    candidates = (
        (text(hatch, "path"), r"(?:__version__|VERSION)"),
        *((place, attribute.rpartition(".")[2]) for place in _module_files(attribute)),
        *((file, "") for file in files),
        (pdm, "__version__"),
        ("meson.build", "meson"),
        ("Cargo.toml", "cargo"),
        *((place, "__version__") for place in _module_files(f"{name}.__version__")),
        *((place, "__version__") for place in _files_read(root, setup)),
    )
    for place, variable in candidates:
        if place and (version := _version_in(root, place, variable)):
            return FoundVersion(version=version, because=f"{place} says so")
    return FoundVersion(because="no file says a version")


def _files_read(root: Path, setup: SetupPy) -> Iterator[str]:
    """Yield the files with Python below the project that setup.py names: it reads them."""
    for named in dict.fromkeys(setup.script.strings()):
        if named.endswith(".py") and ".." not in named and (root / named).is_file():
            yield named


def _setuptools_dynamic(root: Path, pyproject: Table) -> tuple[str, tuple[str, ...]]:
    """Return the attribute (`pkg.__version__`) and the files that setuptools is told to read."""
    dynamic = table(pyproject, "tool", "setuptools", "dynamic", "version")
    said = read_setup_cfg(root).get("metadata", "version", fallback="").strip()
    kind, _, value = said.partition(":")
    attribute = value.strip() if kind == "attr" else ""
    files = (value.strip(),) if kind == "file" else ()
    return text(dynamic, "attr") or attribute, texts(dynamic, "file") or files


def _module_files(attribute: str) -> tuple[str, ...]:
    """Return the files in which the attribute `pkg.module.name` may stand, nearest first."""
    module = attribute.rpartition(".")[0].replace(".", "/")
    if not module or module.startswith("/"):
        return ()
    places = (f"{module}.py", f"{module}/__init__.py", f"{module}/_version.py")
    return tuple(f"{base}{place}" for place in places for base in ("", "src/"))


def _version_in(root: Path, place: str, variable: str) -> str:
    path = root / place
    if variable == "cargo":
        return text(table(read_toml(path, root), "package"), "version")
    content = read_text(path, root)
    if variable == "meson":
        found = re.search(r"project\s*\([^)]*?version\s*:\s*'([^']+)'", content, re.DOTALL)
    elif variable:
        found = re.search(_ASSIGNED.format(name=variable), content, re.MULTILINE)
    else:
        found = re.match(r"\s*v?([^\s]+)\s*\Z", content)
    return found[1] if found else ""
