"""A recipe.yaml as rattler-build reads it, brought into the model that meta.yaml gives too.

The engine itself parses and evaluates; here its answer is taken apart key by key, so that what
the model cannot hold is an error and never lost.
"""

import json
import re
from collections.abc import Collection, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from conda_sluice.effects.environ import environment_variable
from conda_sluice.errors import RecipeError, UsageError
from conda_sluice.model.names import PackageName, Subdir, parse_package_name
from conda_sluice.model.recipe import BuildSection, RenderedRecipe
from conda_sluice.model.variant import VariantConfig
from conda_sluice.recipe.document import Listing, Node, Scalar, Table, load_yaml
from conda_sluice.recipe.namespace import Assignment
from conda_sluice.recipe.v0.build import Lists, pinned
from conda_sluice.recipe.v1.sections import (
    Keys,
    read_about,
    read_build,
    read_source,
    read_specs,
    read_test,
)
from conda_sluice.recipe.variants import complete, newest, without_repeats

if TYPE_CHECKING:
    from rattler_build import RenderedVariant, Stage0Recipe

_SKIP = "sluice-skip"
"""The key in `extra` under which we ask for what `build/skip` comes to: the engine tells nobody."""

_PLATFORM_KEYS = frozenset(("build_platform", "target_platform", "host_platform"))
_ENVIRONMENT = re.compile(r"""\benv\s*\.\s*(?:get|exists)\s*\(\s*(["'])(\w+)\1""")
_WHOLE = re.compile(r"\$\{\{(.*)\}\}")
_ANY_ENVIRONMENT = re.compile(r"\$\{\{[^}]*\benv\s*[.\[]")
_PREAMBLE = re.compile(r"^\w*Error: ")


def read_v1(
    text: str,
    *,
    where: str,
    platform: Subdir,
    variants: VariantConfig,
    environ: Mapping[str, str],
    files: Collection[str] = (),
    scratch: Path,
) -> tuple[RenderedRecipe, ...]:
    """Return the recipe for each variant that it really uses, skipped ones marked as such.

    `where` names the file in messages; `environ` is all that the recipe sees of the environment;
    `files` are the names of the files beside it; `scratch` is an empty folder, which the engine
    writes to. The rules are those of CEP 13 and 14. Raise
    RecipeError for everything that rattler-build refuses or that has no counterpart here.
    """
    root = load_yaml(text, lambda line: f"{where}:{line}")
    recipe = _mapping(root)
    handed = _handed(recipe)
    names = _environment_names(text, where)
    with ExitStack() as environment:
        for name in names:
            environment.enter_context(environment_variable(name, environ.get(name)))
        rendered = _render(_with_skip(recipe), where, platform, variants, scratch)
    reader = _Reader(where, platform, variants, frozenset(files), handed, _has_string(root))
    return without_repeats((reader.recipe(one) for one in rendered), variants)


def _mapping(table: Table) -> dict[str, object]:
    return {key.text: _value(node) for key, node in table.pairs}


def _value(node: Node) -> object:
    match node:
        case Scalar(text="", kind=""):
            return None
        case Scalar(text=text, kind="bool"):
            return text.lower() == "true"
        case Scalar(text=text, kind="int") if text.isdecimal():
            return int(text)
        case Scalar(text=text):
            return text
        case Listing(items=items):
            return [_value(item) for item in items]
        case Table():
            return _mapping(node)


def _with_skip(recipe: dict[str, object]) -> dict[str, object]:
    """Return the recipe with its skip conditions asked for once more, as texts in `extra`."""
    build, extra = recipe.get("build"), recipe.get("extra")
    skip = build.get("skip") if isinstance(build, dict) else None
    if skip is None:
        return recipe
    asked = {_SKIP: _template(skip)}
    return {**recipe, "extra": {**(extra if isinstance(extra, dict) else {}), **asked}}


def _template(condition: object) -> str:
    """Return a condition of `build/skip` as an expression that comes to true or false."""
    return f"${{{{ {_expression(condition)} }}}}"


def _expression(condition: object) -> str:
    match condition:
        case bool():
            return str(condition).lower()
        case str() if whole := _WHOLE.fullmatch(condition.strip()):
            return f"({whole[1]})"
        case list():
            return " or ".join(f"({_expression(one)})" for one in condition) or "false"
        case {"if": asked, **branches}:
            then, other = (_expression(branches.get(key, False)) for key in ("then", "else"))
            return f"(({asked}) and ({then})) or (not ({asked}) and ({other}))"
        case _:
            return f"({condition})"


def _handed(recipe: Mapping[str, object]) -> frozenset[str]:
    """Return the variables that the script is given as they are: `NAME: ${{ env.get("NAME") }}`."""
    build = recipe.get("build")
    script = build.get("script") if isinstance(build, dict) else None
    env = script.get("env") if isinstance(script, dict) else None
    return frozenset(
        name
        for name, value in (env.items() if isinstance(env, dict) else ())
        if isinstance(value, str) and [match[2] for match in _ENVIRONMENT.finditer(value)] == [name]
    )


