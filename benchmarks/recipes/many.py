"""Times `sluice recipe` and `lint` on a workspace of 200 projects, and grayskull beside them.

python -m benchmarks.recipes.many
"""

import argparse
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from benchmarks.measuring import tell
from benchmarks.recipes.archives import archive_of, cache_folder
from benchmarks.recipes.facts import Project, read_set
from benchmarks.recipes.tools import SLUICE, Taken, grayskull_lacks, timed

PROJECTS = 200
ROUNDS = 3
MOST_SECONDS = 20.0
"""Wall time that the recipes of the workspace may take on two processors."""

_HERE = Path(__file__).parent
_MOST_FILES = 150
"""Projects with more files are in the workspace once: copies should not be of the largest."""
_NAME = re.compile(
    r"^(name\s*=\s*[\"']?|Name: |Package: |\s*name\s*=\s*[\"'])([\w.-]+)", re.MULTILINE
)
_NAMING = ("pyproject.toml", "setup.cfg", "setup.py", "PKG-INFO", "DESCRIPTION")
# git must not pack in the background what is being measured
_SETTINGS = (
    *("-c", "user.name=Bench", "-c", "user.email=bench@example.org"),
    *("-c", "gc.auto=0", "-c", "maintenance.auto=false"),
)
_CONFIG = """\
version: 1
upstream: []
ladder:
  - name: unstable
    url: ./channels/unstable
  - name: stable
    url: ./channels/stable
    gates: [tested]
projects: [projects/*]
"""


def main() -> int:
    wanted = _arguments()
    projects = (*read_set(_HERE / "dev.yaml"), *_more(_HERE / "many.yaml"))
    archives = [archive_of(one, cache_folder()) for one in projects]
    sdists = [
        file for one, file in zip(projects, archives, strict=True) if one.language == "python"
    ]
    with tempfile.TemporaryDirectory(prefix="many-") as scratch:
        folder = Path(scratch)
        is_kept = _workspace(folder / "workspace", archives)
        _archives(folder / "archives", archives)
        if wanted.grayskull:
            _beside(wanted.grayskull.absolute(), folder / "beside", sdists)
    return 0 if is_kept else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.recipes.many", description=__doc__)
    parser.add_argument("--grayskull", type=Path, help="its command in an environment of its own")
    return parser.parse_args()


def _more(file: Path) -> tuple[Project, ...]:
    from ruamel.yaml import YAML

    return tuple(
        Project(one["name"], "python", "", one["url"], one["sha256"])
        for one in YAML(typ="safe").load(file)
    )


def _workspace(root: Path, archives: Sequence[Path]) -> bool:
    """Time the commands on a workspace; return whether it is quick enough."""
    make_workspace(root, archives, PROJECTS)
    recipe = [*SLUICE, "recipe", "--no-build-backend"]

    def forget() -> None:
        shutil.rmtree(root / "recipes", ignore_errors=True)

    written = []
    for _ in range(ROUNDS):
        forget()
        written.append(_time(recipe, root))
    _tell(f"sluice recipe, {PROJECTS} projects of {len(archives)} archives", written)
    checked = [_time([*recipe, "--check"], root) for _ in range(ROUNDS)]
    _tell("sluice recipe --check", checked)
    _tell("sluice lint", [_time([*SLUICE, "lint"], root) for _ in range(ROUNDS)])
    return tell("  a workspace", median(one.wall for one in written), MOST_SECONDS, " s")


def _archives(output: Path, archives: Sequence[Path]) -> None:
    argv = [*SLUICE, "recipe", *map(str, archives), "--no-build-backend", "--output"]
    found = [_time([*argv, str(output / str(one))], Path.cwd()) for one in range(ROUNDS)]
    _tell(f"sluice recipe, one command for {len(archives)} archives", found)


def _beside(grayskull: Path, output: Path, sdists: Sequence[Path]) -> None:
    """Let both write recipes for the same sdists, by one command each."""
    files = list(map(str, sdists))
    ours = [*SLUICE, "recipe", *files, "--no-build-backend", "--output", str(output / "sluice")]
    theirs = [str(grayskull), "pypi", *files, "--no-use-v1-format", "--output"]
    (output / "grayskull").mkdir(parents=True)
    _tell(f"sluice recipe, {len(files)} sdists", [_time(ours, output)])
    _tell("grayskull, the same sdists", [_time([*theirs, str(output / "grayskull")], output)])
    written = len(list((output / "grayskull").rglob("meta.yaml")))
    print(f"  grayskull wrote {written} recipes")
    for url in grayskull_lacks():
        print(f"  it asks {url}, which cannot be reached from here")


def _time(argv: Sequence[str], cwd: Path) -> Taken:
    done, taken = timed(argv, cwd=cwd)
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines() or ["nothing"]
        print(f"{' '.join(argv[:4])} … ended with {done.returncode} and said {said[-1]}")
    return taken


def _tell(what: str, found: Sequence[Taken]) -> None:
    wall, cpu = (median(getattr(one, kind) for one in found) for kind in ("wall", "cpu"))
    print(f"{what}: {wall:.2f} s on the wall, {cpu:.2f} s of processor", flush=True)


def make_workspace(root: Path, archives: Sequence[Path], count: int) -> None:
    """Unpack archives into a git repository, and the smaller ones again until it is `count`."""
    tops = [_unpack(file, root / "projects") for file in archives]
    small = [one for one in tops if sum(1 for _ in one.rglob("*")) < _MOST_FILES]
    named = [one for one in small if any((one / name).is_file() for name in _NAMING)]
    for number in range(count - len(tops)):
        of = named[number % len(named)]
        _copy(of, f"copy{number // len(named) + 2}")
    (root / "channels.yaml").write_text(_CONFIG)
    (root / ".gitignore").write_text("/channels/\n/.sluice/\n")
    for argv in (("init", "-q", "-b", "main"), ("add", "-f", "."), ("commit", "-q", "-m", "All")):
        subprocess.run(["git", *_SETTINGS, *argv], cwd=root, check=True)


def _unpack(archive: Path, projects: Path) -> Path:
    folder = projects / re.sub(r"(\.orig)?\.tar\.\w+$", "", archive.name)
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    (top,) = folder.iterdir()
    aside = top.rename(folder.with_name("aside"))
    folder.rmdir()
    return aside.rename(folder)


def _copy(project: Path, suffix: str) -> None:
    """Copy a project and give the copy another name, in every file that says one."""
    copy = project.with_name(f"{project.name}-{suffix}")
    shutil.copytree(project, copy, symlinks=True)
    for name in _NAMING:
        if (copy / name).is_file():
            text = (copy / name).read_text("utf-8", errors="surrogateescape")
            renamed = _NAME.sub(rf"\1\2{suffix}", text, count=1)
            (copy / name).write_text(renamed, "utf-8", errors="surrogateescape")


if __name__ == "__main__":
    sys.exit(main())
