"""From channels.yaml to candidates: projects found, versions read, recipes written and rendered."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from conda_sluice.discover.backend import ask_nothing
from conda_sluice.discover.detect import discover
from conda_sluice.discover.versions import project_version, version_tags
from conda_sluice.effects.git import GitRepository
from conda_sluice.errors import ConfigError, ProjectError, RecipeError
from conda_sluice.model.config import Config, Mode, ProjectEntry
from conda_sluice.model.names import PackageName, Subdir
from conda_sluice.model.project import Project, ProjectVersion, SourceState, VersionOrigin
from conda_sluice.model.recipe import RenderedRecipe
from conda_sluice.model.variant import VariantConfig
from conda_sluice.model.version import conda_version
from conda_sluice.pipeline.recipe_reading import decoded, read_files, read_folder, recipe_file
from conda_sluice.plan.builds import Candidate
from conda_sluice.ports import AskBackend
from conda_sluice.recipe.canonical import canonical_text
from conda_sluice.recipe.script_environment import version_environment
from conda_sluice.recipe.variants import layer, parse_variant_config

OpenRepository = Callable[[Path], GitRepository | None]
"""Opens the git repository that holds a folder, None where there is none."""

VARIANTS_FILE = "conda_build_config.yaml"
# For workspaces that bring no pinning: one Python and the lowest for noarch packages, one R, and
# which C library packages are made for, as conda-forge has them today. A variants file replaces
# them key by key.
_DEFAULT_VARIANTS = """
python:
  - "3.13"
python_min:
  - "3.10"
r_base:
  - "4.5"
c_compiler:
  - gcc                      # [linux]
  - clang                    # [osx]
  - vs2022                   # [win]
cxx_compiler:
  - gxx                      # [linux]
  - clangxx                  # [osx]
  - vs2022                   # [win]
c_stdlib:
  - sysroot                  # [linux]
  - macosx_deployment_target # [osx]
  - vs                       # [win]
c_stdlib_version:
  - "2.17"                   # [linux]
  - "11.0"                   # [osx]
  - "2022"                   # [win]
m2w64_c_compiler:            # [win]
  - gcc                      # [win]
m2w64_cxx_compiler:          # [win]
  - gxx                      # [win]
m2w64_fortran_compiler:      # [win]
  - gfortran                 # [win]
m2w64_c_stdlib:              # [win]
  - m2w64-sysroot            # [win]
m2w64_c_stdlib_version:      # [win]
  - "12"                     # [win]
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A project of the workspace with its settings, its version and where its recipe lies."""

    entry: ProjectEntry
    project: Project
    source: SourceState
    version: ProjectVersion
    recipe_dir: Path
    repository: GitRepository

    @property
    def name(self) -> PackageName:
        """Return the project's conda name."""
        return self.project.name

    @property
    def is_versioned_by_git(self) -> bool:
        """Tell whether the recipe takes its version from outside."""
        return self.version.origin is VersionOrigin.GIT


def load_members(
    config: Config,
    open_repository: OpenRepository,
    *,
    allow_dirty: bool = False,
    ask_backend: AskBackend = ask_nothing,
) -> tuple[Member, ...]:
    """Look at every project of the configuration.

    Raise ProjectError for a project outside git, or with changes that are not committed.
    """
    repositories: dict[Path, GitRepository] = {}
    members = []
    for entry in config.projects:
        repository = _repository(entry.root, repositories, open_repository)
        project = discover(entry.root, ask_backend=ask_backend)
        source = repository.state(entry.root)
        if source.is_dirty and not allow_dirty:
            raise ProjectError(
                f"{project.name} has changes that are not committed;"
                " packages are made from commits",
                where=str(entry.root),
                remedy="commit them, or use --allow-dirty for a build that stays in the lowest"
                " channel",
            )
        version = project_version(
            scheme=project.scheme,
            static_version=project.static_version,
            language=project.language,
            tag_template=entry.tag,
            repository=repository,
            state=source,
            name=project.name,
            is_relabelled=entry.mode is Mode.RELABEL,
        )
        members.append(
            Member(
                entry=entry,
                project=project,
                source=source,
                version=version,
                recipe_dir=config.recipes / project.name,
                repository=repository,
            )
        )
    return tuple(members)


