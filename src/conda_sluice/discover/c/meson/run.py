"""Runs through a Meson project's build files: which calls are made with the options' defaults."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from conda_sluice.discover.c.meson.syntax import (
    Assign,
    Branch,
    Call,
    Loop,
    Many,
    Name,
    Node,
    Operation,
    Statement,
    Text,
    parse_meson,
)
from conda_sluice.discover.c.meson.values import MesonCall, MesonState, Value, added, value_of
from conda_sluice.discover.reading import lies_in, read_text

_ASIDE = re.compile(
    r"(?:.*[_-])?(?:(?:unit_?|installed_?)?tests?|testing|examples?|samples?|demos?|bench(?:marks?)?"
    r"|fuzz(?:er|ing)?|docs?|gtk_?doc|documentation|man(?:-?pages?)?|vapi|doxygen)"
)
_FOLDERS_ASIDE = re.compile(
    r"tests?|testing|examples?|samples?|demos?|bench(?:marks?)?|perf|fuzz(?:ing)?|docs?|subprojects"
)
_MOST_ROUNDS = 200


def run_meson(root: Path, folder: str = "") -> MesonState:
    """Follow the Meson project in `folder` of the tree at `root`, tests and the like left out."""
    state = MesonState(root)
    for name in ("meson.options", "meson_options.txt"):
        _read_options(read_text(root / folder / name, root), state)
    _run_folder(root / folder, state, depth=8, is_certain=True)
    return state


def _read_options(content: str, state: MesonState) -> None:
    for one in parse_meson(content):
        if not (isinstance(one, Call) and one.name == "option" and one.arguments):
            continue
        name = value_of(one.arguments[0], state)
        kind = value_of(one.named.get("type", Text("string")), state)
        value = value_of(one.named["value"], state) if "value" in one.named else _unset(kind)
        if not isinstance(name, str):
            continue
        state.options[name], state.kinds[name] = value, str(kind)
        if _ASIDE.fullmatch(name) and kind in ("boolean", "feature"):
            off = "false" if kind == "boolean" else "disabled"
            if str(value).lower() != off:
                state.switched_off[name] = off
            state.options[name] = False if kind == "boolean" else "disabled"


def _unset(kind: Value) -> Value:
    defaults: dict[str, Value] = {"boolean": True, "feature": "auto", "array": ()}
    return defaults.get(str(kind), "")


def _run_folder(folder: Path, state: MesonState, *, depth: int, is_certain: bool) -> None:
    file = folder / "meson.build"
    if not lies_in(file, state.root):
        return
    shown = file.relative_to(state.root).as_posix()
    statements = parse_meson(read_text(file, state.root))
    _Run(state, folder, shown, depth).block(statements, is_certain=is_certain)


@dataclass(frozen=True, slots=True)
class _Run:
    """Runs the statements of one file."""

    state: MesonState
    folder: Path
    shown: str
    depth: int

    def block(self, statements: Sequence[Statement], *, is_certain: bool) -> None:
        for one in statements:
            match one:
                case Assign(name, value, is_added):
                    self._calls(value, is_certain=is_certain, variable=name)
                    new = value_of(value, self.state)
                    old = self.state.variables.get(name)
                    self.state.variables[name] = added(old, new) if is_added else new
                case Branch():
                    self._branch(one, is_certain=is_certain)
                case Loop():
                    self._loop(one, is_certain=is_certain)
                case _:
                    self._calls(one, is_certain=is_certain)

    def _branch(self, branch: Branch, *, is_certain: bool) -> None:
        is_open = False
        for condition, statements in branch.arms:
            if condition is not None:
                self._calls(condition, is_certain=is_certain and not is_open)
            truth = True if condition is None else _truth(value_of(condition, self.state))
            if truth is False:
                continue
            if is_certain and any(
                isinstance(one, Call) and one.name == "error" for one in statements
            ):
                self.state.demanded |= {_missing(condition)} - {""}
            runs = truth is True and not is_open
            self.block(statements, is_certain=is_certain and runs)
            if truth is True:
                break
            is_open = True

    def _loop(self, loop: Loop, *, is_certain: bool) -> None:
        """Run the block for each item; once, as what may run, where they are not known."""
        self._calls(loop.over, is_certain=is_certain)
        items = value_of(loop.over, self.state)
        if len(loop.names) > 1 or not isinstance(items, tuple) or len(items) > _MOST_ROUNDS:
            self.state.variables |= dict.fromkeys(loop.names)
            self.block(loop.body, is_certain=False)
            return
        for item in items:
            self.state.rounds += 1
            if self.state.is_full:
                return
            self.state.variables[loop.names[0]] = item
            self.block(loop.body, is_certain=is_certain)

    def _calls(self, node: Node, *, is_certain: bool, variable: str = "") -> None:
        for call in _calls_in(node):
            arguments = tuple(value_of(item, self.state) for item in call.arguments)
            named = {key: value_of(item, self.state) for key, item in call.named.items()}
            name = call.name if call.of is None else f".{call.name}"
            said = MesonCall(name, arguments, named, is_certain, self.shown, variable)
            self.state.calls.append(said)
            if name == "project":
                self.state.version = str(named.get("version") or "")
            if name == "subdir" and self.depth:
                self._enter(arguments, is_certain=is_certain)

    def _enter(self, arguments: tuple[Value, ...], *, is_certain: bool) -> None:
        match arguments:
            case [str(below), *_] if not _FOLDERS_ASIDE.fullmatch(below.rpartition("/")[2]):
                folder = self.folder / below
                _run_folder(folder, self.state, depth=self.depth - 1, is_certain=is_certain)
            case _:
                pass


def _calls_in(node: Node) -> Iterator[Call]:
    """Yield the calls inside of an expression, inner ones first."""
    match node:
        case Call():
            if node.of is not None:
                yield from _calls_in(node.of)
            for item in (*node.arguments, *node.named.values()):
                yield from _calls_in(item)
            yield node
        case Many(items) | Operation(_, items):
            for item in items:
                yield from _calls_in(item)
        case _:
            pass


def _missing(condition: Node | None) -> str:
    """Return the variable of a dependency that a condition asks for in vain, "" for another one."""
    match condition:
        case Operation("not", (Call("found", (), _, Name(variable)),)):
            return variable
        case _:
            return ""


def _truth(value: Value) -> bool | None:
    return value if isinstance(value, bool) else None
