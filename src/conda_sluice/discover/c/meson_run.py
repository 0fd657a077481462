"""Runs through a Meson project's build files: which calls are made with the options' defaults."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from conda_sluice.discover.c.meson_syntax import (
    Assign,
    Branch,
    Call,
    Many,
    Name,
    Node,
    Number,
    Operation,
    Statement,
    Text,
    parse_meson,
)
from conda_sluice.discover.reading import read_text

Value = str | int | bool | tuple["Value", ...] | None
"""What an expression gives; None where that is not known before Meson runs."""

_ASIDE = re.compile(
    r"(?:.*[_-])?(?:(?:unit_?|installed_?)?tests?|testing|examples?|samples?|demos?|bench(?:marks?)?"
    r"|fuzz(?:er|ing)?|docs?|gtk_?doc|documentation|man(?:-?pages?)?|vapi|doxygen)"
)
_FOLDERS_ASIDE = re.compile(
    r"tests?|testing|examples?|samples?|demos?|bench(?:marks?)?|perf|fuzz(?:ing)?|docs?|subprojects"
)
_FOLDERS = {
    "prefix": "",
    "bindir": "bin",
    "libdir": "lib",
    "libexecdir": "libexec",
    "includedir": "include",
}
"""Where the build script of the recipe lets Meson install, below the prefix."""


@dataclass(frozen=True, slots=True)
class MesonCall:
    """One call with what its arguments are worth; `is_certain` outside of every open `if`."""

    name: str
    arguments: tuple[Value, ...]
    named: Mapping[str, Value]
    is_certain: bool
    file: str
    variable: str = ""


@dataclass(slots=True)
class MesonState:
    """What is known after the statements that were read.

    `options` are the defaults; `switched_off` those for tests and the like, with the value that
    switches them off.
    """

    root: Path
    options: dict[str, Value] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    switched_off: dict[str, str] = field(default_factory=dict)
    variables: dict[str, Value] = field(default_factory=dict)
    calls: list[MesonCall] = field(default_factory=list)
    version: str = ""


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
        name = _value(one.arguments[0], state)
        kind = _value(one.named.get("type", Text("string")), state)
        value = _value(one.named["value"], state) if "value" in one.named else _unset(kind)
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
    if not file.resolve().is_relative_to(state.root.resolve()):
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
                    new = _value(value, self.state)
                    old = self.state.variables.get(name)
                    self.state.variables[name] = _added(old, new) if is_added else new
                case Branch():
                    self._branch(one, is_certain=is_certain)
                case _:
                    self._calls(one, is_certain=is_certain)

    def _branch(self, branch: Branch, *, is_certain: bool) -> None:
        is_open = False
        for condition, statements in branch.arms:
            if condition is not None:
                self._calls(condition, is_certain=is_certain and not is_open)
            truth = True if condition is None else _truth(_value(condition, self.state))
            if truth is False:
                continue
            runs = truth is True and not is_open and not branch.is_loop
            self.block(statements, is_certain=is_certain and runs)
            if truth is True:
                break
            is_open = True

    def _calls(self, node: Node, *, is_certain: bool, variable: str = "") -> None:
        for call in _calls_in(node):
            arguments = tuple(_value(item, self.state) for item in call.arguments)
            named = {key: _value(item, self.state) for key, item in call.named.items()}
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


def _added(old: Value, new: Value) -> Value:
    match old, new:
        case tuple(), tuple():
            return (*old, *new)
        case tuple(), _:
            return (*old, new)
        case str(), str():
            return f"{old}{new}"[:10_000]
        case int(), int():
            return old + new
        case _:
            return None


def _truth(value: Value) -> bool | None:
    return value if isinstance(value, bool) else None


def _value(node: Node, state: MesonState) -> Value:  # noqa: PLR0911 - one case a rule
    match node:
        case Text(text):
            return text
        case Number(number):
            return number
        case Name("true" | "false" as word):
            return word == "true"
        case Name(name):
            return state.variables.get(name)
        case Many(items):
            return tuple(_value(item, state) for item in items)
        case Call():
            return _called(node, state)
        case Operation(sign, parts):
            return _operated(sign, [_value(part, state) for part in parts])


def _called(call: Call, state: MesonState) -> Value:  # noqa: C901, PLR0911 - one case a rule
    arguments = [_value(item, state) for item in call.arguments]
    match call.of, call.name, arguments:
        case None, "get_option", [str(option)]:
            return state.options.get(option, _FOLDERS.get(option))
        case None, "files", _:
            return tuple(arguments)
        case Name("meson"), "project_version", _:
            return state.version or None
        case Call("get_option", (Text(option),)), "enabled", _ if option in state.kinds:
            return {"enabled": True, "disabled": False}.get(str(state.options[option]))
        case Call("get_option", (Text(option),)), "disabled", _ if option in state.kinds:
            return state.options[option] == "disabled"
        case Call("get_option", (Text(option),)), "allowed", _ if option in state.kinds:
            return False if state.options[option] == "disabled" else None
        case Name("host_machine" | "build_machine"), "system", _:
            return "linux"
        case Call("get_option", (Text(option),)), _, _ if state.kinds.get(option) == "feature":
            return state.options[option]
        case Name(), "enabled" | "disabled" | "allowed", [] if call.of.value in state.variables:
            said = state.variables[call.of.value]
            wanted = {"allowed": "enabled"}.get(call.name, call.name)
            return said == wanted if said in ("enabled", "disabled") else None
        case of, method, _ if of is not None:
            return _method(_value(of, state), method, arguments)
        case _:
            return None


def _method(of: Value, method: str, arguments: Sequence[Value]) -> Value:  # noqa: PLR0911 - one case a rule
    match of, method, arguments:
        case str(), "split", [str(separator)] if separator:
            return tuple(of.split(separator))
        case str(), "split", []:
            return tuple(of.split())
        case str(), "to_int", _ if of.isdigit():
            return int(of)
        case int(), "to_string", _:
            return str(of)
        case str(), "strip", _:
            return of.strip()
        case str(), "format", _:
            for index, one in enumerate(arguments):
                if isinstance(one, str | int):
                    of = of.replace(f"@{index}@", str(one))
            return None if "@" in of else of[:10_000]
        case str(), "join", [tuple() as parts]:
            return of.join(str(part) for part in parts)
        case _:
            return None


def _operated(sign: str, values: Sequence[Value]) -> Value:  # noqa: PLR0911 - one case a rule
    match sign, values:
        case "not", [bool(value)]:
            return not value
        case "and", _:
            return False if False in values else (True if all(v is True for v in values) else None)
        case "or", _:
            if any(value is True for value in values):
                return True
            return False if all(value is False for value in values) else None
        case "?", [bool(condition), yes, no]:
            return yes if condition else no
        case (("==" | "!="), [left, right]) if left is not None and right is not None:
            return (left == right) == (sign == "==")
        case (("in" | "not in"), [str(left), tuple(items)]) if None not in items:
            return (left in items) == (sign == "in")
        case "+", [left, right]:
            return _added(left, right)
        case "/", [str(left), str(right)]:
            return f"{left}/{right}"
        case _:
            return _counted(sign, values)


def _counted(sign: str, values: Sequence[Value]) -> Value:
    match sign, values:
        case "-", [int(left), int(right)]:
            return left - right
        case "*", [int(left), int(right)]:
            return left * right
        case "[]", [tuple(items), int(index)] if -len(items) <= index < len(items):
            return items[index]
        case _:
            return None
