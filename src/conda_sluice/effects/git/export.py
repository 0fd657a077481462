"""Sources out of git: the files of a tree exactly as they were committed, and nothing else."""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from conda_sluice.effects import process
from conda_sluice.effects.git.command import (
    Run,
    bare_setting,
    call_git,
    find_objects,
    read_git,
)
from conda_sluice.errors import ProjectError
from conda_sluice.model.project import SourceState

_SUBMODULE_MODE = "160000"
_UNDECODABLE = "\N{REPLACEMENT CHARACTER}"


def export_tree(state: SourceState, into: Path, *, run: Run = process.run) -> None:
    """Write the project's files as its commit has them; `into` must be empty or not there yet.

    The work tree has no say: neither its files nor settings, filters or `export-ignore`. Files
    come out 0644 or 0755, submodules from their clones below the work tree. Raise ProjectError,
    with nothing left behind, where a submodule is not checked out or a link leads out of the tree.
    """
    with _filling(into):
        _write_tree(state.repository, state.path, state.tree, into, run)


def export_worktree(state: SourceState, into: Path, *, run: Run = process.run) -> None:
    """Write the project's tracked files as they are on disk, for builds of uncommitted changes.

    Files that are deleted on disk are left out; otherwise as `export_tree`.
    """
    folder = state.repository / state.path
    with _filling(into):
        listing = read_git(
            ["ls-files", "-z", "--cached", "--recurse-submodules"], run=run, folder=folder
        )
        for name in sorted(set(listing.split("\0")) - {""}):
            _copy_tracked(folder, name, into / name)


@contextmanager
def _filling(into: Path) -> Iterator[None]:
    """Fill an empty folder with sound sources, or leave none at all."""
    into.mkdir(parents=True, exist_ok=True)
    if any(into.iterdir()):
        raise ProjectError("sources are only written into an empty folder", where=str(into))
    try:
        yield
        _settle(into)
    except BaseException:
        shutil.rmtree(into, ignore_errors=True)
        raise


def _write_tree(top: Path, path: str, tree: str, into: Path, run: Run) -> None:
    """Write a tree of the clone at `top`, where it lies at `path`."""
    with bare_setting(find_objects(top, run), tree) as extra:
        extra["GIT_WORK_TREE"] = str(into.resolve())
        written = call_git(["read-tree", "--reset", "-u", tree], run=run, folder=into, extra=extra)
        if written.code:
            raise ProjectError(
                f"git cannot write the sources {tree}: {written.errors.strip()}",
                where=str(top / path),
                remedy="git fetch in this clone, or git submodule update --init --recursive"
                " where it is a submodule",
            )
        if not _has_empty_folder(into):
            return
        # git keeps no empty folders: what looks like one is a submodule
        listing = call_git(["ls-tree", "-r", "-z", tree], run=run, folder=into, extra=extra)
    for entry in listing.output.split("\0")[:-1]:
        facts, _, name = entry.partition("\t")
        mode, _, commit = facts.split(" ")
        if mode == _SUBMODULE_MODE:
            submodule = top / path / name
            if not (submodule / ".git").exists():
                raise _missing_submodule(submodule)
            _write_tree(submodule, "", commit, into / name, run)


def _missing_submodule(submodule: Path) -> ProjectError:
    return ProjectError(
        "this submodule is not checked out, so its files cannot be packaged",
        where=str(submodule),
        remedy="git submodule update --init --recursive",
    )


def _has_empty_folder(root: Path) -> bool:
    return any(not folders and not files for _, folders, files in os.walk(root))


def _copy_tracked(folder: Path, name: str, target: Path) -> None:
    source = folder / name
    if _UNDECODABLE in name:
        raise ProjectError(f"the file name {name!r} is not UTF-8", where=str(folder))
    if source.is_dir() and not source.is_symlink():
        raise _missing_submodule(source)
    if not os.path.lexists(source):
        return
    if not source.parent.resolve().is_relative_to(folder.resolve()):
        raise ProjectError(
            "this file lies behind a link that leads out of the project", str(source)
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(source, target, follow_symlinks=False)


def _settle(into: Path) -> None:
    """Give files the modes that git knows, 0644 and 0755, and one time; refuse links that lead out.

    git keeps no times: written one after the other, a generated file that is committed would look
    older than what it was generated from, and make would generate it again.
    """
    root, now = into.resolve(), time.time()
    for folder, folders, files in os.walk(into):
        for name in (*folders, *files):
            path = Path(folder, name)
            if path.is_symlink():
                target = path.readlink()
                if target.is_absolute() or not path.resolve().is_relative_to(root):
                    raise ProjectError(
                        f"this link leads out of the project, to {target}",
                        where=str(path.relative_to(into)),
                        remedy="commit a copy of the file in its place",
                    )
            elif name in files:
                path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
                os.utime(path, (now, now))
