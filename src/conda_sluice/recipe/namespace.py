"""The names that selectors and Jinja know for one platform and one variant (conda-build docs)."""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from conda_sluice.model.names import Subdir

Assignment = tuple[tuple[str, str], ...]
"""A value for each variant key, sorted by key."""

TARGET = "target_platform"
"""The variant key that says for which platform a package is made."""

_SYSTEMS = ("linux", "osx", "win", "emscripten", "wasi", "freebsd", "zos")
_ARCHITECTURES = {
    "64": "x86_64",
    "32": "x86",
    "aarch64": "aarch64",
    "arm64": "arm64",
    "armv6l": "armv6l",
    "armv7l": "armv7l",
    "ppc64": "ppc64",
    "ppc64le": "ppc64le",
    "riscv64": "riscv64",
    "s390x": "s390x",
    "wasm32": "wasm32",
    "z": "z",
}

_ALIASES = {
    **dict.fromkeys(("py", "py3k", "py2k", "PY_VER", "CONDA_PY", "PY3K"), "python"),
    **dict.fromkeys(("np", "NPY_VER", "CONDA_NPY"), "numpy"),
    **dict.fromkeys(("pl", "PERL_VER", "CONDA_PERL"), "perl"),
    **dict.fromkeys(("luajit", "LUA_VER", "CONDA_LUA"), "lua"),
    **dict.fromkeys(("R_VER", "CONDA_R"), "r_base"),
}
_PY_FLAGS = {f"py{major}{minor}": (major, minor) for major in (2, 3) for minor in range(21)}


def target_of(variant: Assignment, platform: Subdir) -> Subdir:
    """Return the platform that a variant is for: its target_platform, else where it is built."""
    return Subdir(dict(variant).get(TARGET, "") or platform)


def variant_key(name: str) -> str:
    """Return the variant key on which a name depends: `python` for `py`, `py27`, `PY_VER`."""
    return "python" if name in _PY_FLAGS else _ALIASES.get(name, name)


@lru_cache(maxsize=1024)
def selector_names(
    platform: Subdir, variant: Assignment, build_platform: Subdir | None = None
) -> Mapping[str, object]:
    """Return every name that a selector may use, but `environ`.

    `build_platform` is where it is built, where that is another than `platform`.
    Whole numbers and booleans among the variant's values are typed, as conda-build does. `py`
    and its kin are there only when the variant has a `python`.
    """
    values = dict(variant)
    names: dict[str, object] = {key: _typed(value) for key, value in variant}
    names.setdefault("python_impl", "cpython")
    names.setdefault("target_platform", str(platform))
    names |= _platform_names(str(platform))
    names["build_platform"] = str(build_platform or platform)
    names |= _python_names(values.get("python", ""))
    if "numpy" in values and (numpy := _two_numbers(values["numpy"])):
        names["np"] = int("".join(map(str, numpy)))
    if "perl" in values:
        names["pl"] = values["perl"]
    if "lua" in values:
        names["lua"] = values["lua"]
        names["luajit"] = values["lua"].startswith("2")
    return MappingProxyType(names)


def two_segments(value: str) -> str:
    """Return `3.11` for `3.11.4` and `3.11.* *_cpython`, "" where there are no two numbers."""
    numbers = _two_numbers(value)
    return ".".join(map(str, numbers)) if numbers else ""


def _platform_names(platform: str) -> dict[str, object]:
    system, _, architecture = platform.partition("-")
    names: dict[str, object] = {name: system == name for name in _SYSTEMS}
    names |= {name: architecture == key for key, name in _ARCHITECTURES.items()}
    return names | {
        "x86": architecture in {"32", "64"},
        "unix": system in {"linux", "osx", "emscripten"},
        "arm": platform.startswith("linux-arm"),
        "linux32": platform == "linux-32",
        "linux64": platform == "linux-64",
        "win32": platform == "win-32",
        "win64": platform == "win-64",
        "nomkl": False,
    }


def _python_names(python: str) -> dict[str, object]:
    numbers = _two_numbers(python)
    if numbers is None:
        return {}
    return {
        "py": int("".join(map(str, numbers))),
        "py3k": numbers[0] == 3,  # noqa: PLR2004 - the major version
        "py2k": numbers[0] == 2,  # noqa: PLR2004 - as above
        **{flag: numbers == version for flag, version in _PY_FLAGS.items()},
    }


def _two_numbers(value: str) -> tuple[int, int] | None:
    parts = value.split(" ", maxsplit=1)[0].split(".")[:2]
    if len(parts) == 2 and all(part.isascii() and part.isdigit() for part in parts):  # noqa: PLR2004 - major.minor
        return int(parts[0]), int(parts[1])
    return None


def _typed(value: str) -> object:
    if value.isascii() and value.lstrip("-").isdigit():
        return int(value)
    lowered = value.lower()
    return lowered == "true" if lowered in {"true", "false"} else value
