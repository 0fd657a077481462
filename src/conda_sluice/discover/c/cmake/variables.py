"""The variables of a CMake project: what they hold, and what commands make of them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from conda_sluice.discover.c.cmake.syntax import FALSE, Quoted

_VARIABLE = re.compile(r"\$\{([\w.+/-]+)\}")
_LONGEST = 4000
"""Characters: no name, and no list of names, is so long."""
_WORD = re.compile(r"[\w.+/-]+")


@dataclass(slots=True)
class Variables:
    """Variables with their texts, lists joined with `;`.

    What may run sets only what was not set: of the names in `unsure` a text is known, and another
    one may be meant. Nothing changes those in `fixed`; those in `cached` outlive a function.
    `exported` are those that the function which runs sets for its caller.
    """

    texts: dict[str, str] = field(default_factory=dict)
    unsure: set[str] = field(default_factory=set)
    fixed: set[str] = field(default_factory=set)
    cached: set[str] = field(default_factory=set)
    exported: dict[str, str] = field(default_factory=dict)

    def known(self, name: str) -> str | None:
        """Return what a variable surely holds."""
        return None if name in self.unsure else self.texts.get(name)

    def fix(self, name: str, text: str) -> None:
        """Give a variable a text that nothing changes."""
        self.texts[name] = text
        self.fixed.add(name)
        self.unsure.discard(name)

    def default(self, name: str, text: str) -> None:
        """Give a variable that is not set a text, as the cache does, for good."""
        if name not in self.texts and name not in self.unsure:
            self.texts[name] = text
        self.cached.add(name)

    def put(self, name: str, text: str, *, is_certain: bool) -> None:
        """Set a variable; what is not certain sets it only where it was not set."""
        if name in self.fixed:
            return
        text = text.replace(f"${{{name}}}", "").strip(";")[:_LONGEST]  # not set yet: empty
        if is_certain:
            self.texts[name] = text
            self.unsure.discard(name)
        elif name in self.cached and text.upper() in FALSE:
            return  # an option is switched off where something lacks: a package is made with all
        elif self.texts.get(name) != text or name in self.unsure:
            self.texts.setdefault(name, text)
            self.unsure.add(name)

    def doubt(self, names: Sequence[str]) -> None:
        """Forget for sure what variables hold: something that is not followed may set them."""
        self.unsure.update(name for name in names if name in self.texts and name not in self.fixed)

    def expanded(self, said: str, *, surely: bool = False) -> str:
        """Return a word with what variables hold in place of them, as far as that is known."""
        for _ in range(4):
            before = said
            said = _VARIABLE.sub(lambda found: self._text(found[1], found[0], surely), said)
            if said == before or len(said) > _LONGEST:
                break
        return said

    def _text(self, name: str, written: str, surely: bool) -> str:  # noqa: FBT001 - called once
        if surely and name in self.unsure:
            return written
        return self.texts.get(name, written)[:_LONGEST]

    def arguments(self, words: Sequence[str], *, surely: bool = False) -> tuple[str, ...]:
        """Return the arguments that words become: lists fall apart where nobody quoted them."""
        found: list[str] = []
        for word in words:
            said = self.expanded(word, surely=surely) if "$" in word else word
            if isinstance(word, Quoted):
                found.append(said if said is word else Quoted(said))
            elif ";" in said or not said:
                found.extend(part for part in said.split(";") if part)
            else:
                found.append(said)
        return tuple(found)


def run(name: str, arguments: Sequence[str], of: Variables, *, is_certain: bool) -> bool:
    """Take in a command that sets variables; return whether it is one that is followed."""
    match name, arguments:
        case "set", (variable, *values):
            _set(variable, values, of, is_certain=is_certain)
        case "unset", (variable, *_):
            of.put(variable, "", is_certain=is_certain)
        case "list", (word, variable, *values):
            _list(word.upper(), variable, values, of, is_certain=is_certain)
        case "string", (word, *rest) if rest:
            _string(word.upper(), rest, of, is_certain=is_certain)
        case "cmake_parse_arguments", words:
            for variable, text in parsed_arguments(words, of):
                of.put(variable, text, is_certain=is_certain)
        case _:
            return False
    return True


def _set(variable: str, values: Sequence[str], of: Variables, *, is_certain: bool) -> None:
    if any("CMAKE_MATCH_" in one for one in values):
        return  # only its own name tells what was found in a text
    is_cached = "CACHE" in values
    kept = values[: values.index("CACHE")] if is_cached else values
    if is_cached and "FORCE" not in values:
        if is_certain:
            of.default(variable, ";".join(kept))
        elif variable not in of.texts:
            of.put(variable, ";".join(kept), is_certain=False)
    elif list(kept[-1:]) == ["PARENT_SCOPE"]:
        of.exported[variable] = ";".join(kept[:-1])
    else:
        of.put(variable, ";".join(kept), is_certain=is_certain)


def _list(
    word: str, variable: str, values: Sequence[str], of: Variables, *, is_certain: bool
) -> None:
    old = of.texts.get(variable, "")
    listed = [one for one in old.split(";") if one]
    changed = {
        "APPEND": [*listed, *values],
        "PREPEND": [*values, *listed],
        "REMOVE_ITEM": [one for one in listed if one not in values],
        "REMOVE_DUPLICATES": list(dict.fromkeys(listed)),
        "SORT": sorted(listed),
        "REVERSE": listed[::-1],
    }
    is_sure = is_certain and variable not in of.unsure
    match word, values:
        case _, _ if word in changed:
            if is_certain:
                of.put(variable, ";".join(changed[word]), is_certain=True)
                of.doubt([] if is_sure else [variable])
            else:
                of.unsure.add(variable)
        case "FIND", (item, result):
            at = str(listed.index(item)) if item in listed else "-1"
            of.put(result, at, is_certain=is_sure)
        case "LENGTH", (result,):
            of.put(result, str(len(listed)), is_certain=is_sure)
        case "GET", (index, result) if re.fullmatch(r"-?\d{1,4}", index):
            inside = -len(listed) <= int(index) < len(listed)
            of.put(result, listed[int(index)] if inside else "", is_certain=is_sure and inside)
        case _:
            of.doubt([variable, *values])


def _string(word: str, rest: Sequence[str], of: Variables, *, is_certain: bool) -> None:
    match word, rest:
        case "TOUPPER", (text, result):
            of.put(result, text.upper() if "$" not in text else text, is_certain=is_certain)
        case "TOLOWER", (text, result):
            of.put(result, text.lower() if "$" not in text else text, is_certain=is_certain)
        case "MAKE_C_IDENTIFIER", (text, result) if "$" not in text:
            of.put(result, re.sub(r"\W", "_", text), is_certain=is_certain)
        case "STRIP", (text, result):
            of.put(result, text.strip(), is_certain=is_certain)
        case "REPLACE", (old, new, result, *texts) if old:
            text = "".join(texts)[:_LONGEST].replace(old, new[:_LONGEST])
            of.put(result, text, is_certain=is_certain)
        case "CONCAT", (result, *texts):
            of.put(result, "".join(texts), is_certain=is_certain)
        case "APPEND", (variable, *texts):
            of.put(variable, of.texts.get(variable, "") + "".join(texts), is_certain=is_certain)
        case _:
            of.doubt([one for one in rest if _WORD.fullmatch(one)])


def parsed_arguments(words: Sequence[str], of: Variables) -> Iterator[tuple[str, str]]:
    """Yield the variables that cmake_parse_arguments sets, with their texts."""
    given: list[str] = list(words)
    if given[:1] == ["PARSE_ARGV"] and len(given) > 5:  # noqa: PLR2004 - prefix and three lists
        from_ = int(given[1]) if re.fullmatch(r"\d{1,4}", given[1], re.ASCII) else 0
        arguments = of.texts.get("ARGV", "").split(";")[from_:]
        prefix, *lists = given[2:6]
    elif len(given) > 3:  # noqa: PLR2004 - prefix and three lists
        (prefix, *lists), arguments = given[:4], given[4:]
    else:
        return
    flags, single, many = ([word for word in said.split(";") if word] for said in lists)
    found = dict.fromkeys(flags, "FALSE")
    found |= dict.fromkeys([*single, *many, "UNPARSED_ARGUMENTS"], "")
    key = "UNPARSED_ARGUMENTS"
    for argument in arguments:
        if argument in flags:
            found[argument] = "TRUE"
            key = "UNPARSED_ARGUMENTS"
        elif argument in single or argument in many:
            key = argument
        else:
            found[key] = f"{found[key]};{argument}" if found[key] else argument
            key = "UNPARSED_ARGUMENTS" if key in single else key
    for name, text in found.items():
        yield f"{prefix}_{name}", text


def items_of(raw: Sequence[str], variables: Variables) -> tuple[Sequence[str], bool]:
    """Return the items of a `foreach` that are known, and whether these surely are all."""
    words = variables.arguments(raw[1:])
    if words[:1] == ("IN",):
        at = words.index("ITEMS") if "ITEMS" in words else len(words)
        lists = words[2:at] if words[1:2] == ("LISTS",) else ()
        listed = [item for one in lists for item in variables.texts.get(one, "").split(";") if item]
        items = [*listed, *words[at + 1 :]]
        are_sure = all(variables.known(one) is not None for one in lists)
        are_sure = are_sure and "ZIP_LISTS" not in words
    elif words[:1] == ("RANGE",):
        items, are_sure = [], False
    else:
        items = list(words)
        are_sure = variables.arguments(raw[1:], surely=True) == words
    known = [one for one in items if "$" not in one]
    return known, are_sure and len(known) == len(items)
