from conda_sluice.pipeline.run import releases_of
from conda_sluice.plan.builds import plan_builds
from plans import a_candidate


def test_the_variants_of_one_version_are_one_release():
    candidates = [
        a_candidate("trips", variant=(("blas", "mkl"),)),
        a_candidate("trips", variant=(("blas", "openblas"),)),
        a_candidate("other"),
    ]
    plan = plan_builds(candidates, (), {})
    first, second, alone = (f"{one.job.subdir}/{one.job.file}" for one in plan.builds)
    assert releases_of(plan) == {
        first: frozenset((first, second)),
        second: frozenset((first, second)),
        alone: frozenset((alone,)),
    }
