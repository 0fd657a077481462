"""A hundred small packages: `sluice run` against py-rattler-build alone, from cold and again.

Measured are whole processes, with the same rendered recipes, sources, channels and cache.
"""

import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

from big_workspace import make_workspace
from measuring import SLUICE, Contender, take_turns, tell
from rendered import write_recipes

PACKAGES = 100
ROUNDS = 5
SCRIPT = Path(__file__).with_name("build_in_sequence.py")


def main(folder: Path) -> bool:
    workspace, yardstick = folder / "workspace", folder / "yardstick"
    workspace.mkdir()
    yardstick.mkdir()
    make_workspace(workspace, PACKAGES)
    env = {
        **os.environ,
        "SLUICE_CACHE_DIR": str(folder / "cache"),
        "RATTLER_CACHE_DIR": str(folder / "cache"),
    }
    recipes, output = yardstick / "recipes.json", yardstick / "channel"
    write_recipes(workspace, recipes)

    def forget() -> None:
        shutil.rmtree(workspace / "channels", ignore_errors=True)
        shutil.rmtree(workspace / ".sluice", ignore_errors=True)

    def clear() -> None:
        shutil.rmtree(output, ignore_errors=True)

    run = [SLUICE, "run", "--to", "unstable", "--jobs", "2"]
    sequence = [sys.executable, str(SCRIPT), str(recipes), str(output)]
    cold = take_turns(
        [Contender("sluice", run, forget), Contender("sequence", sequence, clear)],
        ROUNDS,
        cwd=workspace,
        env=env,
    )
    for channel in (workspace / "channels" / "unstable", output):
        count = len(json.loads((channel / "noarch/repodata.json").read_text())["packages.conda"])
        if count != PACKAGES:
            sys.exit(f"{channel} holds {count} packages")
    warm = take_turns(
        [
            Contender("again", run),
            Contender("--version", [SLUICE, "--version"]),
            Contender("--help", [SLUICE, "--help"]),
        ],
        ROUNDS,
        cwd=workspace,
        env=env,
    )
    print(
        f"{PACKAGES} packages, medians of {ROUNDS}: sluice run {cold['sluice']:.2f} s,"
        f" py-rattler-build in sequence {cold['sequence']:.2f} s"
    )
    return all(
        [
            tell("  sluice run / py-rattler-build", cold["sluice"] / cold["sequence"], 1.0),
            tell("  the second sluice run", warm["again"], 2.0, " s"),
            tell("  sluice --version", warm["--version"], 0.3, " s"),
            tell("  sluice --help", warm["--help"], 0.3, " s"),
        ]
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="sluice-bench-") as name:
        is_kept = main(Path(name))
    sys.stdout.flush()
    os._exit(0 if is_kept else 1)  # py-rattler can abort while the interpreter shuts down
