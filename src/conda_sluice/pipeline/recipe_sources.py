"""Source trees and archives from anywhere: what projects they hold, and of which version."""

import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from conda_sluice.discover.detect import discover
from conda_sluice.discover.nested import discover_all
from conda_sluice.discover.readable import wants
from conda_sluice.discover.written_version import written_version
from conda_sluice.effects.archive import unpack
from conda_sluice.effects.files import sha256_of
from conda_sluice.effects.source_tree import Wants, top_of, want_all
from conda_sluice.errors import NotUnpackedError, ProjectError, ToolError, UsageError, VersionError
from conda_sluice.model.project import Project
from conda_sluice.model.version import conda_version
from conda_sluice.ports import AskBackend

if TYPE_CHECKING:
    from conda_sluice.effects.git import GitRepository

_SUFFIX = re.compile(r"(\.orig)?\.(tar(\.\w+)?|tgz|tbz2?|txz|tzst|zip)$", re.IGNORECASE)
_VERSION = re.compile(r"(?:^|[-_/])v?(\d[\w.+!-]*)$", re.IGNORECASE)
_BUILT = {
    ".whl": "a wheel",
    ".egg": "an egg",
    ".conda": "a conda package",
    ".deb": "a Debian package",
    ".rpm": "an RPM package",
}
_MANIFESTS = frozenset(
    {
        *("pyproject.toml", "setup.py", "setup.cfg", "DESCRIPTION", "CMakeLists.txt"),
        *("meson.build", "configure", "configure.ac", "Makefile", "PKG-INFO"),
    }
)

