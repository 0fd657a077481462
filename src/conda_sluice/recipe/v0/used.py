"""Which variant keys a package uses: where its part of the recipe, or its script, names them.

The rules are those of conda-build's variants.py (find_used_variables_in_text) and metadata.py
(_get_used_vars_meta_yaml), which look at the text line by line, because what they find decides
which packages there are: a bare list item counts wherever it stands, a word in `{% set %}` counts
even in quotes, a part of a word in `{% if %}` does, and `py`, made from python, does not.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from conda_sluice.recipe.namespace import TARGET
from conda_sluice.recipe.selectors import Line
from conda_sluice.recipe.v0.build import build_fields, read_lists, read_noarch
from conda_sluice.recipe.v0.jinja import Rendering
from conda_sluice.recipe.v0.outputs import Package

_WORD = re.compile(r"\w+")
_BARE_ITEM = re.compile(r"\s+-\s+([\w-]+)\s*(?:\s[\[#].*)?")
_SHOWN = re.compile(r"\{\s*(?:pin_[a-z]+\(\s*['\"])?(\w+)(?:\W.*?)?\}\}")
_CALL = re.compile(r"\{\s*(compiler|stdlib)\(['\"]([^'\"]*)['\"][^{]*?\}")
_TREE = re.compile(r"\{\{\s*cdt\(")
_SET = re.compile(r"(?:^|[^{])\{%\s*set\b.*?=(.*?)%\}")
_FOR = re.compile(r"(?:^|[^{])\{%\s*for\s.*\sin\s+(\w+)[^%]*%\}")
_IF = re.compile(r"(?:^|[^{])\{%\s*(?:el)?if\s*(.*?)%\}")
_IN_SELECTOR = re.compile(r"(?<!\w)(\w+)(?=[=\s<>!\]])")
_IN_SHELL = re.compile(r"^[^$\n]*\$\{?\s*(\w+)\s*[\s|}]", re.MULTILINE)  # a line's first only
_IN_BATCH = re.compile(r"%(\w+)%")
_SYSROOT_USERS = frozenset(("c_stdlib", "c_compiler", "cxx_compiler"))
_SYSROOT = "CONDA_BUILD_SYSROOT"


@dataclass(frozen=True, slots=True)
class Uses:
    """What a recipe, and the scripts beside it, look at; `known` are all variant keys."""

    lines: tuple[Line, ...]
    scripts: Mapping[str, str]
    platform: str
    known: frozenset[str]

    def of(self, package: Package, rendering: Rendering) -> frozenset[str]:
        """Return the variant keys that a package uses."""
        texts = _texts(package, rendering)
        needs = self._named(_requirements(texts))
        found = (self._named(texts) | self._selectors(package)) - needs
        lists = read_lists(package.root, rendering)
        found |= lists.used_in_build(needs) | self._scripts(package)
        if package.is_whole:  # calls whose argument is no constant
            found |= rendering.used
        build = build_fields(package.root)
        found -= set(build.texts("force_ignore_keys"))
        found |= set(build.texts("force_use_keys"))
        if found & _SYSROOT_USERS:
            found.add(_SYSROOT)
        if not read_noarch(build):
            found.add(TARGET)  # decides about every package that is made for one
        return self.known & found

    def _selectors(self, package: Package) -> set[str]:
        return {
            name
            for line in self.lines
            if line.selector and package.has_line(line.number)
            for name in _IN_SELECTOR.findall(f"{line.selector.text}]")
        } | self._trees(package)

    def _trees(self, package: Package) -> set[str]:
        """Return the keys of cdt(), which count where a selector drops the line too."""
        lines = (line.text for line in self.lines if package.has_line(line.number))
        return {"cdt_name", "cdt_arch"} if any(map(_TREE.search, lines)) else set()

    def _named(self, texts: Collection[str]) -> set[str]:
        names = {name for text in texts for name in _names(text)}
        conditions = [found for text in texts for found in _IF.findall(text)]
        return {key for key in self.known if key in names or any(key in one for one in conditions)}

    def _scripts(self, package: Package) -> frozenset[str]:
        own = names_in_script(package.own.text("script"), self.scripts)
        if package.is_output:
            return own
        return own | usual_scripts_keys(self.scripts, self.platform)


def calls_compiler(package: Package, rendering: Rendering) -> bool:
    """Tell whether a package asks for a compiler or a stdlib by name of its language."""
    return any(_CALL.search(text) for text in _texts(package, rendering))


def usual_scripts_keys(scripts: Mapping[str, str], platform: str) -> frozenset[str]:
    """Return the names that build.sh, and bld.bat for Windows, read from their environment."""
    usual = ("build.sh", "bld.bat") if platform.startswith("win-") else ("build.sh",)
    return frozenset(name for file in usual for name in names_in_script(file, scripts))


def names_in_script(file: str, scripts: Mapping[str, str]) -> frozenset[str]:
    """Return the names that a shell or batch script reads from its environment."""
    pattern = {".sh": _IN_SHELL, ".bat": _IN_BATCH}.get(PurePosixPath(file).suffix)
    return frozenset(pattern.findall(scripts.get(file, "") + "\n")) if pattern else frozenset()


def _texts(package: Package, rendering: Rendering) -> list[str]:
    """Return the lines about a package whose selectors hold, before Jinja."""
    template = rendering.template
    numbered = zip(template.lines, template.text.split("\n"), strict=False)
    return [text for number, text in numbered if package.has_line(number)]


def _requirements(texts: Sequence[str]) -> list[str]:
    """Return the lines from the first `requirements:` to the next section, or output."""
    start = next((at for at, text in enumerate(texts) if "requirements:" in text), len(texts))
    ends = (
        at
        for at, text in enumerate(texts)
        if at > start and re.match(r"\w|\s+-\s(?:name|type)", text)
    )
    return list(texts[start : next(ends, len(texts))])


def _names(text: str) -> Iterator[str]:
    if bare := _BARE_ITEM.fullmatch(text):
        yield bare[1].replace("-", "_")
    if "{" not in text:
        return
    yield from _SHOWN.findall(text)
    yield from _FOR.findall(text)
    for value in _SET.findall(text):
        yield from _WORD.findall(value)
    for component, language in _CALL.findall(text):
        yield from (f"{language}_{component}", f"{language}_{component}_version")
