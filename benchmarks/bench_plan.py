"""Planning: a thousand rendered recipes as a pure decision, and `sluice plan` on big workspaces.

The ratios say how the time grows: three times as much to plan may take little more than three
times as long.
"""

import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from big_workspace import make_workspace
from measuring import SLUICE, Contender, take_turns, tell

from conda_sluice.model.names import PackageName, Subdir
from conda_sluice.model.project import Language, Project, ProjectVersion, SourceState, VersionOrigin
from conda_sluice.model.recipe import RenderedRecipe, Requirements
from conda_sluice.plan.builds import Candidate, plan_builds
from conda_sluice.recipe.canonical import canonical_text

ROUNDS = 5
FEW, MANY = 100, 300


def main(folder: Path) -> bool:
    few, many = _candidates(334), _candidates(1000)
    seconds = [(_planning(few), _planning(many)) for _ in range(ROUNDS)]
    small, big = median(one for one, _ in seconds), median(one for _, one in seconds)
    print(f"plan, medians of {ROUNDS}: {len(many)} recipes {big:.3f} s, {len(few)} {small:.3f} s")
    kept = [
        tell(f"  {len(many)} / {len(few)} recipes", big / small, 4.0),
        tell(f"  {len(many)} recipes", big, 0.5, " s"),
    ]
    contenders = []
    for count in (FEW, MANY):
        workspace = folder / str(count)
        workspace.mkdir()
        make_workspace(workspace, count)
        file = str(workspace / "channels.yaml")
        contenders.append(Contender(str(count), [SLUICE, "plan", "--config", file]))
    plans = take_turns(contenders, ROUNDS, cwd=folder, env=os.environ)
    small, big = plans[str(FEW)], plans[str(MANY)]
    print(f"sluice plan, medians of {ROUNDS}: {MANY} projects {big:.2f} s, {FEW} {small:.2f} s")
    kept.append(tell(f"  sluice plan of {MANY} / {FEW} projects", big / small, 4.0))
    return all(kept)


def _candidates(count: int) -> Sequence[Candidate]:
    """Return recipes each of which is built with two before it, and runs with a third."""
    return [_candidate(number) for number in range(count)]


def _candidate(number: int) -> Candidate:
    before = (number - 1, number // 2, number // 3) if number else ()
    needs = [PackageName(f"part-{one}") for one in before]
    rendered = RenderedRecipe(
        name=PackageName(f"part-{number}"),
        version="1.0",
        platform=Subdir("linux-64"),
        requirements=Requirements(host=tuple(needs[:2]), run=tuple(needs[2:])),
    )
    root = Path(f"/projects/part-{number}")
    return Candidate(
        project=Project(name=rendered.name, root=root, language=Language.PYTHON, is_compiled=False),
        version=ProjectVersion(upstream="1.0", conda="1.0", origin=VersionOrigin.STATIC),
        source=SourceState(repository=root, commit="0" * 40, path="", tree=f"{number:040x}"),
        recipe_dir=root / "recipe",
        rendered=rendered,
        canonical=canonical_text(rendered),
    )


def _planning(candidates: Sequence[Candidate]) -> float:
    started = time.perf_counter()
    plan = plan_builds(candidates, [], {})
    seconds = time.perf_counter() - started
    if len(plan.builds) != len(candidates):
        sys.exit(f"the plan has {len(plan.builds)} builds")
    return seconds


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="sluice-bench-") as name:
        is_kept = main(Path(name))
    sys.exit(0 if is_kept else 1)
