"""Real git repositories for tests, made without the settings of the machine."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

WHO = {
    f"GIT_{role}_{fact}": value
    for role in ("AUTHOR", "COMMITTER")
    for fact, value in (("NAME", "Ada"), ("EMAIL", "ada@example.org"))
}
SETTINGS = [
    *("-c", "protocol.file.allow=always"),  # submodules of tests lie in folders
    *("-c", "gc.auto=0", "-c", "core.fsync=none", "-c", "advice.detachedHead=false"),
]


class Clone:
    """A repository in a folder of its own; every method is one thing a person does to it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", "-b", "main", "--template=")

    def git(self, *arguments: str) -> str:
        environ = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
        environ |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", **WHO}
        done = subprocess.run(
            ["git", *SETTINGS, *arguments],
            cwd=self.root,
            env=environ,
            check=False,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="surrogateescape",
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def write(self, files: Mapping[str, str | bytes]) -> None:
        for name, content in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            data = content if isinstance(content, bytes) else content.encode()
            path.write_bytes(data)

    def commit(self, files: Mapping[str, str | bytes] | None = None) -> str:
        """Commit these files and whatever is staged; return the commit's id."""
        self.write(files or {})
        self.git("add", "--", *(files or []))
        self.git("commit", "-q", "--allow-empty", "-m", "change")
        return self.git("rev-parse", "HEAD")

    def tag(self, *names: str) -> None:
        for name in names:
            self.git("tag", "-a", "-m", name, name)
