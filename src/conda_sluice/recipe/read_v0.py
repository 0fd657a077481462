"""A meta.yaml as conda-build reads it: selectors, Jinja, YAML, then the variant's pins.

Which variant keys a recipe uses is found in that order too, since each step can hide the next:
names in selectors, names in the Jinja that is left, bare requirements in the YAML that is left.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from conda_sluice.model.names import Subdir
from conda_sluice.model.recipe import BuildSection, RenderedRecipe
from conda_sluice.model.variant import VariantConfig
from conda_sluice.recipe import v0_keys
from conda_sluice.recipe.document import Fields, load_yaml
from conda_sluice.recipe.jinja import Rendering, Scope, Template, parse_template, render_template
from conda_sluice.recipe.namespace import Assignment, selector_names, variant_key
from conda_sluice.recipe.selectors import Line, select_lines, split_lines
from conda_sluice.recipe.v0_build import build_fields, pinned, read_build, read_lists, read_noarch
from conda_sluice.recipe.v0_sections import read_about, read_package, read_sources, read_test
from conda_sluice.recipe.variants import complete, used_variants

_PACKAGE_NAMES = frozenset(("PKG_NAME", "PKG_VERSION", "PKG_BUILDNUM"))
_NO_SCRIPTS: Mapping[str, str] = MappingProxyType({})


def read_recipe(
    text: str,
    *,
    where: str,
    platform: Subdir,
    variants: VariantConfig,
    environ: Mapping[str, str],
    files: Collection[str] = (),
    scripts: Mapping[str, str] = _NO_SCRIPTS,
) -> tuple[RenderedRecipe, ...]:
    """Return the recipe for each variant that it really uses, skipped ones marked as such.

    `where` names the file in messages; `environ` is all that the recipe sees of the environment;
    `files` are the names of the files beside it, `scripts` the text of its build scripts, whose
    use of a variant key counts. A noarch recipe is read for the newest Python only. Raise
    RecipeError with file and line for everything that conda-build does not know or that has no
    counterpart here; no line is dropped.
    """
    lines = split_lines(text, where)
    reader = _Reader(lines, where, platform, variants, environ, frozenset(files), scripts)
    found = tuple(reader.recipes())
    newest = _newest(variants.get("python"))
    return tuple(
        recipe
        for recipe in found
        if not recipe.build.noarch or dict(recipe.variant).get("python", newest) == newest
    )


def _newest(pythons: tuple[str, ...]) -> str:
    return max(
        pythons, key=lambda text: [int(part) for part in re.findall(r"\d+", text)], default=""
    )


@dataclass(frozen=True, slots=True)
class _Draft:
    """A rendering for some variant, its YAML, and whether the recipe is skipped there."""

    rendering: Rendering
    root: Fields
    is_skipped: bool


@dataclass(frozen=True, slots=True)
class _Reader:
    lines: tuple[Line, ...]
    where: str
    platform: Subdir
    variants: VariantConfig
    environ: Mapping[str, str]
    files: frozenset[str]
    scripts: Mapping[str, str]

    def recipes(self) -> Iterator[RenderedRecipe]:
        """Yield one recipe for each combination of the variant keys that are used."""
        selectors = (line.selector for line in self.lines if line.selector)
        names = {name for selector in selectors for name in selector.names}
        for selected in self._narrowed((), self._keys(names | self._scripts_names())):
            template = self._template(complete(self.variants, selected))
            keys = self._keys(template.names | {key for key, _ in selected})
            for named in self._narrowed(selected, keys):
                yield from self._recipes_of(template, named)

    def _recipes_of(self, template: Template, named: Assignment) -> Iterator[RenderedRecipe]:
        """Yield the recipes for the names that are fixed, one for each use in requirements."""
        draft = self._draft(template, complete(self.variants, named))
        if draft.is_skipped:
            yield self._skipped(draft, named)
            return
        keys = {key for key, _ in named} | self._late_keys(draft)
        build = build_fields(draft.root)
        keys = (keys - set(build.texts("force_ignore_keys"))) | set(build.texts("force_use_keys"))
        seen = {*self._keys(template.names), *draft.rendering.used}
        shown = [pair for pair in draft.rendering.scope.variant if pair[0] in seen]
        for used in self._narrowed(named, keys):
            variant = complete(self.variants, used)
            is_same = [pair for pair in variant if pair[0] in seen] == shown
            text = draft if is_same else self._draft(template, variant)
            yield self._recipe(text, used, dict(variant))

    def _late_keys(self, draft: _Draft) -> frozenset[str]:
        return draft.rendering.used | read_lists(draft.root, draft.rendering).used_keys()

    def _keys(self, names: Collection[str]) -> set[str]:
        return {variant_key(name) for name in names}

    def _scripts_names(self) -> set[str]:
        """Return the variant keys that a build script reads from its environment."""
        script = self.scripts.get("bld.bat" if self.platform.startswith("win-") else "build.sh", "")
        names = set(re.findall(r"\$\{?(\w+)|%(\w+)%", script))
        known = {key for key, _ in self.variants.values}
        return known & {name for pair in names for name in pair}

    def _narrowed(self, fixed: Assignment, keys: Collection[str]) -> Iterator[Assignment]:
        """Yield the combinations of `keys` that agree with what is fixed."""
        wanted = dict(fixed)
        for combination in used_variants(self.variants, keys):
            if all(wanted.get(key, value) == value for key, value in combination):
                yield combination

    def _scope(self, variant: Assignment, package: tuple[tuple[str, str], ...] = ()) -> Scope:
        names = selector_names(self.platform, variant)
        return Scope(self.platform, variant, names, self.environ, package)

    def _template(self, variant: Assignment) -> Template:
        names = {**selector_names(self.platform, variant), "environ": self.environ}
        return parse_template(select_lines(self.lines, names, self.where), self.where)

    def _draft(self, template: Template, variant: Assignment) -> _Draft:
        draft = self._rendered(template, self._scope(variant))
        if not template.names & _PACKAGE_NAMES:
            return draft
        # what the recipe says about itself is known after a first pass
        name, version = read_package(draft.root)
        number = build_fields(draft.root).text("number") or "0"
        package = (("PKG_NAME", str(name)), ("PKG_VERSION", version), ("PKG_BUILDNUM", number))
        return self._rendered(template, self._scope(variant, package))

    def _rendered(self, template: Template, scope: Scope) -> _Draft:
        rendering = render_template(template, scope)
        root = load_yaml(rendering.text, rendering.locate)
        sections = Fields(root, "the recipe", v0_keys.SECTIONS, rendering.locate)
        return _Draft(rendering, sections, build_fields(sections).flag("skip"))

    def _skipped(self, draft: _Draft, used: Assignment) -> RenderedRecipe:
        name, version = read_package(draft.root)
        noarch = read_noarch(build_fields(draft.root))
        return RenderedRecipe(
            name=name,
            version=version,
            platform=self.platform,
            variant=used,
            build=BuildSection(is_skipped=True, noarch=noarch),
        )

    def _recipe(
        self, draft: _Draft, used: Assignment, variant: Mapping[str, str]
    ) -> RenderedRecipe:
        root, rendering = draft.root, draft.rendering
        v0_keys.refuse_waiting(root)
        name, version = read_package(root)
        lists = read_lists(root, rendering)
        has_compiler = any(key.endswith(("_compiler", "_stdlib")) for key in rendering.used)
        is_legacy = bool(lists.build) and not lists.has_host and not has_compiler
        build = read_build(root, rendering, self.files, is_legacy=is_legacy)
        requirements = pinned(
            lists,
            variant,
            dict(self.variants.pin_run_as_build),
            is_python_free=build.noarch == "python" or build.python_version_independent,
        )
        return RenderedRecipe(
            name=name,
            version=version,
            platform=self.platform,
            variant=used,
            source=read_sources(root),
            build=build,
            requirements=requirements,
            test=read_test(root, name, self.platform, self.files),
            about=read_about(root),
        )
