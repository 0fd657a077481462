"""The entry point: run the command line and leave with its exit code."""

import gc
import os
import sys

_GARBAGE = 100_000
"""Objects between two looks for cycles: Python's 700 cost an eighth of a short command."""


def main() -> None:
    """Run `sluice` and end the process with the table's exit code.

    py-rattler 0.28 can abort while the interpreter shuts down, after all work is done; the
    process therefore flushes and leaves without running finalizers.
    """
    gc.set_threshold(_GARBAGE)
    try:
        from conda_sluice.cli.app import run

        code = run(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:
        code = 1
    except KeyboardInterrupt:  # before or after the command itself, which answers on its own
        code = 130
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
