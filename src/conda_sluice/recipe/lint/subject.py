"""A recipe as the rules look at it: its text as blocks, and what it comes to for each variant."""

import re
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
        return _below(self.root, *path)

    def items(self, *path: str) -> tuple[Block, ...]:
        """Return the items of the list at `path`."""
        block = self.block(*path)
        return block.children if block else ()

    def lists(self, *path: str) -> Iterator[tuple[Block, ...]]:
        """Yield the items of the list at `path`: of the recipe, then of each of its outputs."""
        for one in (self.root, *self.items("outputs")):
            block = _below(one, *path)
            if block is not None:
                yield block.children

    def line(self, *path: str) -> int:
        """Return the line of the deepest block of `path` that there is, 1 where none is."""
        return _deepest(self.root, *path) or 1

    def line_of(self, recipe: RenderedRecipe, *path: str) -> int:
        """Return the line of `path` in the output that a recipe is, or in the whole recipe.

        An output whose name the text does not spell out is found only as one of `outputs`.
        """
        if not recipe.output_of:
            return self.line(*path)
        for output in self.items("outputs"):
            if any(recipe.name in re.split(r"[\s'\"]+", one) for one in _names_of(output)):
                return _deepest(output, *path) or output.number
        return self.line("outputs")

    def of(self, recipe: RenderedRecipe) -> str:
        """Return ` of NAME` for one of several outputs, "" for a recipe with one package."""
        return f" of {recipe.name}" if recipe.output_of else ""

    def requirements(self, recipe: RenderedRecipe) -> Iterator[tuple[str, Requirement]]:
        """Yield the requirements of a recipe, each with the name of its list."""
        for section in SECTIONS:
            for spec in getattr(recipe.requirements, section):
                yield section, spec


def _below(block: Block, *path: str) -> Block | None:
    found: Block | None = block
    for name in path:
        children = found.children if found else ()
        found = next((one for one in children if one.name == name), None)
    return found


def _deepest(block: Block, *path: str) -> int:
    """Return the line of the deepest block of `path` that there is, 0 where none is."""
    for length in range(len(path), 0, -1):
        if (found := _below(block, *path[:length])) is not None:
            return found.number
    return 0


def _names_of(output: Block) -> Iterator[str]:
    """Yield the lines of an output that may say its name."""
    yield output.line
    named = (_below(output, "name"), _below(output, "package", "name"))
    yield from (one.line for one in named if one is not None)


def name_of(spec: Requirement) -> str:
    """Return the package that a requirement asks for."""
    return str(spec.name) if isinstance(spec, Pin) else spec_name(spec)


def names(specs: tuple[Requirement, ...]) -> frozenset[str]:
    """Return the packages that requirements ask for."""
    return frozenset(map(name_of, specs))
