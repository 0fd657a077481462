"""With which key a person signs: the one that git takes for tags."""

from pathlib import Path

from conda_sluice.effects import process
from conda_sluice.effects.git.command import Run, call_git


def signing_key(folder: Path, *, run: Run = process.run) -> str:
    """Return what signs tags here: the file of an SSH key, `gpg:<id>`, or "" where none is set."""
    key = _setting(folder, "user.signingkey", run)
    if not key or _setting(folder, "gpg.format", run) == "ssh":
        return str(Path(key).expanduser()) if key else ""
    return f"gpg:{key}"


def _setting(folder: Path, name: str, run: Run) -> str:
    read = call_git(["config", "--get", name], run=run, folder=folder)
    return "" if read.code else read.output.strip()
