"""Times of whole commands, taken in turns so that a busy machine is busy for all of them."""

import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

SLUICE = str(Path(sys.executable).with_name("sluice"))


@dataclass(frozen=True, slots=True)
class Contender:
    """A command, and what has to happen before each of its runs and is not measured.

    `code` is the exit code with which it ends.
    """

    name: str
    argv: Sequence[str]
    prepare: Callable[[], None] = lambda: None
    code: int = 0


def take_turns(
    contenders: Sequence[Contender], rounds: int, *, cwd: Path, env: Mapping[str, str]
) -> dict[str, float]:
    """Return the median wall seconds of each contender; every round runs all of them once."""
    seconds: dict[str, list[float]] = {one.name: [] for one in contenders}
    for number in range(rounds):
        # every other round goes backwards, so that nobody always runs behind the same one
        for one in contenders if number % 2 == 0 else reversed(contenders):
            one.prepare()
            seconds[one.name].append(_run(one, cwd, env))
    return {name: median(times) for name, times in seconds.items()}


@dataclass(frozen=True, slots=True)
class Usage:
    """What a process took: seconds of the clock and of the processors, and memory at its peak."""

    seconds: float
    processor: float
    megabytes: float


def use_in_turns(contenders: Sequence[Callable[[], Contender]], rounds: int) -> dict[str, Usage]:
    """Return the median usage of each contender, which is made anew for each of its runs."""
    used: dict[str, list[Usage]] = {}
    for number in range(rounds):
        for make in contenders if number % 2 == 0 else reversed(contenders):
            one = make()
            one.prepare()
            used.setdefault(one.name, []).append(_use(one.argv))
    return {
        name: Usage(*(median(getattr(use, key) for use in uses) for key in Usage.__slots__))
        for name, uses in used.items()
    }


def _use(argv: Sequence[str]) -> Usage:
    # A small process of its own starts it: memory at the peak counts that of whoever forked.
    done = subprocess.run(
        [sys.executable, "-S", "-c", _MEASURE, *argv], capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{' '.join(argv)} failed:\n{done.stdout}{done.stderr}")
    seconds, processor, kibibytes = map(float, done.stdout.splitlines()[-1].split())
    return Usage(seconds, processor, kibibytes / 1024)


_MEASURE = """\
import os, sys, time
started = time.perf_counter()
child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ)
_, status, used = os.wait4(child, 0)
print(time.perf_counter() - started, used.ru_utime + used.ru_stime, used.ru_maxrss)
sys.exit(1 if status else 0)
"""


def _run(contender: Contender, cwd: Path, env: Mapping[str, str]) -> float:
    argv = contender.argv
    started = time.perf_counter()
    done = subprocess.run(argv, cwd=cwd, env=dict(env), capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - started
    if done.returncode != contender.code:
        sys.exit(f"{' '.join(argv)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return seconds


def tell(text: str, value: float, bound: float, unit: str = "") -> bool:
    """Print a figure beside its bound; return whether it keeps it."""
    is_kept = value <= bound
    verdict = "" if is_kept else "   TOO SLOW"
    print(f"{text}: {value:.2f}{unit} (at most {bound:g}{unit}){verdict}")
    return is_kept
