"""The tools that are measured, each run as a process of its own: sluice, and grayskull."""

import functools
import http.server
import os
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.recipes.facts import Project

SLUICE = (sys.executable, "-m", "conda_sluice")
_TIMEOUT = 300
# grayskull has no option for another CRAN; this is its own command with the address replaced
_GRAYSKULL_CRAN = """
import sys
from grayskull.main import main
from grayskull.strategy.cran import CranStrategy
CranStrategy.CRAN_URL = sys.argv.pop(1)
main()
"""


@dataclass(frozen=True, slots=True)
class Taken:
    """Seconds of a process from start to end, on the wall and of the processor."""

    wall: float
    cpu: float


@dataclass(frozen=True, slots=True)
class Run:
    """The folder with the recipe, None with the reason where there is none; what it took."""

    folder: Path | None
    reason: str
    taken: Taken


def run_sluice(project: Project, archive: Path, output: Path) -> Run:
    return _run(
        [*SLUICE, "recipe", str(archive), "--output", str(output)], project, archive, output
    )


def time_batch(archives: Sequence[Path], output: Path) -> Taken:
    """Return what one command for all archives takes."""
    done, taken = timed([*SLUICE, "recipe", *map(str, archives), "--output", str(output)])
    if done.returncode:
        print(f"the batch ended with {done.returncode}: {_last_line(done.stderr)}")
    return taken


def run_grayskull(tool: Path, project: Project, archive: Path, output: Path) -> Run:
    """Let grayskull write a recipe: for Python from the file, for R from a CRAN on loopback."""
    if project.language == "python":
        argv = [str(tool), "pypi", str(archive), "--no-use-v1-format", "--output", str(output)]
        return _run(argv, project, archive, output)
    with _cran(project, archive, output) as address:
        script = [str(tool.with_name("python")), "-c", _GRAYSKULL_CRAN, address]
        wanted = f"{project.name}=={project.version}"
        argv = [*script, "cran", wanted, "--no-use-v1-format", "--output", str(output)]
        return _run(argv, project, archive, output)


def grayskull_lacks() -> tuple[str, ...]:
    """Return the sites that grayskull asks beside PyPI and that cannot be reached from here."""
    asked = ("https://spdx.org/licenses/licenses.json", "https://api.anaconda.org")
    return tuple(url for url in asked if not _is_reachable(url))


def _is_reachable(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=10):
            return True
    except OSError:
        return False


@contextmanager
def _cran(project: Project, archive: Path, output: Path) -> Iterator[str]:
    """Serve one package as CRAN does: an index page and the file, under CRAN's name for it."""
    root = output / "cran"
    folder = root / "src" / "contrib"
    folder.mkdir(parents=True)
    name = f"{project.name}_{project.version}.tar.gz"
    (folder / name).write_bytes(archive.read_bytes())
    (folder / "index.html").write_text(f'<a href="{name}">{name}</a>', encoding="utf-8")
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(_Quiet, directory=str(root))
    )
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_args: object) -> None:
        """Say nothing: the table is what people read."""


def _run(argv: Sequence[str], project: Project, archive: Path, output: Path) -> Run:
    output.mkdir(parents=True, exist_ok=True)
    done, taken = timed(argv)
    folder = recipe_folder(project, output)
    if folder is None:
        said = _last_line(done.stderr or done.stdout)
        return Run(None, said.replace(f"{archive.parent}/", ""), taken)
    return Run(folder, "", taken)


def ended(
    argv: Sequence[str], cwd: Path | None, timeout: int, environ: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run a command; one that does not end in `timeout` seconds is stopped and has said so."""
    try:
        return subprocess.run(
            argv,
            cwd=cwd,
            env={**os.environ, **environ},
            capture_output=True,
            text=True,
            check=False,
            timeout=timeout,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(argv, 1, "", f"it took longer than {timeout} s")


def timed(
    argv: Sequence[str], cwd: Path | None = None
) -> tuple[subprocess.CompletedProcess[str], Taken]:
    """Run a command and take its time."""
    environ = {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
    before, started = os.times(), time.perf_counter()
    done = ended(argv, cwd, _TIMEOUT, environ)
    wall, after = time.perf_counter() - started, os.times()
    cpu = (after.children_user - before.children_user) + (
        after.children_system - before.children_system
    )
    return done, Taken(wall, cpu)


def recipe_folder(project: Project, output: Path) -> Path | None:
    """Return the folder of the project's recipe, or of the only one; bases of merges are none."""
    files = [file for file in sorted(output.rglob("meta.yaml")) if file.parent.name != ".sluice"]
    folders = {file.parent.name.lower(): file.parent for file in files}
    named = [f"r-{project.name}".lower()] if project.language == "r" else []
    for name in (*named, project.name.lower()):
        if name in folders:
            return folders[name]
    return next(iter(folders.values())) if len(folders) == 1 else None


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("error")]
    return (errors or lines or ["nothing was written and nothing said"])[-1 if not errors else 0]
