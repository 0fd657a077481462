"""What an expression of Python source is worth, as far as that can be told without running it.

The machine is taken for Linux with CPython, and no environment variable for set.
"""

import ast
from collections.abc import Mapping, Sequence

_MOST_ITEMS = 2000
_LONGEST = 100_000
"""Characters; `"x" * 10**9` in many small steps shall not fill the memory."""

_OLDEST_MINOR = 8
"""Questions whether Python 3 is newer than this one, which no current Python leaves open."""

_ATTRIBUTES: Mapping[str, object] = {
    "sys.platform": "linux",
    "os.name": "posix",
    "os.sep": "/",
    "os.path.sep": "/",
    "sys.argv": ["setup.py", "bdist_wheel"],  # as pip has it called
    "sys.version_info.major": 3,
}
_ANSWERS: Mapping[str, object] = {
    "platform.system": "Linux",
    "platform.python_implementation": "CPython",
    "sysconfig.get_platform": "linux-x86_64",
    "get_platform": "linux-x86_64",
    "sys.platform.lower": "linux",
}
_ENVIRONMENT = ("os.environ", "environ", "os.environ.keys()")


def literal(  # noqa: C901, PLR0911 - one return for each kind of expression
    node: ast.expr, known: Mapping[str, object]
) -> object:
    """Return the value of an expression of literals, names in `known` among them.

    None where it would have to be run.
    """
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Name(id=name):
            return known.get(name)
        case ast.Attribute():
            return _ATTRIBUTES.get(ast.unparse(node))
        case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
            return _items(items, known)
        case ast.Dict(keys=keys, values=values):
            return _dict(keys, values, known)
        case ast.JoinedStr(values=parts):
            return _text([_part(part, known) for part in parts])
        case ast.ListComp() | ast.GeneratorExp():
            return _comprehension(node, known)
        case ast.BinOp(left=left, op=operator, right=right):
            return _binary(literal(left, known), operator, literal(right, known))
        case ast.Subscript(value=value, slice=ast.Slice(lower=ast.Constant(value=int(first)))):
            whole = literal(value, known) if _is_open(node.slice) else None
            return whole[first:] if isinstance(whole, list) else None
        case ast.IfExp(test=test, body=body, orelse=orelse):
            verdict = literal(test, known)
            return None if verdict is None else literal(body if verdict else orelse, known)
        case ast.Call():
            return _call(node, known)
        case _:
            return _truth(node, known)


def _items(nodes: Sequence[ast.expr], known: Mapping[str, object]) -> list[object]:
    found: list[object] = []
    for node in nodes:
        match node:
            case ast.Starred(value=inner):
                value = literal(inner, known)
                found += value if isinstance(value, list) else [None]
            case _:
                found.append(literal(node, known))
    return found


def _dict(
    keys: Sequence[ast.expr | None], values: Sequence[ast.expr], known: Mapping[str, object]
) -> dict[object, object]:
    found: dict[object, object] = {}
    for key, value in zip(keys, values, strict=True):
        match key, literal(value, known):
            case None, Mapping() as spread:
                found |= spread
            case ast.expr() as written, worth if isinstance(name := literal(written, known), str):
                found[name] = worth
            case _:
                pass
    return found


def _part(part: ast.expr, known: Mapping[str, object]) -> object:
    match part:
        case ast.FormattedValue(value=value, format_spec=None):
            return literal(value, known)
        case ast.Constant(value=value):
            return value
        case _:
            return None


def _text(parts: Sequence[object]) -> str | None:
    """Return texts and numbers joined, None where one is not known or all are too long."""
    texts = [str(one) for one in parts if isinstance(one, str | int)]
    joined = "".join(texts)
    return joined if len(texts) == len(parts) and len(joined) < _LONGEST else None


def _comprehension(
    node: ast.ListComp | ast.GeneratorExp, known: Mapping[str, object]
) -> list[object] | None:
    match node.generators:
        case [ast.comprehension(target=ast.Name(id=name), iter=over, ifs=[])]:
            values = literal(over, known)
            if isinstance(values, list) and len(values) < _MOST_ITEMS:
                return [literal(node.elt, {**known, name: value}) for value in values]
        case _:
            pass
    return None


def _sum(left: object, right: object) -> object:
    match left, right:
        case (str(), str()):
            return _text([left, right])
        case (list(), list()) if len(left) + len(right) < _MOST_ITEMS:
            return left + right
        case (list() as only, None) | (None, list() as only):
            return only  # the part that is computed is not known; the rest is
        case _:
            return None


def _binary(left: object, operator: ast.operator, right: object) -> object:
    match operator:
        case ast.Add():
            return _sum(left, right)
        case ast.Div():
            return _text([left, "/", right])
        case ast.BitAnd():
            return _common(left, right)
        case _:
            return None


def _is_open(node: ast.expr) -> bool:
    """Tell whether a slice takes all from its first item on."""
    return isinstance(node, ast.Slice) and node.upper is None and node.step is None


