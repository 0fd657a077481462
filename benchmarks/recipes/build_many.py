"""Builds what `sluice recipe` writes for source archives, and tests the packages.

python -m benchmarks.recipes.build_many dev-c --work DIR
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.recipes.archives import archive_of, cache_folder
from benchmarks.recipes.building import STAGES, Outcome, kept_outcome, try_project
from benchmarks.recipes.facts import Project, read_set

_HERE = Path(__file__).parent
_SETS = ("dev", "held", "dev2", "held2", "dev-c", "held-c")


def main() -> int:
    wanted = _arguments()
    cache = cache_folder()
    archives = {one: archive_of(one, cache) for one in _projects(wanted)}
    outcomes = []
    for one in sorted(archives, key=lambda one: archives[one].stat().st_size):
        folder = wanted.work / one.name
        kept = None if wanted.again else kept_outcome(folder)
        outcome = kept or try_project(one, archives[one], folder, wanted.upstream, wanted.timeout)
        print(f"{outcome.stage:7} {outcome.name:22}{outcome.seconds:6.0f} s  {outcome.cause}")
        sys.stdout.flush()
        outcomes.append(outcome)
    print(*told(outcomes), sep="\n")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.recipes.build_many", description=__doc__
    )
    parser.add_argument("sets", nargs="+", choices=_SETS, metavar="SET", help=", ".join(_SETS))
    parser.add_argument("--open-held", action="store_true", help="look at a held-out set")
    parser.add_argument("--language", choices=("c", "python", "r"), default="c")
    parser.add_argument("--work", type=Path, required=True, help="where all is built and kept")
    parser.add_argument("--upstream", nargs="+", default=[], help="channels with host packages")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="only these projects")
    parser.add_argument("--again", action="store_true", help="also what has an outcome already")
    parser.add_argument("--timeout", type=int, default=240, help="seconds that one build may take")
    wanted = parser.parse_args()
    if any(one.startswith("held") for one in wanted.sets) and not wanted.open_held:
        parser.error("a held-out set is opened once, at the end: --open-held")
    wanted.work = wanted.work.absolute()
    return wanted


def _projects(wanted: argparse.Namespace) -> list[Project]:
    projects = [one for name in wanted.sets for one in read_set(_HERE / f"{name}.yaml")]
    return [
        one
        for one in projects
        if one.language == wanted.language and (not wanted.only or one.name in wanted.only)
    ]


def told(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Yield a table: for each build system and for all, how many projects came how far."""
    yield f"\n{'':12}{'all':>6}" + "".join(f"{stage:>8}" for stage in STAGES)
    for system in (*sorted({one.system for one in outcomes}), "together"):
        mine = [one for one in outcomes if system in (one.system, "together")]
        counts = Counter(one.stage for one in mine)
        yield f"{system:12}{len(mine):6}" + "".join(f"{counts[stage]:8}" for stage in STAGES)


if __name__ == "__main__":
    sys.exit(main())
