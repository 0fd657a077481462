"""Line selectors of conda-build (`# [linux and py<312]`): parsed by a whitelist, never `eval`ed.

A name that is not known is false, as in conda-build: it may be a variant key that has no value on
this platform. It is an error where it looks like a slip of one that is known (`linx`), or depends
on a Python that has no value; so is a construct that is not known.
"""

import ast
import operator
import re
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from conda_sluice.errors import RecipeError
from conda_sluice.recipe.namespace import variant_key

_MAX_LENGTH = 500
_SIMILAR = 0.8
_SYSTEMS = ("linux", "osx", "win", "macos")

# Of conda-build's metadata.py (sel_pat): a bracket at the end of the line, or within a comment.
_SELECTOR = re.compile(r"(.+?)\s*(#.*)?\[([^\[\]]+)\](?(2)[^\(\)]*)$")

# Values are checked by the comparison itself: what does not compare is a TypeError, caught below.
_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], object]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda item, group: item in group,
    ast.NotIn: lambda item, group: item not in group,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
}
# Of true and false they are what `and` and `or` are, and bind more tightly than a comparison.
_BITWISE: dict[type[ast.operator], Callable[[Any, Any], object]] = {
    ast.BitAnd: operator.and_,
    ast.BitOr: operator.or_,
}
_FUNCTIONS: dict[str, Callable[..., object]] = {"int": int, "float": float, "len": len, "str": str}
_TEXT_METHODS = frozenset(
    ("startswith", "endswith", "lower", "upper", "strip", "split", "rsplit", "replace")
)


