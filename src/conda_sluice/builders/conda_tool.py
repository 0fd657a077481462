"""conda-build as a tool: where it is, which version it is, and what of the user's it sees."""

import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from conda_sluice.effects.process import run
from conda_sluice.errors import ToolError
from conda_sluice.model.completed import Completed

Run = Callable[..., Completed]

OLDEST = (26, 1)
"""The oldest conda-build whose command line and packages are known to be as we need them."""

_INSTALL = (
    "install it with `conda install -n base conda-build` and put it on PATH,"
    " or build with rattler-build, which sluice brings along"
)
_SECONDS_TO_ANSWER = 120.0
_KEPT = (
    *("PATH", "TMPDIR", "LANG", "LC_ALL"),
    *("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"),
    *("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"),
)
"""What conda-build sees of the environment: how to find programs, and how to reach the network."""

_CONDARC = """\
channels: []
channel_priority: strict
anaconda_upload: false
auto_update_conda: false
notify_outdated_conda: false
number_channel_notices: 0
report_errors: false
register_envs: false
"""


def find_conda_build(environ: Mapping[str, str], *, run: Run = run) -> tuple[str, ...]:
    """Return the command that is conda-build: the program on PATH, else conda's subcommand.

    Raise ToolError when neither is there, or it is too old.
    """
    path = environ.get("PATH", "")
    if found := shutil.which("conda-build", path=path):
        return _checked((found,), path, run)
    if found := shutil.which("conda", path=path):
        return _checked((found, "build"), path, run)
    raise ToolError("conda-build is not on PATH", remedy=_INSTALL)


@lru_cache(maxsize=8)
def _checked(command: tuple[str, ...], path: str, run: Run) -> tuple[str, ...]:
    env = {"PATH": path}
    answer = run([*command, "--version"], env=env, timeout=_SECONDS_TO_ANSWER)
    told = re.search(r"conda-build (\d+)\.(\d+)\S*", answer.output)
    if answer.code != 0 or told is None:
        last = answer.output.strip().rpartition("\n")[2] or "it says nothing"
        raise ToolError(
            f"`{' '.join(command)} --version` does not answer: {last}",
            remedy=_INSTALL,
        )
    if (int(told[1]), int(told[2])) < OLDEST:
        raise ToolError(
            f"{told[0]} is too old: {'.'.join(map(str, OLDEST))} is the oldest that is known to do",
            where=command[0],
            remedy="update it with `conda update -n base conda-build`",
        )
    return command


def tool_environment(
    environ: Mapping[str, str], *, home: Path, packages: Path
) -> Mapping[str, str]:
    """Return the environment for conda-build, in which nothing is the user's own.

    `home` is made, with a condarc in it; extracted packages are kept in `packages`. What the
    conda installation itself says (its solver, its certificates) holds.
    """
    home.mkdir(parents=True)
    condarc = home / "condarc"
    condarc.write_text(_CONDARC, encoding="utf-8")
    packages.mkdir(parents=True, exist_ok=True)
    return {
        **{name: environ[name] for name in _KEPT if name in environ},
        "HOME": str(home),
        "CONDARC": str(condarc),
        "CONDA_PKGS_DIRS": str(packages),
        "PYTHONUNBUFFERED": "1",  # so that the log has all lines in their order
        "PYTHONWARNINGS": "ignore",  # two lines in the log for every variable that a script sees
    }


def build_arguments(
    *, recipe: Path, variant: Path, output: Path, croot: Path, channels: Sequence[str]
) -> list[str]:
    """Return the arguments of one build without tests, from these channels and no others."""
    chosen = [argument for url in channels for argument in ("--channel", url)]
    return [
        "--override-channels",
        *chosen,
        *("--exclusive-config-file", str(variant)),
        *("--output-folder", str(output)),
        *("--croot", str(croot)),
        *("--build-id-pat", "build"),  # a folder of its own has no need for long names
        *("--package-format", "conda"),
        "--no-anaconda-upload",
        "--no-test",
        "--suppress-variables",
        str(recipe),
    ]
