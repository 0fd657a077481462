"""Which variant keys a package uses: where its part of the recipe, or its script, names them.

As conda-build finds them (variants.py, find_used_variables_in_text), but from the parsed selectors
and Jinja, and with its rules that a bare list item counts wherever it stands, and that `py` and
other names that are made from a key are no use of it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from conda_sluice.recipe.jinja import Rendering, Template
from conda_sluice.recipe.selectors import Line
from conda_sluice.recipe.v0_build import build_fields, read_lists
from conda_sluice.recipe.v0_outputs import Package

_BARE_ITEM = re.compile(r"\s+-\s+([\w-]+)\s*(?:\s#.*)?")
_IN_SCRIPT = re.compile(r"\$\{?(\w+)|%(\w+)%")


@dataclass(frozen=True, slots=True)
class Uses:
    """What one template of a recipe, and the scripts beside it, look at."""

    lines: tuple[Line, ...]
    template: Template
    scripts: Mapping[str, str]
    platform: str

    def of(self, package: Package, rendering: Rendering) -> frozenset[str]:
        """Return the variant keys that a package uses; names that are no keys may be among them."""
        lists = read_lists(package.root, rendering)
        names = {
            *self._selectors(package),
            *(name for line, name in self.template.uses if package.has_line(line)),
            *(rendering.used - self.template.names),  # of calls whose argument is no constant
            *lists.used_keys(),
            *(set(self._bare_items(package)) - lists.bare_names()),
            *self._scripts(package),
        }
        build = build_fields(package.root)
        names -= set(build.texts("force_ignore_keys"))
        return frozenset(names | set(build.texts("force_use_keys")))

    def _selectors(self, package: Package) -> Iterator[str]:
        for line in self.lines:
            if line.selector and package.has_line(line.number):
                yield from line.selector.names

    def _bare_items(self, package: Package) -> Iterator[str]:
        texts = zip(self.template.lines, self.template.text.split("\n"), strict=False)
        for number, text in texts:
            found = _BARE_ITEM.fullmatch(text) if package.has_line(number) else None
            if found:
                yield found[1].replace("-", "_")

    def _scripts(self, package: Package) -> frozenset[str]:
        own = names_in_script(self.scripts.get(package.own.text("script"), ""))
        if package.is_output:
            return own
        return own | usual_scripts_keys(self.scripts, self.platform)


def usual_scripts_keys(scripts: Mapping[str, str], platform: str) -> frozenset[str]:
    """Return the names that build.sh, and bld.bat for Windows, read from their environment."""
    usual = ("build.sh", "bld.bat") if platform.startswith("win-") else ("build.sh",)
    return frozenset(name for file in usual for name in names_in_script(scripts.get(file, "")))


def names_in_script(script: str) -> frozenset[str]:
    """Return the names that a shell or batch script reads from its environment."""
    return frozenset(name for pair in _IN_SCRIPT.findall(script) for name in pair if name)
