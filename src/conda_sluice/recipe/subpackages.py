"""Pins on packages of the same recipe, said as match specs once all of them have their names."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from conda_sluice.model.names import PackageName
from conda_sluice.model.package import Distribution
from conda_sluice.model.recipe import Pin, RenderedRecipe, Requirement, RunExports
from conda_sluice.recipe.requirement_text import raised

_RELEASE = re.compile(r"\d+(\.\d+)*")


def with_siblings(recipe: RenderedRecipe, siblings: Iterable[Distribution]) -> RenderedRecipe:
    """Return the recipe with its pins on other packages of the recipe as plain match specs.

    So they mean the same for a package that this build makes, one that it has made for another
    variant, and one that is in a channel already.
    """
    named = {one.name: one for one in siblings}
    needs, exports = recipe.requirements, recipe.build.run_exports

    def told(requirements: Iterable[Requirement]) -> tuple[Requirement, ...]:
        return tuple(_spec(one, named) for one in requirements)

    return replace(
        recipe,
        requirements=replace(
            needs,
            build=told(needs.build),
            host=told(needs.host),
            run=told(needs.run),
            run_constrained=told(needs.run_constrained),
        ),
        build=replace(
            recipe.build,
            run_exports=RunExports(
                weak=told(exports.weak),
                strong=told(exports.strong),
                noarch=told(exports.noarch),
                weak_constrains=told(exports.weak_constrains),
                strong_constrains=told(exports.strong_constrains),
            ),
        ),
    )


def _spec(requirement: Requirement, named: Mapping[PackageName, Distribution]) -> Requirement:
    match requirement:
        case Pin(kind="pin_subpackage", name=name) if name in named:
            return subpackage_spec(requirement, named[name])
        case _:
            return requirement


def subpackage_spec(pin: Pin, package: Distribution) -> str:
    """Return the match spec that a pin on this very package means."""
    if pin.exact:
        return f"{package.name} {package.version} {package.build}"
    release = _RELEASE.match(package.version)
    numbers = release[0].split(".") if release else []
    sides = (_lower(pin, package.version, numbers), _upper(pin, numbers))
    told = ",".join(side for side in sides if side)
    return " ".join(part for part in (str(package.name), told, pin.build) if part)


def _lower(pin: Pin, version: str, numbers: list[str]) -> str:
    if pin.lower_bound:
        return f">={pin.lower_bound}"
    count = pin.min_pin.count("x")
    if not count:
        return ""
    return f">={version if count > len(numbers) - 1 else '.'.join(numbers[:count])}"


def _upper(pin: Pin, numbers: list[str]) -> str:
    if pin.upper_bound:
        return f"<{pin.upper_bound}"
    first = numbers[: pin.max_pin.count("x")]
    return f"<{raised(first)}" if first else ""
