"""A project: a source tree that becomes one package (or, later, several)."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from conda_sluice.model.facts import AboutFacts, CompileFacts, Facts
from conda_sluice.model.names import PackageName


class Language(StrEnum):
    """What a project is written in, as far as packaging it goes."""

    PYTHON = "python"
    R = "r"
    C = "c"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why something is believed: a claim and the file that shows it."""

    claim: str
    because: str

    def __str__(self) -> str:
        return f"{self.claim}, because {self.because}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """A project's sources in git: which repository, commit and tree they are taken from.

    `path` is the project's folder relative to the repository's top, "" for the top itself.
    `tree` is the git object id of that folder at `commit`, submodules included.
    `changes` is a digest of how the tracked files below `path` differ from `commit`, "" where
    they do not.
    """

    repository: Path
    commit: str
    path: str
    tree: str
    changes: str = ""

    @property
    def is_dirty(self) -> bool:
        """Tell whether there are changes that are in no commit."""
        return bool(self.changes)

    @property
    def content(self) -> str:
        """Return what stands for the sources: the tree, with `+` and the changes where there are.

        With changes it is never taken for a tree that git knows.
        """
        return f"{self.tree}+{self.changes}" if self.changes else self.tree


class VersionOrigin(StrEnum):
    """Where a version was read."""

    GIT = "git"
    STATIC = "static"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectVersion:
    """A version as the project writes it, and as conda will sort it.

    `tag` names the git tag that lies on the project's very source tree, "" where none does.
    """

    upstream: str
    conda: str
    origin: VersionOrigin
    tag: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TestSetup:
    """How a project tests itself: the command, what it needs, which of its files it reads.

    `commands` run in a folder that holds only `files` (paths or globs relative to the project);
    `requires` are conda match specs; `optional` are those of them without which tests are skipped.
    `lacking` are modules that tests import and that are not there: then there is nothing to run.
    """

    __test__ = False  # not a test class, whatever pytest makes of its name

    commands: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A source tree with what was found out about it.

    `scheme` says how its version is found: `static`, `hatch-vcs`, or `setuptools-scm:` with the
    name of a version scheme; `static_version` is the version written in it, "" where none is.
    """

    name: PackageName
    root: Path
    language: Language
    is_compiled: bool
    evidence: tuple[Evidence, ...] = ()
    scheme: str = "static"
    static_version: str = ""
    tests: TestSetup = field(default_factory=TestSetup)
    about: AboutFacts = field(default_factory=AboutFacts)
    compile: CompileFacts = field(default_factory=CompileFacts)
    facts: Facts | None = None
