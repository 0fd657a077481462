"""repodata.json as bytes that are searched and spliced, so that a change costs what it changes.

A canonical text is what `canonical` makes: sorted keys, no white space, ASCII. In it a package is
found by binary search for `"<file>":{`. This is sound because the pattern occurs nowhere else: in
a JSON string a quotation mark is escaped, so the pattern's marks begin and end a key or a value;
what comes between two values holds no letter; and an entry that nests an object under the name of
a package file is refused. Packages of one name are found by the start of their file names, because
an entry whose name is another is refused too. Nothing is taken for canonical but what was made
here.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from conda_sluice.errors import DamagedError
from conda_sluice.index.repodata import SECTIONS, Entry, Repodata, section_of
from conda_sluice.model.package import parse_file_name

_MEMBER = re.compile(rb'(?<=[{,])"([A-Za-z0-9_][A-Za-z0-9_.+!~-]*\.(?:conda|tar\.bz2))":(?=\{)')

Span = tuple[int, int]
"""Start and end of the members of a section, without its braces."""


@dataclass(frozen=True, slots=True)
class IndexText:
    """A canonical index; `outer` is its document without the two sections of packages."""

    data: bytes
    spans: tuple[Span, Span]
    count: int
    outer: Mapping[str, object]

    @property
    def info(self) -> Mapping[str, object]:
        """Return the `info` section."""
        return cast("Mapping[str, object]", self.outer.get("info") or {})

    @property
    def removed(self) -> tuple[str, ...]:
        """Return the files that are there and are not to be solved with (CEP 36)."""
        return tuple(cast("list[str]", self.outer.get("removed") or []))

    def entry(self, file: str) -> Entry | None:
        """Return the entry of a file, None where there is none."""
        for span in self.spans:
            start = _seek(self.data, file.encode(), span)
            if _name_at(self.data, start, span) == file.encode():
                return _entry_at(self.data, start, _end(self.data, start, span))
        return None

    def members(self) -> Iterator[tuple[str, Entry]]:
        """Yield all files and their entries, sorted within their section."""
        for file, start, end in self._places():
            yield file, _entry_at(self.data, start, end)

    def named(self, name: str) -> dict[str, Entry]:
        """Return the entries of the packages of one name, by file name."""
        return {
            file: _entry_at(self.data, start, end)
            for span in self.spans
            for file, start, end in _places_from(self.data, f"{name}-", span)
            if parse_file_name(file).name == name
        }

    def by_name(self) -> Iterator[tuple[str, dict[str, Entry]]]:
        """Yield the names of packages, sorted, with the entries of each by file name."""
        places: dict[str, list[tuple[str, int, int]]] = {}
        for place in self._places():
            places.setdefault(parse_file_name(place[0]).name, []).append(place)
        for name in sorted(places):
            yield name, {file: _entry_at(self.data, *place) for file, *place in places[name]}

    def changed(
        self, edits: Mapping[str, Entry | None], outer: Mapping[str, object]
    ) -> "IndexText":
        """Return the text with entries added, replaced or (None) taken out; `outer` is new."""
        parts = [
            _spliced(self.data, span, _edits_in(edits, number))
            for number, span in enumerate(self.spans)
        ]
        count = self.count + sum(change for _, change in parts)
        return _assembled(outer, parts[0][0], parts[1][0], count)

    def _places(self) -> Iterator[tuple[str, int, int]]:
        for span in self.spans:
            yield from _places_from(self.data, "", span)


def canonical(repodata: Repodata, where: str) -> IndexText:
    """Return the canonical text of an index; raise DamagedError, naming an ambiguous entry."""
    parts = []
    for key in SECTIONS:
        section = repodata.section(key)
        parts.append([member_text(file, section[file], where) for file in sorted(section)])
    outer = {key: value for key, value in repodata.document.items() if key not in SECTIONS}
    count = len(parts[0]) + len(parts[1])
    return _assembled(outer, [b",".join(parts[0])], [b",".join(parts[1])], count)


def located(data: bytes, spans: tuple[Span, Span], count: int) -> IndexText | None:
    """Return the text of which somebody remembers that it is canonical, None where it is not."""
    first, second = spans
    ends = (0, *first, *second, len(data))
    if list(ends) != sorted(ends):
        return None
    try:
        document = json.loads(data[: first[0]] + data[first[1] : second[0]] + data[second[1] :])
    except ValueError:
        return None
    if not isinstance(document, dict) or any(document.pop(key, None) != {} for key in SECTIONS):
        return None
    return IndexText(data, spans, count, document)


def member_text(file: str, entry: Entry, where: str) -> bytes:
    """Return one member of a section; raise DamagedError where it would not be found again."""
    text = b"%s:%s" % (_dump(file), _dump(entry))
    if [found.decode() for found in _MEMBER.findall(b"{" + text)] != [file]:
        raise DamagedError(
            f"its entry {file!r} is no package, or holds an object that is named like one",
            where,
            "correct the entry by hand; no conda tool writes such a thing",
        )
    if entry.get("name") != parse_file_name(file).name:
        raise DamagedError(
            f"its entry {file!r} is that of a package named {entry.get('name')!r}",
            where,
            "look which of the two is right, and correct the other by hand",
        )
    return text


def _edits_in(edits: Mapping[str, Entry | None], number: int) -> dict[str, Entry | None]:
    """Return the edits of one section: a file goes to its own, and is taken out of the other."""
    chosen: dict[str, Entry | None] = {}
    for file, entry in edits.items():
        is_home = section_of(file) == SECTIONS[number]
        chosen[file] = entry if is_home else None
    return chosen


def _spliced(data: bytes, span: Span, edits: Mapping[str, Entry | None]) -> tuple[list[bytes], int]:
    """Return the pieces of a section with its edits, and how many members it has gained."""
    chunks: list[bytes | memoryview] = []
    view = memoryview(data)
    cursor, stop = span
    gained = 0
    for file in sorted(edits):
        entry, name = edits[file], file.encode()
        start = _seek(data, name, (cursor, stop))
        if start > cursor:
            chunks.append(view[cursor : start if start == stop else start - 1])
        cursor = start
        if _name_at(data, start, span) == name:
            cursor = min(_end(data, start, span) + 1, stop)
            gained -= 1
        if entry is not None:
            chunks.append(member_text(file, entry, file))
            gained += 1
    if cursor < stop:
        chunks.append(view[cursor:stop])
    pieces: list[bytes] = []
    for chunk in chunks:
        pieces += [b",", cast("bytes", chunk)] if pieces else [cast("bytes", chunk)]
    return pieces, gained


def _assembled(
    outer: Mapping[str, object], first: list[bytes], second: list[bytes], count: int
) -> IndexText:
    pieces: list[bytes] = []
    spans: list[Span] = []
    size = 0

    def add(more: list[bytes]) -> Span:
        nonlocal size
        start = size
        pieces.extend(more)
        size += sum(map(len, more))
        return start, size

    for key in sorted({*outer, *SECTIONS}):
        add([b"," if pieces else b"{", _dump(key), b":"])
        if key in SECTIONS:
            add([b"{"])
            spans.append(add(first if key == SECTIONS[0] else second))
            add([b"}"])
        else:
            add([_dump(outer[key])])
    add([b"}"])
    return IndexText(b"".join(pieces), (spans[0], spans[1]), count, outer)


def _seek(data: bytes, name: bytes, span: Span) -> int:
    """Return where the first member starts whose name is not below `name`, or the span's end."""
    low, high = span
    answer = high
    while low < high:
        middle = (low + high) // 2
        found = _MEMBER.search(data, middle, span[1])
        start = found.start() if found else answer
        if found is None or start >= high:
            high = middle
        elif found[1] < name:
            low = found.end()
        else:
            answer, high = start, middle
    return answer


def _name_at(data: bytes, start: int, span: Span) -> bytes:
    """Return the name of the member that starts there, b"" at the end of the span."""
    found = _MEMBER.match(data, start) if start < span[1] else None
    return found[1] if found else b""


def _end(data: bytes, start: int, span: Span) -> int:
    """Return where the member that starts there ends: at the next comma, or the span's end."""
    following = _MEMBER.search(data, start + 1, span[1])
    return following.start() - 1 if following else span[1]


def _places_from(data: bytes, prefix: str, span: Span) -> Iterator[tuple[str, int, int]]:
    """Yield the files whose names start so, and where their members start and end."""
    wanted = prefix.encode()
    start = _seek(data, wanted, span)
    while name := _name_at(data, start, span):
        if not name.startswith(wanted):
            return
        end = _end(data, start, span)
        yield name.decode(), start, end
        start = min(end + 1, span[1])


def _entry_at(data: bytes, start: int, end: int) -> Entry:
    return cast("Entry", next(iter(json.loads(b"{%s}" % data[start:end]).values())))


def _dump(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode("ascii")
