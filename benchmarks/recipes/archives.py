"""Source archives from PyPI and Debian, kept in the user's cache folder."""

import hashlib
import os
import urllib.request
from pathlib import Path

from benchmarks.recipes.facts import Project


def cache_folder() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "sluice-benchmarks" / "recipes"


def archive_of(project: Project, cache: Path) -> Path:
    """Return the archive, downloaded where it is not there; raise OSError when it is another.

    Each lies in a folder named by its SHA-256, so that its own name stays what its author gave it.
    """
    file = cache / project.sha256 / project.url.rsplit("/", 1)[1]
    if not file.is_file():
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_name("part")
        with urllib.request.urlopen(project.url, timeout=300) as answer:
            part.write_bytes(answer.read())
        found = hashlib.sha256(part.read_bytes()).hexdigest()
        if found != project.sha256:
            part.unlink()
            message = f"{project.url} has SHA-256 {found}, not {project.sha256}"
            raise OSError(message)
        part.rename(file)
    return file
