"""A branch of a remote repository as a place for files: each change is a commit that is pushed.

A push goes through only where nobody else pushed since the branch was read; then it is read anew
and the change made again. What was read lies in a bare repository of this machine, for which the
processes of this machine wait in turn.
"""

import os
import secrets
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from conda_sluice.effects.git.command import Run, call_git
from conda_sluice.effects.locks import locked
from conda_sluice.effects.process import run as run_process
from conda_sluice.errors import DamagedError, StoreError, UsageError
from conda_sluice.model.completed import Completed

_NETWORK = 120.0
"""Seconds that one exchange with the remote may take."""

_TRIES = 30
"""So often a change is made again where others pushed first."""

_SETTINGS = ("GIT_SSH", "GIT_SSH_COMMAND", "GIT_ASKPASS", "GIT_SSL_CAINFO", "GIT_SSL_NO_VERIFY")
"""What of git's environment says how to reach a remote; all else would steer us."""

_REJECTED = ("[rejected]", "[remote rejected]", "cannot lock ref", "stale info", "fetch first")
_AUTHOR = "sluice <sluice@localhost>"

Change = Callable[[frozenset[str]], Mapping[str, bytes | None] | None]
"""Given the names that are there, the files to write (None: to remove); None for no change."""


@dataclass(frozen=True, slots=True)
class RemoteBranch:
    """A branch at the URL of a remote; `folder` is for the bare repository of this machine."""

    remote: str
    name: str
    folder: Path
    run: Run = run_process

    def fetch(self) -> str:
        """Return the commit at which the branch stands now, "" where there is no branch yet."""
        with self._alone():
            return self._fetched()

    def names(self, commit: str) -> Sequence[str]:
        """Return the names of all files of a commit, sorted; none for ""."""
        if not commit:
            return ()
        listed = self._git(["ls-tree", "-r", "--name-only", "-z", commit])
        return sorted(filter(None, listed.output.split("\0")))

    def read(self, commit: str, names: Sequence[str]) -> Sequence[bytes | None]:
        """Return the bytes of ASCII files of a commit, None for one that it has not.

        Raise DamagedError for what is not ASCII.
        """
        if not names or not commit:
            return [None for _ in names]
        wanted = "".join(f"{commit}:{name}\n" for name in names)
        text = self._git(["cat-file", "--batch"], stdin=wanted).output
        if not text.isascii():
            raise DamagedError(
                "has a file with letters that are not ASCII, which sluice did not write",
                f"{self.remote}#{self.name}",
                "take it out of the branch, or restore the branch from a copy",
            )
        found: list[bytes | None] = []
        place = 0
        for _ in names:
            end = text.index("\n", place)
            header = text[place:end].split(" ")
            if header[-1] == "missing":
                found.append(None)
                place = end + 1
            else:
                size = int(header[-1])
                found.append(text[end + 1 : end + 1 + size].encode("ascii"))
                place = end + 2 + size
        return found

    def change(self, change: Change, message: str) -> bool:
        """Make a change of the branch as it is by then; tell whether there was one to make.

        Raise StoreError where the remote cannot be reached, or others push first each time.
        """
        with self._alone():
            for _ in range(_TRIES):
                before = self._fetched()
                files = change(frozenset(self.names(before)))
                if not files:
                    return False
                after = self._commit(before, files, message)
                if self._push(before, after):
                    return True
        raise StoreError(
            f"others changed the branch {self.name} each time before this command could",
            self.remote,
            "run the command again",
        )

    def _alone(self) -> AbstractContextManager[None]:
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        busy = "another program has been talking to the remote"
        lock = self.folder.with_suffix(".lock")
        return locked(self.folder, lock, timeout=600, poll=0.02, busy=busy)

    def _fetched(self) -> str:
        if not (self.folder / "HEAD").exists():
            self._git(["init", "-q", "--bare", str(self.folder)], is_inside=False)
        ref = f"refs/heads/{self.name}"
        # git may tidy up after a fetch, but not when we are gone
        quietly = ["-c", "gc.autoDetach=false", "fetch", "-q", "--no-tags"]
        fetched = self._remotely(quietly, f"+{ref}:{self._ref}")
        if fetched.code:
            if "couldn't find remote ref" in fetched.errors:
                return ""
            raise self._unreachable(fetched)
        return self._git(["rev-parse", "--verify", "-q", self._ref]).output.strip()

    def _commit(self, before: str, files: Mapping[str, bytes | None], message: str) -> str:
        ref = f"refs/sluice/{secrets.token_hex(8)}"
        self._git(
            ["fast-import", "--quiet", "--date-format=now"],
            stdin=_stream(ref, before, files, message),
        )
        commit = self._git(["rev-parse", "--verify", "-q", ref]).output.strip()
        self._git(["update-ref", "-d", ref])
        return commit

    def _push(self, before: str, after: str) -> bool:
        """Push, and tell whether the branch holds the commit; False where others pushed first."""
        ref = f"refs/heads/{self.name}"
        lease = f"--force-with-lease={ref}:{before}"  # "": the branch must not be there yet
        pushed = self._remotely(["push", "-q", lease], f"{after}:{ref}")
        if not pushed.code:
            return True
        is_late = any(word in pushed.errors for word in _REJECTED)
        now = self._fetched()  # the answer may have been lost on its way, and not the push
        if now and not self._git(["merge-base", "--is-ancestor", after, now], codes={0, 1}).code:
            return True
        if not is_late or "protected" in pushed.errors or "denied" in pushed.errors:
            raise self._unreachable(pushed)
        return False

    @property
    def _ref(self) -> str:
        return f"refs/sluice/remote/{self.name}"

    def _git(
        self,
        arguments: Sequence[str],
        *,
        stdin: str | None = None,
        codes: frozenset[int] | set[int] = frozenset({0}),
        is_inside: bool = True,
    ) -> Completed:
        folder = self.folder if is_inside else self.folder.parent
        done = call_git(arguments, run=self.run, folder=folder, stdin=stdin)
        if done.code not in codes:
            raise StoreError(
                f"git cannot use the copy of the branch: {done.errors.strip()}",
                str(self.folder),
                "remove this folder: it is made anew from the remote",
            )
        return done

    def _remotely(self, arguments: Sequence[str], what: str) -> Completed:
        extra = {key: os.environ[key] for key in _SETTINGS if key in os.environ}
        if not {"GIT_SSH", "GIT_SSH_COMMAND"} & extra.keys():
            extra["GIT_SSH_COMMAND"] = "ssh -oBatchMode=yes"  # nobody is there to be asked
        return call_git(
            [*arguments, self.remote, what],
            run=partial(self.run, timeout=_NETWORK),
            folder=self.folder,
            extra=extra,
        )

    def _unreachable(self, completed: Completed) -> StoreError:
        said = completed.errors.strip().splitlines() or ["it did not answer in time"]
        return StoreError(
            f"git cannot reach the branch {self.name}: {said[0]}",
            self.remote,
            "see to it that git can fetch and push there without asking, then run the command"
            " again",
        )


def check_branch(name: str) -> str:
    """Return the name of a branch; raise UsageError for what git would take for anything else."""
    parts = name.split("/")
    is_plain = name.isascii() and name.isprintable() and not set(name) & set(" ~^:?*[\\")
    if not is_plain or any(not one or one.startswith((".", "-")) for one in parts):
        raise UsageError(f"{name!r} is no branch of git")
    return name


def _stream(ref: str, before: str, files: Mapping[str, bytes | None], message: str) -> str:
    """Return a commit for git fast-import; the files are ASCII."""
    lines = [f"commit {ref}\n", f"committer {_AUTHOR} now\n", _data(message)]
    lines += [f"from {before}\n"] if before else []
    for name, data in files.items():
        if data is None:
            lines.append(f"D {name}\n")
        else:
            lines += [f"M 100644 inline {name}\n", _data(data.decode("ascii"))]
    return "".join([*lines, "\n", "done\n"])


def _data(text: str) -> str:
    return f"data {len(text)}\n{text}\n"
