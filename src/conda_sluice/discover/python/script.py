"""A build script of a project (setup.py and its own helper modules): which of its code runs.

Nothing is run to find out. Conditions are judged as on Linux, with CPython, with the build
requirements there and no environment variable set; where that does not decide, both ways count.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from conda_sluice.discover.python.literals import literal
from conda_sluice.discover.reading import read_text
from conda_sluice.errors import ProjectError

_MOST_HELPERS = 12
_DEEPEST = 60
"""Blocks inside of blocks; deeper ones are not followed."""

_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_NEVER_HELPERS = frozenset({"setup", "conftest", "setuptools", "distutils", "Cython", "numpy"})


@dataclass(frozen=True, slots=True)
class LiveNode:
    """A node that runs, surely or under a condition that only running would decide."""

    node: ast.AST
    is_certain: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """What runs of a script, the constants that it knows, and what never runs.

    `imported` are modules, `dead_calls` the names of what is called only where nothing runs.
    """

    live: tuple[LiveNode, ...] = ()
    known: Mapping[str, object] = field(default_factory=dict)
    imported: frozenset[str] = frozenset()
    dead_calls: frozenset[str] = frozenset()

    def calls(self) -> Iterator[tuple[ast.Call, bool]]:
        """Yield the calls that run, and whether surely."""
        for one in self.live:
            if isinstance(one.node, ast.Call):
                yield one.node, one.is_certain

    def strings(self, *, only_certain: bool = False) -> Iterator[str]:
        """Yield the texts that stand in what runs, or in what surely does."""
        for one in self.live:
            match one.node:
                case ast.Constant(value=str(text)) if one.is_certain or not only_certain:
                    yield text
                case _:
                    pass


def called(node: ast.Call) -> str:
    """Return the last part of the name that is called, "" where it is computed."""
    match node.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def read_script(path: Path, root: Path, *, entries: Sequence[str] = ()) -> Script:
    """Read a script of the project at `root`, an empty one where there is no file.

    `entries` are functions or classes in it that somebody calls from outside. Raise ProjectError
    with the line for one that is not Python 3; a helper that is not is left out.
    """
    source = read_text(path, root)
    if not source:
        return Script()
    try:
        main = ast.parse(source)
        helpers = tuple(_helpers(main, path, root))
        return _Reader(main, helpers).script(entries)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        where = f"{path}:{getattr(error, 'lineno', None) or 1}"
        raise ProjectError(f"{path.name} is no Python 3", where, "correct the file") from error


def _helpers(main: ast.Module, path: Path, root: Path) -> Iterator[ast.Module]:
    """Yield the modules beside the script that it imports, and those that these import."""
    seen = {path.stem, *_NEVER_HELPERS}
    waiting = [main]
    found = 0
    while waiting and found < _MOST_HELPERS:
        for name in _imports(waiting.pop(0)):
            place = None if name in seen else _module_file(root, name)
            seen.add(name)
            if place is None:
                continue
            try:
                helper = ast.parse(read_text(place, root))
            except (SyntaxError, ValueError):
                continue
            found += 1
            waiting.append(helper)
            yield helper


def _imports(tree: ast.Module) -> list[str]:
    names: list[str] = []
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=aliases):
                names += [one.name for one in aliases]
            case ast.ImportFrom(module=str(module), level=0 | 1):
                names.append(module)
            case _:
                pass
    return names


def _module_file(root: Path, name: str) -> Path | None:
    """Return the file of a module at the top, or in a folder that the script puts on its path."""
    tail = f"{name.replace('.', '/')}.py"
    if (root / tail).is_file():
        return root / tail
    if "." in name or name.startswith("__"):
        return None
    return next((one for one in sorted(root.glob(f"*/{tail}")) if one.is_file()), None)


class _Reader:
    """Follows a script from its first statement through the functions that it mentions."""

    def __init__(self, main: ast.Module, helpers: Iterable[ast.Module]) -> None:
        self._modules = (*reversed(tuple(helpers)), main)
        self._known: dict[str, object] = {"__name__": "__main__"}
        self._definitions: dict[str, list[_Definition]] = {}
        self._live: list[LiveNode] = []
        self._entered: dict[int, bool] = {}
        self._waiting: list[tuple[_Definition, bool]] = []

    def script(self, entries: Sequence[str]) -> Script:
        for module in self._modules:
            self._bind(module.body)
        for module in self._modules:
            for node in ast.walk(module):
                if isinstance(node, _Definition):
                    self._definitions.setdefault(node.name, []).append(node)
                    self._bind_where_open(node)
        for module in self._modules:
            self._visit_all(module.body, is_certain=True)
        for name in entries:
            self._enter(name, is_certain=True)
        while self._waiting:
            definition, is_certain = self._waiting.pop()
            self._visit_all(definition.body, is_certain=is_certain)
            self._enter_methods(definition, is_certain=is_certain)
        imported = {name for module in self._modules for name in _imports(module)}
        return Script(
            live=tuple(self._live),
            known=dict(self._known),
            imported=frozenset(imported),
            dead_calls=frozenset(self._dead_calls()),
        )

    def _dead_calls(self) -> Iterator[str]:
        alive = {id(one.node) for one in self._live}
        for module in self._modules:
            for node in ast.walk(module):
                if isinstance(node, ast.Call) and id(node) not in alive:
                    yield called(node)

    def _bind(self, statements: Iterable[ast.stmt], depth: int = 0) -> None:
        """Follow assignments in order; a condition that cannot be judged leaves both in force."""
        for statement in statements if depth < _DEEPEST else ():
            match statement:
                case ast.Assign(targets=targets, value=value):
                    for target in targets:
                        self._assign(target, value)
                case ast.AnnAssign(target=target, value=ast.expr() as value):
                    self._assign(target, value)
                case ast.AugAssign(target=ast.Name(id=name), op=ast.Add(), value=value):
                    self._known[name] = _joined(self._known.get(name), literal(value, self._known))
                case ast.If(test=test, body=body, orelse=orelse):
                    self._bind_branches(literal(test, self._known), body, orelse, depth)
                case ast.Try(body=body, orelse=orelse, finalbody=final):
                    self._bind((*body, *orelse, *final), depth + 1)
                case ast.With(body=body):
                    self._bind(body, depth + 1)
                case ast.Expr(value=ast.Call() as call):
                    self._extend(call)
                case _:
                    pass

    def _bind_branches(
        self, verdict: object, body: list[ast.stmt], orelse: list[ast.stmt], depth: int
    ) -> None:
        if verdict is None:
            before = dict(self._known)
            self._bind(body, depth + 1)
            first = dict(self._known)
            self._known = before
            self._bind(orelse, depth + 1)
            for name in first.keys() | self._known.keys():
                self._known[name] = _either(first.get(name), self._known.get(name))
        else:
            self._bind(body if verdict else orelse, depth + 1)

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        match target:
            case ast.Name(id=name):
                self._known[name] = literal(value, self._known)
            case ast.Subscript(value=ast.Name(id=name), slice=ast.Constant(value=key)):
                table = self._known.get(name)
                if isinstance(table, Mapping):
                    self._known[name] = {**table, key: literal(value, self._known)}
            case _:
                pass

    def _extend(self, call: ast.Call) -> None:
        match call:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id=name), attr="append" | "extend" as how),
                args=[argument],
            ):
                value = literal(argument, self._known)
                more = [value] if how == "append" else value
                if isinstance(self._known.get(name), list):
                    self._known[name] = _joined(self._known[name], more)
            case _:
                pass

    def _bind_where_open(self, definition: _Definition) -> None:
        """Let constants inside of functions fill names that nothing at the top has."""
        before = dict(self._known)
        self._bind(definition.body)
        self._known |= {name: value for name, value in before.items() if value is not None}

    def _visit_all(self, nodes: Iterable[ast.AST], *, is_certain: bool, depth: int = 0) -> None:
        for node in nodes:
            self._visit(node, is_certain=is_certain, depth=depth)

    def _visit(self, node: ast.AST, *, is_certain: bool, depth: int) -> None:
        if depth > 4 * _DEEPEST:
            return
        self._live.append(LiveNode(node, is_certain))
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                self._visit_all(node.decorator_list, is_certain=is_certain, depth=depth + 1)
                if isinstance(node, ast.ClassDef):
                    self._visit_all(node.bases, is_certain=is_certain, depth=depth + 1)
            case ast.If() | ast.IfExp():
                self._visit_branches(node, is_certain=is_certain, depth=depth)
            case ast.ExceptHandler():
                self._visit_all(node.body, is_certain=False, depth=depth + 1)
            case ast.Name(id=name) | ast.Attribute(attr=name):
                self._enter(name, is_certain=is_certain)
                self._visit_all(ast.iter_child_nodes(node), is_certain=is_certain, depth=depth + 1)
            case _:
                self._visit_all(ast.iter_child_nodes(node), is_certain=is_certain, depth=depth + 1)

    def _visit_branches(self, node: ast.If | ast.IfExp, *, is_certain: bool, depth: int) -> None:
        verdict = literal(node.test, self._known)
        if verdict is None:
            self._visit(node.test, is_certain=is_certain, depth=depth + 1)
        body = [node.body] if isinstance(node, ast.IfExp) else node.body
        orelse = [node.orelse] if isinstance(node, ast.IfExp) else node.orelse
        is_decided = is_certain and verdict is not None
        if verdict is None or verdict:
            self._visit_all(body, is_certain=is_decided, depth=depth + 1)
        if not verdict:
            self._visit_all(orelse, is_certain=is_decided, depth=depth + 1)

    def _enter_methods(self, definition: _Definition, *, is_certain: bool) -> None:
        """Follow a class into its methods: setuptools calls those of a command by name."""
        for node in definition.body if isinstance(definition, ast.ClassDef) else ():
            if isinstance(node, ast.FunctionDef) and id(node) not in self._entered:
                self._entered[id(node)] = is_certain
                self._waiting.append((node, is_certain))

    def _enter(self, name: str, *, is_certain: bool) -> None:
        """Follow a mention of a function or class into it, again where it has become sure."""
        for definition in self._definitions.get(name, ()):
            before = self._entered.get(id(definition))
            if before is None or (is_certain and not before):
                self._entered[id(definition)] = is_certain
                self._waiting.append((definition, is_certain))


def _joined(first: object, second: object) -> object:
    match first, second:
        case (list(), list()):
            return [*first, *second]
        case (str(), str()):
            return first + second
        case (list() as only, None) | (None, list() as only):
            return only  # what is computed is not known, the rest is
        case _:
            return None


def _either(first: object, second: object) -> object:
    """Return what holds whichever way was taken: equal values, and all items of two lists."""
    match first, second:
        case _ if first == second:
            return first
        case (list(), list()):
            return [*first, *(one for one in second if one not in first)]
        case (list() as only, None) | (None, list() as only):
            return only
        case _:
            return None
