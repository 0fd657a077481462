"""The packages of a rendered recipe as values of the model, and what must hold between them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from conda_sluice.errors import RecipeError, UsageError
from conda_sluice.model.names import Subdir, parse_package_name
from conda_sluice.model.recipe import (
    BuildSection,
    FilesFrom,
    Pin,
    RenderedRecipe,
    Requirement,
    Requirements,
    SharedBuild,
)
from conda_sluice.recipe.document import EMPTY, Fields, Table
from conda_sluice.recipe.requirement_text import known_bounds, name_of
from conda_sluice.recipe.v0 import keys as v0_keys
from conda_sluice.recipe.v0.build import (
    Lists,
    build_fields,
    pinned,
    read_build,
    read_lists,
    read_noarch,
)
from conda_sluice.recipe.v0.draft import Draft
from conda_sluice.recipe.v0.jinja import Rendering
from conda_sluice.recipe.v0.outputs import Package, output_names
from conda_sluice.recipe.v0.sections import (
    read_about,
    read_app,
    read_package,
    read_sources,
    read_test,
    section,
)
from conda_sluice.recipe.v0.used import calls_compiler


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What decides beside the recipe: a value for every variant key, and the files beside it.

    `used` are the variant keys that each package of the draft uses.
    """

    variant: Mapping[str, str]
    pin_run_as_build: Mapping[str, tuple[str, str]]
    files: frozenset[str]
    used: Sequence[Collection[str]]


def read_packages(draft: Draft, setting: Setting) -> tuple[RenderedRecipe, ...]:
    """Return the packages; raise RecipeError where one is wrong or they need each other."""
    scope, shared = draft.rendering.scope, _shared(draft, setting)
    found = tuple(
        _read(package, draft, setting, used, shared)
        for package, used in zip(draft.packages, setting.used, strict=True)
    )
    is_cross = scope.names["build_platform"] != scope.platform
    _check_cycles(found, draft.root, is_cross=is_cross)
    return found


def read_skipped(draft: Draft) -> RenderedRecipe:
    """Return a recipe that is skipped as a whole, under its own name or its first output's.

    What is not known about it yet, as its version may be, is left empty.
    """
    root = draft.root
    package = section(root, "package", v0_keys.PACKAGE)
    name = package.text("name") or next(iter(output_names(root)), "")
    try:
        checked = parse_package_name(name)
    except UsageError as error:
        raise RecipeError(error.what, root.locate(package.line), error.remedy) from error
    return RenderedRecipe(
        name=checked,
        version=package.text("version"),
        platform=Subdir(draft.rendering.scope.platform),
        build=BuildSection(is_skipped=True, noarch=read_noarch(build_fields(root))),
    )


def _read(
    package: Package,
    draft: Draft,
    setting: Setting,
    used: Collection[str],
    shared: SharedBuild | None,
) -> RenderedRecipe:
    root, rendering = package.root, draft.rendering
    name, version = read_package(root)
    variant = tuple(sorted((key, setting.variant[key]) for key in used))
    platform = Subdir(package.own.text("target") or rendering.scope.platform)
    if build_fields(root).flag("skip"):
        build = BuildSection(is_skipped=True, noarch=read_noarch(build_fields(root)))
        return RenderedRecipe(
            name=name,
            version=version,
            platform=platform,
            variant=variant,
            build=build,
            output_of=package.output_of,
        )
    build, lists = _build(package, rendering, setting)
    test = read_test(root, name, platform, setting.files, is_output=package.is_output)
    files, not_files, files_from = _files(package.own)
    return RenderedRecipe(
        name=name,
        version=version,
        platform=platform,
        variant=variant,
        source=read_sources(root),
        build=build,
        requirements=_requirements(build, lists, setting),
        test=replace(test, requires=tuple(_test_needs(lists, draft))),
        about=read_about(root),
        output_of=package.output_of,
        is_top_level=bool(package.output_of) and not package.is_output,
        files=files,
        not_files=not_files,
        files_from=files_from,
        shared=shared,
        app=read_app(root),
    )


