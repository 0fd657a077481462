"""What the expressions of Meson's build files are worth, as far as that is known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from conda_sluice.discover.c.meson.syntax import Call, Many, Name, Node, Number, Operation, Text

Value = str | int | bool | tuple["Value", ...] | None
"""What an expression gives; None where that is not known before Meson runs."""

_FOLDERS = {
    "prefix": "",
    "bindir": "bin",
    "libdir": "lib",
    "libexecdir": "libexec",
    "includedir": "include",
}
"""Where the build script of the recipe lets Meson install, below the prefix."""

_MOST = 20_000


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
    switches them off; `demanded` are the variables of dependencies without which it gives up.
    """

    root: Path
    options: dict[str, Value] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    switched_off: dict[str, str] = field(default_factory=dict)
    variables: dict[str, Value] = field(default_factory=dict)
    calls: list[MesonCall] = field(default_factory=list)
    demanded: set[str] = field(default_factory=set)
    version: str = ""
    rounds: int = 0

    @property
    def is_full(self) -> bool:
        """Tell whether more was run than any project has: `rounds` of loops, or calls."""
        return max(len(self.calls), self.rounds) >= _MOST


def value_of(node: Node, state: MesonState) -> Value:  # noqa: PLR0911 - one case a rule
    """Return what an expression gives, None where that is not known before Meson runs."""
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
            return tuple(value_of(item, state) for item in items)
        case Call():
            return _called(node, state)
        case Operation(sign, parts):
            return _operated(sign, [value_of(part, state) for part in parts])


def _called(call: Call, state: MesonState) -> Value:  # noqa: C901, PLR0911 - one case a rule
    arguments = [value_of(item, state) for item in call.arguments]
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
            return _method(value_of(of, state), method, arguments)
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
            return added(left, right)
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


def added(old: Value, new: Value) -> Value:
    """Return what `+` and `+=` make of two values."""
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
