"""Shelves for shared ledgers, on real services."""

import subprocess
from pathlib import Path

from conda_sluice.effects.git.branch import RemoteBranch
from conda_sluice.effects.s3.objects import Objects
from conda_sluice.effects.s3.server import S3Server
from conda_sluice.ledger.git_shelf import GitShelf
from conda_sluice.ledger.s3_shelf import S3Shelf
from conda_sluice.ledger.shelf import Shelf
from servers.s3 import shared_s3


def a_remote(folder: Path) -> str:
    """Return the URL of an empty bare repository, made if need be."""
    repository = folder / "remote.git"
    if not repository.exists():
        subprocess.run(["git", "init", "-q", "--bare", str(repository)], check=True)
    return repository.as_uri()


def git_shelf(folder: Path, *, machine: str = "one") -> GitShelf:
    """Return a shelf on a branch of a remote in the folder, as seen by one of many machines."""
    return GitShelf(RemoteBranch(a_remote(folder), "sluice-ledger", folder / machine / "branch"))


def s3_shelf(kind: str, folder: Path) -> S3Shelf:
    """Return a shelf in a bucket of its own for the folder, on moto or rclone."""
    place = shared_s3(kind)
    server = S3Server(place.options, 8)
    server._client = place.client
    return S3Shelf(Objects(place.channel(folder, ".ledger").url, server))


def a_shelf(kind: str, folder: Path, *, machine: str = "one") -> Shelf:
    """Return the shelf of a kind for a folder, as seen by one of many machines."""
    if kind == "git":
        return git_shelf(folder, machine=machine)
    return s3_shelf(kind, folder)


SHELVES = ("git", "moto", "rclone")
