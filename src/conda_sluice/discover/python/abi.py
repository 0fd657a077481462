"""The binary interfaces that extension modules stand on: Python's stable one, and numpy's."""

import ast
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from conda_sluice.discover.python.extensions import declared_tables, rust_tables
from conda_sluice.discover.python.literals import literal
from conda_sluice.discover.python.metadata import read_setup_cfg
from conda_sluice.discover.python.rust import abi3_of_maturin
from conda_sluice.discover.python.script import Script, called
from conda_sluice.discover.reading import Table, read_text, table, text
from conda_sluice.model.facts import AbiPartner
from conda_sluice.model.pypi import requirement_name

_NUMPY = ("numpy", "oldest-supported-numpy")
_TAG = re.compile(r"cp3(\d+)(?:\.|$)")
_ANY = "3"


def abi_partners(root: Path, script: Script, requires: Sequence[str]) -> tuple[AbiPartner, ...]:
    """Return numpy where its headers are compiled in, with the place that shows it."""
    because = next(_uses_of_numpy(root, script, requires), "")
    return (AbiPartner("numpy", because),) if because else ()


def _uses_of_numpy(root: Path, script: Script, requires: Sequence[str]) -> Iterator[str]:
    names = {requirement_name(one) for one in requires}
    if names & set(_NUMPY):
        yield "the build requires numpy"
    calls = {ast.unparse(one.func) for one, _ in script.calls()}
    if any(one.endswith("get_include") and one.split(".")[0] in ("np", "numpy") for one in calls):
        yield "setup.py takes numpy's headers"
    if any(_names_numpys_headers(one) for one, _ in script.calls()):
        yield "setup.py looks for numpy's headers"
    if re.search(r"numpy\.get_include|dependency\('numpy'", read_text(root / "meson.build", root)):
        yield "meson.build takes numpy's headers"
    cmake = read_text(root / "CMakeLists.txt", root)
    if re.search(r"find_package\s*\(\s*Python[^)]*NumPy", cmake):
        yield "CMakeLists.txt takes numpy's headers"


def _names_numpys_headers(call: ast.Call) -> bool:
    """Tell whether a path is put together that ends in numpy's headers, without importing it."""
    said = {one.value for one in call.args if isinstance(one, ast.Constant)}
    return {"numpy", "include"} <= said


def stable_abi(
    root: Path, pyproject: Table, script: Script, backend: str, requires_python: str
) -> str:
    """Return the lowest Python of the stable ABI that is asked for, as `3.9`; "" for none."""
    found = next((one for one in _asked(root, pyproject, script, backend) if one), "")
    return _lowest(requires_python) if found == _ANY else found


def _asked(root: Path, pyproject: Table, script: Script, backend: str) -> Iterator[str]:
    tool = table(pyproject, "tool")
    match backend.partition(".")[0]:
        case "maturin":
            yield abi3_of_maturin(root, pyproject)
        case "scikit_build_core":
            yield _of_tag(text(table(tool, "scikit-build", "wheel"), "py-api"))
        case "mesonpy":
            yield _ANY if table(tool, "meson-python").get("limited-api") is True else ""
        case _:
            yield from _of_setuptools(root, pyproject, script)


def _of_setuptools(root: Path, pyproject: Table, script: Script) -> Iterator[str]:
    config = read_setup_cfg(root)
    wheel = table(pyproject, "tool", "distutils", "bdist_wheel")
    yield _of_tag(text(wheel, "py-limited-api") or text(wheel, "py_limited_api"))
    yield _of_tag(config.get("bdist_wheel", "py_limited_api", fallback=""))
    yield _of_tag(config.get("bdist_wheel", "py-limited-api", fallback=""))
    yield from (_of_tag(text_) for text_ in _keyed(script, "py_limited_api"))
    if any(one.get("py-limited-api") is True for one in declared_tables(pyproject)):
        yield _ANY
    if any(str(one.get("py-limited-api", "auto")) == "true" for one in rust_tables(pyproject)):
        yield _ANY
    for call, is_certain in script.calls():
        if called(call).endswith("Extension") and is_certain:
            values = [literal(k.value, script.known) for k in call.keywords if _is_limited(k)]
            yield _ANY if True in values else ""


def _is_limited(keyword: ast.keyword) -> bool:
    return keyword.arg == "py_limited_api"


def _keyed(script: Script, key: str) -> Iterator[str]:
    """Yield the texts that stand below a key in tables of the script."""
    for one in script.live:
        match one.node:
            case ast.Dict(keys=keys, values=values) if one.is_certain:
                for name, value in zip(keys, values, strict=True):
                    said = literal(value, script.known)
                    if isinstance(name, ast.Constant) and name.value == key:
                        yield said if isinstance(said, str) else ""
            case _:
                pass


def _of_tag(tag: str) -> str:
    found = _TAG.match(tag)
    return f"3.{found[1]}" if found else ""


def _lowest(requires_python: str) -> str:
    """Return the lowest Python 3 that a bound allows."""
    try:
        allowed = SpecifierSet(requires_python)
    except InvalidSpecifier:
        return _ANY
    return next((f"3.{minor}" for minor in range(40) if allowed.contains(f"3.{minor}.99")), _ANY)
