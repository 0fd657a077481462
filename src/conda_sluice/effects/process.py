"""The one module of sluice that starts processes."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path

from conda_sluice.errors import ToolError
from conda_sluice.model.completed import Completed

_LONGEST_WAIT = 86_400.0


def run(
    argv: Sequence[str],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    stdin: str | None = None,
    timeout: float | None = None,
    keep_errors_apart: bool = False,
    log: Path | None = None,
) -> Completed:
    """Run a command to its end and return its exit code and output.

    The command gets a session of its own, and on timeout or interruption the whole group is
    killed: nothing it started stays behind. `env` replaces the environment where it is given;
    `timeout` is in seconds; `keep_errors_apart` leaves standard error out of the output, for what
    is parsed; all output goes to the file `log` instead, as it comes, where one is given. Raise
    ToolError when the program is not there.
    """
    with nullcontext(subprocess.PIPE) if log is None else log.open("wb") as output_to:
        try:
            process = subprocess.Popen(
                list(argv),
                cwd=cwd,
                env=None if env is None else dict(env),
                stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE,
                stdout=output_to,
                stderr=subprocess.PIPE if keep_errors_apart else subprocess.STDOUT,
                start_new_session=True,
                text=True,
                encoding="utf-8",
                errors="replace",
            )
        except FileNotFoundError as error:
            raise ToolError(
                f"{argv[0]} is not on PATH", remedy=f"install {Path(argv[0]).name}"
            ) from error
    try:
        output, errors = _communicate(process, stdin, timeout)
    except subprocess.TimeoutExpired:
        kill_group(process.pid)
        output, errors = process.communicate()
        killed = -signal.SIGKILL
        return Completed(code=killed, output=output or "", is_timeout=True, errors=errors or "")
    except BaseException:
        kill_group(process.pid)
        process.wait()
        raise
    return Completed(code=process.returncode, output=output or "", errors=errors or "")


def _communicate(
    process: "subprocess.Popen[str]", stdin: str | None, timeout: float | None
) -> tuple[str | None, str | None]:
    """Wait for the end in slices: poll counts milliseconds in a C int, which ends after 24 days."""
    deadline = None if timeout is None else time.monotonic() + timeout
    while True:
        left = None if deadline is None else max(0.0, deadline - time.monotonic())
        try:
            return process.communicate(stdin, None if left is None else min(left, _LONGEST_WAIT))
        except subprocess.TimeoutExpired:
            if left is None or left <= _LONGEST_WAIT:
                raise
            stdin = None  # it may be given once


def start(argv: Sequence[str], *, stderr: int | None = None) -> "subprocess.Popen[bytes]":
    """Start a command in a session of its own, with binary pipes to its input and output.

    Its error output goes to the descriptor `stderr` where one is given.
    """
    return subprocess.Popen(
        list(argv),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=stderr,
        bufsize=0,
        start_new_session=True,
    )


def wait_or_kill(process: "subprocess.Popen[bytes]", seconds: float) -> int:
    """Wait for a process to end, kill its group where it does not, and return its exit code."""
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        kill_group(process.pid)
        return process.wait()


def kill_group(pid: int) -> None:
    """Kill the process group that `pid` leads; no error when it is gone."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
