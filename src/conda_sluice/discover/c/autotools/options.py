"""Options of configure that are off by default, and the conditions that ask for them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from conda_sluice.discover.c.autotools.blocks import Blocks
from conda_sluice.discover.c.autotools.m4 import split_arguments

OPTION = re.compile(r"\b(AC_ARG_(?:ENABLE|WITH))\(")
_HELP_OFF = re.compile(r"--(?:enable|with)-")
_HELP_PATH = re.compile(r"--with-[\w-]+(?:@<:@|\[+)?=\W*(?:DIR|PATH|PREFIX|path|dir|prefix)")
_ASKS_FOR_NO = re.compile(r"-z\s|!=\s*\"?x?yes|(?<!!)=\s*\"?[x_]?no\b")
_IS_NOT_NO = re.compile(r"!=\s*\"?[x_]?no\b")
_IS_A_CHOICE = re.compile(r"(?<!!)=\s*\"?(?![x_]?(?:yes|true|1|auto)\b)[a-z]\w+")
_DEFAULT_NO = re.compile(r"default\W{0,12}(?:is |to )?\W*(?:no|off|disabled)\b", re.IGNORECASE)
_IS_NOT_YES = re.compile(r"!=\s*\"?x?yes")
_FOR_TESTS = re.compile(r"\btest(?:s|ing| ?cases?| ?suites?)\b", re.IGNORECASE)
_ASIDE = re.compile(
    r"(?:^|_)(?:(?:unit_?)?tests?|testing|examples?|samples?|docs?|gtk_?doc|documentation|doxygen"
    r"|fuzz(?:ing|ers?)?|bench(?:marks?)?|valgrind|coverage|debug|maintainer_mode)(?:_|$)"
)
_SAYS_YES = re.compile(
    r"\b([A-Za-z_]\w*)=[\"']?(?:yes\b|true\b|auto\b|check\b|1\b|\$(?:enable|with)val)"
)
_CHOSEN = re.compile(r"\b([A-Za-z_]\w*)=[\"']?([a-z][\w.+-]*)\b")
_ASSIGNED = re.compile(r"\b([A-Za-z_]\w*)=(?![\"']?\$\{?(?:enable|with)val)[\"']?([\w.+-]*)")
_NO_CHOICE = frozenset(
    {*("yes", "true", "on", "auto", "check", "maybe", "default", "detect"), "no"}
)
_COMPARED = re.compile(r"\$\{?(\w+)\}?[\"']?\s*==?\s*([\w.+|\"' *-]+)")
_EITHER = re.compile(r"\|\||\s-o\s")
_MOST_STEPS = 3
_NOT_GIVEN = 3
"""Place of what is done where an option is not given, among the arguments of AC_ARG_WITH."""


@dataclass(frozen=True, slots=True)
class OptionsOff:
    """The options that are off by default, as shell variables (`with_tls`).

    Those of `unset` say nothing where they are not given: neither no nor yes. `choices` are
    variables with the word that they have by default, where options are between several.
    """

    names: frozenset[str]
    unset: frozenset[str] = frozenset()
    choices: frozenset[tuple[str, str]] = frozenset()

    def is_off(self, condition: str) -> bool:
        """Tell whether a condition asks that an option is on which is off by default."""
        is_else = condition.startswith("else of")
        if not is_else and self._is_another_choice(condition):
            return True
        if is_else and not _IS_NOT_YES.search(condition):
            return False
        if not is_else and _ASKS_FOR_NO.search(condition):
            return False
        words = set(re.findall(r"[A-Za-z_]\w*", condition)) & self.names
        if not is_else and (_IS_NOT_NO.search(condition) or _IS_A_CHOICE.search(condition)):
            words -= self.unset
        return bool(words)

    def _is_another_choice(self, condition: str) -> bool:
        """Tell whether a condition asks for another word than a variable has by default."""
        asked = _COMPARED.search(condition)
        default = dict(self.choices).get(asked[1], "") if asked else ""
        if not asked or not default or _EITHER.search(condition):
            return False
        words = [word.strip(" \"'") for word in asked[2].split("|")]
        return not {default, f"x{default}", "*"} & set(words)


def options_off(blocks: Blocks) -> OptionsOff:
    """Return the options that are off by default.

    By custom the help text names the way away from the default: `--enable-x` for what is off.
    """
    content, off, unset = blocks.content, set[str](), set[str]()
    switched, choices = _switched_on(content), set[tuple[str, str]]()
    assigned = _assigned(content)
    for found in OPTION.finditer(content):
        arguments = split_arguments(content, found.end())
        if not arguments:
            continue
        variable = variable_of(found[1], arguments[0])
        choices |= set(_chosen(arguments, assigned))
        if _ASIDE.search(variable) or _is_off_by_default(arguments, variable):
            is_said = _says_no(arguments, variable)
            if not is_said and _is_set_elsewhere(variable, blocks, switched):
                continue
            names = {variable, arguments[0].replace("-", "_"), *_set_to_no(arguments, switched)}
            off |= names
            if not is_said:
                unset |= names
    known = OptionsOff(frozenset(off), frozenset(unset), frozenset(choices))
    for _ in range(_MOST_STEPS):
        more = frozenset(_set_where_off(known, blocks, switched)) - known.names
        if not more:
            break
        known = replace(known, names=known.names | more)
    return known


def _set_where_off(
    known: OptionsOff, blocks: Blocks, switched: Mapping[str, Sequence[int]]
) -> Iterator[str]:
    """Yield the variables that say yes only where an option is on that is off."""
    is_off = cache(known.is_off)
    for name, places in switched.items():
        if all(any(is_off(said) for said in blocks.around(place)) for place in places):
            yield name


def _assigned(content: str) -> Mapping[str, set[str]]:
    """Return all words that variables are set to, but for what an option says."""
    words: dict[str, set[str]] = {}
    for name, word in _ASSIGNED.findall(content):
        words.setdefault(name, set()).add(word)
    return words


def _chosen(
    arguments: Sequence[str], assigned: Mapping[str, set[str]]
) -> Iterator[tuple[str, str]]:
    """Yield the variable that an option between several sets where it is not given, and its word.

    Nobody else may change it to anything else, but for the option itself.
    """
    otherwise = arguments[_NOT_GIVEN] if len(arguments) > _NOT_GIVEN else ""
    for name, word in _CHOSEN.findall(otherwise):
        if word not in _NO_CHOICE and assigned[name] == {word}:
            yield name, word


def _says_no(arguments: Sequence[str], variable: str) -> bool:
    """Tell whether an option that is not given is set to something, or is said to be off."""
    otherwise = arguments[_NOT_GIVEN] if len(arguments) > _NOT_GIVEN else ""
    is_set = re.search(r"\b\w+=[\"']?\w", otherwise) is not None
    return (
        is_set
        or _DEFAULT_NO.search("".join(arguments[1:2])) is not None
        or bool(_ASIDE.search(variable))
    )


def _switched_on(content: str) -> Mapping[str, Sequence[int]]:
    """Return the variables that are set to yes or the like, and where."""
    places: dict[str, list[int]] = {}
    for found in _SAYS_YES.finditer(content):
        places.setdefault(found[1], []).append(found.start())
    return places


def _is_set_elsewhere(variable: str, blocks: Blocks, switched: Mapping[str, Sequence[int]]) -> bool:
    """Tell whether configure itself switches an option on, but for what it looks for then."""
    around = (blocks.around(place) for place in switched.get(variable, ()))
    return any(not any(variable in condition for condition in one) for one in around)


def _set_to_no(arguments: Sequence[str], switched: Mapping[str, object]) -> Iterator[str]:
    """Yield the variables that say no where an option is not given, and that nobody changes."""
    otherwise = arguments[_NOT_GIVEN] if len(arguments) > _NOT_GIVEN else ""
    names = re.findall(r"\b([A-Za-z_]\w*)=[\"']?(?:no|false)\b", otherwise)
    return (name for name in names if name not in switched)


def variable_of(macro: str, option: str) -> str:
    """Return the shell variable in which configure keeps what an option says."""
    kind = "enable" if macro == "AC_ARG_ENABLE" else "with"
    return f"{kind}_{re.sub(r'[^A-Za-z0-9_]', '_', option)}"


def _is_off_by_default(arguments: Sequence[str], variable: str) -> bool:
    otherwise = arguments[_NOT_GIVEN] if len(arguments) > _NOT_GIVEN else ""
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
