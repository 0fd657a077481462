"""What a package needs of the same plan: in which order, and in exactly which build."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeGuard

from conda_sluice.model.names import PackageName
from conda_sluice.model.recipe import Pin, RenderedRecipe, Requirement, RunExports
from conda_sluice.plan.batches import agree
from conda_sluice.plan.requirement import required_name

PackageId = tuple[PackageName, tuple[tuple[str, str], ...]]
"""What tells a package of the plan from the others: name and variant."""


@dataclass(frozen=True, slots=True)
class Needs:
    """The ids of what a package needs.

    `built_with` are in its build or host environment, `exact` are those whose very build its
    metadata name, `others` what it runs with, `siblings` what its pin_subpackage speak of.
    """

    built_with: tuple[PackageId, ...]
    exact: tuple[PackageId, ...]
    others: tuple[PackageId, ...]
    siblings: tuple[PackageId, ...]

    @property
    def decisive(self) -> tuple[PackageId, ...]:
        """Return what the package's content depends on."""
        return tuple(dict.fromkeys((*self.built_with, *self.exact)))

    @property
    def first(self) -> tuple[PackageId, ...]:
        """Return what must be there before the package is made."""
        return tuple(dict.fromkeys((*self.built_with, *self.exact, *self.others)))


def needs_of(
    recipe: RenderedRecipe, others: Mapping[PackageName, Sequence[RenderedRecipe]]
) -> Needs:
    """Return what a package needs of the packages of the plan, which `others` has by name."""
    lists = recipe.requirements
    built_with = (*lists.build, *lists.host, *_shared(recipe, others))
    told = [*lists.run, *lists.run_constrained, *_exported(recipe.build.run_exports)]
    pins = [one for one in (*lists.build, *lists.host, *told) if _is_subpackage(one)]

    def ids(wanted: Iterable[Requirement]) -> tuple[PackageId, ...]:
        names = {required_name(requirement) for requirement in wanted} - {recipe.name}
        return tuple(_partners(recipe, names, others))

    return Needs(
        built_with=ids(built_with),
        exact=ids(one for one in told if _is_subpackage(one) and one.exact),
        others=ids(lists.run),
        siblings=ids(pins),
    )


def _is_subpackage(requirement: Requirement) -> TypeGuard[Pin]:
    return isinstance(requirement, Pin) and requirement.kind == "pin_subpackage"


def _shared(
    recipe: RenderedRecipe, others: Mapping[PackageName, Sequence[RenderedRecipe]]
) -> Iterator[Requirement]:
    """Yield what the shared build of its recipe needs of other recipes."""
    if recipe.shared is None:
        return
    lists = recipe.shared.requirements
    for requirement in (*lists.build, *lists.host):
        found = others.get(required_name(requirement), ())
        if all(other.output_of != recipe.output_of for other in found):
            yield requirement


def _exported(exports: RunExports) -> Iterator[Requirement]:
    for kind in (
        *(exports.weak, exports.strong, exports.noarch),
        *(exports.weak_constrains, exports.strong_constrains),
    ):
        yield from kind


def _partners(
    recipe: RenderedRecipe,
    names: Collection[PackageName],
    others: Mapping[PackageName, Sequence[RenderedRecipe]],
) -> Iterator[PackageId]:
    for name in sorted(names & others.keys()):
        partner = _partner(recipe, others[name])
        yield partner.name, partner.variant


def _partner(recipe: RenderedRecipe, others: Sequence[RenderedRecipe]) -> RenderedRecipe:
    """Return the first variant of a package that agrees with ours in the keys both use."""
    ours = dict(recipe.variant)
    return next((other for other in others if agree(ours, other.variant)), others[0])
