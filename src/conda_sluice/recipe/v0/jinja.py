"""The Jinja of a v0 recipe, rendered in a sandbox with the names that conda-build gives.

What only the build knows stays open: `{{ PREFIX }}` becomes `$PREFIX`, and `pin_compatible` and
its kin become a mark in the text which `Rendering.requirement` turns into a Pin.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from conda_sluice.errors import RecipeError
from conda_sluice.model.recipe import Pin, Requirement
from conda_sluice.recipe.document import MARK, Scalar
from conda_sluice.recipe.namespace import Assignment
from conda_sluice.recipe.selectors import Line
from conda_sluice.recipe.v0.jinja_names import Deferred, context
from conda_sluice.recipe.v0.jinja_sandbox import environment

if TYPE_CHECKING:
    from types import CodeType, TracebackType

_MARK = re.compile(f"{MARK}(\\d+)\ue001(?:\\s+([^\\s{MARK}]+))?")
_NUMBER = re.compile("\ue002(\\d+)\ue002")
_MAX_OUTPUT = 1_000_000
_BLOCK = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Template:
    """A recipe's text after its selectors, compiled: its names, and where each line was."""

    text: str
    code: "CodeType"
    names: frozenset[str]
    lines: tuple[int, ...]
    where: str

    def locate(self, line: int) -> str:
        """Return `file:line` for a line of the template."""
        return _place(self.where, self.lines, line)


@dataclass(frozen=True, slots=True)
class Scope:
    """What the Jinja of a recipe may look at.

    `is_first` tells that it is rendered to learn its name and whether it is skipped: then names
    may be undefined.
    """

    platform: str
    variant: Assignment
    names: Mapping[str, object]
    environ: Mapping[str, str]
    package: tuple[tuple[str, str], ...] = ()
    is_first: bool = False


@dataclass(frozen=True, slots=True)
class Rendering:
    """The YAML text, what its marks stand for, and the variant keys that functions looked at.

    `packages` are the names that the recipe makes, none where they are not known yet.
    """

    text: str
    template: Template
    scope: Scope
    marks: tuple[Deferred, ...]
    used: frozenset[str]
    packages: frozenset[str] = frozenset()

    def requirement(self, item: Scalar) -> Requirement:
        """Return what a line of a requirements list stands for; raise RecipeError if it is open."""
        match = _MARK.fullmatch(item.text.strip())
        if match and int(match[1]) < len(self.marks):
            found = self.marks[int(match[1])]
            if isinstance(found, RecipeError):
                raise RecipeError(found.what, self.locate(item.line), found.remedy)
            return self._pin(found, item, match[2] or "") if isinstance(found, Pin) else found
        if MARK in item.text:
            raise RecipeError(
                "a pin stands alone on its line",
                self.locate(item.line),
                "give it a line of its own",
            )
        return item.text

    def _pin(self, pin: Pin, item: Scalar, build: str) -> Pin:
        is_known = not self.packages or pin.name in self.packages
        if pin.kind == "pin_subpackage" and not is_known:
            raise RecipeError(
                f"pin_subpackage({pin.name!r}) names no package of this recipe",
                self.locate(item.line),
                f"use pin_compatible, or one of {', '.join(sorted(self.packages))}",
            )
        return replace(pin, build=build) if build else pin

    def locate(self, line: int) -> str:
        """Return `file:line` of the recipe for a line of the YAML text."""
        origins = self.origins() or (1,)
        return self.template.locate(origins[min(max(line, 1), len(origins)) - 1])

    def origins(self) -> tuple[int, ...]:
        """Return for each line of the YAML text the template's line, none where it is not known."""
        return _origins(self.template, self.scope, self.text)


def parse_template(lines: Collection[Line], where: str) -> Template:
    """Return the compiled template; raise RecipeError at the line of a Jinja mistake."""
    numbers = tuple(line.number for line in lines)
    text = "\n".join(line.text for line in lines) + "\n"
    try:
        code, names = _compiled(text)
    except RecipeError as error:
        place = _place(where, numbers, int(error.where))
        raise RecipeError(error.what, place, error.remedy) from error
    return Template(text, code, names, numbers, where)


def _place(where: str, lines: tuple[int, ...], line: int) -> str:
    return f"{where}:{lines[min(max(line, 1), len(lines)) - 1]}" if lines else where


