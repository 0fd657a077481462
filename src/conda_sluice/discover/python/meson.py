"""Extension modules built with Meson: what its files say, without what comes with Python."""

import re
from pathlib import Path

from conda_sluice.discover.reading import read_text
from conda_sluice.model.facts import CompileFacts, LinkKind

_OF_PYTHON = frozenset(
    {"python", "python3", "py3", "numpy", "pybind11", "nanobind", "cython", "boost", "f2py"}
)
"""What Meson finds in Python, or through its own means."""

_CYTHON = re.compile(r"(?:project|add_languages)\s*\([^)]*'cython'")


def facts_of_meson(root: Path) -> CompileFacts | None:
    """Return what meson.build compiles, None where it names no language to compile."""
    from conda_sluice.discover.c.meson.read import read_meson

    meson = read_meson(root)
    is_cython = bool(_CYTHON.search(read_text(root / "meson.build", root)))
    found = {*meson.languages, *(("c",) if is_cython or "rust" in meson.languages else ())}
    languages = tuple(one for one in ("c", "cxx", "fortran", "rust") if one in found)
    if not languages:
        return None
    links = tuple(one for one in meson.links if one.name.lower() not in _OF_PYTHON)
    tools = tuple(one for one in meson.tools if one not in ("python", "pkg-config", "ninja"))
    asking = ("pkg-config",) if any(one.kind is LinkKind.PKG_CONFIG for one in links) else ()
    return CompileFacts(languages=languages, tools=("ninja", *asking, *tools), links=links)


def modules_of_meson(root: Path) -> tuple[str, ...]:
    """Return the packages into which Meson surely installs Python files or extension modules."""
    from conda_sluice.discover.c.meson.run import run_meson

    calls = [
        one
        for one in run_meson(root).calls
        if one.name in (".install_sources", ".extension_module") and one.is_certain
    ]
    folders = (one.named.get("subdir") for one in calls)
    named = (one.partition("/")[0] for one in folders if isinstance(one, str))
    return tuple(dict.fromkeys(one for one in named if one))
