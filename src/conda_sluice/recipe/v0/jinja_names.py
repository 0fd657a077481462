"""What a v0 recipe's Jinja can call and name (conda-build's jinja_context.py and environ.py)."""

import re
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from conda_sluice.errors import RecipeError
from conda_sluice.model.names import PackageName
from conda_sluice.model.recipe import Pin, Requirement
from conda_sluice.recipe.document import MARK, PERCENT
from conda_sluice.recipe.namespace import two_segments
from conda_sluice.recipe.requirement_text import starred

Deferred = Requirement | RecipeError
"""What a mark in the rendered text stands for; an error counts only where the mark is read."""

_Context = dict[str, Any]

_COMPILERS = {
    "linux": {"c": "gcc", "cxx": "gxx", "fortran": "gfortran"},
    "osx": {"c": "clang", "cxx": "clangxx", "fortran": "gfortran"},
    "win": {"c": "vs2017", "cxx": "vs2017", "fortran": "gfortran"},
}
_AT_BUILD_TIME = (
    *("PREFIX", "BUILD_PREFIX", "SRC_DIR", "RECIPE_DIR", "SP_DIR", "STDLIB_DIR", "PYTHON", "PERL"),
    *("LUA", "LUA_INCLUDE_DIR", "R", "R_USER", "CPU_COUNT", "PKG_HASH", "PKG_BUILD_STRING"),
    *("SCRIPTS", "LIBRARY_PREFIX", "LIBRARY_BIN", "LIBRARY_INC", "LIBRARY_LIB", "HOME"),
    *("PKG_CONFIG_PATH", "CMAKE_GENERATOR", "LD_RUN_PATH", "CYGWIN_PREFIX", "BUILD"),
    *("PKG_NAME", "PKG_VERSION", "PKG_BUILDNUM"),
)
_LIBRARY_SUFFIX = {"win": ".dll", "osx": ".dylib"}
_NEEDS_SOURCE = "it reads files at render time; write what it finds into the recipe"
_REFUSED = {
    "load_setup_py_data": "it runs setup.py; write its values into the recipe",
    "load_setuptools": "it runs setup.py; write its values into the recipe",
    "load_npm": _NEEDS_SOURCE,
    "load_file_regex": _NEEDS_SOURCE,
    "load_file_data": _NEEDS_SOURCE,
    "load_str_data": "write its values into the recipe",
    "resolved_packages": "it solves an environment while rendering; name the packages",
    "ccache": "set the compiler's launcher in build.sh",
}
_PIN = re.compile(r"\w+(\.\w+)*")
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*")


def context(
    *,
    platform: str,
    variant: Mapping[str, str],
    names: Mapping[str, object],
    environ: Mapping[str, str],
    marks: list[Deferred],
    used: set[str],
    is_first: bool = False,
) -> _Context:
    """Return all names; functions add to `marks`, and to `used` the variant keys they look at.

    In the first pass a pin on something that is no name yet is nothing instead of an error.
    """
    paths = _paths(platform)
    environment = type("environ", (dict,), {})({**paths, **environ})  # messages say its name
    reader = _Reader(
        variant, variant.get("target_platform", platform), marks, used, is_first=is_first
    )
    history = {key: value for key, value in environ.items() if key.startswith(("GIT_", "HG_"))}
    return {
        **history,
        **names,
        **paths,
        **_versions(variant),
        **variant,
        "CONDA_BUILD_STATE": "RENDER",
        "environ": environment,
        "os": {"environ": environment},
        "compiler": reader.compiler,
        "stdlib": reader.stdlib,
        "cdt": reader.cdt,
        "pin_subpackage": reader.pin_subpackage,
        "pin_compatible": reader.pin_compatible,
        **{name: _refusal(name, remedy) for name, remedy in _REFUSED.items()},
    }


def _paths(platform: str) -> dict[str, str]:
    system, _, architecture = platform.partition("-")
    before, after = (PERCENT, PERCENT) if system == "win" else ("$", "")
    texts = {name: f"{before}{name}{after}" for name in _AT_BUILD_TIME}
    texts["SHLIB_EXT"] = _LIBRARY_SUFFIX.get(system, ".so")
    if system == "osx":
        texts["MACOSX_DEPLOYMENT_TARGET"] = "11.0" if architecture == "arm64" else "10.9"
    return texts | {"CONDA_BUILD": "1", "SUBDIR": platform, "ARCH": architecture}


def _versions(variant: Mapping[str, str]) -> dict[str, str]:
    texts: dict[str, str] = {}
    python = two_segments(variant.get("python", ""))
    if python:
        texts |= {"PY_VER": python, "CONDA_PY": python.replace(".", "")}
        texts["PY3K"] = str(int(python.startswith("3")))
    numpy = two_segments(variant.get("numpy", ""))
    if numpy:
        texts |= {"NPY_VER": numpy, "CONDA_NPY": numpy.replace(".", "")}
    for key, name in (("r_base", "R"), ("perl", "PERL"), ("lua", "LUA")):
        if key in variant:
            texts |= {f"{name}_VER": variant[key], f"CONDA_{name}": variant[key]}
    return texts


