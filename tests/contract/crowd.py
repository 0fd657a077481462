"""Run as a program: many commands at once on the same channels, each from a workspace of its own.

`crowd.py <folder> <promoters> <uploaders>` prints as JSON the exit codes of all commands.
"""

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from faults import load_everything, start

from conda_sluice.cli.app import run
from factories import an_artifact

CONFIG = """\
version: 1
upstream: []
ladder:
  - {{name: unstable, url: {folder}/channels/unstable}}
  - {{name: testing, url: {folder}/channels/testing}}
projects: []
ledger: {folder}/ledger
"""
SUBDIRS = ("linux-64", "noarch", "osx-arm64")


def package(folder: Path, name: str, number: int) -> str:
    """Write a package; each stands on what all of them share, in another subdir."""
    subdir = SUBDIRS[number % len(SUBDIRS)]
    return str(an_artifact(folder / "dist", name, subdir=subdir, depends=("shared",)).path)


def main(folder: Path, promoters: int, uploaders: int) -> None:
    load_everything()
    os.environ["SLUICE_CACHE_DIR"] = str(folder / "cache")
    os.environ["SLUICE_ACTOR"] = "ada"
    shared = str(an_artifact(folder / "dist", "shared").path)
    own = [package(folder, f"own{number}", number) for number in range(promoters)]
    new = [package(folder, f"new{number}", number) for number in range(uploaders)]
    enter(folder, "first")
    if run(["upload", shared, *own]):
        raise SystemExit("nothing to begin with")
    works = [
        # each promoter wants a package of its own, and one that all want
        *(["promote", f"own{number}", "shared", "--to", "testing"] for number in range(promoters)),
        # all upload one file, and each its own
        *(["upload", new[0], file] for file in new),
    ]
    sys.stdout.write(json.dumps(together(folder, works)))


def enter(folder: Path, name: str) -> None:
    workspace = folder / name
    workspace.mkdir(parents=True)
    (workspace / "channels.yaml").write_text(CONFIG.format(folder=folder))
    os.chdir(workspace)


def together(folder: Path, works: Sequence[Sequence[str]]) -> list[int]:
    """Start all command lines, and return their exit codes."""
    gate, opened = os.pipe()
    children = []
    for number, argv in enumerate(works):

        def work(number: int = number, argv: Sequence[str] = argv) -> int:
            os.close(opened)
            enter(folder, f"workspace{number}")
            os.read(gate, 1)  # until all are there
            return run(argv)

        children.append(start(work, folder / f"said{number}"))
    os.close(gate)
    os.close(opened)
    return [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
