"""A recipe.yaml as rattler-build reads it, brought into the model that meta.yaml gives too.

The engine itself parses and evaluates; here its answer is taken apart key by key, so that what
the model cannot hold is an error and never lost.
"""

import re
from collections.abc import Collection, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from conda_sluice.effects.environ import environment_variable
from conda_sluice.errors import RecipeError, UsageError
from conda_sluice.model.names import PackageName, Subdir, parse_package_name
from conda_sluice.model.recipe import BuildSection, RenderedRecipe
from conda_sluice.model.variant import VariantConfig
from conda_sluice.recipe.document import Listing, Node, Scalar, Table, load_yaml
from conda_sluice.recipe.namespace import Assignment
from conda_sluice.recipe.v0.build import Lists, pinned
from conda_sluice.recipe.v1.engine import Engine, Rendered
from conda_sluice.recipe.v1.keys import Keys
from conda_sluice.recipe.v1.sections import (
    read_about,
    read_build,
    read_files,
    read_source,
    read_specs,
    read_test,
)
from conda_sluice.recipe.variants import complete, newest, without_repeats

_SKIP = "sluice-skip"
"""The key in `extra` under which we ask for what `build/skip` comes to: the engine tells nobody."""

_WHOLE_NAME = "sluice-recipe"
"""The key under which we ask for the name of a recipe with several outputs."""

_PLATFORM_KEYS = frozenset(("build_platform", "target_platform", "host_platform"))
_ENVIRONMENT = re.compile(r"""\benv\s*\.\s*(?:get|exists)\s*\(\s*(["'])(\w+)\1""")
_WHOLE = re.compile(r"\$\{\{(.*)\}\}")
_ANY_ENVIRONMENT = re.compile(r"\$\{\{[^}]*\benv\s*[.\[]")


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
    _refuse_repeats(root, where)
    recipe = _mapping(root)
    handed = _handed(recipe)
    names = _environment_names(text, where)
    with ExitStack() as environment:
        for name in names:
            environment.enter_context(environment_variable(name, environ.get(name)))
        engine = Engine(root, text, where, platform, variants, scratch)
        rendered = engine.render(_questions(recipe))
    reader = _Reader(where, platform, variants, frozenset(files), handed, _has_string(recipe))
    return without_repeats((reader.recipe(one) for one in rendered), variants)


def _refuse_repeats(node: Node, where: str) -> None:
    """Raise RecipeError where a key stands in one mapping twice."""
    below: tuple[Node, ...] = ()
    if isinstance(node, Listing):
        below = node.items
    if isinstance(node, Table):
        below = tuple(value for _, value in node.pairs)
        seen: dict[str, int] = {}
        for key, _ in node.pairs:
            if key.text in seen:
                raise RecipeError(
                    f"{key.text!r} stands here a second time; the first is in line "
                    f"{seen[key.text]}",
                    f"{where}:{key.line}",
                    "keep one of them",
                )
            seen[key.text] = key.line
    for one in below:
        _refuse_repeats(one, where)


def _mapping(table: Table) -> dict[str, object]:
    return {key.text: _value(node) for key, node in table.pairs}


def _value(node: Node) -> object:
    match node:
        case Scalar(text="", kind=""):
            return None
        case Scalar(text=text, kind="bool"):
            return text.lower() == "true"
        case Scalar(text=text):
            return text
        case Listing(items=items):
            return [_value(item) for item in items]
        case Table():
            return _mapping(node)


def _questions(recipe: Mapping[str, object]) -> dict[str, object]:
    """Return what the engine does not tell unless it stands in `extra`, by its key there.

    Those are the skip conditions, and of a recipe with outputs, where the engine itself leaves out
    those that are skipped, its name or else that of the first of them.
    """
    build, outputs = recipe.get("build"), recipe.get("outputs")
    if outputs is not None:
        named = [recipe.get("recipe"), *(_package(one) for one in _listed(outputs))]
        names = (one.get("name") for one in named if isinstance(one, dict))
        return {_WHOLE_NAME: next(filter(None, names), "")}
    skip = build.get("skip") if isinstance(build, dict) else None
    return {} if skip is None else {_SKIP: _template(skip)}


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _package(output: object) -> object:
    return output.get("package") if isinstance(output, dict) else None


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


def _has_string(recipe: Mapping[str, object]) -> bool:
    """Tell whether a build string is written anywhere; else those of the engine say nothing."""
    sections = [recipe, *_listed(recipe.get("outputs"))]
    builds = [one.get("build") for one in sections if isinstance(one, dict)]
    return any(isinstance(build, dict) and "string" in build for build in builds)


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


@dataclass(frozen=True, slots=True)
class _Reader:
    where: str
    platform: Subdir
    variants: VariantConfig
    files: frozenset[str]
    handed: frozenset[str]
    has_string: bool

    def recipe(self, rendered: Rendered) -> RenderedRecipe:
        """Return what one rendering says; every key of it is looked at."""
        keys = Keys(rendered.recipe, "the recipe", self.where)
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
        is_skipped, output_of = extra.take(_SKIP) in (True, "true"), extra.text(_WHOLE_NAME)
        build = keys.section("build")
        build.drop(*(() if self.has_string else ("string",)))
        requirements = keys.section("requirements")
        is_windows = self.platform.startswith("win-")
        files, not_files = read_files(build)
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
            output_of=output_of,
            is_top_level=output_of == name,
            files=files,
            not_files=not_files,
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
