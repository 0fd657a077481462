"""Extension modules in Rust: what Cargo.toml says of them."""

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from conda_sluice.discover.python.cargo import cargo_folder
from conda_sluice.discover.python.crates import compiled_crates
from conda_sluice.discover.reading import Table, read_text, read_toml, table, text, texts
from conda_sluice.model.facts import CompileFacts, Link, LinkKind

LANGUAGES = ("c", "rust")
"""rustc links with the C compiler."""

TOOLS = ("cargo-bundle-licenses",)
"""Collects the licences of the crates that are linked in: their terms go with the package."""

_LINKED = {
    "alsa-sys": "alsa",
    "gdal-sys": "gdal",
    "geos-sys": "geos",
    "libdbus-sys": "dbus-1",
    "openssl-sys": "openssl",
    "pq-sys": "libpq",
    "proj-sys": "proj",
}
"""Crates that look for a library of the system, with its name for pkg-config."""

_MAKING = frozenset({"jemalloc-sys", "tikv-jemalloc-sys"})
"""Crates whose C part is built by its own configure and make."""

_BUNDLING = {"openssl-sys": "openssl-src"}
"""Crates beside which another one brings the library's sources."""

_CXX = frozenset({"cxx", "cxx-build", "esaxx-rs", "link-cplusplus"})
"""Crates with sources in C++."""

_ABI3 = re.compile(r"(?:pyo3/)?abi3(?:-py3(\d+))?")


def cargo_of_maturin(root: Path, pyproject: Table) -> Table:
    """Return the Cargo.toml that maturin builds, empty where there is none."""
    manifest = text(table(pyproject, "tool", "maturin"), "manifest-path") or "Cargo.toml"
    is_inside = ".." not in PurePosixPath(manifest).parts and not manifest.startswith("/")
    return read_toml(root / manifest, root) if is_inside else {}


def compile_facts_of_rust(root: Path, pyproject: Table) -> CompileFacts:
    """Return what crates compile and link, as the Cargo.lock beside Cargo.toml or above says."""
    folder = cargo_folder(root, pyproject)
    places = dict.fromkeys((folder, ""))
    locks = {one: read_text(root / one / "Cargo.lock", root) for one in places}
    where = next((one for one, content in locks.items() if content), "")
    cargo = read_toml(root / folder / "Cargo.toml", root)
    crates = compiled_crates(locks[where], cargo, _asked_features(pyproject))
    because = f"{where}/Cargo.lock".lstrip("/")
    links = tuple(
        Link(LinkKind.PKG_CONFIG, library, f"{because}, {crate}")
        for crate, library in _LINKED.items()
        if crate in crates and _BUNDLING.get(crate) not in crates
    )
    return CompileFacts(
        languages=("c", "cxx", "rust") if crates & _CXX else LANGUAGES,
        tools=(*_programs(crates), *TOOLS),
        links=links,
    )


def _programs(crates: frozenset[str]) -> tuple[str, ...]:
    if "cmake" in crates:
        return ("cmake", "make")
    return ("make",) if crates & _MAKING else ()


def _asked_features(pyproject: Table) -> tuple[str, ...]:
    maturin = table(pyproject, "tool", "maturin")
    default = () if maturin.get("no-default-features") is True else ("default",)
    return (*default, *texts(maturin, "features"))


def maturin_module(root: Path, pyproject: Table) -> str:
    """Return the module that maturin makes, "" for a project of programs alone."""
    maturin = table(pyproject, "tool", "maturin")
    if text(maturin, "bindings") == "bin":
        return ""
    cargo = cargo_of_maturin(root, pyproject)
    name = text(table(cargo, "lib"), "name") or text(table(cargo, "package"), "name")
    return text(maturin, "module-name") or name.replace("-", "_")


def abi3_of_maturin(root: Path, pyproject: Table) -> str:
    """Return the Python of pyo3's `abi3-py39` as `3.9`, `3` for a bare `abi3`, "" for none."""
    cargo = cargo_of_maturin(root, pyproject)
    found = [one for feature in _features(cargo, pyproject) if (one := _ABI3.fullmatch(feature))]
    minors = sorted({int(one[1]) for one in found if one[1]})
    return f"3.{minors[0]}" if minors else "3" if found else ""


def _features(cargo: Table, pyproject: Table) -> Iterator[str]:
    yield from texts(table(cargo, "dependencies", "pyo3"), "features")
    yield from texts(table(cargo, "workspace", "dependencies", "pyo3"), "features")
    declared = table(cargo, "features")
    for name in _asked_features(pyproject):
        yield name
        yield from texts(declared, name)
