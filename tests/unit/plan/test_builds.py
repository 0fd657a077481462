import pytest
from hypothesis import given
from hypothesis import strategies as st

from conda_sluice.errors import PlanError
from conda_sluice.plan.builds import plan_builds
from factories import a_record
from plans import a_candidate


def plan(*candidates, existing=(), known_keys=None):
    return plan_builds(candidates, existing, known_keys or {}).builds


def as_record(planned):
    job = planned.job
    return a_record(job.name, job.version, job.build, subdir=job.subdir, build_number=job.number)


def test_a_new_package_gets_number_0_and_the_hex_of_its_key():
    (planned,) = plan(a_candidate("trips"))
    assert planned.job.build == f"h{planned.job.key[:7]}_0"
    assert not planned.is_current
    assert planned.reason == "the ladder has no such package"


def test_the_same_content_is_current_and_keeps_its_name():
    (first,) = plan(a_candidate())
    (again,) = plan(a_candidate(), existing=[as_record(first)])
    assert again.is_current
    assert again.job.build == first.job.build


def test_other_content_of_one_version_gets_the_next_number():
    (first,) = plan(a_candidate())
    (changed,) = plan(a_candidate(tree="u" * 40), existing=[as_record(first)])
    assert changed.job.number == 1
    assert changed.job.build.endswith("_1")
    assert changed.reason.startswith("sources, recipe or what it is built with changed")


def test_the_recipes_own_number_is_a_floor():
    (planned,) = plan(a_candidate(number=3))
    assert planned.job.number == 3


def test_a_changed_library_rebuilds_what_is_built_with_it_and_no_more():
    def workspace(tree):
        return (
            a_candidate("libtrips", tree=tree),
            a_candidate("pytrips", host=("libtrips",)),
            a_candidate("tripcli", run=("pytrips",)),
        )

    before = plan(*workspace("a" * 40))
    after = plan(*workspace("b" * 40), existing=[as_record(one) for one in before])
    assert {one.job.name for one in after if not one.is_current} == {"libtrips", "pytrips"}


def test_what_it_is_built_with_is_needed_in_exactly_that_build():
    library, extension = plan(
        a_candidate("pytrips", host=("libtrips >=1",)), a_candidate("libtrips")
    )
    assert library.job.name == "libtrips"
    assert extension.job.needs == (library.job.distribution,)


def test_what_it_runs_with_comes_first_but_is_not_pinned():
    extension, program = plan(a_candidate("tripcli", run=("pytrips >=1",)), a_candidate("pytrips"))
    assert program.follows == (extension.job.distribution,)
    assert program.job.needs == ()


def test_a_circle_is_named_with_its_path():
    with pytest.raises(PlanError, match=r"need each other in a circle: .*a.* -> .*b.* -> .*a"):
        plan(a_candidate("a", host=("b",)), a_candidate("b", host=("a",)))


def test_two_projects_of_one_name_are_an_error():
    with pytest.raises(PlanError, match="two projects make the package trips"):
        plan(a_candidate(root="one"), a_candidate(root="two"))


def test_variants_of_one_project_are_told_apart_in_their_build_strings():
    eleven, twelve = plan(
        a_candidate(variant=(("python", "3.11"),)), a_candidate(variant=(("python", "3.12"),))
    )
    assert eleven.job.build.startswith("py311h")
    assert twelve.job.build.startswith("py312h")


def test_a_dependent_is_built_with_the_variant_that_agrees_with_its_own():
    libraries = [a_candidate("lib", variant=(("mpi", mpi),)) for mpi in ("mpich", "openmpi")]
    user = a_candidate("user", host=("lib",), variant=(("mpi", "openmpi"),))
    planned = plan(*libraries, user)
    by_variant = {dict(one.job.rendered.variant)["mpi"]: one for one in planned[:2]}
    assert planned[2].job.needs == (by_variant["openmpi"].job.distribution,)


def test_a_build_string_written_by_hand_keeps_its_text():
    (planned,) = plan(a_candidate(string="mine_PKG_HASH_4"))
    assert planned.job.build == f"mine_h{planned.job.key[:7]}_4"


def test_a_fixed_build_string_with_other_content_is_an_error():
    (first,) = plan(a_candidate(string="mine"))
    there = as_record(first)
    assert plan(
        a_candidate(string="mine"), existing=[there], known_keys={there.sha256: first.job.key}
    )[0].is_current
    with pytest.raises(PlanError, match="with other contents than the recipe makes now"):
        plan(
            a_candidate(string="mine", tree="u" * 40),
            existing=[there],
            known_keys={there.sha256: first.job.key},
        )


def test_two_contents_with_one_short_hex_are_told_apart_by_the_whole_key():
    (first,) = plan(a_candidate())
    there = as_record(first)
    with pytest.raises(PlanError, match="with other contents"):
        plan(a_candidate(), existing=[there], known_keys={there.sha256: "f" * 64})


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=12))
def test_each_job_comes_after_all_that_it_follows(edges):
    needs = {
        index: {low for low, high in edges if high == index and low < high} for index in range(8)
    }
    planned = plan(
        *(
            a_candidate(f"p{index}", host=tuple(f"p{need} >=1" for need in sorted(needs[index])))
            for index in range(8)
        )
    )
    seen = set()
    for one in planned:
        assert set(one.follows) <= seen
        seen.add(one.job.distribution)
    assert len(seen) == 8


def test_what_is_built_with_uncommitted_changes_is_as_uncommitted_itself():
    dirty, user, other = plan(
        a_candidate("lib", changes="abc"),
        a_candidate("user", host=("lib",)),
        a_candidate("other"),
    )
    flags = {one.job.name: one.job.is_dirty for one in (dirty, user, other)}
    assert flags == {"lib": True, "user": True, "other": False}
