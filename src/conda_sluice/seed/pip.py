"""Wheels from the package index that this machine's pip is set up for."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement

from conda_sluice.model.completed import Completed
from conda_sluice.seed.machine import Run
from conda_sluice.seed.outcome import Unavailable

_SECONDS = 900.0
_UNREACHABLE = re.compile(r"connection broken by|Could not fetch URL|Temporary failure in name")


@dataclass(frozen=True, slots=True)
class Downloaded:
    """The wheels of what was asked and of everything that needs, and what could not be had."""

    wheels: tuple[Path, ...]
    unavailable: tuple[Unavailable, ...] = ()


def download_wheels(
    requirements: Sequence[Requirement], into: Path, *, python: str, run: Run
) -> Downloaded:
    """Download wheels that fit together, dependencies included, with the pip of `python`.

    pip resolves all of them at once; where that fails each is tried alone, so that one that
    cannot be had does not take the others with it.
    """
    if not requirements:
        return Downloaded(())
    into.mkdir(parents=True, exist_ok=True)
    result = _download(requirements, into, python, run)
    if result.code == 0:
        return Downloaded(_wheels(into))
    if _UNREACHABLE.search(result.output) or "No module named pip" in result.output:
        return Downloaded((), tuple(_explain(one, result) for one in requirements))
    results = [(one, _download((one,), into, python, run)) for one in requirements]
    failed = tuple(_explain(one, result) for one, result in results if result.code != 0)
    return Downloaded(_wheels(into), failed)


def _download(requirements: Sequence[Requirement], into: Path, python: str, run: Run) -> Completed:
    options = ("--only-binary", ":all:", "--dest", str(into), "--retries", "1", "--timeout", "20")
    quiet = ("--no-input", "--disable-pip-version-check", "--progress-bar", "off", "-q")
    asked = [str(one) for one in requirements]
    return run([python, "-m", "pip", "download", *options, *quiet, *asked], timeout=_SECONDS)


def _wheels(folder: Path) -> tuple[Path, ...]:
    return tuple(sorted(folder.glob("*.whl")))


def _explain(requirement: Requirement, result: Completed) -> Unavailable:
    output = result.output
    errors = re.findall(r"^ERROR: (.+)$", output, re.MULTILINE)
    if "No module named pip" in output:
        reason, remedy = "this Python has no pip", "python -m ensurepip, or install pip"
    elif result.is_timeout or _UNREACHABLE.search(output):
        reason = "the package index cannot be reached"
        remedy = "check the network and pip's `index-url`; then seed again"
    else:
        reason = errors[0][:300] if errors else output.strip()[-300:]
        remedy = "package it with sluice, or name a channel that has it under `upstream:`"
    return Unavailable(name=requirement.name, reason=reason, remedy=remedy)
