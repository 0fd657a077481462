"""`sluice` as a program of its own in workspaces that need neither a seed nor compilers."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Done:
    """A finished command: exit code and what it printed."""

    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)


class Program:
    """Runs `sluice` in a folder, as a CI job does."""

    def __init__(self, root: Path, cache: Path) -> None:
        self.root = root
        self._started: list[subprocess.Popen] = []
        self._environ = {
            "HOME": str(root),
            "LANG": "C.UTF-8",
            "PATH": os.environ["PATH"],
            "SLUICE_ACTOR": "ada",
            "SLUICE_CACHE_DIR": str(cache),
        }

    def elsewhere(self, name: str) -> "Program":
        """Return the same program in another folder, with a cache of its own."""
        other = Program(self.root.with_name(name), self.root.with_name(f"cache-{name}"))
        other._started = self._started
        return other

    def start(self, *argv) -> subprocess.Popen:
        """Start a command in a session of its own."""
        process = subprocess.Popen(
            [sys.executable, "-m", "conda_sluice", *map(str, argv)],
            cwd=self.root,
            env=self._environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self._started.append(process)
        return process

    def end(self) -> None:
        """Kill what a failed test left running."""
        for process in self._started:
            process.kill()
            process.communicate()

    def __call__(self, *argv) -> Done:
        process = self.start(*argv)
        out, err = process.communicate(timeout=300)
        assert "Traceback" not in err
        return Done(process.returncode, out, err)


@pytest.fixture
def program(tmp_path):
    """Return a function that runs a command line in the folder `program.root`."""
    root = tmp_path / "workspace"
    root.mkdir()
    made = Program(root, tmp_path / "cache")
    yield made
    made.end()
