"""Which commands of a CMakeLists.txt run: as far as options with defaults decide it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from conda_sluice.model.library_names import package_with

_OPENS = ("if", "foreach", "while", "function", "macro")
_CLOSES = tuple(f"end{one}" for one in _OPENS)
_TRUE = frozenset({"ON", "YES", "TRUE", "Y", "1"})
_FALSE = frozenset({"OFF", "NO", "FALSE", "N", "0", "IGNORE", "NOTFOUND", ""})
_COMPARES = frozenset(
    {
        *("STREQUAL", "EQUAL", "LESS", "GREATER", "MATCHES", "IN_LIST", "STRLESS"),
        *("VERSION_LESS", "VERSION_GREATER", "VERSION_EQUAL", "LESS_EQUAL", "GREATER_EQUAL"),
        *("VERSION_LESS_EQUAL", "VERSION_GREATER_EQUAL", "IS_NEWER_THAN"),
    }
)
_ASKS = frozenset({"TARGET", "DEFINED", "EXISTS", "COMMAND", "POLICY", "IS_DIRECTORY", "TEST"})
_PLATFORM = {
    "UNIX": True,
    **dict.fromkeys(
        (
            *("WIN32", "MSVC", "MINGW", "CYGWIN", "APPLE", "ANDROID", "IOS", "BORLAND", "MSYS"),
            *("EMSCRIPTEN", "WINDOWS_STORE", "HAIKU", "SOLARIS", "XCODE", "WATCOM", "AIX", "OS2"),
        ),
        False,
    ),
}
"""What CMake sets on Linux: the platform for which a recipe is thought out first."""
_OF_THE_TOP = frozenset(
    {
        *("CMAKE_PROJECT_NAME", "PROJECT_NAME", "CMAKE_SOURCE_DIR", "PROJECT_SOURCE_DIR"),
        *("CMAKE_CURRENT_SOURCE_DIR", "CMAKE_CURRENT_LIST_DIR"),
    }
)
"""Variables that are compared with each other to find out if nobody else adds the project."""
_SWITCH = re.compile(r"(?:[A-Z0-9]+_)?(?:BUILD|ENABLE|WITH|USE|SKIP|DISABLE|NO)_[A-Z0-9_]+$")
_INSTALLS = re.compile(r"(?:.*_)?INSTALL", re.IGNORECASE)
"""Options for installing at all, which are on for whoever is no part of another project."""
_ASIDE = re.compile(
    r"(?:^|_)(?:(?:UNIT_?)?TESTS?|TESTING|TEST_?SUITE|EXAMPLES?|SAMPLES?|BENCH(?:MARKS?)?"
    r"|FUZZ(?:ERS?|ING)?|DOCS?|DOCUMENTATION|DOXYGEN)$"
)
"""Options for what a package is made without."""
_COPY = re.compile(
    r"(?:\w+_)?(?P<taken>SYSTEM|EXTERNAL|INTERNAL|BUNDLED|VENDORED)_(?P<name>[A-Z0-9]+)"
    r"|(?:\w+_)?(?P<library>[A-Z0-9]+)_(?P<kind>SYSTEM|EXTERNAL|INTERNAL|BUNDLED|VENDORED)"
)
"""Options for a library as a package, or for the copy of it that a project carries."""
_TAKEN = ("SYSTEM", "EXTERNAL")


def is_aside(option: str) -> bool:
    """Tell whether an option is for tests, examples, benchmarks or documentation."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", option)  # as in Trips_BuildTests
    return _ASIDE.search(words.upper()) is not None


def _as_built() -> dict[str, bool]:
    ours = {"BUILD_SHARED_LIBS": True, "BUILD_TESTING": False, "PROJECT_IS_TOP_LEVEL": True}
    return {**ours, **_PLATFORM}


