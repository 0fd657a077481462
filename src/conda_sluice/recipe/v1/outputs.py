"""An output of a recipe for rattler-build: with what is built once for all, and what it takes.

rattler-build builds each output by itself. What conda-build does between outputs is said to it as
a staging output, and as a script that lists the files for the package.
"""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from conda_sluice.errors import RecipeError
from conda_sluice.model.recipe import BuildSection, FilesFrom, RenderedRecipe
from conda_sluice.recipe.v1.scripts import NOTHING

STAGING = "sluice-shared-build"
"""The name of the staging output, which becomes no package."""

_RUNNERS = {".sh": "bash -e", ".py": "python", "": "bash -e"}
_BEFORE = '"$SRC_DIR/.sluice-before"'
_AFTER = '"$SRC_DIR/.sluice-after"'
_SHARED = '"$SRC_DIR/.sluice-shared"'
_FIND = '(cd "$PREFIX" && find . ! -type d ! -path "./conda-meta/*" | LC_ALL=C sort)'
# an empty list would mean all files: the folder itself adds none
_LIST = '{ echo .; sed "s|^\\./||"; } > "$RATTLER_BUILD_PACKAGE_FILES"'
_EXPAND = (
    "sluice_expand() {",
    '  (cd "$PREFIX" && shopt -s nullglob globstar && IFS= && for glob in "$@"; do',
    '    if [ -d "$glob" ]; then find "$glob" ! -type d;',
    '    elif [ -e "$glob" ] || [ -L "$glob" ]; then echo "$glob";',
    '    else for file in $glob; do [ -d "$file" ] && [ ! -L "$file" ] || echo "$file"; done; fi',
    '  done) | sed "s|^|./|" | LC_ALL=C sort -u',
    "}",
)
"""As conda-build reads `files`: a folder stands for all below it, a glob for the files it names."""


def own_build(recipe: RenderedRecipe) -> BuildSection:
    """Return the build section without a script that is run for all outputs before."""
    build, shared = recipe.build, recipe.shared
    if not recipe.is_top_level or shared is None or recipe.files_from is FilesFrom.NEW:
        return build
    if (build.script, build.script_file) != (shared.build.script, shared.build.script_file):
        return build
    return replace(build, script=(), script_file="")


def has_script(build: BuildSection) -> bool:
    """Tell whether a package runs a script of its own."""
    return bool(build.script or build.script_file)


def takes_shared(recipe: RenderedRecipe, *, is_first: bool) -> bool:
    """Tell whether an output begins where the shared build ended.

    One with neither script nor files takes nothing of it, but for the one that is named as the
    recipe and made first: that one takes all.
    """
    if recipe.shared is None:
        return False
    if recipe.files or recipe.files_from is FilesFrom.NEW or has_script(own_build(recipe)):
        return True
    return recipe.is_top_level and is_first


def output_script(recipe: RenderedRecipe) -> tuple[str, ...]:
    """Return the commands of an output of a meta.yaml: its script, then the list of what it takes.

    Raise RecipeError on Windows, for which nobody has written them.
    """
    build = own_build(recipe)
    picks = bool(recipe.files)
    leaves = has_script(build) and recipe.shared is not None and not picks
    if recipe.platform.startswith("win-") and (picks or leaves):
        raise RecipeError(
            f"the output {recipe.name} takes files of a shared build, which works here on"
            " Linux and macOS only",
            remedy="build it with conda-build",
        )
    script = _run(build)
    if picks:
        return (*script, *_picked(recipe))
    if leaves:
        added = f"LC_ALL=C comm -13 {_BEFORE} {_AFTER}"
        return (f"{_FIND} > {_BEFORE}", *script, f"{_FIND} > {_AFTER}", f"{added} | {_LIST}")
    return script or NOTHING


def shared_script(build: BuildSection) -> tuple[str, ...]:
    """Return the commands of the shared build, which also lists what it adds."""
    added = f"LC_ALL=C comm -13 {_BEFORE} {_AFTER} > {_SHARED}"
    return (f"{_FIND} > {_BEFORE}", *_run(build), f"{_FIND} > {_AFTER}", added)


def _run(build: BuildSection) -> tuple[str, ...]:
    """Return the commands that run a script, where an `exit` in it ends only the script."""
    if build.script:
        return ("(", "set -e", *build.script, ")")
    if not build.script_file:
        return ()
    runner = build.script_interpreter or _RUNNERS.get(PurePosixPath(build.script_file).suffix)
    if runner is None:
        raise RecipeError(
            f"nothing is known to run {build.script_file} outside Windows",
            remedy="name a .sh or .py file, or give script_interpreter",
        )
    # conda-build runs it as a copy in the work folder
    copy = shlex.quote(PurePosixPath(build.script_file).name)
    return (
        f'cp "$RECIPE_DIR"/{shlex.quote(build.script_file)} "$SRC_DIR"/{copy}',
        f'{runner} "$SRC_DIR"/{copy}',
    )


def _picked(recipe: RenderedRecipe) -> tuple[str, ...]:
    """Return the commands that list the files which the output's globs name."""
    wanted = f"sluice_expand {_quoted(recipe.files)} > {_BEFORE}"
    if recipe.files_from is not FilesFrom.SHARED:
        return (*_EXPAND, wanted, f"cat {_BEFORE} | {_LIST}")
    without = f"sluice_expand {_quoted(recipe.not_files)} > {_AFTER}"
    both = f"LC_ALL=C comm -12 {_BEFORE} {_SHARED} | LC_ALL=C comm -23 - {_AFTER}"
    return (*_EXPAND, wanted, without, f"{both} | {_LIST}")


def _quoted(globs: Sequence[str]) -> str:
    return " ".join(shlex.quote(glob) for glob in globs) or "''"


def staged(
    output: Mapping[str, object],
    staging: Mapping[str, object],
    *,
    exports_run: bool,
) -> dict[str, object]:
    """Return a recipe of the staging output and the one that inherits from it."""
    return {
        "recipe": output["package"],
        "outputs": [
            {"staging": {"name": STAGING}, **staging},
            {
                **{key: value for key, value in output.items() if key not in {"source", "extra"}},
                "inherit": {"from": STAGING, "run_exports": exports_run},
            },
        ],
        "extra": output.get("extra", {}),
    }
