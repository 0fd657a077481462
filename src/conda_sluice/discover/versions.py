"""A project's version: from git tags by the project's own scheme, or as its files say it."""

from collections.abc import Sequence
from pathlib import Path

from packaging.version import Version

from conda_sluice.discover.version_schemes import DEFAULT_SCHEME, derive
from conda_sluice.discover.version_tags import (
    PLACEHOLDER,
    VersionTag,
    find_version_tags,
    is_r_version,
    read_version,
)
from conda_sluice.discover.written_version import WRITTEN_BY, carry_over, written_version
from conda_sluice.effects.git import GitRepository, Tag
from conda_sluice.errors import VersionError
from conda_sluice.model.project import Language, ProjectVersion, SourceState, VersionOrigin
from conda_sluice.model.version import SEGMENTS, VersionScheme, sorts_alike

STATIC = "static"

_NO_TAG = Version("0.0")
"""What setuptools-scm counts on from where no tag is."""


def project_version(
    *,
    scheme: str,
    static_version: str,
    language: Language,
    tag_template: str,
    repository: GitRepository,
    state: SourceState,
    name: str = "",
    is_relabelled: bool = False,
) -> ProjectVersion:
    """Return the version of a project's committed sources.

    `scheme` is `static`, or one that `derive` knows; `tag_template` holds `{version}` and lets
    git say the version of a static project too, as it does where no file says it. `name` is what
    tags without a template may start with, besides the folder's name. `is_relabelled` asks for a
    version that no tag changes. Raise VersionError where tags or files give no version that conda
    can carry.
    """
    tags = version_tags(
        language=language,
        tag_template=tag_template,
        repository=repository,
        state=state,
        name=name,
    )
    if is_relabelled and not (scheme == STATIC and static_version):
        raise VersionError(
            "this project cannot climb by relabel: git tags say its version, and a file built as"
            " 1.0rc1 says so for ever",
            where=str(repository.top / state.path),
            remedy="write the version into the project's files, or remove `mode: relabel`",
        )
    is_told_by_files = static_version and (is_relabelled or not tag_template)
    if scheme == STATIC and (is_told_by_files or not (tag_template or tags)):
        return _static_version(static_version, language, tags, repository, state)
    scheme = DEFAULT_SCHEME if scheme == STATIC else scheme
    return _git_version(scheme, language, tags, repository, state)


def version_tags(
    *,
    language: Language,
    tag_template: str,
    repository: GitRepository,
    state: SourceState,
    name: str = "",
) -> tuple[VersionTag, ...]:
    """Return the tags at or before HEAD that hold a version of this project."""
    where = repository.top / state.path
    return find_version_tags(
        repository.tags(),
        template=tag_template,
        language=language,
        names=(name, where.name),
        where=str(where),
    )


def tags_of_version(
    upstream: str, tags: Sequence[VersionTag], language: Language
) -> tuple[Tag, ...]:
    """Return those of `tags` that say exactly this version, however they spell it."""
    version = read_version(upstream, language)
    return tuple(one.tag for one in tags if one.version == version)


def _static_version(
    text: str,
    language: Language,
    tags: Sequence[VersionTag],
    repository: GitRepository,
    state: SourceState,
) -> ProjectVersion:
    where = repository.top / state.path
    if not text:
        raise VersionError(
            "this project does not say its version",
            where=str(where),
            remedy="write it into the project's files, or tag a commit: git tag v1.0.0",
        )
    conda = written_version(text, language, where)
    _check_agreement(text, language, tags, repository, state)
    witnesses = [
        tag
        for tag in tags_of_version(text, tags, language)
        if not state.is_dirty and repository.tree_at(tag.commit, state.path) == state.tree
    ]
    best = max(witnesses, key=lambda tag: (tag.is_annotated, tag.name), default=None)
    return ProjectVersion(
        upstream=text, conda=conda, origin=VersionOrigin.STATIC, tag=best.name if best else ""
    )


