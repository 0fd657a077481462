"""A live prefix: run scripts in it, away from everything that is the user's own."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from conda_sluice.effects.process import run
from conda_sluice.model.completed import Completed

_SYSTEM_PATH = ("/usr/bin", "/bin")

_PROCESS = {
    "PATH": ":".join(_SYSTEM_PATH),
    "LANG": "C.UTF-8",
    "LC_ALL": "C.UTF-8",
    "PYTHONNOUSERSITE": "1",
    "TERM": "dumb",
}
"""All of the process environment that a script sees, beside its home and what activation sets."""


@dataclass(frozen=True, slots=True)
class RattlerEnvironment:
    """An installed prefix, activated for each script as a shell would."""

    prefix: Path
    _run: Callable[..., Completed] = field(default=run, repr=False)

    def run(self, script: str, *, cwd: Path, timeout: float) -> Completed:
        """Run a bash script that ends at the first command that fails.

        It has an empty home and temporary folder of its own, removed afterwards; `timeout` is
        seconds, after which the script and what it started are killed.
        """
        # what a script left running may still write there: the operating system clears it one day
        with tempfile.TemporaryDirectory(prefix="sluice-", ignore_cleanup_errors=True) as folder:
            home = Path(folder)
            file, scratch = home / ".script", home / "tmp"
            file.write_text(f"{self._activation()}\nset -e\n{script}\n", encoding="utf-8")
            scratch.mkdir()
            return self._run(
                ["/bin/bash", "--noprofile", "--norc", str(file)],
                cwd=cwd,
                env={**_PROCESS, "HOME": folder, "TMPDIR": str(scratch)},
                timeout=timeout,
            )

    def _activation(self) -> str:
        from rattler.shell import ActivationVariables, Shell, activate

        return activate(self.prefix, ActivationVariables(None, _SYSTEM_PATH), Shell.bash).script