def _has_string(root: Table) -> bool:
    build = {key.text: node for key, node in root.pairs}.get("build")
    return isinstance(build, Table) and any(key.text == "string" for key, _ in build.pairs)


def _environment_names(text: str, where: str) -> frozenset[str]:
    """Return the environment variables that the recipe asks for; any other way is refused."""
    names = frozenset(match[2] for match in _ENVIRONMENT.finditer(text))
    for match in _ANY_ENVIRONMENT.finditer(_ENVIRONMENT.sub("", text)):
        line = text.count("\n", 0, match.start()) + 1
        raise RecipeError(
            "the recipe reads the environment in a way that cannot be followed",
            f"{where}:{line}",
            'write env.get("NAME", default="...") with the name in quotes',
        )
    return names


def _render(
    recipe: dict[str, object],
    where: str,
    platform: Subdir,
    variants: VariantConfig,
    scratch: Path,
) -> "list[RenderedVariant]":
    import rattler_build as engine

    config = {key: list(values) for key, values in variants.values}
    groups = [list(group) for group in variants.zip_keys]
    asked = json.dumps({**config, **({"zip_keys": groups} if groups else {})})
    try:
        stage0: Stage0Recipe = engine.Stage0Recipe.from_dict(recipe, recipe_dir=scratch)
        return stage0.render(
            engine.VariantConfig.from_yaml(asked),
            engine.RenderConfig(
                platform=engine.PlatformConfig(target_platform=platform, build_platform=platform)
            ),
        )
    except engine.RattlerBuildError as error:
        raise RecipeError(_told(str(error)), where) from error
    except TypeError as error:  # a value of a kind that its binding does not convert
        raise RecipeError(f"rattler-build cannot read the recipe: {error}", where) from error


def _told(message: str) -> str:
    return f"rattler-build cannot read the recipe: {_PREAMBLE.sub('', message).strip()}"


@dataclass(frozen=True, slots=True)
class _Reader:
    where: str
    platform: Subdir
    variants: VariantConfig
    files: frozenset[str]
    handed: frozenset[str]
    has_string: bool

    def recipe(self, rendered: "RenderedVariant") -> RenderedRecipe:
        """Return what one rendering says; every key of it is looked at."""
        keys = Keys(rendered.recipe.to_dict(), "the recipe", self.where)
        keys.drop("schema_version", "context")
        package = keys.section("package")
        name, version = self._name(package.text("name")), package.text("version")
        variant = tuple(
            sorted(
                (key, str(value))
                for key, value in rendered.variant.items()
                if key not in _PLATFORM_KEYS
            )
        )
        extra = keys.section("extra")
        asked = extra.take(_SKIP)
        is_skipped = asked in (True, "true")
        build = keys.section("build")
        build.drop(*(() if self.has_string else ("string",)))
        requirements = keys.section("requirements")
        is_windows = self.platform.startswith("win-")
        section = read_build(build, requirements, self.files, self.handed, is_windows=is_windows)
        if is_skipped:
            skipped = BuildSection(is_skipped=True, noarch=section.noarch)
            return RenderedRecipe(
                name=name, version=version, platform=self.platform, variant=variant, build=skipped
            )
        lists = Lists(
            build=read_specs(requirements, "build"),
            host=read_specs(requirements, "host"),
            run=read_specs(requirements, "run"),
            run_constrained=read_specs(requirements, "run_constraints", is_open=True),
            test=(),
            conflicts=(),
            has_host=True,
        )
        if section.noarch and "python" in lists.used_keys():
            variant = self._with_newest_python(variant)
        found = RenderedRecipe(
            name=name,
            version=version,
            platform=self.platform,
            variant=variant,
            source=tuple(read_source(one) for one in keys.sections("source")),
            build=section,
            requirements=pinned(
                lists,
                dict(complete(self.variants, variant)),
                dict(self.variants.pin_run_as_build),
                is_python_free=section.noarch == "python" or section.python_version_independent,
            ),
            test=read_test(keys.sections("tests"), name, is_windows=is_windows),
            about=read_about(keys.section("about"), extra),
        )
        for one in (package, build, requirements, keys):
            one.end()
        return found

    def _with_newest_python(self, variant: Assignment) -> Assignment:
        """Return a noarch package's variant with the Python that it is built with.

        The engine counts Python out of it; meta.yaml names the newest, and so do we.
        """
        python = newest(self.variants.get("python"))
        pairs = {"python": python} if python else {}
        return tuple(sorted({**pairs, **dict(variant)}.items()))

    def _name(self, text: str) -> PackageName:
        try:
            return parse_package_name(text)
        except UsageError as error:
            raise RecipeError(error.what, self.where, error.remedy) from error
