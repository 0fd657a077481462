"""A git repository as sluice asks it: few calls, each answering for all projects at once."""

import hashlib
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from conda_sluice.effects import process
from conda_sluice.effects.git.command import Run, call_git, check_id, git_failed, read_git
from conda_sluice.effects.git.history import History, parse_parents, parse_touched
from conda_sluice.errors import ConfigError, ProjectError
from conda_sluice.model.project import SourceState

_NOT_SOURCES = re.compile(r"recipes/.*|channels\.yaml|channels/.*", re.DOTALL)
"""What sluice itself reads and writes at the top of a repository: no part of a package."""

_TAG_FIELDS = ("refname:strip=2", "objecttype", "objectname", "*objecttype", "*objectname")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A tag: its name without refs/tags/, the commit it is on, the object it is made of.

    `object_id` is the commit's own for a lightweight tag.
    """

    name: str
    commit: str
    is_annotated: bool
    object_id: str


class GitRepository:
    """A clone with a work tree, read once: a new commit needs a new instance."""

    def __init__(self, top: Path, *, is_shallow: bool = False, run: Run = process.run) -> None:
        self._top = top
        self._is_shallow = is_shallow
        self._run = run
        self._trees: dict[str, dict[str, str] | None] = {}
        self._touched: dict[str, set[str]] = {}

    @property
    def top(self) -> Path:
        """Return the folder of the work tree."""
        return self._top

    @property
    def is_shallow(self) -> bool:
        """Tell whether history was cut off when the repository was cloned."""
        return self._is_shallow

    @cached_property
    def head(self) -> str:
        """Return the id of the commit that is checked out; raise ProjectError before the first."""
        completed = call_git(
            ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"], run=self._run, folder=self._top
        )
        if completed.code:
            raise ProjectError(
                "this repository has no commit yet; packages are made from commits",
                where=str(self._top),
                remedy="git add and git commit the project",
            )
        return check_id(completed.output.strip())

    def state(self, project_root: Path) -> SourceState:
        """Return which sources a project stands for; raise ProjectError where none are committed.

        Files that git does not track are no sources and no dirt, and at the repository's top
        neither are `recipes/`, `channels/` and `channels.yaml`.
        """
        path = self._relative(project_root)
        tree = self.tree_at(self.head, path)
        if tree is None:
            raise ProjectError(
                "nothing in this folder is committed; packages are made from commits",
                where=str(project_root),
                remedy="git add and git commit it",
            )
        is_dirty = any(_is_below(changed, path) for changed in self._changed)
        return SourceState(
            repository=self._top,
            commit=self.head,
            path=path,
            tree=tree,
            changes=self._change_id(path) if is_dirty else "",
        )

    def tags(self) -> Sequence[Tag]:
        """Return the tags on HEAD and on the commits before it, sorted by name."""
        return self._tags

    def tree_at(self, commit: str, path: str) -> str | None:
        """Return the tree id of the folder `path` ("" for the top) at a commit, None without it."""
        if commit not in self._trees:
            self._trees[commit] = self._read_trees(check_id(commit))
        trees = self._trees[commit]
        return None if trees is None else trees.get(path)

    def trusted_commit(self, branch: str) -> str:
        """Return the commit of a branch, for "" that of origin's default branch.

        Without an origin that is HEAD. Raise ConfigError for a branch that is not here, and where
        origin's default is not known: what is checked out may be the very commit that is judged.
        """
        if not branch:
            return self._default_commit()
        for place in ("refs/heads", "refs/remotes"):
            if commit := self._commit(f"{place}/{branch}"):
                return commit
        raise ConfigError(
            f"there is no branch {branch!r} to read from whom to trust",
            where=str(self._top),
            remedy="fetch it, or correct trusted-branch in channels.yaml",
        )

    def _default_commit(self) -> str:
        if commit := self._commit("refs/remotes/origin/HEAD"):
            return commit
        arguments = ["config", "--get", "remote.origin.url"]
        if call_git(arguments, run=self._run, folder=self._top).code == 1:  # there is none
            return self.head
        raise ConfigError(
            "the default branch of origin, which says whom to trust, is not known here",
            where=str(self._top),
            remedy="name it as trusted-branch in channels.yaml, or run"
            " git remote set-head origin --auto",
        )

    def _commit(self, ref: str) -> str:
        arguments = ["rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}"]
        completed = call_git(arguments, run=self._run, folder=self._top)
        return "" if completed.code else check_id(completed.output.strip())

    def text_at(self, commit: str, file: Path) -> str | None:
        """Return the text of a file at a commit, None where it is not there."""
        name = f"{check_id(commit)}:{self._relative(file.parent)}/{file.name}".replace(":/", ":")
        completed = call_git(["cat-file", "blob", name], run=self._run, folder=self._top)
        return None if completed.code else completed.output

    def is_changed_by(self, commit: str, file: Path) -> bool:
        """Tell whether a commit made a file another one than it was in the commit before."""
        parent = self._commit(f"{check_id(commit)}^1")
        return bool(parent) and self.text_at(parent, file) != self.text_at(commit, file)

    def is_ancestor(self, earlier: str, later: str) -> bool:
        """Tell whether one commit lies before another, or is it; not so where one is not here."""
        arguments = ["merge-base", "--is-ancestor", check_id(earlier), check_id(later)]
        return call_git(arguments, run=self._run, folder=self._top).code == 0

    def distance(self, commit: str | None, path: str) -> int:
        """Count the commits since `commit`, or all, that touch the folder `path`.

        Every commit counts where `path` is "". A merge touches what it leaves different from all
        its parents.
        """
        if commit == self.head:
            return 0
        since = self._history.all() if commit is None else self._history.since(commit)
        if not path:
            return len(since)
        self._read_touched(since)
        return sum(path in self._touched.get(one, ()) for one in since)

    def nearest(self, commits: Collection[str]) -> tuple[str, ...]:
        """Return those of `commits` after which the fewest commits came; several where they tie.

        All of them must be HEAD or before it, as the commits of `tags` are.
        """
        if self.head in commits:
            return (self.head,)
        return self._history.nearest(commits) if commits else ()

    def _relative(self, project_root: Path) -> str:
        root, top = project_root.resolve(), self._top.resolve()
        if not root.is_relative_to(top):
            raise ProjectError(
                f"this folder lies outside of the git repository {top}", where=str(project_root)
            )
        return "" if root == top else root.relative_to(top).as_posix()

    def uncommitted(self, folder: Path) -> tuple[str, ...]:
        """Return the files below `folder` that differ from HEAD or that git does not track.

        Paths are relative to `folder`; files that git is told to ignore are left out.
        """
        path = self._relative(folder)
        arguments = ["status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames"]
        text = read_git([*arguments, "--", path or "."], run=self._run, folder=self._top)
        prefix = f"{path}/" if path else ""
        return tuple(entry[3:].removeprefix(prefix) for entry in text.split("\0") if entry)

    def _change_id(self, path: str) -> str:
        """Return a digest of what differs from HEAD below `path`."""
        arguments = ["diff", "--binary", "--no-color", "--no-ext-diff", "HEAD", "--", path or "."]
        text = read_git(arguments, run=self._run, folder=self._top)
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    @cached_property
    def _changed(self) -> tuple[str, ...]:
        """Paths of tracked files and submodules that are not as HEAD has them."""
        arguments = ["status", "--porcelain=v2", "-z", "--untracked-files=no", "--no-renames"]
        arguments += ["--ignore-submodules=untracked"]
        text = read_git(arguments, run=self._run, folder=self._top)
        # `1 XY …` has 8 fields before the path, an unmerged `u XY …` has 10
        fields = {"1": 8, "u": 10}
        return tuple(
            entry.split(" ", fields[entry[0]])[-1]
            for entry in text.split("\0")
            if entry[:1] in fields
        )

    @cached_property
    def _tags(self) -> tuple[Tag, ...]:
        form = "%00".join(f"%({field})" for field in _TAG_FIELDS)
        arguments = ["for-each-ref", f"--merged={self.head}", f"--format={form}"]
        text = read_git([*arguments, "refs/tags"], run=self._run, folder=self._top)
        tags = []
        for line in text.splitlines():
            name, kind, object_id, target_kind, target = line.split("\0")
            is_annotated = kind == "tag"
            if (target_kind if is_annotated else kind) == "commit":
                commit = target if is_annotated else object_id
                tags.append(
                    Tag(name=name, commit=commit, is_annotated=is_annotated, object_id=object_id)
                )
        return tuple(sorted(tags, key=lambda tag: tag.name))

    @cached_property
    def _history(self) -> History:
        arguments = ["rev-list", "--topo-order", "--parents", self.head]
        return History(parse_parents(read_git(arguments, run=self._run, folder=self._top)))

    def _read_touched(self, commits: Collection[str]) -> None:
        unknown = [commit for commit in commits if commit not in self._touched]
        if not unknown:
            return
        arguments = ["diff-tree", "--stdin", "--root", "-r", "-c", "--raw", "-z", "--no-renames"]
        stdin = "".join(f"{commit}\n" for commit in unknown)
        text = read_git(arguments, run=self._run, folder=self._top, stdin=stdin)
        nothing: dict[str, set[str]] = {commit: set() for commit in unknown}
        self._touched |= nothing | parse_touched(text)

    def _read_trees(self, commit: str) -> dict[str, str] | None:
        """Read every folder of a commit with its tree id; None where the commit is not here."""
        arguments = ["ls-tree", "-r", "-d", "-z", "--full-tree", commit]
        completed = call_git(arguments, run=self._run, folder=self._top)
        if completed.code:
            return None
        trees = {}
        for entry in completed.output.split("\0")[:-1]:
            facts, _, path = entry.partition("\t")
            _, kind, tree = facts.split(" ")
            if kind == "tree":
                trees[path] = tree
        arguments = ["rev-parse", "--verify", f"{commit}^{{tree}}"]
        trees[""] = check_id(read_git(arguments, run=self._run, folder=self._top).strip())
        return trees


def _is_below(changed: str, path: str) -> bool:
    if not path:
        return not _NOT_SOURCES.fullmatch(changed)
    return changed == path or changed.startswith(f"{path}/")


def open_repository(path: Path, *, run: Run = process.run) -> GitRepository | None:
    """Open the git repository that holds a folder, None where there is none.

    Raise ProjectError where git refuses to read it, ToolError where git is not installed.
    """
    arguments = ["rev-parse", "--show-toplevel", "--is-shallow-repository"]
    completed = call_git(arguments, run=run, folder=path)
    if completed.code and "not a git repository" in completed.errors:
        return None
    if completed.code:
        raise git_failed(completed, path)
    top, shallow = completed.output.removesuffix("\n").rsplit("\n", 1)
    return GitRepository(Path(top), is_shallow=shallow == "true", run=run)
