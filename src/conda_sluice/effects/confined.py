"""Runs what a stranger wrote: no network, nothing writable but its own folders, bounded output.

The kernel's namespaces do the confining, through util-linux's `unshare`. Where the machine does not
grant them, what is left is the session of its own, the timeout, the bounded output and the scrubbed
environment.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from conda_sluice.effects.process import run
from conda_sluice.errors import ToolError
from conda_sluice.model.completed import Completed

MAX_OUTPUT = 200_000
"""Bytes of output that are kept; a program that goes on writing is ended by it."""

_UNSHARE = (
    *("unshare", "--map-root-user", "--net", "--mount", "--pid", "--fork", "--kill-child"),
    *("sh", "-c"),
)
# Each folder becomes a mount of its own, which stays writable when all below `/` does not.
_LOCKED = """\
while [ "$1" != -- ]; do mount --bind "$1" "$1" || exit 120; shift; done
shift
cd "$PWD" && mount -o remount,bind,ro / || exit 120
exec "$@"
"""
_BOUNDED = """\
code=$1; size=$2; shift 2
{ "$@" 2>&1; echo $? >"$code"; } | head -c "$size"
"""


def run_confined(
    argv: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    writable: Sequence[Path],
    scratch: Path,
    timeout: float,
) -> Completed:
    """Run a command that is not trusted, and everything that it starts; errors join the output.

    `writable` are the folders that it may change; `env` is its whole environment; `scratch` is a
    folder of the caller's. A command that writes more than MAX_OUTPUT bytes fails.
    """
    code = scratch / "exit-code"
    code.unlink(missing_ok=True)
    locked = (*_UNSHARE, _LOCKED, "sh", *map(str, writable), "--") if _is_granted() else ()
    done = run(
        ["sh", "-c", _BOUNDED, "sh", str(code), str(MAX_OUTPUT), *locked, *argv],
        cwd=cwd,
        env=env,
        timeout=timeout,
    )
    written = code.read_text("ascii").strip() if code.is_file() else ""
    return Completed(
        code=int(written) if written and not done.is_timeout else -1,
        output=done.output,
        is_timeout=done.is_timeout,
    )


@cache
def _is_granted() -> bool:
    """Tell whether this machine lets a user confine what he runs."""
    try:
        return run([*_UNSHARE, "mount -o remount,bind,ro /"], timeout=10).code == 0
    except ToolError:
        return False
