"""The options of a CMake project with their defaults, and what conditions give by them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from conda_sluice.discover.c.cmake.conditions import Answer, evaluated, variable_of
from conda_sluice.discover.c.cmake.syntax import FALSE, TRUE, Quoted
from conda_sluice.discover.c.cmake.variables import Variables
from conda_sluice.model.library_names import package_with

_HERE = ("UNIX", "LINUX")
_ELSEWHERE = (
    *("WIN32", "MSVC", "MINGW", "CYGWIN", "APPLE", "ANDROID", "IOS", "BORLAND", "MSYS"),
    *("EMSCRIPTEN", "WINDOWS_STORE", "HAIKU", "SOLARIS", "XCODE", "WATCOM", "AIX", "OS2"),
    *("MSVC_IDE", "MINGW32", "WINCE", "BSD", "FREEBSD", "OPENBSD", "VXWORKS"),
)
_MACHINE = {
    "BUILD_SHARED_LIBS": "ON",
    "PROJECT_IS_TOP_LEVEL": "ON",
    "BUILD_TESTING": "OFF",
    **dict.fromkeys(_HERE, "1"),
    **dict.fromkeys(_ELSEWHERE, "0"),
    **dict.fromkeys(("CMAKE_SYSTEM_NAME", "CMAKE_HOST_SYSTEM_NAME"), "Linux"),
    "CMAKE_BUILD_TYPE": "Release",
    "CMAKE_VERSION": "4.0.0",
    "CMAKE_MAJOR_VERSION": "4",
    **{f"CMAKE_{language}_COMPILER_ID": "GNU" for language in ("C", "CXX", "Fortran")},
    **{f"CMAKE_COMPILER_IS_{name}": "1" for name in ("GNUCC", "GNUCXX", "GNUG77")},
}
"""What our own build sets, and CMake on Linux with GCC: for that a recipe is thought out first."""
_SWITCH = re.compile(
    r"(?:[A-Z0-9]+_)?(?:BUILD|ENABLE|WITH|USE|SKIP|DISABLE|NO)_[A-Z0-9_]+$", re.IGNORECASE
)
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
_FOREIGN = ("CMAKE_", "ENV{", "CACHE{", "SKBUILD")
"""What variables that somebody outside of the project sets begin with."""
_DEEPEST = 8

DECLARES = ("option", "cmake_dependent_option", "set")
"""Commands that may declare an option."""


def is_aside(option: str) -> bool:
    """Tell whether an option is for tests, examples, benchmarks or documentation."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", option)  # as in Trips_BuildTests
    return _ASIDE.search(words.upper()) is not None


def _as_built() -> Variables:
    return Variables(texts=dict(_MACHINE), fixed=set(_MACHINE))


@dataclass(slots=True)
class Options:
    """Options with their values: what our own build sets (which nothing changes), and defaults.

    `switched_off` are those for tests and the like, which our own build switches off, and for
    copies of libraries; `switched_on` are those that take libraries as packages. `commands` are
    the functions and macros of the project's own, `targets` what it makes.
    """

    variables: Variables = field(default_factory=_as_built)
    switched_off: dict[str, None] = field(default_factory=dict)
    switched_on: dict[str, None] = field(default_factory=dict)
    project: str = ""
    seen: set[str] = field(default_factory=set)
    commands: set[str] = field(default_factory=set)
    targets: set[str] = field(default_factory=set)

    def declare(self, name: str, arguments: Sequence[str]) -> None:
        """Take in an option, or a variable of the cache that is one, with its default."""
        match name, arguments:
            case "option" | "cmake_dependent_option", (option, *rest):
                self._read_option(option, rest, is_dependent=name != "option")
            case "set", (option, value, "CACHE", "BOOL", *_):
                self._default(option, value)
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

    def _fix(self, option: str, *, value: bool) -> None:
        (self.switched_on if value else self.switched_off)[option] = None
        self.variables.fix(option, "ON" if value else "OFF")

    def _default(self, option: str, value: str) -> None:
        known = self.constant(value)
        if known is None and _INSTALLS.fullmatch(option):
            known = True
        if known is not None:
            self.variables.default(option, "ON" if known else "OFF")

    def truth(self, condition: Sequence[str], *, unset: Answer = None) -> Answer:
        """Return what `if(…)` gives by the options' defaults, None where that is not known.

        `unset` is what variables are taken for that nothing is known of; to CMake they are false.
        """
        return evaluated(condition, self if unset is None else _Unset(self, unset))

    def constant(self, word: str, depth: int = _DEEPEST) -> Answer:
        """Return whether a word alone is true: a constant, or a variable that holds none of these.

        None where that is not known.
        """
        if word.upper() in TRUE:
            return True
        if word.upper() in FALSE or word.upper().endswith("-NOTFOUND"):
            return False
        if "$" in word:
            name, said = variable_of(word), self.variables.expanded(word, surely=True)
            if "$" not in said and depth:
                return self.constant(said, depth - 1)
            return self._value(name, depth) if name != word else None
        return self._value(word, depth)

    def _value(self, name: str, depth: int) -> Answer:
        said = self.variables.known(name)
        if said is not None:
            if "$" in said:
                return (
                    self.constant(said, depth - 1) if depth and variable_of(said) != said else None
                )
            return said.upper() not in FALSE and not said.upper().endswith("-NOTFOUND")
        # to CMake, what nobody set is false
        return False if _SWITCH.match(name) and name not in self.seen else None

    def text(self, word: str) -> str | None:
        """Return the text that a word of a comparison stands for, None where it is not known."""
        said = self.variables.expanded(word, surely=True) if "$" in word else word
        if "$" in said:
            return None
        if not isinstance(word, Quoted):
            held = self.variables.known(said)
            if held is not None:
                return None if "$" in held else held
            if "$" not in word and re.fullmatch(r"[A-Za-z_]\w*", word):
                return None
        return said

    def items(self, name: str) -> Sequence[str] | None:
        """Return what is in the list of that name, None where it is not known."""
        said = self.variables.known(name)
        return None if said is None or "$" in said else said.split(";")

    def answer(self, question: str, asked: str) -> Answer:
        """Return whether there is something: a target, a command, a variable."""
        match question:
            case "TARGET" if "$" not in asked:
                return asked in self.targets or self._is_made(asked)
            case "COMMAND" if asked.lower() in self.commands:
                return True
            case "DEFINED" if "$" not in asked and not asked.startswith(_FOREIGN):
                is_set = self.variables.known(asked) is not None
                return is_set or (None if asked in self.seen else False)
            case _:
                return None

    def _is_made(self, target: str) -> Answer:
        """Tell whether a package has made a target; none has before it is looked for."""
        package = target.partition("::")[0]
        if self.variables.known(f"{package}_FOUND"):
            return True
        return None if {package, target} & self.seen else False


@dataclass(frozen=True, slots=True)
class _Unset:
    """Answers as options do, and where these know nothing of a variable, `unset`."""

    options: Options
    unset: bool

    def constant(self, word: str) -> Answer:
        value = self.options.constant(word)
        return self.unset if value is None else value

    def text(self, word: str) -> str | None:
        return self.options.text(word)

    def items(self, name: str) -> Sequence[str] | None:
        return self.options.items(name)

    def answer(self, question: str, asked: str) -> Answer:
        return self.options.answer(question, asked)
