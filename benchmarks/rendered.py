"""The recipes of a workspace as sluice renders them, for a builder that knows nothing of sluice."""

import json
import shutil
from pathlib import Path

from conda_sluice.model.job import PackageOrder
from conda_sluice.pipeline.run import prepare
from conda_sluice.plan.builds import PlannedBuild
from conda_sluice.plan.origin import origin_extra
from conda_sluice.recipe.script_environment import build_environment
from conda_sluice.recipe.v1.render import render_v1
from conda_sluice.wiring.bench import open_bench


def write_recipes(workspace: Path, file: Path) -> None:
    """Write what `sluice run` would build there as JSON, sources taken from the work tree.

    The builder writes a file beside each recipe, so each gets a folder of its own.
    """
    bench = open_bench(workspace / "channels.yaml", 1)
    builds = prepare(bench, dry_run=True).plan.builds
    recipes = []
    for one in builds:
        folder = file.parent / "recipes" / one.job.name
        shutil.copytree(one.job.recipe_dir, folder)
        recipes.append({"recipe": _rendered(one), "folder": str(folder)})
    file.write_text(json.dumps(recipes))


def _rendered(one: PlannedBuild) -> object:
    job = one.job
    package = PackageOrder(
        recipe=job.rendered,
        build=job.build,
        number=job.number,
        env=build_environment(job.rendered, one.version),
        extra=origin_extra(job, one.version),
    )
    sources = {
        source.path: str((job.recipe_dir / source.path).resolve()) for source in job.rendered.source
    }
    return render_v1(package, sources=sources)