def last_release(member: Member) -> str:
    """Return the conda version of the highest tag so far, 0.0.0 where there is none."""
    tags = version_tags(
        language=member.project.language,
        tag_template=member.entry.tag,
        repository=member.repository,
        state=member.source,
        name=member.name,
    )
    return conda_version(str(max(tag.version for tag in tags))) if tags else "0.0.0"


def _repository(
    root: Path, known: dict[Path, GitRepository], open_repository: OpenRepository
) -> GitRepository:
    """Return the nearest repository around `root`, opened once: a submodule is one of its own."""
    nearest = next((one for one in (root, *root.parents) if (one / ".git").exists()), root)
    if nearest not in known:
        opened = open_repository(root)
        if opened is None:
            raise ProjectError(
                "this project is in no git repository; packages are made from commits",
                where=str(root),
                remedy="git init, git add and git commit it",
            )
        known[nearest] = opened
    return known[nearest]


def load_variants(config: Config, platform: Subdir) -> VariantConfig:
    """Layer the variants: defaults, what upstream folders bring, the configuration's own."""
    brought = [one.folder / VARIANTS_FILE for one in config.upstream if one.folder is not None]
    files = [file for file in brought if file.is_file()] + list(config.variants)
    return layer([default_variants(platform), *(_read_variants(file, platform) for file in files)])


@cache
def default_variants(platform: Subdir) -> VariantConfig:
    """Return the variants of workspaces that bring no pinning, read once for each platform."""
    return parse_variant_config(_DEFAULT_VARIANTS, where="the defaults", platform=platform)


def _read_variants(file: Path, platform: Subdir) -> VariantConfig:
    try:
        data = file.read_bytes()
    except OSError as error:
        raise ConfigError(
            f"cannot read this variant file: {error.strerror}",
            where=str(file),
            remedy="see `variants` in channels.yaml",
        ) from error
    text = decoded(data, file, ConfigError)
    return parse_variant_config(text, where=str(file), platform=platform)


def load_candidates(
    members: Sequence[Member],
    variants: VariantConfig,
    platform: Subdir,
    drafts: Mapping[PackageName, Mapping[str, str]],
) -> tuple[Candidate, ...]:
    """Render every member's recipe for each of its variants; skipped ones are left out.

    `drafts` are the files of recipes that are not on disk.
    """
    return tuple(
        candidate
        for member in members
        for candidate in _candidates(member, variants, platform, drafts.get(member.name))
    )


def _candidates(
    member: Member,
    variants: VariantConfig,
    platform: Subdir,
    draft: Mapping[str, str] | None,
) -> list[Candidate]:
    folder = member.recipe_dir
    files = (
        read_files(folder)
        if draft is None
        else {name: text.encode() for name, text in draft.items()}
    )
    file = folder / recipe_file(files, folder)
    recipes = read_folder(
        files,
        folder,
        platform=platform,
        variants=variants,
        environ=version_environment(member.version),
    )
    beside = sorted((name, content) for name, content in files.items() if name != file.name)
    scripts = tuple((name, hashlib.sha256(data).hexdigest()) for name, data in beside)
    _check_version(recipes, member, file)
    return [
        Candidate(
            project=member.project,
            version=member.version,
            source=member.source,
            recipe_dir=folder,
            rendered=rendered,
            canonical=canonical_text(rendered),
            scripts=scripts,
        )
        for rendered in recipes
        if not rendered.build.is_skipped
    ]


def _check_version(recipes: Sequence[RenderedRecipe], member: Member, file: Path) -> None:
    """Raise RecipeError for a recipe of another version; outputs may have versions of their own."""
    ours = member.version.conda
    other = next((one.version for one in recipes if one.version != ours), "")
    has_ours = any(one.version == ours for one in recipes if one.output_of)
    if other and not has_ours:
        raise RecipeError(
            f"the recipe is for version {other}, the project is at {ours}",
            where=str(file),
            remedy="sluice recipe brings it up to date; --overwrite writes it anew",
        )