OpenRepository = Callable[[Path], "GitRepository | None"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A project with where its sources are: the folder, or an archive's URL and sha256.

    `version` is a conda version, "" where only git knows; `doubts` are what is uncertain.
    """

    project: Project
    version: str
    tagged: str = ""
    url: str = ""
    sha256: str = ""
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Looking:
    """What is needed to look at sources: `url` is where the one archive comes from."""

    ask_backend: AskBackend
    open_repository: OpenRepository
    url: str = ""


def check_url(url: str, sources: Sequence[Path]) -> None:
    """Raise UsageError where `--url` does not say where one archive comes from."""
    if len(sources) != 1 or sources[0].is_dir():
        raise UsageError(
            "--url says where one archive comes from",
            remedy="name that archive, and nothing else: sluice recipe trips-1.0.tar.gz --url …",
        )
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https", "ftp", "file"} or not parts.path.strip("/"):
        raise UsageError(f"{url!r} is no address of a file", remedy="it begins with https://")


def find_sources(source: Path, looking: Looking) -> Iterator[Found | ProjectError | VersionError]:
    """Yield the projects of a folder or archive, and errors of single ones in a folder.

    Archives are unpacked aside and never trusted. Raise UsageError for what is neither,
    ProjectError for what cannot be packaged.
    """
    if source.is_dir():
        yield from _in_folder(source.absolute(), looking)
        return
    if source.name in _MANIFESTS:
        raise UsageError(
            f"{source} is one file of a project", remedy=f"name its folder: {source.parent}"
        )
    if not source.is_file():
        raise UsageError(f"{source} is neither a folder nor an archive")
    if built := _BUILT.get(source.suffix):
        raise UsageError(
            f"{source} is {built}: it was built already, and its sources are not in it",
            remedy="give the source distribution (.tar.gz) or the project's folder",
        )
    yield _in_archive(source, looking)


@dataclass(slots=True)
class _Asking:
    """Asks the build backend; where this machine cannot, the recipe says what is uncertain."""

    ask: AskBackend
    failed: dict[Path, str] = field(default_factory=dict)

    def __call__(self, root: Path) -> str:
        try:
            return self.ask(root)
        except ToolError as error:
            reason = error.what.splitlines()[0]
            self.failed[root] = f"the build backend could not be asked what is needed: {reason}"
            return ""

    def doubts(self, project: Project) -> tuple[str, ...]:
        return tuple(why for root, why in self.failed.items() if root == project.root)


def _in_folder(root: Path, looking: Looking) -> Iterator[Found | ProjectError | VersionError]:
    asking = _Asking(looking.ask_backend)
    for project in discover_all(root, ask_backend=asking):
        if isinstance(project, ProjectError):
            yield project
            continue
        written = project.static_version
        try:
            version = written_version(written, project.language, project.root) if written else ""
        except VersionError as error:
            yield error
            continue
        yield Found(
            project=project,
            version=version,
            tagged="" if written else _last_tag(project, looking.open_repository),
            doubts=asking.doubts(project),
        )


def _last_tag(project: Project, open_repository: OpenRepository) -> str:
    """Return the conda version of the highest tag so far, "" for none."""
    repository = open_repository(project.root)
    if repository is None:
        return ""
    from conda_sluice.discover.versions import version_tags

    with suppress(ProjectError):  # nothing is committed yet, so there is no tag to be found
        tags = version_tags(
            language=project.language,
            tag_template="",
            repository=repository,
            state=repository.state(project.root),
            name=project.name,
        )
        return conda_version(str(max(tag.version for tag in tags))) if tags else ""
    return ""


def _in_archive(source: Path, looking: Looking) -> Found:
    with tempfile.TemporaryDirectory(prefix="sluice-") as folder:
        unpacked = _Unpacked(source, Path(folder))
        asking = _Asking(lambda _root: looking.ask_backend(unpacked.whole()))
        try:
            project = unpacked.look(asking)
        except ProjectError as error:
            # the scratch folder is gone by the time that somebody reads this
            where = re.sub(rf"{re.escape(folder)}/(?:some|all)", lambda _: str(source), error.where)
            raise ProjectError(error.what, where=where, remedy=error.remedy) from error
    names = (
        Path(unquote(urlsplit(looking.url).path)).name,
        source.name,
        project.root.name,
    )
    version = _version_of_archive(project, source, names)
    unknown = "no file and no name says the version: write it here"
    return Found(
        project=replace(project, root=source),
        version=version or "0",
        url=looking.url or source.resolve().as_uri(),
        sha256=sha256_of(source),
        doubts=(*asking.doubts(project), *(() if version else (unknown,))),
    )


@dataclass(frozen=True, slots=True)
class _Unpacked:
    """An archive unpacked aside: what tells about the project, and all of it only if need be."""

    source: Path
    folder: Path

    def look(self, ask_backend: AskBackend) -> Project:
        """Return the project at the archive's top."""
        try:
            return _at_top(self._unpacked("some", wants), ask_backend)
        except NotUnpackedError:
            return _at_top(self.whole(), ask_backend)

    def whole(self) -> Path:
        """Return the top of the archive with all its files."""
        return self._unpacked("all", want_all)

    def _unpacked(self, name: str, wants: Wants) -> Path:
        into = self.folder / name
        if into.is_dir():
            return top_of(into)
        into.mkdir()
        return unpack(self.source, into, wants)


def _at_top(top: Path, ask_backend: AskBackend) -> Project:
    """Return the project at an archive's top; where there is none, say which folders have one."""
    try:
        return discover(top, ask_backend=ask_backend)
    except ProjectError as error:
        if (found := _folders_below(top)) and "nothing here" in error.what:
            raise ProjectError(
                f"there is no project at the top of this archive, but in {', '.join(found)}",
                where=str(top),
                remedy="unpack it and name the folder that you mean",
            ) from error
        raise


def _folders_below(top: Path) -> list[str]:
    with suppress(ProjectError):
        return [
            one.root.relative_to(top).as_posix()
            for one in discover_all(top)
            if isinstance(one, Project) and one.root != top
        ]
    return []


def _version_of_archive(project: Project, source: Path, names: Sequence[str]) -> str:
    """Return the version that the files say, else the one in a name; "" for none."""
    if project.static_version:
        return written_version(project.static_version, project.language, source)
    for name in names:
        found = _VERSION.search(_SUFFIX.sub("", name))
        if found:
            with suppress(VersionError):
                return written_version(found[1], project.language, source)
    return ""
