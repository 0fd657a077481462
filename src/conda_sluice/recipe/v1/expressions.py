"""Jinja and selectors of meta.yaml in the words of recipe.yaml (CEP 13: `${{ }}` and `if:`)."""

import ast
import re
from collections.abc import Sequence

from conda_sluice.errors import RecipeError

_JINJA = re.compile(r"\{\{(.*?)\}\}")
_WORDS = {"min_pin": "lower_bound", "max_pin": "upper_bound"}
_PYTHON = {
    ast.Lt: ("<{0}", False),
    ast.GtE: (">={0}", False),
    ast.LtE: ("<{1}", False),
    ast.Gt: (">={1}", False),
    ast.Eq: ("{0}.*", False),
    ast.NotEq: ("{0}.*", True),
}
"""What `py < 39` says of Python 3.9 and the one after it, and whether it says the opposite."""

_PLATFORMS = {
    "linux64": "linux and x86_64",
    "win64": "win and x86_64",
}
_NAMES = frozenset(
    (
        *("linux", "osx", "win", "unix", "x86_64", "aarch64", "arm64", "ppc64le", "s390x"),
        *("build_platform", "target_platform"),
    )
)


def v1_text(text: str) -> str:
    """Return a text with its Jinja expressions in v1's form."""
    return _JINJA.sub(lambda match: f"${{{{ {_expression(match[1].strip())} }}}}", text)


def v1_context(value: str) -> str:
    """Return the value of a `{% set %}` line: plain text where it is a plain text."""
    try:
        said = ast.literal_eval(value)
    except (ValueError, SyntaxError):
        return f"${{{{ {_expression(value)} }}}}"
    return str(said)


def _expression(text: str) -> str:
    """Return a Jinja expression with v1's names: `env` for `environ`, bounds for pins."""
    try:
        tree = ast.parse(text, mode="eval")
    except SyntaxError as error:
        raise RecipeError(f"{{{{ {text} }}}} cannot be said in recipe.yaml") from error
    return ast.unparse(_Renamer().visit(tree)).replace("'", '"')


class _Renamer(ast.NodeTransformer):
    def visit_keyword(self, node: ast.keyword) -> ast.keyword:
        self.generic_visit(node)
        node.arg = _WORDS.get(node.arg or "", node.arg)
        return node

    def visit_Call(self, node: ast.Call) -> ast.Call:
        self.generic_visit(node)
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="env")), args=[name, default]):
                return ast.Call(node.func, [name], [ast.keyword("default", default)])
            case _:
                return node

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name("env", node.ctx) if node.id == "environ" else node

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        match node:
            case ast.Subscript(value=ast.Name(id="environ"), slice=ast.Constant(value=str(name))):
                return ast.Name(name, ast.Load())
            case _:
                return node


def v1_condition(selector: str) -> str:
    """Return a selector as the expression of an `if:`; raise RecipeError where v1 has no words."""
    try:
        return _condition(ast.parse(selector.strip(), mode="eval").body)
    except SyntaxError as error:
        raise RecipeError(f"[{selector}] is no selector") from error


def _condition(node: ast.expr) -> str:
    match node:
        case ast.BoolOp(op=op, values=values):
            word = " and " if isinstance(op, ast.And) else " or "
            return word.join(_bracketed(value) for value in values)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return f"not {_bracketed(operand)}"
        case ast.Name(id=name) if name in _PLATFORMS:
            return f"({_PLATFORMS[name]})"
        case ast.Name(id=name) if name in _NAMES:
            return name
        case ast.Compare(
            left=ast.Name(id="py"), ops=[op], comparators=[ast.Constant(value=int(number))]
        ) if type(op) in _PYTHON:
            return _python(*_PYTHON[type(op)], number)
        case ast.Compare(ops=[ast.Eq() | ast.NotEq()]) if _is_plain(node):
            return ast.unparse(node).replace("'", '"')
        case _:
            raise RecipeError(f"[{ast.unparse(node)}] cannot be said in recipe.yaml")


def _bracketed(node: ast.expr) -> str:
    text = _condition(node)
    return f"({text})" if isinstance(node, ast.BoolOp) else text


def _python(form: str, is_opposite: bool, number: int) -> str:  # noqa: FBT001 - a row of _PYTHON
    minor = int(str(number)[1:])
    said = form.format(f"3.{minor}", f"3.{minor + 1}")
    return f'{"not " if is_opposite else ""}match(python, "{said}")'


def _is_plain(node: ast.Compare) -> bool:
    sides: Sequence[ast.expr] = (node.left, *node.comparators)
    return all(
        isinstance(side, ast.Constant) or (isinstance(side, ast.Name) and side.id in _NAMES)
        for side in sides
    )
