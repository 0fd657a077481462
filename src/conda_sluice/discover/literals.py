"""What an expression of Python source is worth, as far as that can be told without running it."""

import ast
from collections.abc import Mapping, Sequence


def literal(  # noqa: PLR0911 - one return for each kind of expression
    node: ast.expr, known: Mapping[str, object]
) -> object:
    """Return the value of an expression of literals, names in `known` among them.

    None where it would have to be run. Environment variables count as not set.
    """
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Name(id=name):
            return known.get(name)
        case ast.List(elts=items) | ast.Tuple(elts=items):
            return [literal(item, known) for item in items]
        case ast.Dict(keys=keys, values=values):
            pairs = zip(keys, values, strict=True)
            return {k.value: literal(v, known) for k, v in pairs if isinstance(k, ast.Constant)}
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _sum(literal(left, known), literal(right, known))
        case ast.Call():
            return _call(node, known)
        case _:
            return _truth(node, known)


def _sum(left: object, right: object) -> object:
    match left, right:
        case (str(), str()):
            return left + right
        case (list(), list()):
            return left + right
        case (list() as only, None) | (None, list() as only):
            return only  # the part that is computed is not known; the rest is
        case _:
            return None


def _call(node: ast.Call, known: Mapping[str, object]) -> object:
    match ast.unparse(node.func):
        case "dict" if not node.args:
            pairs = ((k.arg, literal(k.value, known)) for k in node.keywords)
            return {name: value for name, value in pairs if name and value is not None}
        case "os.getenv" | "getenv" | "os.environ.get" | "environ.get":
            default = literal(node.args[1], known) if len(node.args) > 1 else ""
            return "" if default is None else default
        case "bool" | "int" if len(node.args) == 1:
            value = literal(node.args[0], known)
            return None if value is None else value not in ("", "0", 0, False)
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
            if ast.unparse(right) in ("os.environ", "environ"):
                return isinstance(operator, ast.NotIn)
            return _compared(literal(left, known), operator, literal(right, known))
        case _:
            return None


def _joined(values: Sequence[object], *, is_all: bool) -> bool | None:
    decisive = [one for one in values if one is not None and bool(one) is not is_all]
    if decisive:
        return not is_all
    return None if None in values else is_all


def _compared(left: object, operator: ast.cmpop, right: object) -> bool | None:
    if left is None or right is None:
        return None
    match operator, right:
        case ast.Eq(), _:
            return left == right
        case ast.NotEq(), _:
            return left != right
        case ast.In(), list() if None not in right:
            return left in right
        case ast.NotIn(), list() if None not in right:
            return left not in right
        case _:
            return None