@dataclass(slots=True)
class Options:
    """Options with their values: what our own build sets (which nothing changes), and defaults.

    `switched_off` are those for tests and the like, which our own build switches off, and for
    copies of libraries; `switched_on` are those that take libraries as packages.
    """

    values: dict[str, bool] = field(default_factory=_as_built)
    switched_off: dict[str, None] = field(default_factory=dict)
    switched_on: dict[str, None] = field(default_factory=dict)
    project: str = ""
    seen: set[str] = field(default_factory=set)

    def read(self, name: str, arguments: Sequence[str], *, is_certain: bool = True) -> None:
        """Take in an `option`; a variable that is set has that value, if it is known and sure."""
        if name not in (*_OPENS, "elseif", "else"):
            self.seen.update(arguments[:2])  # macros of the project's own may set what they name
        match name, arguments:
            case "project", (project, *_):
                self.project = self.project or project.lower()
            case "option" | "cmake_dependent_option", (option, *rest):
                self._read_option(option, rest, is_dependent=name != "option")
            case "set", (option, *_) if option in self._fixed():
                pass
            case "set", (option, value, "CACHE", "BOOL", *_):
                self._default(option, value)
            case "set", (option, *_):
                self._set(option, arguments[1:], is_certain=is_certain)
            case _:
                pass

    def _read_option(self, option: str, rest: Sequence[str], *, is_dependent: bool) -> None:
        copy = _COPY.fullmatch(option)
        if is_aside(option):
            self._fix(option, value=False)
        elif copy and self._is_of_another(copy["name"] or copy["library"]):
            self._fix(option, value=(copy["taken"] or copy["kind"]) in _TAKEN)
        elif not is_dependent:
            self._default(option, rest[1] if len(rest) > 1 else "OFF")
        elif len(rest) > 1:
            _, default, *conditions = rest
            asked = {self.truth(one.split()) for said in conditions[:1] for one in said.split(";")}
            if False in asked:
                self._default(option, rest[-1])
            elif None not in asked:
                self._default(option, default)

    def _is_of_another(self, library: str) -> bool:
        name = library.lower()
        return bool(package_with(name)) and name.removeprefix("lib") not in self.project

    def _fixed(self) -> set[str]:
        return {*_as_built(), *self.switched_off, *self.switched_on}

    def _fix(self, option: str, *, value: bool) -> None:
        (self.switched_on if value else self.switched_off)[option] = None
        self.values[option] = value

    def _set(self, option: str, said: Sequence[str], *, is_certain: bool) -> None:
        value = self._constant(said[0]) if len(said) == 1 and said[0] else None
        if value is not None and is_certain:
            self.values[option] = value
        elif self.values.get(option) is not value:
            self.values.pop(option, None)

    def _default(self, option: str, value: str) -> None:
        known = self._constant(value)
        if known is None and _INSTALLS.fullmatch(option):
            known = True
        if known is not None:
            self.values.setdefault(option, known)

    def _constant(self, word: str) -> bool | None:
        if word.upper() in _TRUE:
            return True
        if word.upper() in _FALSE or word.upper().endswith("-NOTFOUND"):
            return False
        name = _name(word)
        if _SWITCH.match(name) and name not in self.seen:
            return self.values.get(name, False)  # to CMake, what nobody set is false
        return self.values.get(name)

    def truth(self, condition: Sequence[str], *, unset: bool | None = None) -> bool | None:
        """Return what `if(…)` gives by the options' defaults, None where that is not known.

        `unset` is what variables are taken for that nothing is known of; to CMake they are false.
        """
        words = [part for word in condition for part in _split(word)]

        def constant(word: str) -> bool | None:
            value = self._constant(word)
            return unset if value is None else value

        value, rest = _any(words, constant)
        return None if rest else value


def _split(word: str) -> list[str]:
    return [part for part in re.split(r"([()])", word) if part]


def _any(words: list[str], constant: Callable[[str], bool | None]) -> tuple[bool | None, list[str]]:
    value, rest = _all(words, constant)
    while rest[:1] == ["OR"]:
        other, rest = _all(rest[1:], constant)
        value = True if value or other else (None if None in (value, other) else False)
    return value, rest


def _all(words: list[str], constant: Callable[[str], bool | None]) -> tuple[bool | None, list[str]]:
    value, rest = _one(words, constant)
    while rest[:1] == ["AND"]:
        other, rest = _one(rest[1:], constant)
        value = False if False in (value, other) else (None if None in (value, other) else True)
    return value, rest


def _one(words: list[str], constant: Callable[[str], bool | None]) -> tuple[bool | None, list[str]]:
    match words:
        case ["NOT", *rest]:
            value, rest = _one(rest, constant)
            return None if value is None else not value, rest
        case ["(", *rest]:
            value, rest = _any(rest, constant)
            return value, rest[1:] if rest[:1] == [")"] else rest
        case [ask, asked, *rest] if ask in _ASKS:
            # what another project would have to make is not there before it is looked for
            return False if ask == "TARGET" and "::" in asked else None, rest
        case [left, compare, right, *rest] if compare in _COMPARES:
            is_top = compare == "STREQUAL" and {_name(left), _name(right)} <= _OF_THE_TOP
            return True if is_top else None, rest
        case [word, *rest]:
            return constant(word), rest
        case _:
            return None, []


def _name(word: str) -> str:
    inner = re.fullmatch(r"\$\{(\w+)\}", word)
    return inner[1] if inner else word


@dataclass(slots=True)
class Blocks:
    """The blocks around a command: True runs, False does not, None may."""

    options: Options
    stack: list[bool | None] = field(default_factory=list)
    variables: list[bool] = field(default_factory=list)

    @property
    def are_certain(self) -> bool:
        """Tell whether what stands here surely runs."""
        return all(self.stack)

    @property
    def are_switched(self) -> bool:
        """Tell whether what stands here runs only where somebody sets a variable.

        Questions (is there a file, which version is it) have answers that nobody switches on.
        """
        return any(
            is_variable and value is None
            for value, is_variable in zip(self.stack, self.variables, strict=True)
        )

    @property
    def are_dead(self) -> bool:
        """Tell whether what stands here surely does not run."""
        return False in self.stack

    def read(self, name: str, arguments: Sequence[str]) -> None:
        """Follow a command that opens, turns or closes a block."""
        if name == "if":
            self.stack.append(self.options.truth(arguments))
            self.variables.append(self.options.truth(arguments, unset=False) is False)
        elif name in _OPENS:
            self.stack.append(None)
            self.variables.append(False)
        elif name in _CLOSES:
            del self.stack[-1:], self.variables[-1:]
        elif name == "elseif" and self.stack:
            self.stack[-1] = False if self.stack[-1] else None
        elif name == "else" and self.stack:
            self.stack[-1] = None if self.stack[-1] is None else not self.stack[-1]
