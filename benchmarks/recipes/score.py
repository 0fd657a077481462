"""Score the recipes that sluice writes against those that conda-forge has accepted.

python -m benchmarks.recipes.score dev
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path

from benchmarks.recipes.archives import archive_of, cache_folder
from benchmarks.recipes.described import agrees
from benchmarks.recipes.facts import Project, read_set
from benchmarks.recipes.report import LANGUAGES, as_json, misses, table, times
from benchmarks.recipes.scoring import ProjectScore, score
from benchmarks.recipes.tools import (
    Run,
    Taken,
    grayskull_lacks,
    run_grayskull,
    run_sluice,
    time_batch,
)
from benchmarks.recipes.written import UnreadableRecipeError, facts_of

_HERE = Path(__file__).parent
SETS = ("dev", "held", "dev2", "held2", "held3", "dev-c", "held-c", "dev3-c", "held3-c")
Tool = Callable[[Project, Path, Path], Run]


def main() -> int:
    wanted = _arguments()
    projects = read_set(_HERE / f"{wanted.set}.yaml")
    if wanted.only:
        projects = tuple(one for one in projects if one.name in wanted.only)
    cache = cache_folder()
    archives = {one.name: archive_of(one, cache) for one in projects}
    if wanted.download_only:
        print(f"{len(archives)} archives are in {cache}, and every fact could be read")
        return 0
    with tempfile.TemporaryDirectory(prefix="recipes-") as scratch:
        _measure(wanted, projects, archives, Path(wanted.keep or scratch))
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.recipes.score", description=__doc__)
    parser.add_argument("set", choices=SETS)
    parser.add_argument("--open-held", action="store_true", help="look at a held-out set")
    parser.add_argument("--download-only", action="store_true", help="fetch archives, run nothing")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="only these projects")
    parser.add_argument("--grayskull", type=Path, help="its command in an environment of its own")
    parser.add_argument("--json", type=Path, help="write everything that was found there")
    parser.add_argument("--keep", type=Path, help="an empty folder for the recipes written")
    wanted = parser.parse_args()
    if wanted.set.startswith("held") and not (wanted.open_held or wanted.download_only):
        parser.error("a held-out set is opened once, at the end: --open-held")
    return wanted


def _measure(
    wanted: argparse.Namespace,
    projects: Sequence[Project],
    archives: dict[str, Path],
    folder: Path,
) -> None:
    tools: dict[str, tuple[Tool, Sequence[Project]]] = {"sluice": (run_sluice, projects)}
    if wanted.grayskull:
        tools["grayskull"] = (
            lambda *what: run_grayskull(wanted.grayskull.absolute(), *what),
            [one for one in projects if one.language != "c"],
        )
    scores: dict[str, list[ProjectScore]] = {}
    taken: dict[str, dict[str, Taken]] = {}
    for name, (tool, theirs) in tools.items():
        pairs = [
            _one(tool, one, archives[one.name], folder / name / one.name, mend=name != "sluice")
            for one in theirs
        ]
        scores[name] = [found for found, _ in pairs]
        taken[name] = {found.project.name: seconds for found, seconds in pairs}
    _show(scores)
    if wanted.grayskull:
        for url in grayskull_lacks():
            print(f"grayskull asks {url}, which cannot be reached: its figures could be better")
    for name, of_projects in taken.items():
        print(times(name, of_projects))
    written = [archives[one.project.name] for one in scores["sluice"] if one.written is not None]
    batch = time_batch(written, folder / "batch")
    print(
        f"sluice, one command for {len(written)} archives:"
        f" {batch.wall:.2f} s on the wall, {batch.cpu:.2f} s of processor"
    )
    if wanted.json:
        seconds = {
            name: {project: asdict(one) for project, one in of_projects.items()}
            for name, of_projects in taken.items()
        }
        found = {"set": wanted.set, "seconds": seconds, "batch_seconds": asdict(batch)}
        wanted.json.write_text(json.dumps({**found, "tools": as_json(scores)}, indent=1))


def _one(
    tool: Tool, project: Project, archive: Path, output: Path, *, mend: bool
) -> tuple[ProjectScore, Taken]:
    run = tool(project, archive, output)
    written, reason = None, run.reason
    if run.folder is not None:
        try:
            written = facts_of(run.folder, mend=mend)
        except UnreadableRecipeError as error:
            reason = str(error)
    found = score(project, written, reason)
    return replace(found, agrees=agrees(project, archive)), run.taken


def _show(scores: dict[str, list[ProjectScore]]) -> None:
    for language in LANGUAGES:
        columns = {
            tool: [one for one in found if one.project.language == language]
            for tool, found in scores.items()
        }
        columns = {tool: found for tool, found in columns.items() if found}
        if columns:
            print(*table(language, columns), sep="\n")
            for tool, found in columns.items():
                print(f"\n  {tool}, what differs from the accepted recipe:")
                print(*misses(found), sep="\n")
            print()


if __name__ == "__main__":
    sys.exit(main())
