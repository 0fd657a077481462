"""Reads R's DESCRIPTION (Debian control format): fields, continuation lines, lists of packages."""

import codecs
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from conda_sluice.discover.reading import read_text
from conda_sluice.errors import ProjectError
from conda_sluice.model.facts import RNeed

_FIELD = re.compile(r"([A-Za-z0-9@/_.-]+):[ \t]*(.*)")
_NEED = re.compile(
    r"([A-Za-z][A-Za-z0-9.]*)\s*(?:\(\s*(>=|<=|==|!=|<|>|=)\s*(r?[0-9][0-9.-]*)\s*\))?"
)
_ENCODING = re.compile(rb"^Encoding:[ \t]*([\w.:-]+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Field:
    """A field's text with its line breaks, and the number of the line on which it begins."""

    text: str
    line: int

    def __str__(self) -> str:
        return " ".join(self.text.split())


def read_dcf(path: Path, root: Path) -> Mapping[str, str]:
    """Return the fields of a DESCRIPTION, each on one line; raise ProjectError with the line."""
    return {name: str(field) for name, field in read_fields(path, root).items()}


def read_fields(path: Path, root: Path) -> Mapping[str, Field]:
    """Return the fields of a DESCRIPTION, which is one record; lines with `#` in front are none.

    The text is read in the encoding that the file names, as R does. Raise ProjectError with file
    and line for what is no field, a field said twice, and a second record.
    """
    fields: dict[str, Field] = {}
    name, is_over = "", False
    for number, line in enumerate(_lines(path, root), 1):
        if not line.strip():
            is_over = bool(fields)
        elif line.startswith("#"):
            continue
        elif is_over:
            raise _wrong("a blank line ends DESCRIPTION, and this comes after it", path, number)
        elif line[0] in " \t" and name:
            begun = fields[name]
            fields[name] = Field(f"{begun.text}\n{line.strip()}", begun.line)
        elif (found := _FIELD.match(line)) is None:
            raise _wrong(f"{line.strip()[:60]!r} is no field", path, number)
        elif found[1] in fields:
            raise _wrong(f"{found[1]} is said twice", path, number, "keep one of the two")
        else:
            name = found[1]
            fields[name] = Field(found[2].strip(), number)
    return fields


def _lines(path: Path, root: Path) -> list[str]:
    text = read_text(path, root)
    if "\N{REPLACEMENT CHARACTER}" in text:
        text = _decoded(path.read_bytes(), path).removeprefix("\ufeff")
    # not splitlines: it also breaks at characters that stand in names and words
    return re.split(r"\r\n|\r|\n", text)


def _decoded(content: bytes, path: Path) -> str:
    """Return text that is no UTF-8: in the encoding that it names, else in R's former default."""
    named = _ENCODING.search(content)
    encoding = named[1].decode("ascii") if named else "latin1"
    try:
        codecs.lookup(encoding)
    except LookupError as error:
        line = content.count(b"\n", 0, named.start()) + 1 if named else 1
        raise _wrong(
            f"there is no encoding {encoding!r}", path, line, "write `Encoding: UTF-8`"
        ) from error
    return content.decode(encoding if encoding.lower() not in {"utf8", "utf-8"} else "latin1")


def _wrong(what: str, path: Path, line: int, remedy: str = "") -> ProjectError:
    usual = "write `Field: value`, and begin a continued line with a blank"
    return ProjectError(what, f"{path}:{line}", remedy or usual)


def parse_needs(field: Field | str, where: str) -> tuple[RNeed, ...]:
    """Return the packages of a Depends, Imports, LinkingTo or Suggests field.

    Several bounds of one package are several needs. Raise ProjectError naming `where`, and the
    line where the field tells it, for what is no dependency.
    """
    return tuple(_needs(field if isinstance(field, Field) else Field(field, 0), where))


def _needs(field: Field, where: str) -> Iterator[RNeed]:
    line = field.line
    for item in field.text.split(","):
        said = " ".join(item.split())
        found = _NEED.fullmatch(said)
        if found:
            yield RNeed(found[1], f"{found[2]} {found[3]}" if found[2] else "")
        elif said:
            blank = len(item) - len(item.lstrip())
            at = f"{where}:{line + item.count(chr(10), 0, blank)}" if field.line else where
            raise ProjectError(f"{said!r} is no dependency", at, "write it as: name (>= 1.2)")
        line += item.count("\n")
