"""Asks a Python project's own build backend for its metadata, far from our process.

The backend runs on a copy of the sources, in an environment of its own, confined.
"""

import os
import shutil
import sys
import tempfile
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.requirements import InvalidRequirement, Requirement

from conda_sluice.effects.confined import run_confined
from conda_sluice.effects.process import run
from conda_sluice.errors import ProjectError, ToolError
from conda_sluice.model.completed import Completed

_SETUPTOOLS = ("setuptools.build_meta:__legacy__", ("setuptools",))
_NOT_COPIED = (".git", ".hg", ".tox", ".nox", ".venv", "node_modules", "__pycache__")
_MAX_BYTES = 4_000_000
_TAIL = 4

_PRETEND_VERSION = "0.dev0"
"""Told to backends that ask git for the version: the copy has no git, and sluice asks it itself."""

_VERSION_VARIABLES = (
    *("SETUPTOOLS_SCM_PRETEND_VERSION", "PDM_BUILD_SCM_VERSION", "PBR_VERSION"),
    "POETRY_DYNAMIC_VERSIONING_BYPASS",
)
_REMEDY = "write the metadata into the project's files, or go on without it: --no-build-backend"

if TYPE_CHECKING:
    from pyproject_hooks import SubprocessRunner

Install = Callable[[Path, Sequence[str], float], None]


@dataclass(frozen=True, slots=True)
class _System:
    """What `[build-system]` says."""

    backend: str
    path: tuple[str, ...]
    requires: tuple[str, ...]


def ask_build_backend(root: Path, *, timeout: float = 120.0, install: Install | None = None) -> str:
    """Return the core metadata (METADATA) that the backend of the project at `root` prepares.

    "" where the backend tells metadata only by building. `timeout` is in seconds, for each of its
    steps; `install` puts requirements into an environment. Raise ProjectError where the backend
    fails, hangs or answers nothing sensible, ToolError where what it needs cannot be installed.
    """
    from pyproject_hooks import BuildBackendHookCaller, HookMissing

    place = root / ("pyproject.toml" if (root / "pyproject.toml").is_file() else "setup.py")
    system = _system(place)
    with tempfile.TemporaryDirectory(prefix="sluice-backend-") as folder:
        scratch = Path(folder).resolve()
        copy, environment = scratch / "work" / "source", scratch / "environment"
        shutil.copytree(root, copy, symlinks=True, ignore=shutil.ignore_patterns(*_NOT_COPIED))
        _make_environment(environment)
        python = environment / "bin" / "python"
        (install or _install)(python, _checked(system.requires, place), timeout)
        hooks = BuildBackendHookCaller(
            str(copy),
            system.backend,
            backend_path=system.path or None,
            runner=_runner(scratch, place, timeout),
            python_executable=str(python),
        )
        answers = scratch / "work" / "answers"
        answers.mkdir()
        try:
            more = hooks.get_requires_for_build_wheel()
            (install or _install)(python, _checked(more, place), timeout)
            name = hooks.prepare_metadata_for_build_wheel(str(answers), _allow_fallback=False)
            return _read(answers / name / "METADATA", answers)
        except HookMissing:
            return ""
        except ProjectError:
            raise
        except Exception as error:  # whatever a stranger's program may have answered
            raise ProjectError(
                f"its build backend {system.backend} does not answer: {type(error).__name__}",
                str(place),
                _REMEDY,
            ) from error


def _system(place: Path) -> _System:
    said: object = {}
    if place.suffix == ".toml":
        said = tomllib.loads(place.read_text("utf-8")).get("build-system", {})
    match said:
        case {"build-backend": str(backend), "requires": [*requires], **others}:
            return _System(backend, _strings(others.get("backend-path")), _strings(requires))
        case {"requires": [*requires]}:
            return _System(_SETUPTOOLS[0], (), _strings(requires))
        case _:
            return _System(_SETUPTOOLS[0], (), _SETUPTOOLS[1])


def _strings(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else ()


def _checked(requires: Sequence[str], place: Path) -> tuple[str, ...]:
    """Return requirements that are names with bounds: no options, no addresses."""
    for one in requires:
        try:
            is_named = not Requirement(one).url
        except (InvalidRequirement, TypeError):
            is_named = False
        if not is_named:
            raise ProjectError(f"{str(one)[:80]!r} is no build requirement", str(place), _REMEDY)
    return tuple(requires)


def _make_environment(folder: Path) -> None:
    done = run([sys.executable, "-m", "venv", "--without-pip", str(folder)], timeout=60)
    if done.code:
        raise ToolError(f"no environment could be made: {_tail(done)}", str(folder))


def _install(python: Path, requires: Sequence[str], timeout: float) -> None:
    """Install wheels from the index: building one would run code with the network at hand."""
    if not requires:
        return
    options = ("--quiet", "--no-input", "--only-binary", ":all:", "--disable-pip-version-check")
    argv = [sys.executable, "-m", "pip", "--python", str(python), "install", *options]
    done = run([*argv, "--", *requires], env=os.environ, timeout=timeout)
    if done.code:
        raise ToolError(
            f"the build requirements {', '.join(requires)} cannot be installed: {_tail(done)}",
            remedy="see whether the package index can be reached, or use --no-build-backend",
        )


def _runner(scratch: Path, place: Path, timeout: float) -> "SubprocessRunner":
    """Return what runs a hook for pyproject_hooks; its last argument is a folder for answers."""

    def run_hook(
        cmd: Sequence[str],
        cwd: str | None = None,
        extra_environ: Mapping[str, str] | None = None,
    ) -> None:
        work = scratch / "work"
        done = run_confined(
            cmd,
            cwd=Path(cwd or work),
            env=_environment(work) | dict(extra_environ or {}),
            writable=(work, Path(cmd[-1])),
            scratch=scratch,
            timeout=timeout,
        )
        if done.is_timeout:
            raise ProjectError(
                f"its build backend did not answer within {timeout:g} seconds", str(place), _REMEDY
            )
        if done.code:
            raise ProjectError(
                f"its build backend failed with exit code {done.code}: {_tail(done)}",
                str(place),
                _REMEDY,
            )

    return run_hook


def _environment(work: Path) -> dict[str, str]:
    """Return a process environment that tells nothing of the person who runs sluice."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "HOME": str(work),
        "TMPDIR": str(work),
        "PYTHONNOUSERSITE": "1",
        **dict.fromkeys(_VERSION_VARIABLES, _PRETEND_VERSION),
    }


def _tail(done: Completed) -> str:
    lines = [line.rstrip() for line in done.output.splitlines() if line.strip()]
    return "\n  ".join(("", *(line[:160] for line in lines[-_TAIL:]))) or "it said nothing"


def _read(path: Path, below: Path) -> str:
    if not path.resolve().is_relative_to(below) or path.stat().st_size > _MAX_BYTES:
        raise ValueError(path)
    return path.read_text("utf-8", errors="replace")
