"""A project taken from its archive to a tested package by sluice's own commands."""

import json
import re
import shutil
import subprocess
import tarfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.recipes.facts import Project
from benchmarks.recipes.tools import SLUICE, ended

STAGES = ("recipe", "host", "build", "time", "test", "passed")
"""How far a project comes: no recipe; no package for one of its requirements; and so on."""

_SETTINGS = (
    *("-c", "user.name=Bench", "-c", "user.email=bench@example.org"),
    *("-c", "gc.auto=0", "-c", "maintenance.auto=false"),
)
_LADDER = """\
version: 1
upstream: [{upstream}]
ladder:
  - {{name: unstable, url: ../channels/unstable}}
  - {{name: testing, url: ../channels/testing, gates: [tested, installable]}}
projects: [{path}]
"""
_SEEDED = "../channels/host"
_LACKS = re.compile(
    r"(?:No candidates were found for|nothing provides|no package) ([\w.-]+)"
    r"|environment cannot be solved: (?!No )([\w.-]+)"
)
_TELLS = re.compile(r"\berror\b|not found|fatal|No such file|undefined|missing", re.IGNORECASE)
_LATE = "took longer"
_LAST_LINES = 60
_MOST_CHARACTERS = 240


@dataclass(frozen=True, slots=True)
class Outcome:
    """How far a project came, why no farther, and the seconds that this took."""

    name: str
    language: str
    system: str
    stage: str
    cause: str
    seconds: float


def kept_outcome(folder: Path) -> Outcome | None:
    """Return the outcome of an earlier run."""
    file = folder / "outcome.json"
    return Outcome(**json.loads(file.read_text())) if file.is_file() else None


def try_project(
    project: Project, archive: Path, folder: Path, upstream: Sequence[str], timeout: int
) -> Outcome:
    """Write the recipe of an archive, build it, and test the package; keep all in `folder`.

    The channels lie beside that folder, so that what is built serves those that come later.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    _lay_out(folder, project, archive, upstream)
    started = time.perf_counter()
    stage, cause = _run(folder, timeout)
    taken = round(time.perf_counter() - started, 1)
    outcome = Outcome(project.name, project.language, _system(folder), stage, cause, taken)
    (folder / "outcome.json").write_text(json.dumps(asdict(outcome)))
    return outcome


def _lay_out(folder: Path, project: Project, archive: Path, upstream: Sequence[str]) -> None:
    """Make a git repository with the unpacked archive and a ladder for it."""
    sources = folder / "sources"
    with tarfile.open(archive) as tar:
        tar.extractall(sources, filter="tar")
    inside = [one for one in sources.iterdir() if one.name != "pax_global_header"]
    top = inside[0] if len(inside) == 1 and inside[0].is_dir() else sources
    if not re.search(r"\d", top.name):  # as releases are called: some say their version nowhere
        top = top.rename(folder / f"{project.name}-{project.version}")
    channels = ", ".join((*upstream, _SEEDED))  # seed fills the last one
    ladder = _LADDER.format(upstream=channels, path=top.relative_to(folder))
    (folder / "channels.yaml").write_text(ladder)
    for argv in (("init", "--quiet"), ("add", "--all", "--force", "."), ("commit", "-qm", "x")):
        subprocess.run(["git", *_SETTINGS, *argv], cwd=folder, check=True, capture_output=True)


def _run(folder: Path, timeout: int) -> tuple[str, str]:
    """Return how far the project came, and why no farther."""
    seeded = _sluice(folder, timeout, "seed", "--jobs", "1")
    argv = ("run", "--jobs", "1", f"--timeout={timeout}", "--format=json")
    done = _sluice(folder, 3 * timeout, *argv)
    (folder / "run.txt").write_text(f"{seeded.stdout}{seeded.stderr}{done.stdout}{done.stderr}")
    if not done.stdout:
        return _without_answer(done.stderr)
    stage, cause = judged(json.loads(done.stdout), done.stderr)
    return stage, cause.replace(f"{folder}/", "")


def _without_answer(errors: str) -> tuple[str, str]:
    said = _first(errors)
    if lacks := _LACKS.search(errors):
        return "host", f"no package {lacks[1] or lacks[2]}"
    return ("time" if _LATE in said else "recipe"), said


def judged(said: Mapping, errors: str) -> tuple[str, str]:
    """Return the stage that the answer of `sluice run` tells, and the cause."""
    failed = [one for one in said["builds"] if one["outcome"] in ("failed", "blocked")]
    if failed:
        reason = failed[0].get("reason", "")
        if lacks := _LACKS.search("\n".join((reason, *failed[0].get("tail", ())))):
            return "host", f"no package {lacks[1] or lacks[2]}"
        return ("time" if _LATE in reason else "build"), _cause(failed[0])
    if not said["builds"]:
        return "recipe", _first(errors)
    wrong = [one for one in said["tests"] if one["outcome"] != "passed"]
    if wrong:
        return "test", _cause(wrong[0])
    return "passed", f"{sum(one['tests'] for one in said['tests'])} tests"


def _cause(failed: Mapping) -> str:
    """Return the reason, and the first lines of the log's end that tell of an error."""
    log = Path(failed.get("log") or "")
    lines = log.read_text(errors="replace").splitlines() if log.is_file() else []
    telling = [one.strip() for one in lines[-_LAST_LINES:] if _TELLS.search(one)]
    said = [*failed.get("reason", "").splitlines()[:1], *telling[:2]]
    return " | ".join(said)[:_MOST_CHARACTERS]


def _sluice(folder: Path, timeout: int, *argv: str) -> subprocess.CompletedProcess[str]:
    return ended([*SLUICE, *argv], folder, timeout, {"CPU_COUNT": "2"})


def _first(text: str) -> str:
    lines = [one.strip() for one in text.splitlines() if one.strip()]
    errors = [one for one in lines if one.startswith("error")]
    return (errors or lines or ["nothing was said"])[0][:_MOST_CHARACTERS]


def _system(folder: Path) -> str:
    """Return what builds the project, as the recipe says it, "-" where it does not."""
    for file in sorted(folder.glob("recipes/*/meta.yaml")):
        if found := re.search(r"^# Built by (\w+)", file.read_text(), re.MULTILINE):
            return found[1].lower()
    return "-"
