"""ELF files (System V ABI), without what no two builds share."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

_MAGIC = b"\x7fELF"
_HEADER = 52
_LOAD, _NOTE = 1, 4
_GNU, _BUILD_ID = b"GNU\0", 3
_DEBUG = (b".debug", b".zdebug", b".gnu_debug")
_MOST = 10_000
"""Entries of a table; a sound file has some dozens."""


@dataclass(frozen=True)
class _Layout:
    """Where the header keeps its tables, and a table's entries their fields."""

    word: str
    segments: int
    sections: int
    counts: int
    segment: tuple[int, int]
    section: tuple[int, int]


_BITS_64 = _Layout("Q", 32, 40, 54, (8, 32), (24, 32))
_BITS_32 = _Layout("I", 28, 32, 42, (4, 16), (16, 20))

Span = tuple[int, int]
"""First byte, and the one after the last."""


def comparable_elf(data: bytes) -> bytes | None:
    """Return what of a program or shared library has to be the same; None for other files.

    That is every byte that is loaded, but for the build id, a digest over the whole file; the
    sections that are not loaded, but for debugging information, which holds the folder of the
    build; and what follows after all sections.
    """
    if not data.startswith(_MAGIC) or len(data) < _HEADER:
        return None
    try:
        return _Elf(data).comparable()
    except (struct.error, ValueError, OverflowError):
        return None


class _Elf:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._order = "<" if data[5] == 1 else ">"
        self._layout = _BITS_64 if data[4] == 2 else _BITS_32  # noqa: PLR2004 - ELFCLASS64
        counts = self._read("HHHHH", self._layout.counts)
        self._segment_size, self._segment_count, self._section_size = counts[:3]
        self._section_count, self._names_index = counts[3:]
        (self._segment_table,) = self._read(self._layout.word, self._layout.segments)
        (self._section_table,) = self._read(self._layout.word, self._layout.sections)

    def comparable(self) -> bytes | None:
        """Return the bytes that have to be the same; None for what nothing loads."""
        segments = list(self._segments())
        loaded = max((end for kind, (_, end) in segments if kind == _LOAD), default=0)
        if not loaded:
            return None
        head = bytearray(self._data[:loaded])
        self._blank(head, (self._layout.sections, self._layout.sections + self._word_size))
        self._blank(head, (self._layout.counts + 6, self._layout.counts + 10))
        for kind, span in segments:
            if kind == _NOTE:
                for note in self._build_ids(span):
                    self._blank(head, note)
        parts, last = [bytes(head)], self._section_table + self._section_size * self._section_count
        for name, (start, end) in self._sections():
            last = max(last, end)
            if start >= loaded and not name.startswith((*_DEBUG, b".shstrtab")):
                parts.append(name + b"\0" + self._data[start:end])
            if sum(map(len, parts)) > 2 * len(self._data):
                raise ValueError("its sections lie over each other")
        return b"\0".join([*parts, self._data[max(last, loaded) :]])

    @property
    def _word_size(self) -> int:
        return struct.calcsize(self._order + self._layout.word)

    def _read(self, form: str, at: int) -> tuple[int, ...]:
        return struct.unpack_from(self._order + form, self._data, at)

    def _segments(self) -> Iterator[tuple[int, Span]]:
        """Yield kind and place in the file of every segment."""
        offset, size = self._layout.segment
        for index in range(min(self._segment_count, _MOST)):
            at = self._segment_table + index * self._segment_size
            (kind,) = self._read("I", at)
            yield kind, self._span(at, offset, size)

    def _sections(self) -> Iterator[tuple[bytes, Span]]:
        """Yield name and place in the file of every section that has bytes there."""
        offset, size = self._layout.section
        table, width = self._section_table, self._section_size
        names = self._span(table + self._names_index * width, offset, size)[0]
        for index in range(min(self._section_count, _MOST)):
            at = table + index * width
            name, kind = self._read("II", at)
            start = names + name
            if kind not in {0, 8}:  # neither SHT_NULL nor SHT_NOBITS
                end = self._data.index(b"\0", start)
                yield self._data[start:end], self._span(at, offset, size)

    def _span(self, at: int, offset: int, size: int) -> Span:
        (start,) = self._read(self._layout.word, at + offset)
        (length,) = self._read(self._layout.word, at + size)
        return start, start + length

    def _build_ids(self, span: Span) -> Iterator[Span]:
        at, end = span
        while at + 12 <= end:
            names, told, kind = self._read("III", at)
            start = at + 12 + _aligned(names)
            if kind == _BUILD_ID and self._data[at + 12 : at + 12 + names] == _GNU:
                yield start, start + told
            at = start + _aligned(told)

    @staticmethod
    def _blank(head: bytearray, span: Span) -> None:
        start, end = span
        head[start:end] = bytes(len(head[start:end]))


def _aligned(length: int) -> int:
    return (length + 3) & ~3
