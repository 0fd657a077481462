"""Call git so that neither the environment nor a name chosen by somebody else steers it.

Arguments are object ids, full ref names, or stand behind `--`; nothing else reaches git.
"""

import os
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from conda_sluice.errors import ProjectError
from conda_sluice.model.completed import Completed

Run = Callable[..., Completed]
"""`conda_sluice.effects.process.run`, or what a test puts in its place."""

_SETTINGS = ("core.fsmonitor=false", f"core.hooksPath={os.devnull}", "core.quotePath=false")
"""Settings of the repository that could start programs or change what is parsed."""

_OBJECT_ID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_SHA256_LENGTH = 64


def call_git(
    arguments: Sequence[str],
    *,
    run: Run,
    folder: Path | None = None,
    extra: Mapping[str, str] | None = None,
    stdin: str | None = None,
) -> Completed:
    """Run git in `folder` with a clean environment to which `extra` is added."""
    settings = [part for setting in _SETTINGS for part in ("-c", setting)]
    place = [] if folder is None else ["-C", str(folder)]
    completed: Completed = run(
        ["git", *place, *settings, *arguments],
        env={**clean_environment(os.environ), **(extra or {})},
        stdin=stdin,
        keep_errors_apart=True,
    )
    return completed


def read_git(arguments: Sequence[str], *, run: Run, folder: Path, stdin: str | None = None) -> str:
    """Return what git writes; raise ProjectError with git's own words where it fails."""
    completed = call_git(arguments, run=run, folder=folder, stdin=stdin)
    if completed.code:
        raise git_failed(completed, folder)
    return completed.output


def git_failed(completed: Completed, folder: Path) -> ProjectError:
    """Return the error for a git command that failed."""
    lines = completed.errors.strip().splitlines() or [f"it ended with code {completed.code}"]
    return ProjectError(
        f"git cannot read this repository: {lines[0]}",
        where=str(folder),
        remedy="; ".join(line.strip() for line in lines[1:] if line.strip()),
    )


def clean_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment without git's own variables, in English, changing nothing."""
    kept = {key: value for key, value in environ.items() if not key.startswith("GIT_")}
    return kept | {
        "LC_ALL": "C",
        "GIT_LITERAL_PATHSPECS": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
    }


def check_id(text: str) -> str:
    """Return `text` if it is a git object id; raise ProjectError otherwise."""
    if not _OBJECT_ID.fullmatch(text):
        raise ProjectError(f"{text!r} is no git object id")
    return text


def find_objects(top: Path, run: Run) -> Path:
    """Return the folder in which the objects of the clone at `top` lie."""
    usual = top / ".git" / "objects"
    if usual.is_dir():
        return usual
    arguments = ["rev-parse", "--path-format=absolute", "--git-path", "objects"]
    return Path(read_git(arguments, run=run, folder=top).removesuffix("\n"))


@contextmanager
def bare_setting(objects: Path, object_id: str) -> Iterator[dict[str, str]]:
    """Yield the environment of an empty repository of our own over somebody's objects.

    Neither settings of the machine or the clone nor `.gitattributes` (line ends, filters) have a
    say in it. `object_id` tells the hash that the objects are named by.
    """
    is_sha256 = len(check_id(object_id)) == _SHA256_LENGTH
    with tempfile.TemporaryDirectory(prefix="sluice-git-") as name:
        folder = Path(name)
        (folder / "refs").mkdir()
        (folder / "info").mkdir()
        (folder / "HEAD").write_text("ref: refs/heads/none\n")
        (folder / "info" / "attributes").write_text(
            "* -text !eol !crlf -ident -filter !working-tree-encoding\n"
        )
        extension = "[extensions]\nobjectFormat = sha256\n" if is_sha256 else ""
        (folder / "config").write_text(
            f"[core]\nrepositoryFormatVersion = {int(is_sha256)}\nbare = false\n{extension}"
        )
        yield {
            "GIT_DIR": name,
            "GIT_OBJECT_DIRECTORY": str(objects),
            "GIT_INDEX_FILE": str(folder / "index"),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_ATTR_NOSYSTEM": "1",
        }