def render_template(template: Template, scope: Scope) -> Rendering:
    """Return the YAML text; raise RecipeError where Jinja fails or something is undefined."""
    marks: list[Deferred] = []
    used: set[str] = set()
    names = context(
        platform=scope.platform,
        variant=dict(scope.variant),
        names=scope.names,
        environ=scope.environ,
        marks=marks,
        used=used,
        is_first=scope.is_first,
    )
    text = _rendered(template, names | dict(scope.package), is_lenient=scope.is_first)
    return Rendering(text, template, scope, tuple(marks), frozenset(used))


@lru_cache(maxsize=512)
def _compiled(text: str) -> "tuple[CodeType, frozenset[str]]":
    """Return code and names; a mistake is a RecipeError whose `where` is a template's line."""
    from jinja2 import TemplateSyntaxError, nodes

    try:
        tree = environment().parse(text)
        names = frozenset(node.name for node in tree.find_all(nodes.Name))
        code = environment().compile(tree)
    except TemplateSyntaxError as error:
        raise RecipeError(f"Jinja: {error.message}", str(error.lineno)) from error
    except (RecursionError, SyntaxError, ValueError, OverflowError) as error:
        raise RecipeError(f"Jinja: {error}", "1") from error
    return code, names


def _rendered(template: Template, names: dict[str, Any], *, is_lenient: bool) -> str:
    from jinja2 import Template as JinjaTemplate
    from jinja2 import TemplateError

    sandbox = environment(is_lenient=is_lenient)
    compiled = JinjaTemplate.from_code(sandbox, template.code, sandbox.globals)
    parts: list[str] = []
    left = _MAX_OUTPUT
    try:
        for part in compiled.generate(names):
            left -= len(part)
            _check_length(left)
            parts.append(part)
    except RecipeError as error:
        place = template.locate(_template_line(error.__traceback__))
        raise RecipeError(error.what, place, error.remedy) from error
    except (
        TemplateError,
        ArithmeticError,
        LookupError,
        TypeError,
        ValueError,
        AttributeError,
        MemoryError,
        RecursionError,
    ) as error:
        place = template.locate(_template_line(error.__traceback__))
        raise RecipeError(f"Jinja: {_told(error)}", place, _remedy(str(error))) from error
    return "".join(parts)


def _check_length(left: int) -> None:
    if left < 0:
        raise RecipeError("the rendered recipe is too long", remedy="is there a loop without end?")


def _told(error: Exception) -> str:
    from jinja2 import TemplateNotFound

    if isinstance(error, TemplateNotFound):
        return f"{error.name} is not read; a recipe is one file"
    return str(error) or type(error).__name__


def _remedy(message: str) -> str:
    if "GIT_" in message or "HG_" in message:
        return 'sluice reads git itself: use environ.get("SLUICE_VERSION", "…") for the version'
    if "environ object" in message:
        return 'give a value for when it is not set: environ.get("NAME", "…")'
    if "undefined" in message:
        return (
            "set it in the recipe, or give it a value in conda_build_config.yaml beside it,"
            " or in a file of variants: in channels.yaml"
        )
    return ""


def _template_line(trace: "TracebackType | None") -> int:
    """Return the innermost line of the template in a traceback, which Jinja has rewritten."""
    line = 1
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _origins(template: Template, scope: Scope, rendered: str) -> tuple[int, ...]:
    """Return for each line of the rendered text the template's line that it came from.

    Rendered once more, with each line's number at its end; none where the numbers disturb.
    """
    try:
        code, _ = _compiled("\n".join(_numbered(template.text)))
        text = render_template(replace(template, code=code), scope).text
    except RecipeError:
        return ()
    if _NUMBER.sub("", text) != rendered:
        return ()
    origins, last = [], 1
    for line in text.split("\n"):
        found = _NUMBER.search(line)
        last = int(found[1]) if found else last
        origins.append(last)
    return tuple(origins)


def _numbered(text: str) -> Iterator[str]:
    """Yield the lines with their numbers, but where that would change what Jinja does.

    That is within its blocks, and on either side of white space that a `-` takes away.
    """
    inside = {
        place for block in _BLOCK.finditer(text) for place in range(block.start(), block.end())
    }
    place = 0
    for number, line in enumerate(text.split("\n"), 1):
        place += len(line) + 1
        is_open = place - 1 in inside or not line.strip()
        ends_bare = line.rstrip().endswith(("-%}", "-}}", "-#}"))
        yield line if is_open or ends_bare else f"{line}\ue002{number}\ue002"
