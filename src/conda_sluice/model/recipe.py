"""Recipes: written for people (`Recipe`), or evaluated for one variant (`RenderedRecipe`).

A recipe that was not rendered cannot be built: the types say so.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from conda_sluice.model.names import PackageName, Subdir


class Dialect(StrEnum):
    """The two languages in which a recipe is written, by the name of its file."""

    META = "meta.yaml"
    RECIPE = "recipe.yaml"


class FilesFrom(StrEnum):
    """Among which files an output's globs choose.

    All that stands in its environment, or what the shared build added (both with `*` within one
    folder, as meta.yaml has it), or all that is new, with `*` for folders too (recipe.yaml).
    """

    ENVIRONMENT = "environment"
    SHARED = "shared"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a list: text that may hold Jinja, its selector, a note for the reviewer.

    `because` is the evidence for it (a file and its words), told on demand and not written;
    `doubt` says what is uncertain, and is written as a comment too.
    """

    text: str
    when: str = ""
    note: str = ""
    because: str = ""
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One `key: value` of a recipe's section, with its selector, note, evidence and doubt.

    `value` is a scalar, or a tuple of items for a list.
    """

    key: str
    value: "str | int | bool | tuple[Item, ...]"
    when: str = ""
    note: str = ""
    because: str = ""
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A section of meta.yaml: entries in their order, nested sections among them, and notes."""

    name: str
    entries: "tuple[Entry | Section, ...]"
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """A recipe as it is written for people: `{% set %}` lines, sections, and files beside it.

    `scripts` maps a file name (`build.sh`, `bld.bat`) to its text.
    """

    name: PackageName
    sets: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    scripts: tuple[tuple[str, str], ...] = ()
    header: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pin:
    """`pin_subpackage` or `pin_compatible`: a bound that only the build knows.

    `build` is the build string that was written after it: `{{ pin_compatible("mpi") }} *_cuda`.
    """

    kind: str
    name: PackageName
    min_pin: str = ""
    max_pin: str = ""
    exact: bool = False
    lower_bound: str = ""
    upper_bound: str = ""
    build: str = ""


Requirement = str | Pin
"""A match spec, or a pin."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where sources come from: a local path, or a URL with its hash.

    `beyond` are pairs of what conda-build knows about a source beside these fields (svn, hg, other
    hashes), a value that is no plain text as JSON.
    """

    path: str = ""
    url: tuple[str, ...] = ()
    sha256: str = ""
    patches: tuple[str, ...] = ()
    folder: str = ""
    git_url: str = ""
    git_rev: str = ""
    git_depth: int = 0
    md5: str = ""
    file_name: str = ""
    beyond: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RunExports:
    """What a package adds to the requirements of those that build with it (CEP 12)."""

    weak: tuple[Requirement, ...] = ()
    strong: tuple[Requirement, ...] = ()
    noarch: tuple[Requirement, ...] = ()
    weak_constrains: tuple[Requirement, ...] = ()
    strong_constrains: tuple[Requirement, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildSection:
    """The `build` section for one variant.

    `string` is a hand-written build string, "" for the usual one; `script` are inline commands,
    empty where `script_file` beside the recipe is run, "" for the builder's usual one.
    `script_interpreter` runs it, "" for the one that its ending stands for.
    `merge_build_host` puts build and host requirements into one environment, as recipes from
    before their separation expect it. `beyond` are pairs of what conda-build knows in `build`
    beside these fields, a value that is no plain text as JSON.
    """

    number: int = 0
    string: str = ""
    noarch: str = ""
    is_skipped: bool = False
    script: tuple[str, ...] = ()
    script_env: tuple[str, ...] = ()
    entry_points: tuple[str, ...] = ()
    run_exports: RunExports = field(default_factory=RunExports)
    ignore_run_exports: tuple[str, ...] = ()
    ignore_run_exports_from: tuple[str, ...] = ()
    rpaths: tuple[str, ...] = ()
    missing_dso_whitelist: tuple[str, ...] = ()
    detect_binary_files_with_prefix: bool = True
    script_file: str = ""
    merge_build_host: bool = False
    python_version_independent: bool = False
    osx_is_app: bool = False
    binary_relocation: bool = True
    error_overlinking: bool = False
    error_overdepending: bool = False
    runpath_whitelist: tuple[str, ...] = ()
    always_include_files: tuple[str, ...] = ()
    no_link: tuple[str, ...] = ()
    skip_compile_pyc: tuple[str, ...] = ()
    has_prefix_files: tuple[str, ...] = ()
    binary_has_prefix_files: tuple[str, ...] = ()
    ignore_prefix_files: tuple[str, ...] = ()
    script_interpreter: str = ""
    beyond: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirements:
    """The four lists, and `conflicts`, which conda-build knows and does nothing with."""

    build: tuple[Requirement, ...] = ()
    host: tuple[Requirement, ...] = ()
    run: tuple[Requirement, ...] = ()
    run_constrained: tuple[Requirement, ...] = ()
    conflicts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TestSection:
    """The recipe's own tests.

    `others` are tests that only a recipe.yaml can hold, each as JSON.
    """

    __test__ = False  # not a test class, whatever pytest makes of its name

    imports: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    source_files: tuple[str, ...] = ()
    downstreams: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What people read about a package.

    `extra` holds pairs of text: the recipe's own `extra` section, and what conda-build knows in
    `about` beyond these fields. A value that is no plain text is written as JSON.
    """

    home: str = ""
    license: str = ""
    license_family: str = ""
    license_file: tuple[str, ...] = ()
    summary: str = ""
    description: str = ""
    doc_url: str = ""
    dev_url: str = ""
    extra: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedBuild:
    """What a recipe with several outputs does once, before any of them is packaged.

    Its files are what outputs take theirs from. `variant` are the keys that it uses, sorted.
    `version` is the recipe's own, "" where it has none. `exports_run` tells that what its
    environments export to those who build with them counts for the outputs too.
    """

    build: BuildSection = field(default_factory=BuildSection)
    requirements: Requirements = field(default_factory=Requirements)
    variant: tuple[tuple[str, str], ...] = ()
    source: tuple[Source, ...] = ()
    version: str = ""
    exports_run: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedRecipe:
    """A recipe for one variant on one platform: no Jinja, no selectors, no open variant.

    Requirements carry the variant's pins (`python 3.11.*`) as conda-build applies them.
    `variant` are the variant keys that this recipe uses, sorted.

    A recipe with `outputs` is one of these for each output. `output_of` is then the name of the
    recipe, `is_top_level` tells that the output bears it, `shared` is what is built once for all
    of them, None where nothing is. `files` are globs of what the output takes of `files_from`,
    less `not_files`; without any it takes what its own script adds. Where they choose among all
    that is new, no globs take all of it.
    """

    name: PackageName
    version: str
    platform: Subdir
    variant: tuple[tuple[str, str], ...] = ()
    source: tuple[Source, ...] = ()
    build: BuildSection = field(default_factory=BuildSection)
    requirements: Requirements = field(default_factory=Requirements)
    test: TestSection = field(default_factory=TestSection)
    about: About = field(default_factory=About)
    output_of: str = ""
    is_top_level: bool = False
    files: tuple[str, ...] = ()
    not_files: tuple[str, ...] = ()
    files_from: FilesFrom = FilesFrom.ENVIRONMENT
    shared: SharedBuild | None = None
    app: tuple[tuple[str, str], ...] = ()

    @property
    def subdir(self) -> Subdir:
        """Return the subdir in which the package will lie."""
        return Subdir("noarch") if self.build.noarch else self.platform
