"""What is compared of a recipe: names, and a few answers; never text."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

SECTIONS = ("build", "host", "run")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """A recipe for linux-64: names without versions; `compiler:c` and `stdlib:c` for the calls.

    `files` are paths below the prefix that the recipe's tests ask for, patterns allowed; `runs`
    are the test runners that they start.
    """

    build: frozenset[str] = frozenset()
    host: frozenset[str] = frozenset()
    run: frozenset[str] = frozenset()
    noarch: str = "none"
    licence: str = ""
    imports: frozenset[str] = frozenset()
    pip_check: bool = False
    libraries: frozenset[str] = frozenset()
    files: frozenset[str] = frozenset()
    runs: frozenset[str] = frozenset()
    build_system: str = ""
    run_exports: bool = False

    @property
    def compilers(self) -> frozenset[str]:
        return frozenset(
            name.removeprefix("compiler:") for name in self.build if name.startswith("compiler:")
        )

    @property
    def languages(self) -> frozenset[str]:
        """Return what can be compiled: the compiler of C++ brings C's, gxx needs gcc."""
        brought = {"c"} if "cxx" in self.compilers else set()
        return frozenset(self.compilers | brought)

    def section(self, name: str) -> frozenset[str]:
        return {"build": self.build, "host": self.host, "run": self.run}[name]


@dataclass(frozen=True, slots=True)
class Project:
    """A source archive and the facts of the recipe that was accepted for it."""

    name: str
    language: str
    version: str
    url: str
    sha256: str
    accepted: Facts = field(default_factory=Facts)


def read_set(file: Path) -> tuple[Project, ...]:
    """Return the projects of dev.yaml or held.yaml."""
    from ruamel.yaml import YAML

    data = YAML(typ="safe").load(file)
    return tuple(
        _project(language, entry) for language, entries in data.items() for entry in entries
    )


def _project(language: str, entry: Mapping) -> Project:
    tests = entry["tests"]
    return Project(
        name=entry["name"],
        language=language,
        version=entry["version"],
        url=entry["url"],
        sha256=entry["sha256"],
        accepted=Facts(
            build=_names(entry["build"]),
            host=_names(entry["host"]),
            run=_names(entry["run"]),
            noarch=entry["noarch"],
            licence=entry["licence"] or "",
            imports=_names(tests["imports"]),
            pip_check=tests["pip_check"],
            libraries=_names(tests["libraries"]),
            files=_names(tests["files"]),
            runs=_names(tests["runs"]),
            build_system=entry.get("build_system", ""),
            run_exports=entry.get("run_exports", False),
        ),
    )


def _names(values: Iterable[str]) -> frozenset[str]:
    return frozenset(values)
