"""A rendered recipe as a meta.yaml in which nothing is left to render: for conda-build as a tool.

Its counterpart for rattler-build is render_v1.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from conda_sluice.errors import RecipeError
from conda_sluice.model.job import PackageOrder
from conda_sluice.model.recipe import FilesFrom, RenderedRecipe, SharedBuild
from conda_sluice.recipe.requirement_text import name_of
from conda_sluice.recipe.v0.concrete_sections import (
    Data,
    build_keys,
    extra_keys,
    filled,
    own_sections,
    said,
    script_env,
    source_keys,
    tied,
)
from conda_sluice.recipe.v0.yaml import Value
from conda_sluice.recipe.v1.outputs import own_build

_EMPTY: Mapping[str, str] = MappingProxyType({})
_USUAL_SCRIPTS = frozenset(("", "build.sh", "bld.bat"))


def concrete_v0(packages: Sequence[PackageOrder], *, sources: Mapping[str, str] = _EMPTY) -> Data:
    """Return the sections of a meta.yaml for these packages; `v0_text` (yaml.py) writes them down.

    `sources` maps a source path as the recipe writes it to the absolute folder to build from;
    a path that is not there stays relative to the recipe. Raise RecipeError where a value cannot
    be said.
    """
    for package in packages:
        _check(package.recipe)
    first = packages[0].recipe
    if first.output_of and not (len(packages) == 1 and _is_plain(first)):
        return _with_outputs(packages, sources)
    (package,) = packages
    return filled(
        {
            "package": {"name": str(first.name), "version": first.version},
            "source": [source_keys(source, sources) for source in first.source],
            **own_sections(package, {"script": list(first.build.script)}),
        }
    )


def _is_plain(recipe: RenderedRecipe) -> bool:
    """Tell whether an output is the same as a recipe without outputs."""
    build = recipe.build
    is_split = bool(recipe.shared or recipe.files or build.script_interpreter)
    return recipe.is_top_level and not is_split and build.script_file in _USUAL_SCRIPTS


def _with_outputs(packages: Sequence[PackageOrder], sources: Mapping[str, str]) -> Data:
    """Return a recipe with what is built once at its top, and an output for each package."""
    first = packages[0]
    recipes = [one.recipe for one in packages]
    for recipe in recipes:
        if (recipe.shared, recipe.source) != (first.recipe.shared, first.recipe.source):
            raise RecipeError(
                f"the outputs {first.recipe.name} and {recipe.name} have different sources or"
                " shared builds, which conda-build does not know",
                remedy="build it with rattler-build",
            )
    top = next((one for one in recipes if one.is_top_level), first.recipe)
    shared = first.recipe.shared
    version = shared.version if shared and shared.version else top.version
    return filled(
        {
            "package": {"name": _top_name(recipes), "version": version},
            "source": [source_keys(source, sources) for source in first.recipe.source],
            **(_shared(shared, first) if shared else {}),
            "outputs": [
                _output(one, _exported(one, packages), is_first=one is first) for one in packages
            ],
            "extra": _extra(packages),
        }
    )


def _extra(packages: Sequence[PackageOrder]) -> Data:
    """Return the one `extra` that conda-build has for all outputs.

    What is not the same for all stands there once for each, with the output's name.
    """
    said = {one.recipe.name: extra_keys(one) for one in packages}
    keys = dict.fromkeys(key for extra in said.values() for key in extra)
    found: Data = {}
    for key in keys:
        values = {name: extra[key] for name, extra in said.items() if key in extra}
        first = next(iter(values.values()))
        if len(values) == len(said) and all(value == first for value in values.values()):
            found[key] = first
        else:
            found |= {f"{key}/{name}": value for name, value in values.items()}
    return found


def _top_name(recipes: Sequence[RenderedRecipe]) -> str:
    """Return a name for the recipe that none of its outputs has.

    Of an output that is named as the recipe conda-build takes some sections from the recipe; ours
    are complete.
    """
    name = recipes[0].output_of
    return f"{name}-recipe" if any(one.name == name for one in recipes) else name


def _shared(shared: SharedBuild, package: PackageOrder) -> Data:
    needs = shared.requirements
    variant = {key: text for key, text in shared.variant if key.isidentifier()}
    env = {**package.env, **variant, "PKG_NAME": package.recipe.output_of}
    return {
        "build": {
            "number": package.number,
            "script": list(shared.build.script),
            **build_keys(shared.build),
            "script_env": script_env(shared.build, env),
        },
        "requirements": filled(
            {
                "build": [tied(spec, package.pins) for spec in needs.build],
                "host": [tied(spec, package.pins) for spec in needs.host],
            }
        ),
    }


def _exported(package: PackageOrder, packages: Sequence[PackageOrder]) -> tuple[Value, ...]:
    """Return what siblings in its environments export to what it runs with.

    conda-build heeds that of all packages but siblings, which are not there yet when it asks.
    """
    recipe, lists = package.recipe, package.recipe.requirements
    build = recipe.build
    host, in_build = ({name_of(spec) for spec in specs} for specs in (lists.host, lists.build))
    found: list[Value] = []
    for other in packages:
        name, exports = other.recipe.name, other.recipe.build.run_exports
        if other is package or name in build.ignore_run_exports_from:
            continue
        kinds = (exports.noarch,) if build.noarch else (exports.weak, exports.strong)
        told = [spec for kind in kinds for spec in kind] if name in host else []
        if name in in_build and not build.noarch:
            told += exports.strong
        found += [
            said(spec, other) for spec in told if name_of(spec) not in build.ignore_run_exports
        ]
    return tuple(found)


def _files(recipe: RenderedRecipe, *, is_first: bool) -> Value:
    """Return what an output takes; the first one, named as the recipe, all that it can."""
    build = own_build(recipe)
    takes_some = bool(recipe.files or build.script or build.script_file)
    if recipe.is_top_level and recipe.shared and is_first and not takes_some:
        return {"include": ["**", "**/.*"]}
    if recipe.files_from is FilesFrom.SHARED:
        globs: Data = {"include": list(recipe.files), "exclude": list(recipe.not_files)}
        return filled(globs)
    return list(recipe.files)


def _output(package: PackageOrder, exported: Sequence[Value], *, is_first: bool) -> Data:
    recipe, build = package.recipe, own_build(package.recipe)
    return filled(
        {
            "name": str(recipe.name),
            "version": recipe.version,
            "script": build.script_file,
            "script_interpreter": build.script_interpreter,
            "files": _files(recipe, is_first=is_first),
            **own_sections(package, {"script": list(build.script)}, exported),
            "extra": {},
        }
    )


def _check(recipe: RenderedRecipe) -> None:
    """Raise RecipeError for what sluice does not hand to conda-build, rather than drop it."""
    build, is_new = recipe.build, recipe.files_from is FilesFrom.NEW
    chooses = bool(recipe.shared or recipe.files or recipe.not_files)
    is_file_of_output = bool(recipe.output_of and build.script_file)
    is_usual = build.script_file in _USUAL_SCRIPTS
    cannot = {
        "files chosen as recipe.yaml does": is_new and chooses,
        "a test that only a recipe.yaml can hold": bool(recipe.test.others),
        f"the script file {build.script_file}": not (is_usual or is_file_of_output),
        f"a script for {build.script_interpreter}": bool(build.script_interpreter)
        and not is_file_of_output,
    }
    for what, is_there in cannot.items():
        if is_there:
            raise RecipeError(
                f"{what} cannot be built with conda-build yet",
                str(recipe.name),
                "build it with rattler-build",
            )


def concrete_variant(packages: Sequence[PackageOrder]) -> Data:
    """Return the one variant as a conda_build_config.yaml: what conda-build shows to scripts."""
    recipes = [one.recipe for one in packages]
    values: Data = {"target_platform": [str(recipes[0].platform)]}
    shared = recipes[0].shared
    pairs = [pair for one in recipes for pair in one.variant]
    return values | {
        key: [value] for key, value in sorted({*pairs, *(shared.variant if shared else ())})
    }