def _check_agreement(
    text: str,
    language: Language,
    tags: Sequence[VersionTag],
    repository: GitRepository,
    state: SourceState,
) -> None:
    """Refuse a version in files where the commit is tagged as another release.

    A project that shares its repository may well have versions of its own.
    """
    said = read_version(text, language)
    here = [one for one in tags if one.tag.commit == repository.head and not state.path]
    if said is None or not here or any(_release(one.version) == _release(said) for one in here):
        return
    raise VersionError(
        f"the project's files say version {text}, and its commit is tagged {here[-1].tag.name}",
        where=str(repository.top),
        remedy=f'correct one of them, or let tags decide: set `tag: "{_template_of(here[-1])}"`'
        " for it in channels.yaml",
    )


def _release(version: Version) -> tuple[int, ...]:
    """Return the numbers of a version without its zero tail."""
    numbers = list(version.release)
    while numbers[-1:] == [0]:
        numbers.pop()
    return tuple(numbers)


def _template_of(tag: VersionTag) -> str:
    return tag.tag.name.replace(tag.text, PLACEHOLDER)


def _git_version(
    scheme: str,
    language: Language,
    tags: Sequence[VersionTag],
    repository: GitRepository,
    state: SourceState,
) -> ProjectVersion:
    where = repository.top / state.path
    nearest = _nearest(tags, repository)
    if nearest is None:
        _check_depth(repository, where)
        base, distance = _NO_TAG, repository.distance(None, state.path)
    else:
        commit = nearest.tag.commit
        base, distance = nearest.version, repository.distance(commit, state.path)
        is_same = repository.tree_at(commit, state.path) == state.tree
        if is_same and not distance and not state.is_dirty:
            return _tagged_version(nearest, language, tags, where)
        if not distance and not is_same:
            # a merge took back older sources: no commit touched them, and yet they differ
            distance = repository.distance(commit, "")
    text = derive(scheme, base, distance, str(where))
    conda = carry_over(text, VersionScheme.PEP440, where)
    _check_order(Version(text), tags, where)
    return ProjectVersion(upstream=text, conda=conda, origin=VersionOrigin.GIT)


def _tagged_version(
    tagged: VersionTag, language: Language, tags: Sequence[VersionTag], where: Path
) -> ProjectVersion:
    # R has no candidates: a tag that names one is written as Python writes it
    is_foreign = language is Language.R and not is_r_version(tagged.text)
    rules = VersionScheme.PEP440 if is_foreign else WRITTEN_BY[language]
    conda = carry_over(tagged.text, rules, where)
    _check_order(tagged.version, tags, where)
    return ProjectVersion(
        upstream=tagged.text.partition("+")[0],
        conda=conda,
        origin=VersionOrigin.GIT,
        tag=tagged.tag.name,
    )


def _nearest(tags: Sequence[VersionTag], repository: GitRepository) -> VersionTag | None:
    """Return the tag with the fewest commits after it, and among those the highest version."""
    commits = repository.nearest({one.tag.commit for one in tags})
    return max(
        (one for one in tags if one.tag.commit in commits),
        # an annotated tag can be signed, so it speaks for a version that two tags name
        key=lambda one: (one.version, one.tag.is_annotated, one.tag.name),
        default=None,
    )


def _check_depth(repository: GitRepository, where: Path) -> None:
    if repository.is_shallow:
        raise VersionError(
            "no version tag is in sight, and this clone is shallow: its history ends too early",
            where=str(where),
            remedy="git fetch --unshallow --tags",
        )


def _check_order(version: Version, tags: Sequence[VersionTag], where: Path) -> None:
    """Refuse a version that conda would sort on the wrong side of one of its siblings."""
    for one in tags:
        if max(len(version.release), len(one.version.release)) <= SEGMENTS:
            continue
        if not sorts_alike(str(version), str(one.version)):
            raise VersionError(
                f"conda would sort version {version} on the wrong side of tag {one.tag.name}",
                where=str(where),
                remedy=f"use at most {SEGMENTS} numbers in a version",
            )
