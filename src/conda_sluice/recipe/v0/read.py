"""A meta.yaml as conda-build reads it: selectors, Jinja, YAML, then the variant's pins.

Which variant keys a recipe uses is found in that order too, since each step can hide the next:
names in selectors, names in the Jinja that is left, bare requirements in the YAML that is left.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from conda_sluice.errors import RecipeError
from conda_sluice.model.names import PackageName, Subdir
from conda_sluice.model.recipe import RenderedRecipe
from conda_sluice.model.variant import VariantConfig
from conda_sluice.recipe.namespace import TARGET, Assignment, selector_names, target_of, variant_key
from conda_sluice.recipe.selectors import Line, select_lines, split_lines
from conda_sluice.recipe.v0.draft import Draft, draft_of
from conda_sluice.recipe.v0.jinja import Scope, Template, parse_template
from conda_sluice.recipe.v0.packages import Setting, read_packages, read_skipped
from conda_sluice.recipe.v0.used import Uses, usual_scripts_keys
from conda_sluice.recipe.variants import complete, used_variants, with_defaults, without_repeats

_NO_SCRIPTS: Mapping[str, str] = MappingProxyType({})
_ADDITIONS = ("recipe_append.yaml", "recipe_clobber.yaml")


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
    """Return the recipe for each output and variant that it really uses, skipped ones marked so.

    `where` names the file in messages; `environ` is all that the recipe sees of the environment;
    `files` are the names of the files beside it, `scripts` the text of its build scripts, whose
    use of a variant key counts. A noarch recipe is read for the newest Python only. Raise
    RecipeError with file and line for everything that conda-build does not know or that has no
    counterpart here; no line is dropped.
    """
    for name in _ADDITIONS:
        if name in files:
            raise RecipeError(
                f"{name} beside the recipe changes it behind its back",
                where,
                f"write what it says into the recipe, and take {name} away",
            )
    lines = split_lines(text, where)
    variants = with_defaults(variants, platform)
    reader = _Reader(lines, where, platform, variants, environ, frozenset(files), scripts)
    return without_repeats(reader.recipes(), variants)


@dataclass(frozen=True, slots=True)
class _Reader:
    lines: tuple[Line, ...]
    where: str
    platform: Subdir
    variants: VariantConfig
    environ: Mapping[str, str]
    files: frozenset[str]
    scripts: Mapping[str, str]

    def recipes(self) -> tuple[RenderedRecipe, ...]:
        """Return one recipe for each package and combination of the variant keys that it uses."""
        found: dict[tuple[PackageName, Assignment], RenderedRecipe] = {}
        selectors = (line.selector for line in self.lines if line.selector)
        names = {name for selector in selectors for name in selector.names}
        scripts = usual_scripts_keys(self.scripts, self.platform)
        known = {key for key, _ in self.variants.values}
        for selected in self._narrowed((), _keys(names | (scripts & known)) | {TARGET}):
            template = self._template(complete(self.variants, selected))
            keys = _keys(template.names | {key for key, _ in selected})
            for named in self._narrowed(selected, keys):
                for recipe in self._recipes_of(template, named):
                    found.setdefault((recipe.name, recipe.variant), recipe)
        return tuple(found.values())

    def _recipes_of(self, template: Template, named: Assignment) -> Iterator[RenderedRecipe]:
        """Yield the recipes for the names that are fixed, one for each use in requirements."""
        draft = self._draft(template, complete(self.variants, named))
        if draft.is_skipped:
            yield replace(read_skipped(draft), variant=named)
            return
        known = frozenset(key for key, _ in self.variants.values)
        uses = Uses(self.lines, self.scripts, self.platform, known)
        late = {key for package in draft.packages for key in uses.of(package, draft.rendering)}
        seen = {*_keys(template.names), *draft.rendering.used, TARGET}
        shown = [pair for pair in draft.rendering.scope.variant if pair[0] in seen]
        for used in self._narrowed(named, {key for key, _ in named} | late):
            variant = complete(self.variants, used)
            is_same = [pair for pair in variant if pair[0] in seen] == shown
            text = draft if is_same else self._draft(template, variant)
            yield from self._packages(text, uses, dict(variant))

    def _packages(
        self, draft: Draft, uses: Uses, variant: Mapping[str, str]
    ) -> Iterator[RenderedRecipe]:
        setting = Setting(
            variant=variant,
            pin_run_as_build=dict(self.variants.pin_run_as_build),
            files=self.files,
            used=[uses.of(package, draft.rendering) for package in draft.packages],
        )
        yield from read_packages(draft, setting)

    def _narrowed(self, fixed: Assignment, keys: Collection[str]) -> Iterator[Assignment]:
        """Yield the combinations of `keys` that agree with what is fixed."""
        wanted = dict(fixed)
        for combination in used_variants(self.variants, keys):
            if all(wanted.get(key, value) == value for key, value in combination):
                yield combination

    def _template(self, variant: Assignment) -> Template:
        names = {**self._names(variant), "environ": self.environ}
        return parse_template(select_lines(self.lines, names, self.where), self.where)

    def _draft(self, template: Template, variant: Assignment) -> Draft:
        platform = target_of(variant, self.platform)
        scope = Scope(platform, variant, self._names(variant), self.environ)
        return draft_of(template, scope, self.lines)

    def _names(self, variant: Assignment) -> Mapping[str, object]:
        return selector_names(target_of(variant, self.platform), variant, self.platform)


def _keys(names: Collection[str]) -> set[str]:
    return {variant_key(name) for name in names}