@dataclass(frozen=True, slots=True)
class Selector:
    """A parsed selector and the names that it looks at."""

    text: str
    tree: ast.expr
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a recipe: its number (from 1), its text without the selector, the selector."""

    number: int
    text: str
    selector: Selector | None = None


def parse_selector(text: str, where: str = "") -> Selector:
    """Return the selector between the brackets; raise RecipeError where it is no expression."""
    try:
        return _parse(text.strip())
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise RecipeError(
            f"[{text}] is no selector",
            where,
            "a selector looks like # [linux and py<312], and no other bracket may end a line",
        ) from error


@lru_cache(maxsize=4096)
def _parse(text: str) -> Selector:
    if len(text) > _MAX_LENGTH:
        raise ValueError(text)
    with warnings.catch_warnings():  # the parser warns of `py is 3` and the like
        warnings.simplefilter("ignore")
        tree = ast.parse(text, mode="eval").body
    names = frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))
    return Selector(text, tree, names - _FUNCTIONS.keys())


def evaluate(selector: Selector, names: Mapping[str, object], where: str = "") -> bool:
    """Tell whether the selector holds; raise RecipeError for a slip or an unknown construct."""
    try:
        return bool(_value(selector.tree, names))
    except _UnknownNameError as error:
        raise RecipeError(
            f"unknown name {error.name!r} in the selector [{selector.text}]",
            where,
            _remedy(error.name, names),
        ) from error
    except (TypeError, ValueError, RecursionError) as error:
        raise RecipeError(f"the selector [{selector.text}] fails: {error}", where) from error


def split_lines(text: str, where: str) -> tuple[Line, ...]:
    """Return the lines of a recipe with their selectors; comment lines become empty ones."""
    return tuple(
        _line(number, line.rstrip(), where) for number, line in enumerate(text.splitlines(), 1)
    )


def select_lines(
    lines: tuple[Line, ...], names: Mapping[str, object], where: str
) -> tuple[Line, ...]:
    """Return the lines whose selector holds."""
    return tuple(
        line
        for line in lines
        if line.selector is None or evaluate(line.selector, names, f"{where}:{line.number}")
    )


def _line(number: int, text: str, where: str) -> Line:
    if text.lstrip().startswith("#"):
        return Line(number, "")
    if "[" not in text or "]" not in text:
        return Line(number, text)
    match = _SELECTOR.match(text)
    if match is None:
        return Line(number, text)
    kept, comment, inside = match.groups()
    place = f"{where}:{number}"
    if not comment and kept.rstrip().endswith((":", "-", ",", "=")):
        raise RecipeError(
            f"[{inside}] ends the line, so conda-build takes it for a selector and not for a list",
            place,
            "write the list one item per line, each after a dash",
        )
    # a person may have quoted the whole line to please YAML
    quote = text[-1] if text[-1] in "'\"" else ""
    return Line(number, (kept + quote).rstrip(), parse_selector(inside, place))


class _UnknownNameError(Exception):
    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def _remedy(name: str, names: Mapping[str, object]) -> str:
    if (key := variant_key(name)) != name:
        return f"it depends on the variant key {key}, which has no value here"
    near = get_close_matches(name, names, n=1)
    if near:
        return f"did you mean {near[0]!r}?"
    return f"give {name!r} a value in conda_build_config.yaml if it is a variant key"


def _value(node: ast.expr, names: Mapping[str, object]) -> object:
    match node:
        case ast.Constant(value=bool() | int() | float() | str() | None):
            return node.value
        case ast.Name(id=name):
            return names[name] if name in names else _unknown(name, names)
        case (
            ast.BoolOp()
            | ast.UnaryOp(op=ast.Not())
            | ast.Compare()
            | ast.BinOp(op=ast.BitAnd() | ast.BitOr())
        ):
            return _truth(node, names)
        case ast.Tuple(elts=items) | ast.List(elts=items):
            return tuple(_value(item, names) for item in items)
        case ast.Attribute(value=ast.Name(id="os"), attr="environ"):
            return names.get("environ", {})
        case ast.Call(args=args, keywords=[]):
            return _called(node.func, [_value(arg, names) for arg in args], names)
        case _:
            raise TypeError(f"{ast.unparse(node)} is not allowed in a selector")


def _unknown(name: str, names: Mapping[str, object]) -> bool:
    """Return false for a name without a value, unless it is a slip."""
    is_alias = variant_key(name) != name
    system = next((one for one in _SYSTEMS if name.startswith(one)), "")
    if is_alias or system or get_close_matches(name, names, n=1, cutoff=_SIMILAR):
        raise _UnknownNameError(name)
    return False


def _truth(
    node: ast.BoolOp | ast.UnaryOp | ast.Compare | ast.BinOp, names: Mapping[str, object]
) -> object:
    """Evaluate `and`, `or`, `not` and comparisons; stop where the answer is known."""
    match node:
        case ast.BoolOp(op=op, values=values):
            stops_at = isinstance(op, ast.Or)
            result: object = not stops_at
            for value in values:
                result = _value(value, names)
                if bool(result) is stops_at:
                    break
            return result
        case ast.UnaryOp(operand=operand):
            return not _value(operand, names)
        case ast.BinOp(left=left, op=sign, right=right):
            return _BITWISE[type(sign)](_value(left, names), _value(right, names))
        case ast.Compare():
            return _compared(node, names)


def _compared(node: ast.Compare, names: Mapping[str, object]) -> bool:
    left = _value(node.left, names)
    for op, comparator in zip(node.ops, node.comparators, strict=True):
        right = _value(comparator, names)
        if not _COMPARE[type(op)](left, right):
            return False
        left = right
    return True


def _called(func: ast.expr, args: list[Any], names: Mapping[str, object]) -> object:
    match func:
        case ast.Name(id=name) if name in _FUNCTIONS:
            return _FUNCTIONS[name](*args)
        case ast.Attribute(value=target, attr=method):
            owner = _value(target, names)
            if isinstance(owner, str) and method in _TEXT_METHODS:
                result: object = getattr(owner, method)(*args)
                return result
            if isinstance(owner, Mapping) and method == "get":
                found: object = owner.get(*args)
                return found
        case _:
            pass
    raise TypeError(f"{ast.unparse(func)}() is not allowed in a selector")
