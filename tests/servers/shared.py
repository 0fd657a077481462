"""Servers that all tests of this process share: they run until its session ends.

Not until the process ends: workers of pytest-xdist end without the interpreter's own shutdown.
"""

from contextlib import ExitStack

_RUNNING = ExitStack()


def share(server):
    """Start a server, and return what its context manager gives."""
    return _RUNNING.enter_context(server)


def stop_all():
    """Stop all of them, the last first."""
    _RUNNING.close()
