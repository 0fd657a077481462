"""Which packages one build makes: the outputs of one recipe that agree in their variant.

docs/explanation/decisions/ says why they are made together.
"""

from collections.abc import Hashable, Mapping, Sequence

from conda_sluice.model.recipe import RenderedRecipe


def batches(recipes: Sequence[tuple[Hashable, RenderedRecipe]]) -> tuple[tuple[int, ...], ...]:
    """Return the recipes in batches, each as the indices of its recipes, in their order.

    A pair is where the recipe lies, and what it is rendered to. A package joins the first batch
    of its recipe whose variant it agrees with, and that has no package of its name: of a library
    and its bindings for two Pythons, one batch makes the library and the first bindings, the
    other one the second.
    """
    found: list[list[int]] = []
    for index, (place, recipe) in enumerate(recipes):
        batch = next(
            (
                batch
                for batch in found
                if recipe.output_of
                and recipes[batch[0]][0] == place
                and all(_is_mate(recipe, recipes[other][1]) for other in batch)
            ),
            None,
        )
        if batch is None:
            found.append([index])
        else:
            batch.append(index)
    return tuple(tuple(batch) for batch in found)


def _is_mate(recipe: RenderedRecipe, other: RenderedRecipe) -> bool:
    return recipe.name != other.name and agree(dict(recipe.variant), other.variant)


def agree(ours: Mapping[str, str], theirs: Sequence[tuple[str, str]]) -> bool:
    """Tell whether two variants have the same values for the keys that both use."""
    return all(ours.get(key, value) == value for key, value in theirs)
