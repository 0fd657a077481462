"""The guard above each worker: when the pool lets go of the worker, everything below it ends.

The pool holds the writing end of the worker's standard input and nobody else does. That pipe is
the leash: it closes when the pool drops it (a timeout, Ctrl-C) and also when the pool's process
is killed. The worker itself could not notice, because a build holds the interpreter lock from
its start to its end; so a tiny process of its own waits for the pipe to close. It also adopts
what the worker's children leave behind, so that a process which moved to a session of its own is
found and ended too.
"""

import os
import select
import signal
import sys
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36


def guard() -> None:
    """Fork: return in the worker; in the guard wait for the worker or the leash, then end all."""
    _set_process_option(_PR_SET_CHILD_SUBREAPER, 1)
    wakeup, child_ended = os.pipe()
    os.set_blocking(child_ended, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(child_ended)
    worker = os.fork()
    if worker == 0:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.close(wakeup)
        os.close(child_ended)
        _set_process_option(_PR_SET_PDEATHSIG, signal.SIGKILL)
        return
    os.close(1)  # so that the pool sees the end of the answers when the worker ends
    code = _wait_for(worker, wakeup)
    _end_descendants()
    os._exit(code)


def _wait_for(worker: int, wakeup: int) -> int:
    """Return the worker's exit code (128 + signal), or that of SIGKILL when the leash is gone."""
    poll = select.poll()
    poll.register(0, 0)  # no event asked for: only the hang-up is told
    poll.register(wakeup, select.POLLIN)
    while True:
        ready = {descriptor for descriptor, _ in poll.poll()}
        if 0 in ready:
            return 128 + signal.SIGKILL
        os.read(wakeup, 64)
        while (ended := _reap())[0] != 0:
            if ended[0] == worker:
                code = os.waitstatus_to_exitcode(ended[1])
                return code if code >= 0 else 128 - code


def _end_descendants() -> None:
    """Kill every process below this one and see it gone."""
    if sys.platform != "linux":
        os.killpg(0, signal.SIGKILL)  # this one too: there is no /proc to find the others by
    while _has_children():
        for pid in _descendants(os.getpid()):
            _kill(pid)
        os.waitpid(-1, 0)  # children of the killed become ours, so all come by here


def _has_children() -> bool:
    """Take in the children that have ended; tell whether any is left that has not."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0] > 0:
            pass
    except ChildProcessError:
        return False
    return True


def _reap() -> tuple[int, int]:
    """Return (pid, status) of a child that ended, (0, 0) where none did or none is left."""
    try:
        return os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return 0, 0


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _descendants(top: int) -> list[int]:
    """Return the processes below `top` that still run (Linux; elsewhere none is found)."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            # after the name, which is in brackets and may hold anything: state, parent, ...
            state, parent = entry.read_bytes().rpartition(b")")[2].split()[:2]
        except OSError:
            continue  # it ended while we looked
        if state != b"Z":
            parents[int(entry.parent.name)] = int(parent)
    below = {top}
    while found := {pid for pid, parent in parents.items() if parent in below} - below:
        below |= found
    return sorted(below - {top})


def _set_process_option(option: int, value: int) -> None:
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(option, value)
