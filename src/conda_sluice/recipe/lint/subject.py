"""A recipe as the rules look at it: its text as blocks, and what it comes to for each variant."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from conda_sluice.model.recipe import Pin, RenderedRecipe, Requirement
from conda_sluice.recipe.merge.blocks import Block, has_blocks, read_blocks
from conda_sluice.recipe.requirement_text import spec_name

SECTIONS = ("build", "host", "run")


@dataclass(frozen=True)
class Subject:
    """A meta.yaml or recipe.yaml, and its recipes for the variants of one platform.

    A text whose Jinja branches has no blocks: rules then see only the recipes, and name line 1.
    """

    text: str
    recipes: tuple[RenderedRecipe, ...]

    @cached_property
    def root(self) -> Block:
        """Return the text as blocks."""
        return read_blocks(self.text) if has_blocks(self.text) else Block()

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """Return the lines of the text."""
        return tuple(self.text.split("\n"))

    @property
    def built(self) -> tuple[RenderedRecipe, ...]:
        """Return the recipes that give a package."""
        return tuple(one for one in self.recipes if not one.build.is_skipped)

    def block(self, *path: str) -> Block | None:
        """Return the block below the keys of `path`, None where there is none."""
        found: Block | None = self.root
        for name in path:
            children = found.children if found else ()
            found = next((one for one in children if one.name == name), None)
        return found

    def items(self, *path: str) -> tuple[Block, ...]:
        """Return the items of the list at `path`."""
        block = self.block(*path)
        return block.children if block else ()

    def line(self, *path: str) -> int:
        """Return the line of the deepest block of `path` that there is, 1 where none is."""
        for length in range(len(path), 0, -1):
            if (block := self.block(*path[:length])) is not None:
                return block.number
        return 1

    def requirements(self, recipe: RenderedRecipe) -> Iterator[tuple[str, Requirement]]:
        """Yield the requirements of a recipe, each with the name of its list."""
        for section in SECTIONS:
            for spec in getattr(recipe.requirements, section):
                yield section, spec


def name_of(spec: Requirement) -> str:
    """Return the package that a requirement asks for."""
    return str(spec.name) if isinstance(spec, Pin) else spec_name(spec)


def names(specs: tuple[Requirement, ...]) -> frozenset[str]:
    """Return the packages that requirements ask for."""
    return frozenset(map(name_of, specs))