def _build(package: Package, rendering: Rendering, setting: Setting) -> tuple[BuildSection, Lists]:
    """Return the build section and the requirements as they are written."""
    root = package.root
    lists = read_lists(root, rendering, left_out=package.name if package.is_output else "")
    if not package.is_output:
        _check_self(package, lists)
    is_legacy = bool(lists.build) and not lists.has_host and not calls_compiler(package, rendering)
    return read_build(package, rendering, setting.files, is_legacy=is_legacy), lists


def _requirements(build: BuildSection, lists: Lists, setting: Setting) -> Requirements:
    return pinned(
        lists,
        setting.variant,
        setting.pin_run_as_build,
        is_python_free=build.noarch == "python" or build.python_version_independent,
    )


def _check_self(package: Package, lists: Lists) -> None:
    for spec in (*lists.build, *lists.host, *lists.run):
        if name_of(spec) == package.name:
            root = package.root
            raise RecipeError(
                f"{package.name} cannot depend on itself",
                root.where("requirements") if "requirements" in root else root.locate(1),
                "take it out of its requirements",
            )


def _shared(draft: Draft, setting: Setting) -> SharedBuild | None:
    """Return what is built once for all outputs: the recipe's own script, None without one.

    A recipe whose only output bears its name has nothing to share.
    """
    first, *others = draft.packages
    if not first.output_of or (first.is_top_level and not others and not first.is_split):
        return None
    top = next((each for each in draft.packages if each.is_top_level), None)
    nothing = Fields(EMPTY, "outputs", (), draft.root.locate)
    recipe = top or Package(draft.root, nothing)
    build, lists = _build(replace(recipe, own=nothing), draft.rendering, setting)
    if not build.script and not build.script_file:
        return None
    used = sorted({key for keys in setting.used for key in keys})
    return SharedBuild(
        build=build,
        requirements=_requirements(build, lists, setting),
        variant=tuple((key, setting.variant[key]) for key in used),
        source=read_sources(draft.root),
        version=section(draft.root, "package", v0_keys.PACKAGE).text("version"),
    )


def _files(own: Fields) -> tuple[tuple[str, ...], tuple[str, ...], FilesFrom]:
    """Return the globs that an output takes, those that it leaves, and what it takes from."""
    node = own.node("files")
    if not isinstance(node, Table):
        return own.texts("files"), (), FilesFrom.ENVIRONMENT
    fields = Fields(node, "outputs/files", v0_keys.FILES, own.locate)
    return fields.texts("include"), fields.texts("exclude"), FilesFrom.SHARED


def _test_needs(lists: Lists, draft: Draft) -> Iterator[str]:
    """Yield what the tests need; a pin on a package of this recipe is as good as its version."""
    versions = {package.name: package.version for package in draft.packages}
    for spec in lists.test:
        match spec:
            case str():
                yield spec
            case Pin(kind="pin_subpackage", name=name, exact=True) if name in versions:
                yield f"{name} =={versions[name]}"
            case Pin(kind="pin_subpackage", name=name) if name in versions:
                bound = known_bounds(versions[name], spec.min_pin, spec.max_pin)
                yield f"{name} {bound}".strip()
            case _:
                raise RecipeError(
                    f"{spec.kind}({spec.name!r}) has no version yet where tests are",
                    draft.root.where("test"),
                    "write the bound, or leave it to the package's own requirements",
                )


def _check_cycles(found: Sequence[RenderedRecipe], root: Fields, *, is_cross: bool) -> None:
    """Refuse outputs of which each needs the other, as conda-build does.

    Where it builds for another platform, tools of the same name are there already.
    """
    needs: dict[str, set[str]] = {
        recipe.name: {name_of(spec) for spec in _needed(recipe, is_cross=is_cross)}
        for recipe in found
        if not recipe.build.is_skipped
    }
    for name, wanted in needs.items():
        for other in wanted & needs.keys() - {name}:
            if name in needs[other]:
                raise RecipeError(
                    f"the outputs {name} and {other} need each other",
                    root.where("outputs"),
                    "take one of the two requirements out",
                )


def _needed(recipe: RenderedRecipe, *, is_cross: bool) -> tuple[Requirement, ...]:
    lists = recipe.requirements
    return (*(() if is_cross else lists.build), *lists.host, *lists.run)
