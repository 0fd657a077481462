"""What a build imports without declaring it: by setup.py, Cython files, settings of a backend.

Before PEP 518 a project had no field for what setup.py imports; people read it in the README.
"""

import ast
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from packaging.utils import canonicalize_name

from conda_sluice.discover.python.script import Script
from conda_sluice.discover.python.setup_py import SetupPy
from conda_sluice.discover.reading import Table, read_text, table, text, walk

_OF_MODULE = {
    "Cython": "cython",
    "cffi": "cffi",
    "cppy": "cppy",
    "cysignals": "cysignals",
    "extension_helpers": "extension-helpers",
    "jinja2": "jinja2",
    "mako": "mako",
    "mpi4py": "mpi4py",
    "mypyc": "mypy",
    "nanobind": "nanobind",
    "numpy": "numpy",
    "pbr": "pbr",
    "pkgconfig": "pkgconfig",
    "pybind11": "pybind11",
    "pythran": "pythran",
    "scipy": "scipy",
    "setuptools_rust": "setuptools-rust",
    "setuptools_scm": "setuptools-scm",
    "skbuild": "scikit-build",
    "torch": "torch",
    "versioningit": "versioningit",
}
"""Distributions that builds import; others may be for commands that no build calls."""

_PROVIDERS = {
    "scikit_build_core.metadata.setuptools_scm": "setuptools-scm",
    "scikit_build_core.metadata.fancy_pypi_readme": "hatch-fancy-pypi-readme",
}
"""What scikit-build-core asks for beside the written requirements, by `metadata.*.provider`."""

_CIMPORT = re.compile(
    r"^[ \t]*(?:from[ \t]+([A-Za-z_]\w*)[\w.]*[ \t]+)?cimport[ \t]+([A-Za-z_]\w*)", re.MULTILINE
)
_MOST_FILES = 60


def imported_by_script(root: Path, setup: SetupPy) -> tuple[str, ...]:
    """Return the distributions that setup.py imports where its code runs.

    Cython counts where there is something for it to translate: many scripts use it if it is there.
    Of Python sources setuptools has it make C without any import.
    """
    found = [_OF_MODULE[one] for one in _modules(setup.script) if one in _OF_MODULE]
    is_python = any(
        source.endswith(".py")
        for one in setup.extensions
        if one.kind != "mypycify"
        for source in one.sources
    )
    if is_python:
        found.append("cython")
    elif "cython" in found and not any(one.suffix == ".pyx" for one in walk(root)):
        found.remove("cython")
    return tuple(dict.fromkeys(found))


def _modules(script: Script) -> Iterator[str]:
    for one in script.live:
        match one.node:
            case ast.Import(names=names):
                yield from dict.fromkeys(name.name.partition(".")[0] for name in names)
            case ast.ImportFrom(module=str(module), level=0):
                yield module.partition(".")[0]
            case _:
                pass


def asked_by_providers(pyproject: Table) -> tuple[str, ...]:
    """Return what scikit-build-core's providers of metadata add to the build requirements."""
    metadata = table(pyproject, "tool", "scikit-build", "metadata")
    named = (text(table(metadata, one), "provider") for one in metadata)
    return tuple(dict.fromkeys(_PROVIDERS[one] for one in named if one in _PROVIDERS))


def cimported(root: Path, distributions: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return those of `distributions` whose declarations Cython files take in, with the file."""
    files = [one for one in walk(root) if one.suffix in (".pyx", ".pxd")][:_MOST_FILES]
    found: dict[str, str] = {}
    for file in files:
        for package, module in _CIMPORT.findall(read_text(file, root)):
            name = canonicalize_name(package or module)
            if name in distributions:
                found.setdefault(name, file.relative_to(root).as_posix())
    return tuple(found.items())
