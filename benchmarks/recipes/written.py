"""The facts of a recipe that a tool wrote, as sluice's own reader of meta.yaml renders it."""

import re
from collections.abc import Iterable
from pathlib import Path

from benchmarks.recipes.facts import Facts

from conda_sluice.errors import SluiceError
from conda_sluice.model.names import Subdir
from conda_sluice.model.recipe import RenderedRecipe, Requirement
from conda_sluice.pipeline.workspace import default_variants
from conda_sluice.recipe.v0.read import read_recipe

_PLATFORM = Subdir("linux-64")
# what `compiler()` and `stdlib()` become there where nothing else is asked for
_CALLS = {
    "gcc_linux-64": "compiler:c",
    "gxx_linux-64": "compiler:cxx",
    "gfortran_linux-64": "compiler:fortran",
    "rust_linux-64": "compiler:rust",
    "sysroot_linux-64": "stdlib:c",
}
_PREFIXED = re.compile(r"\$\{?PREFIX\}?/([^\s\"'|&;)]+)")
# the first that a build script mentions; a plain copy where it mentions none
_SYSTEMS = (
    ("meson", r"\bmeson\b"),
    ("cmake", r"\bcmake\b"),
    ("autotools", r"\bconfigure\b|\bautoreconf\b|\bautogen"),
    ("make", r"\bmake\b"),
)


class UnreadableRecipeError(Exception):
    """There is no recipe to score, and why."""


def facts_of(folder: Path, *, mend: bool = False) -> Facts:
    """Return the facts of `folder`/meta.yaml; raise UnreadableRecipeError with the reason.

    `mend` gets a recipe of another tool past two mistakes that hide its names and are not what is
    measured: see `mended`.
    """
    file = folder / "meta.yaml"
    variants = default_variants(_PLATFORM)
    beside = [path.name for path in folder.iterdir() if path.is_file() and path != file]
    text = file.read_text(encoding="utf-8")
    try:
        recipes = read_recipe(
            mended(text) if mend else text,
            where=file.name,
            platform=_PLATFORM,
            variants=variants,
            environ={},
            files=beside,
        )
    except SluiceError as error:
        raise UnreadableRecipeError(str(error).splitlines()[0]) from error
    kept = [recipe for recipe in recipes if not recipe.build.is_skipped]
    if not kept:
        raise UnreadableRecipeError("the recipe is skipped on linux-64")
    script = folder / "build.sh"
    return _facts(kept[0], script.read_text(encoding="utf-8") if script.is_file() else "")


def mended(text: str) -> str:
    """Return a recipe without a hyphen in its version and without platforms conda has not.

    conda-build refuses the first, and takes the second (`not android`) for False with a warning.
    """
    text = re.sub(
        r"(set version = [\"'])([^\"']+)", lambda found: found[1] + found[2].replace("-", "_"), text
    )
    return re.sub(r"\b(android|ios)\b(?=[^#\n]*\]\s*$)", "False", text, flags=re.MULTILINE)


def _facts(recipe: RenderedRecipe, script: str) -> Facts:
    commands = "\n".join(recipe.test.commands)
    exports = recipe.build.run_exports
    return Facts(
        build=_names(recipe.requirements.build),
        host=_names(recipe.requirements.host),
        run=_names(recipe.requirements.run),
        noarch=recipe.build.noarch or "none",
        licence=recipe.about.license,
        imports=frozenset(recipe.test.imports),
        pip_check=bool(re.search(r"\bpip check\b", commands)),
        libraries=frozenset(re.findall(r"library\(['\"]?([\w.]+)", commands)),
        files=frozenset(_PREFIXED.findall(commands)),
        runs=frozenset(re.findall(r"\b(pytest|unittest|testthat|ctest)\b", commands)),
        build_system=build_system("\n".join((script, *recipe.build.script))),
        run_exports=bool(exports.weak or exports.strong),
    )


def _names(requirements: Iterable[Requirement]) -> frozenset[str]:
    words = (one.split()[0].lower() if isinstance(one, str) else one.name for one in requirements)
    return frozenset(_CALLS.get(word, word) for word in words)


def build_system(script: str) -> str:
    """Return what the script builds with, comments left aside."""
    code = re.sub(r"^\s*#.*$", "", script, flags=re.MULTILINE)
    return next((name for name, word in _SYSTEMS if re.search(word, code)), "copy")
