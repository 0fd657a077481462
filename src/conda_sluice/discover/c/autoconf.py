"""Reads configure.ac: the macros that it calls, their arguments, and what decides about them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from conda_sluice.discover.reading import read_text

_COMMENT = re.compile(r"(?:^|\s)(?:dnl\b|#)[^\n]*", re.MULTILINE)
_DEFINES = ("m4_define", "define", "m4_define_default", "AC_DEFUN")
_CALL = re.compile(
    r"\b(A[CMXST]_\w+|PKG_\w+|LT_\w+|m4_\w+|define|gl_\w+|GLIB_\w+|IT_\w+"
    r"|XIPH_PATH_\w+|XORG_\w+|(?<!\$)[A-Z][A-Z0-9]*_(?:CHECK|CHK|FIND|REQUIRE)_\w+(?=[ \t]*[(\n]))"
)
_SHELL = re.compile(
    r"^[ \t]*(?:if\s+(?P<test>[^\n]*)|(?P<elif>elif\b[^\n]*)|(?P<other>else)\b|(?P<end>fi)\b"
    r"|(?P<name>[A-Za-z_]\w*)=(?P<value>\"[^\"\n`]*\"|'[^'\n]*'|[^\s;`]*))",
    re.MULTILINE,
)
_ASKS = re.compile(
    r"(?!AC_CHECK_(?:FUNC|SIZEOF|TYPE|MEMBER|DECL|PROG|TOOL|ALIGN))[A-Z0-9]+_(?:CHECK|CHK|FIND)_"
    r"|PKG_CHECK|AC_ARG_|AC_CHECK_HEADER|AC_CHECK_LIB|XIPH_PATH|AC_SEARCH|AX_|AM_PATH|AC_LIB_|gl_LIB|AC_PROG|AM_PROG|A[CM]_INIT"
)
_LONGEST = 500
"""No version and no list of modules is so long."""
_HELP_OFF = re.compile(r"--(?:enable|with)-")
_HELP_PATH = re.compile(r"--with-[\w-]+(?:@<:@|\[+)?=\W*(?:DIR|PATH|PREFIX|path|dir|prefix)")
_ASKS_FOR_NO = re.compile(r"!=\s*\"?x?yes|(?<!!)=\s*\"?x?no\b")
_IS_NOT_YES = re.compile(r"!=\s*\"?x?yes")
_FOR_TESTS = re.compile(r"\btest(?:s|ing| ?cases?| ?suites?)\b", re.IGNORECASE)
_ASIDE = re.compile(
    r"(?:^|_)(?:(?:unit_?)?tests?|testing|examples?|samples?|docs?|gtk_?doc|documentation|doxygen"
    r"|fuzz(?:ing|ers?)?|bench(?:marks?)?|valgrind|coverage|debug|maintainer_mode)(?:_|$)"
)


@dataclass(frozen=True, slots=True)
class MacroCall:
    """A macro with its arguments, quotes taken off.

    `is_certain` where no shell condition or other macro stands around it; `is_dead` where an
    option that is off by default does.
    """

    name: str
    arguments: tuple[str, ...]
    is_certain: bool
    is_dead: bool


@dataclass(frozen=True, slots=True)
class Configure:
    """What configure.ac calls, in order, and the variables that it sets to plain text."""

    file: str
    calls: tuple[MacroCall, ...]
    variables: Mapping[str, str]
    content: str
    off: frozenset[str] = frozenset()

    def is_on(self, option: MacroCall) -> bool:
        """Tell whether an AC_ARG_WITH or AC_ARG_ENABLE is for something that is on by default."""
        return (
            bool(option.arguments) and _variable(option.name, option.arguments[0]) not in self.off
        )

    def named(self, *names: str) -> Iterator[MacroCall]:
        """Yield the calls of macros of these names that an option does not switch off."""
        return (one for one in self.calls if one.name in names and not one.is_dead)


def read_configure(root: Path) -> Configure | None:
    """Read configure.ac (or configure.in) at `root`, None where there is none."""
    for name in ("configure.ac", "configure.in"):
        content = read_text(root / name, root)
        if content and "AC_INIT" in content:
            return _parse(name, _with_includes(content, root))
    return None


def _with_includes(content: str, root: Path) -> str:
    """Put the files in that m4_include names, one level deep: versions often stand there."""

    def included(found: re.Match[str]) -> str:
        name = found[1].strip("[] ")
        is_plain = re.fullmatch(r"[\w./-]+", name) and ".." not in name
        return read_text(root / name, root) if is_plain else ""

    return re.sub(r"^m4_s?include\(([^)\n]*)\)", included, content, flags=re.MULTILINE)


def _parse(file: str, content: str) -> Configure:
    plain = _COMMENT.sub(_kept, content)
    macros, variables = _definitions(plain), _variables(plain)
    off = _options_off(plain)
    blocks = tuple(_SHELL.finditer(plain))
    calls = []
    for found in _CALL.finditer(plain):
        name, arguments, around = found[1], tuple[str, ...](), tuple[str, ...]()
        if _ASKS.match(name):  # of all others the name is enough, and much faster
            if plain[found.end() : found.end() + 1] == "(":
                arguments = split_arguments(plain, found.end() + 1)
            around = _around(plain, found.start(), blocks)
        is_dead = any(_is_off(condition, off) for condition in around)
        expanded = tuple(_expanded(one, macros, variables) for one in arguments)
        calls.append(MacroCall(name, expanded, not around, is_dead))
    return Configure(file, tuple(calls), variables, plain, off)


def _kept(found: re.Match[str]) -> str:
    """Keep what only looks like a comment: `$#`, colours, `[#]`."""
    return (
        found[0]
        if "#" in found[0] and re.match(r"\s*#\d|\s*#\s*(?:define|include|if)", found[0])
        else ""
    )


def _calls(content: str, names: Sequence[str] = ()) -> Iterator[tuple[str, int, tuple[str, ...]]]:
    """Yield each macro (of `names`) with its place and arguments, those inside of others too."""
    for found in _CALL.finditer(content):
        if names and found[1] not in names:
            continue
        if content[found.end() : found.end() + 1] == "(":
            yield found[1], found.start(), split_arguments(content, found.end() + 1)
        else:
            yield found[1], found.start(), ()


def split_arguments(content: str, start: int) -> tuple[str, ...]:
    """Return the arguments of a macro whose first one starts at `start`, without outer quotes."""
    arguments, depth, brackets, begin = list[str](), 0, 0, start
    for at in range(start, min(len(content), start + 60_000)):
        one = content[at]
        if one == "[":
            brackets += 1
        elif one == "]":
            brackets -= 1
        elif brackets <= 0 and one == "(":
            depth += 1
        elif brackets <= 0 and one == ")":
            if depth == 0:
                arguments.append(_unquoted(content[begin:at]))
                break
            depth -= 1
        elif one == "," and brackets <= 0 and depth == 0:
            arguments.append(_unquoted(content[begin:at]))
            begin = at + 1
    return tuple(arguments)


def _unquoted(text: str) -> str:
    text = text.strip()
    while text[:1] == "[" and text[-1:] == "]":
        text = text[1:-1].strip()
    return text


def _definitions(content: str) -> Mapping[str, str]:
    """Return the plain macros that m4_define and the like give a text to."""
    found: dict[str, str] = {}
    for _, _, arguments in _calls(content, _DEFINES):
        if len(arguments) > 1:
            found.setdefault(arguments[0], arguments[1])
    return found


def _variables(content: str) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for one in _SHELL.finditer(content):
        name, value = one["name"], (one["value"] or "").strip("\"'")
        if not name or len(value) > _LONGEST:
            continue
        more = re.sub(rf"\$\{{?{name}\b\}}?", "", value)
        if " " in value and more != value:  # a list that grows
            found[name] = f"{found.get(name, '')} {more}"[:_LONGEST]
        else:
            found.setdefault(name, value)
    for _, _, arguments in _calls(content, ("AC_SUBST",)):
        if len(arguments) > 1:
            found.setdefault(arguments[0], arguments[1].strip("\"'"))
    return found


def _expanded(text: str, macros: Mapping[str, str], variables: Mapping[str, str]) -> str:
    """Put macros and shell variables in, as far as they are plain; esyscmd stays as it is."""
    if len(text) > 2000:  # noqa: PLR2004 - code, not a value
        return text
    for _ in range(6):
        before = text
        text = re.sub(r"\b[A-Za-z_]\w*\b(?!\()", lambda one: macros.get(one[0], one[0])[:300], text)
        text = re.sub(r"\$\{?(\w+)\}?", lambda one: variables.get(one[1], one[0]), text)
        text = re.sub(r"m4_(?:join|JOIN)\(\[?(.)\]?,([^()]*)\)", _joined, text)
        if text == before or len(text) > 4000:  # noqa: PLR2004 - it grows without end
            break
    return re.sub(r"[\[\]]", "", text) if re.fullmatch(r"[\w.\[\]\s+-]*", text) else text


def _joined(found: re.Match[str]) -> str:
    return found[1].join(part.strip(" []\n") for part in found[2].split(","))


def _options_off(content: str) -> frozenset[str]:
    """Return the options that are off by default, as shell variables (`with_tls`).

    By custom the help text names the way away from the default: `--enable-x` for what is off.
    """
    off = set()
    for name, _, arguments in _calls(content, ("AC_ARG_ENABLE", "AC_ARG_WITH")):
        if not arguments:
            continue
        variable = _variable(name, arguments[0])
        if _ASIDE.search(variable) or _is_off_by_default(arguments, variable):
            off |= {variable, arguments[0].replace("-", "_"), *_set_to_no(arguments, content)}
    return frozenset(off)


def _set_to_no(arguments: Sequence[str], content: str) -> Iterator[str]:
    """Yield the variables that say no where an option is not given, and that nobody changes."""
    otherwise = arguments[3] if len(arguments) > 3 else ""  # noqa: PLR2004 - action-if-not-given
    for name in re.findall(r"\b([A-Za-z_]\w*)=[\"']?(?:no|false)\b", otherwise):
        if not re.search(rf"\b{name}=[\"']?(?:yes|true|auto|check)\b", content):
            yield name


def _variable(macro: str, option: str) -> str:
    kind = "enable" if macro == "AC_ARG_ENABLE" else "with"
    return f"{kind}_{re.sub(r'[^A-Za-z0-9_]', '_', option)}"


def _is_off_by_default(arguments: Sequence[str], variable: str) -> bool:
    otherwise = arguments[3] if len(arguments) > 3 else ""  # noqa: PLR2004 - action-if-not-given
    described = arguments[1] if len(arguments) > 1 else ""
    if _FOR_TESTS.search(described):
        return True
    given = re.search(r"\w+=[\"']?(\w+)", otherwise)
    if given:
        return given[1] in ("no", "false", "0", "off", "disabled")
    if re.search(r"default[^\n]{0,12}\b(yes|on|auto|check|enabled)\b", described, re.IGNORECASE):
        return False
    if _HELP_PATH.search(described):
        return False
    return _HELP_OFF.search(described) is not None and variable not in otherwise


def _around(content: str, place: int, blocks: Sequence[re.Match[str]]) -> tuple[str, ...]:
    """Return the conditions of the shell and macro blocks around a place."""
    open_tests: list[str] = []
    for one in blocks:
        if one.start() >= place:
            break
        if one["test"] is not None:
            open_tests.append(one["test"])
        elif one["elif"] is not None:
            open_tests[-1:] = [one["elif"]]
        elif one["other"] is not None:
            open_tests[-1:] = [f"else of {open_tests[-1]}"] if open_tests else []
        elif one["end"] is not None:
            del open_tests[-1:]
    return (*open_tests, *_macros_around(content, place))


def _macros_around(content: str, place: int) -> Iterator[str]:
    """Yield the first argument of each AS_IF or the like that is still open at a place."""
    start = max(0, place - 4000)
    for found in re.finditer(
        r"\b(AS_IF|AM_COND_IF|AC_ARG_WITH|AC_ARG_ENABLE|AS_CASE)\(", content[start:place]
    ):
        inside = content[start + found.end() : place]
        if inside.count("(") + 1 > inside.count(")"):
            depth = 1
            for one in inside:
                depth += (one == "(") - (one == ")")
                if depth == 0:
                    break
            if depth > 0:
                yield inside.split(",", 1)[0]


def _is_off(condition: str, off: frozenset[str]) -> bool:
    """Tell whether a condition asks that an option is on which is off by default."""
    is_else = condition.startswith("else of")
    if is_else and not _IS_NOT_YES.search(condition):
        return False
    if not is_else and _ASKS_FOR_NO.search(condition):
        return False
    return any(word in off for word in re.findall(r"[A-Za-z_]\w*", condition))
