"""One recipe rendered for one variant: twice, as conda-build does it.

The first pass takes undefined names for nothing. It tells whether the recipe is skipped, and what
it calls itself; in the second pass, which knows that, an undefined name is an error.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from conda_sluice.errors import RecipeError
from conda_sluice.recipe.document import EMPTY, Fields, load_yaml
from conda_sluice.recipe.selectors import Line
from conda_sluice.recipe.v0 import keys as v0_keys
from conda_sluice.recipe.v0.build import build_fields
from conda_sluice.recipe.v0.jinja import Rendering, Scope, Template, render_template
from conda_sluice.recipe.v0.outputs import Package, packages_of

_SECTION = re.compile(r"\w")
_ITEM = re.compile(r"(\s*)-\s+(?:name|type)\s*:")


@dataclass(frozen=True, slots=True)
class Draft:
    """A recipe's sections for one variant, and its packages; none where it is skipped."""

    rendering: Rendering
    root: Fields
    packages: tuple[Package, ...] = ()

    @property
    def is_skipped(self) -> bool:
        """Tell whether the whole recipe is skipped for this variant."""
        return not self.packages


def draft_of(template: Template, scope: Scope, lines: Collection[Line]) -> Draft:
    """Return the recipe for one variant; `lines` are those of the file, before any selection."""
    try:
        rendering, root = _rendered(template, replace(scope, is_first=True))
        if build_fields(root).flag("skip"):
            return Draft(rendering, root)
        scope = replace(scope, package=_own_names(root))
    except RecipeError:  # the second pass says better what is wrong
        pass
    rendering, root = _rendered(template, scope)
    if build_fields(root).flag("skip"):
        return Draft(rendering, root)
    packages = packages_of(root, rendering)
    names = frozenset(package.name for package in packages)
    return Draft(replace(rendering, packages=names), root, _placed(packages, rendering, lines))


def _rendered(template: Template, scope: Scope) -> tuple[Rendering, Fields]:
    rendering = render_template(template, scope)
    root = load_yaml(rendering.text, rendering.locate)
    return rendering, Fields(root, "the recipe", v0_keys.SECTIONS, rendering.locate)


def _own_names(root: Fields) -> tuple[tuple[str, str], ...]:
    """Return what the recipe may say about itself, as far as the first pass tells."""
    package = Fields(root.node("package") or EMPTY, "package", (), root.locate)
    texts = {
        "PKG_NAME": package.text("name"),
        "PKG_VERSION": package.text("version"),
        "PKG_BUILDNUM": build_fields(root).text("number") or "0",
    }
    return tuple((key, text) for key, text in texts.items() if text)


def _placed(
    packages: tuple[Package, ...], rendering: Rendering, lines: Collection[Line]
) -> tuple[Package, ...]:
    """Return the packages of a recipe with outputs, each with the lines of the file that are its.

    An output has those from its dash to the next; the one named as the recipe has what stands
    outside of all outputs too. Where lines are not known, the whole file is about each.
    """
    if all(package.line == 0 for package in packages):
        return packages
    origins, numbers = rendering.origins(), rendering.template.lines
    if not origins:
        return packages

    def place(line: int) -> int:
        origin = origins[min(line, len(origins)) - 1]
        return numbers[min(origin, len(numbers)) - 1]

    starts = [place(package.line) for package in packages if package.line]
    end = next(
        (line.number for line in lines if line.number > max(starts) and _SECTION.match(line.text)),
        len(lines) + 1,
    )
    cuts = sorted({*starts, *_other_items(lines, starts, end), end})
    outside = (range(1, cuts[0]), range(end, len(lines) + 1))
    return tuple(
        replace(
            package,
            lines=(
                *(() if package.is_output else outside),
                *((_part(place(package.line), cuts),) if package.line else ()),
            ),
        )
        for package in packages
    )


def _part(start: int, cuts: list[int]) -> range:
    return range(start, next((cut for cut in cuts if cut > start), start + 1))


def _other_items(lines: Collection[Line], starts: list[int], end: int) -> Iterator[int]:
    """Yield where outputs begin that are not rendered for this variant."""
    depths = {
        len(found[1])
        for line in lines
        if line.number in starts and (found := _ITEM.match(line.text))
    }
    for line in lines:
        found = _ITEM.match(line.text)
        if found and len(found[1]) in depths and min(starts) < line.number < end:
            yield line.number