class _Reader:
    """The functions, bound to one variant."""

    def __init__(
        self,
        variant: Mapping[str, str],
        target: str,
        marks: list[Deferred],
        used: set[str],
        *,
        is_first: bool,
    ) -> None:
        self._is_first = is_first
        self._variant = variant
        self._target = target
        self._marks = marks
        self._used = used

    def compiler(self, language: str) -> str:
        """Return `gcc_linux-64 12.*`."""
        defaults = _COMPILERS.get(self._target.split("-")[0], {})
        return self._tool(language, "compiler", defaults.get(language, language))

    def stdlib(self, language: str) -> str:
        """Return `sysroot_linux-64 2.17.*`, or the mark of an error."""
        key = f"{language}_stdlib"
        if key not in self._variant:
            return self._mark(
                RecipeError(
                    f"stdlib({language!r}) is used, but no {key} is configured",
                    remedy=f"give {key} and {key}_version values in conda_build_config.yaml, "
                    "such as sysroot and 2.17",
                )
            )
        return self._tool(language, "stdlib", "")

    def cdt(self, package_name: str) -> str:
        """Return the name of a core dependency tree package: `libx11-devel-cos7-x86_64`."""
        architecture = self._target.partition("-")[2]
        default = "cos6" if architecture in {"32", "64"} else "cos7"
        self._used.update(("cdt_name", "cdt_arch"))
        tree = self._variant.get("cdt_name", default)
        names = {"64": "x86_64", "32": "i686"}
        arch = self._variant.get("cdt_arch", names.get(architecture, architecture))
        name, _, rest = package_name.partition(" ")
        return f"{name}-{tree}-{arch} {rest}".strip()

    def pin_subpackage(
        self,
        subpackage_name: str,
        min_pin: str | None = "x.x.x.x.x.x",
        max_pin: str | None = "x",
        exact: bool = False,  # noqa: FBT001, FBT002 - conda-build's signature
    ) -> str:
        """Return the mark of a pin on a package of this recipe."""
        return self._pin("pin_subpackage", subpackage_name, (min_pin, max_pin), exact=exact)

    def pin_compatible(  # noqa: PLR0917 - conda-build's signature
        self,
        package_name: str,
        lower_bound: object = None,
        upper_bound: object = None,
        min_pin: str | None = "x.x.x.x.x.x",
        max_pin: str | None = "x",
        exact: bool = False,  # noqa: FBT001, FBT002 - conda-build's signature
    ) -> str:
        """Return the mark of a pin on a package of the host environment."""
        bounds = tuple("" if bound is None else str(bound) for bound in (lower_bound, upper_bound))
        return self._pin(
            "pin_compatible", package_name, (min_pin, max_pin), exact=exact, bounds=bounds
        )

    def _pin(
        self,
        kind: str,
        name: object,
        pins: tuple[str | None, str | None],
        *,
        exact: bool,
        bounds: tuple[str, ...] = ("", ""),
    ) -> str:
        low, high = (str(pin or "") for pin in pins)
        if self._is_first and not (isinstance(name, str) and _NAME.fullmatch(name)):
            return str(name)
        if kind == "pin_compatible" and isinstance(name, str) and " " in name.strip():
            return name  # `pin_compatible(compiler("c"))`: nothing is known by such a name
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise RecipeError(f"{kind} needs the name of a package, not {name!r}")
        for pin in (low, high):
            if pin and not _PIN.fullmatch(pin):
                raise RecipeError(f"{kind}: {pin!r} is no pin", remedy="a pin looks like x.x")
        low, high = (".".join("x" for _ in pin.split(".") if pin) for pin in (low, high))
        if exact:
            return self._mark(Pin(kind, PackageName(name), exact=True))
        return self._mark(
            Pin(
                kind,
                PackageName(name),
                min_pin=low,
                max_pin=high,
                lower_bound=bounds[0],
                upper_bound=bounds[1],
            )
        )

    def _tool(self, language: str, component: str, default: str) -> str:
        key = f"{language}_{component}"
        self._used.update((key, f"{key}_version"))
        package = f"{self._variant.get(key, default)}_{self._target}"
        version = self._variant.get(f"{key}_version", "")
        return starred(f"{package} {version}") if version else package

    def _mark(self, value: Deferred) -> str:
        self._marks.append(value)
        return f"{MARK}{len(self._marks) - 1}\ue001"


def _refusal(name: str, remedy: str) -> Callable[..., NoReturn]:
    def refuse(*_args: object, **_options: object) -> NoReturn:
        raise RecipeError(f"{name}() is not supported", remedy=remedy)

    return refuse
