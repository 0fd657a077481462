"""Shelves for shared ledgers, on real services."""

import subprocess
from pathlib import Path

from conda_sluice.effects.git.branch import RemoteBranch
from conda_sluice.ledger.git_shelf import GitShelf


def a_remote(folder: Path) -> str:
    """Return the URL of an empty bare repository, made if need be."""
    repository = folder / "remote.git"
    if not repository.exists():
        subprocess.run(["git", "init", "-q", "--bare", str(repository)], check=True)
    return repository.as_uri()


def git_shelf(folder: Path, *, machine: str = "one") -> GitShelf:
    """Return a shelf on a branch of a remote in the folder, as seen by one of many machines."""
    return GitShelf(RemoteBranch(a_remote(folder), "sluice-ledger", folder / machine / "branch"))
