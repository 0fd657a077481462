"""A recipe.yaml as rattler-build reads it, brought into the model that meta.yaml gives too.

The engine itself parses and evaluates; here its answer is taken apart key by key, so that what
the model cannot hold is an error and never lost.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from conda_sluice.effects.environ import environment_variable
from conda_sluice.errors import RecipeError, UsageError
from conda_sluice.model.names import PackageName, Subdir, parse_package_name
from conda_sluice.model.recipe import BuildSection, FilesFrom, RenderedRecipe, Requirements
from conda_sluice.model.variant import VariantConfig
from conda_sluice.recipe.document import Listing, Node, Scalar, Table, load_yaml
from conda_sluice.recipe.namespace import Assignment
from conda_sluice.recipe.v0.build import Lists, pinned
from conda_sluice.recipe.v1.engine import Engine, Rendered
from conda_sluice.recipe.v1.keys import Keys
from conda_sluice.recipe.v1.questions import (
    SKIP,
    WHOLE_NAME,
    WITH_STRING,
    has_string,
    questions,
)
from conda_sluice.recipe.v1.sections import (
    read_about,
    read_build,
    read_files,
    read_source,
    read_specs,
    read_test,
)
from conda_sluice.recipe.v1.staging import name_of, read_shared
from conda_sluice.recipe.variants import complete, newest, without_repeats

_PLATFORM_KEYS = frozenset(("build_platform", "target_platform", "host_platform"))
_ENVIRONMENT = re.compile(r"""\benv\s*\.\s*(?:get|exists)\s*\(\s*(["'])(\w+)\1""")
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
        rendered = engine.render(questions(recipe))
    reader = _Reader(where, platform, variants, frozenset(files), handed, has_string(recipe))
    found = {(one.name, one.variant): one for one in reader.recipes(rendered)}
    return without_repeats(found.values(), variants)


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


def _handed(recipe: Mapping[str, object]) -> frozenset[str]:
    """Return the variables that the script is given as they are: `NAME: ${{ env.get("NAME") }}`."""
    outputs = recipe.get("outputs")
    parts = [recipe, *(outputs if isinstance(outputs, list) else ())]
    return frozenset(name for part in parts for name in _handed_to(part))


def _handed_to(part: object) -> Iterator[str]:
    build = part.get("build") if isinstance(part, dict) else None
    script = build.get("script") if isinstance(build, dict) else None
    env = script.get("env") if isinstance(script, dict) else None
    for name, value in env.items() if isinstance(env, dict) else ():
        if isinstance(value, str):
            asked = [match[2] for match in _ENVIRONMENT.finditer(value)]
            if asked == [name]:
                yield name


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


def _lists(requirements: Keys) -> Lists:
    return Lists(
        build=read_specs(requirements, "build"),
        host=read_specs(requirements, "host"),
        run=read_specs(requirements, "run"),
        run_constrained=read_specs(requirements, "run_constraints", is_open=True),
        test=(),
        conflicts=(),
        has_host=True,
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    where: str
    platform: Subdir
    variants: VariantConfig
    files: frozenset[str]
    handed: frozenset[str]
    has_string: bool

    def recipes(self, rendered: Sequence[Rendered]) -> Iterator[RenderedRecipe]:
        """Yield what each rendering says; its variant without the siblings that it pins exactly."""
        names = {name_of(one.recipe).replace("-", "_") for one in rendered}
        for one in rendered:
            yield self._recipe(one, names | _PLATFORM_KEYS)

    def _recipe(self, rendered: Rendered, no_variant: Collection[str]) -> RenderedRecipe:
        """Return what one rendering says; every key of it is looked at."""
        keys = Keys(rendered.recipe, "the recipe", self.where)
        keys.drop("schema_version", "context")
        package = keys.section("package")
        name, version = self._name(package.text("name")), package.text("version")
        variant = tuple(
            sorted(
                (key, str(value))
                for key, value in rendered.variant.items()
                if key not in no_variant
            )
        )
        extra = keys.section("extra")
        is_skipped, output_of = extra.take(SKIP) in (True, "true"), extra.text(WHOLE_NAME)
        build = keys.section("build")
        has_string = self.has_string or name in extra.texts(WITH_STRING)
        build.drop(*(() if has_string else ("string",)))
        requirements = keys.section("requirements")
        is_windows = self.platform.startswith("win-")
        files, not_files = read_files(build)
        section = read_build(build, requirements, self.files, self.handed, is_windows=is_windows)
        if is_skipped:
            skipped = BuildSection(is_skipped=True, noarch=section.noarch)
            return RenderedRecipe(
                name=name, version=version, platform=self.platform, variant=variant, build=skipped
            )
        lists = _lists(requirements)
        if section.noarch and "python" in lists.used_keys():
            variant = self._with_newest_python(variant)
        shared = read_shared(keys, variant, partial(self._shared, variant))
        found = RenderedRecipe(
            name=name,
            version=version,
            platform=self.platform,
            variant=variant,
            source=tuple(read_source(one) for one in keys.sections("source")),
            build=section,
            requirements=self._pinned(lists, variant, section),
            test=read_test(keys.sections("tests"), name, is_windows=is_windows),
            about=read_about(keys.section("about"), extra),
            output_of=output_of,
            is_top_level=output_of == name,
            files=files,
            not_files=not_files,
            files_from=FilesFrom.NEW if files or not_files or output_of else FilesFrom.ENVIRONMENT,
            shared=shared,
        )
        for one in (package, build, requirements, keys):
            one.end()
        return found

    def _pinned(self, lists: Lists, variant: Assignment, build: BuildSection) -> Requirements:
        return pinned(
            lists,
            dict(complete(self.variants, variant)),
            dict(self.variants.pin_run_as_build),
            is_python_free=build.noarch == "python" or build.python_version_independent,
        )

    def _shared(
        self, variant: Assignment, build: Keys, requirements: Keys
    ) -> tuple[BuildSection, Requirements]:
        """Return what a staging output says; it is no package, and has no string."""
        build.drop("string")
        is_windows = self.platform.startswith("win-")
        section = read_build(build, requirements, self.files, self.handed, is_windows=is_windows)
        lists = _lists(requirements)
        for one in (build, requirements):
            one.end()
        return section, self._pinned(lists, variant, section)

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
