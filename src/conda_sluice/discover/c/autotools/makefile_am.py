"""Reads the Makefile.am files of an autotools project: what is installed, what is linked to."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from conda_sluice.discover.c.autotools.makefile_in import named_libraries
from conda_sluice.discover.reading import read_text
from conda_sluice.model.facts import Link

_LINKED = re.compile(r"(?:\w+_)?(?:LIBADD|LDADD|LIBS|LDFLAGS)")


class Makefiles:
    """The Makefile.am files of a project, tests and the like left out."""

    def __init__(self, root: Path, variables: Mapping[str, str]) -> None:
        self._variables = variables
        self._files: list[tuple[str, Mapping[str, str]]] = []
        self._read(root, root, depth=4)

    def _read(self, root: Path, folder: Path, *, depth: int) -> None:
        content = read_text(folder / "Makefile.am", root)
        for included in re.findall(
            r"^include\s+(?:\$\([\w]+\)/)?([\w./-]+)", content, re.MULTILINE
        ):
            if ".." not in included:
                content += "\n" + read_text(root / included, root)
        said = _assignments(content)
        self._files.append((folder.relative_to(root).as_posix(), said))
        for below in self._words(said.get("SUBDIRS", ""), said):
            if (
                depth
                and re.fullmatch(r"[\w-]+", below)
                and not re.search("test|example|doc", below)
            ):
                self._read(root, folder / below, depth=depth - 1)

    def _words(self, text: str, said: Mapping[str, str]) -> list[str]:
        for _ in range(3):
            text = re.sub(
                r"\$[({](\w+)[)}]|@(\w+)@",
                lambda one: (
                    said.get(one[1] or one[2]) or self._variables.get(one[1] or one[2], "$")
                ),
                text,
            )
        return [word for word in text.split()[:500] if "$" not in word and "@" not in word]

    def _all(self, pattern: str) -> Iterator[tuple[str, str, Mapping[str, str]]]:
        for _, said in self._files:
            for key, value in said.items():
                if re.fullmatch(pattern, key):
                    yield from ((key, word, said) for word in self._words(value, said))

    def libraries(self) -> tuple[str, ...]:
        """Return the shared libraries that libtool makes and installs."""
        files = (
            word.rpartition("/")[2]
            for _, word, said in self._all("lib_LTLIBRARIES")
            if "-module" not in self._flags(word, said)
        )
        names = (one[3:].removesuffix(".la") for one in files if one.startswith("lib"))
        return tuple(dict.fromkeys(names))

    def _flags(self, library: str, said: Mapping[str, str]) -> str:
        key = re.sub(r"\W", "_", library)
        return " ".join(said.get(one, "") for one in (f"{key}_LDFLAGS", "AM_LDFLAGS"))

    def links(self) -> Iterator[Link]:
        """Yield the libraries that are named where something is linked, whatever configure says."""
        for folder, said in self._files:
            linked = (value for key, value in said.items() if _LINKED.fullmatch(key))
            yield from named_libraries(" ".join(linked), _place(folder))

    def programs(self) -> tuple[str, ...]:
        """Return the programs that are installed."""
        words = (word.rpartition("/")[2] for _, word, _ in self._all("bin_PROGRAMS"))
        return tuple(dict.fromkeys(word for word in words if re.fullmatch(r"[\w.+-]+", word)))

    def headers(self) -> tuple[str, ...]:
        """Return the headers that are installed right below include."""
        found: dict[str, None] = {}
        for key, word, _ in self._all(r"(nobase_)?(dist_|nodist_)?include_HEADERS"):
            name = word if key.startswith("nobase_") else word.rpartition("/")[2]
            if re.fullmatch(r"[\w./+-]+\.(h|hh|hpp|hxx|f90|inc)", name) and ".." not in name:
                found[f"include/{name}"] = None
        return tuple(found)

    def pkg_configs(self) -> tuple[str, ...]:
        """Return the names of the .pc files that are installed."""
        words = (
            word.rpartition("/")[2] for _, word, _ in self._all(r"(nodist_|dist_)?pkgconfig_DATA")
        )
        return tuple(dict.fromkeys(one.removesuffix(".pc") for one in words if one.endswith(".pc")))

    def abi(self) -> tuple[str, str]:
        """Return the number in the SONAME that libtool's -version-info gives on Linux.

        It is current minus age (libtool's manual, "Updating library version information").
        """
        found: set[tuple[str, str]] = set()
        for folder, said in self._files:
            for _, library, _ in self._own_libraries(said):
                flags = " ".join(self._words(self._flags(library, said), said))
                info = re.search(r"-version-info\s+(\d+)(?::\d+(?::(\d+))?)?(?!\S)", flags)
                number = re.search(r"-version-number\s+(\d+)", flags)
                if info:
                    abi = int(info[1]) - int(info[2] or 0)
                    found.add((str(abi), f"{info[0]} in {_place(folder)}"))
                elif number:
                    found.add((number[1], f"{number[0]} in {_place(folder)}"))
        return min(found) if len({abi for abi, _ in found}) == 1 else ("", "")

    def _own_libraries(
        self, said: Mapping[str, str]
    ) -> Sequence[tuple[str, str, Mapping[str, str]]]:
        value = said.get("lib_LTLIBRARIES", "")
        return [("", word, said) for word in self._words(value, said)]


def _place(folder: str) -> str:
    return "Makefile.am" if folder == "." else f"{folder}/Makefile.am"


def _assignments(content: str) -> Mapping[str, str]:
    """Return the variables of a Makefile.am that are set outside of every `if`."""
    found: dict[str, str] = {}
    depth = 0
    for line in re.sub(r"\\\n", " ", content).splitlines():
        word = line.split(" ", 1)[0]
        depth = max(0, depth + (word == "if") - (word == "endif"))
        said = re.match(r"\s*([\w.]+)\s*(\+?=)\s*([^#]*)", line)
        if said and (depth == 0 or said[1].endswith("LDFLAGS")):
            before = f"{found.get(said[1], '')} " if said[2] == "+=" else ""
            found[said[1]] = f"{before}{said[3].strip()}"
    return found