def _common(left: object, right: object) -> list[object] | None:
    """Return the items of two sets that both have, None where not all are known."""
    match left, right:
        case (list(), list()) if None not in left and None not in right:
            return [one for one in left if one in right]
        case _:
            return None


def _call(  # noqa: PLR0911 - one return for each function
    node: ast.Call, known: Mapping[str, object]
) -> object:
    name = ast.unparse(node.func)
    match name:
        case "dict" if not node.args:
            pairs = ((k.arg, literal(k.value, known)) for k in node.keywords)
            return {name: value for name, value in pairs if name and value is not None}
        case "os.getenv" | "getenv" | "os.environ.get" | "environ.get":
            default = literal(node.args[1], known) if len(node.args) > 1 else ""
            return "" if default is None else default
        case "bool" | "int" if len(node.args) == 1:
            value = literal(node.args[0], known)
            return None if value is None else value not in ("", "0", 0, False, [])
        case "os.path.join" | "Path" | "path.join" | "join":
            parts = [literal(one, known) for one in node.args]
            between = [one for part in parts for one in ("/", part)]
            return _text(between[1:])
        case "list" | "tuple" | "sorted" | "set" | "str" if len(node.args) == 1:
            return literal(node.args[0], known)
        case "cast" | "typing.cast":
            return literal(node.args[-1], known) if node.args else None
        case _ if name in _ANSWERS:
            return _ANSWERS[name]
        case _:
            return _method(node, known)


def _method(  # noqa: PLR0911 - one return for each method
    node: ast.Call, known: Mapping[str, object]
) -> object:
    """Return what a method of a known text, or of a known set, returns."""
    match node:
        case ast.Call(func=ast.Attribute(value=owner, attr=method), keywords=[]):
            value = literal(owner, known)
            arguments = [literal(one, known) for one in node.args]
        case _:
            return None
    match value, method, arguments:
        case str(), "startswith" | "endswith" as how, [str() | [*_] as wanted]:
            options = (wanted,) if isinstance(wanted, str) else tuple(map(str, wanted))
            return value.startswith(options) if how == "startswith" else value.endswith(options)
        case str(), "lower" | "upper" | "strip" as how, []:
            return {"lower": value.lower(), "upper": value.upper(), "strip": value.strip()}[how]
        case list(), "intersection", [[*_] as other]:
            return _common(value, other)
        case list(), "isdisjoint", [[*_] as other]:
            shared = _common(value, other)
            return None if shared is None else not shared
        case str(), "split", []:
            return value.split()
        case str(), "splitlines", []:
            return value.splitlines()
        case str(), "replace", [str() as old, str() as new]:
            return value.replace(old, new) if len(value) < _LONGEST else None
        case _:
            return None


def _truth(node: ast.expr, known: Mapping[str, object]) -> bool | None:
    match node:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            value = literal(operand, known)
            return None if value is None else not value
        case ast.BoolOp(op=operator, values=values):
            return _joined(
                [literal(one, known) for one in values], is_all=isinstance(operator, ast.And)
            )
        case ast.Compare(left=left, ops=[operator], comparators=[right]):
            if ast.unparse(right) in _ENVIRONMENT:
                return isinstance(operator, ast.NotIn)
            if ast.unparse(left) in ("sys.version_info", "sys.version_info[:2]"):
                return _of_old_python(operator, literal(right, known))
            return _compared(literal(left, known), operator, literal(right, known))
        case _:
            return None


def _of_old_python(operator: ast.cmpop, bound: object) -> bool | None:
    """Answer whether Python is older than one that nobody has any more, None for newer ones."""
    match operator, bound:
        case ast.Lt() | ast.LtE(), [int(major), *minor]:
            return False if _is_old(major, minor) else None
        case ast.Gt() | ast.GtE(), [int(major), *minor]:
            return True if _is_old(major, minor) else None
        case _:
            return None


def _is_old(major: int, minor: Sequence[object]) -> bool:
    match minor:
        case [int(number), *_]:
            return (major, number) <= (3, _OLDEST_MINOR)
        case _:
            return major <= 3  # noqa: PLR2004 - `(3,)` is older than any Python 3.9


def _joined(values: Sequence[object], *, is_all: bool) -> bool | None:
    decisive = [one for one in values if one is not None and bool(one) is not is_all]
    if decisive:
        return not is_all
    return None if None in values else is_all


def _compared(  # noqa: PLR0911 - one return for each operator
    left: object, operator: ast.cmpop, right: object
) -> bool | None:
    if left is None or right is None:
        return None
    match operator, right:
        case ast.Eq(), _:
            return left == right
        case ast.NotEq(), _:
            return left != right
        case ast.In(), str() if isinstance(left, str):
            return left in right
        case ast.In(), list() if None not in right:
            return left in right
        case ast.NotIn(), list() if None not in right:
            return left not in right
        case _:
            return None
