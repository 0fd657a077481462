"""Recipes with several outputs in the plan: what is made together, named and rebuilt by what."""

from dataclasses import replace
from pathlib import Path

import pytest

from conda_sluice.errors import PlanError
from conda_sluice.model.names import PackageName
from conda_sluice.model.recipe import Pin, Requirements, RunExports, SharedBuild
from conda_sluice.plan.builds import plan_builds
from factories import a_record
from plans import a_candidate


def an_output(name, *, of="hills", shared=None, version="1.0", **lists):
    one = a_candidate(name, version, root=of, variant=lists.pop("variant", ()))
    exports = lists.pop("exports", ())
    canonical = lists.pop("canonical", name)
    rendered = replace(
        one.rendered,
        output_of=of,
        shared=shared,
        requirements=Requirements(**lists),
        build=replace(one.rendered.build, run_exports=RunExports(weak=exports)),
    )
    return replace(one, rendered=rendered, canonical=canonical, recipe_dir=Path("/recipes") / of)


def exact(name):
    return Pin("pin_subpackage", PackageName(name), exact=True)


def loose(name):
    return Pin("pin_subpackage", PackageName(name), min_pin="x", max_pin="x")


def plan(*candidates, existing=()):
    return {one.job.name: one for one in plan_builds(candidates, existing, {}).builds}


def together(plan, name):
    return [one.name for one in plan[name].together]


def test_the_outputs_of_a_recipe_are_made_together_each_after_what_it_needs():
    found = plan(an_output("tools", host=(exact("lib"),)), an_output("lib"), a_candidate("other"))
    assert together(found, "lib") == together(found, "tools") == ["lib", "tools"]
    assert together(found, "other") == ["other"]


def test_of_a_library_and_two_bindings_the_first_build_makes_the_library_too():
    eleven, twelve = (("python", "3.11"),), (("python", "3.12"),)
    outputs = (
        an_output("lib"),
        an_output("bind", host=("lib",), variant=eleven),
        an_output("bind", host=("lib",), variant=twelve),
    )
    builds = plan_builds(outputs, (), {}).builds
    made = {(one.job.name, one.job.rendered.variant): len(one.together) for one in builds}
    assert made == {("lib", ()): 2, ("bind", eleven): 2, ("bind", twelve): 1}


def test_an_exact_pin_brings_the_key_of_the_sibling_and_its_place_before():
    def outputs(text):
        return (
            an_output("lib", canonical=text),
            an_output("all", run=(exact("lib"),)),
            an_output("tools", run=(loose("lib"),)),
        )

    before, after = plan(*outputs("a")), plan(*outputs("b"))
    assert before["all"].job.key != after["all"].job.key
    assert before["tools"].job.key == after["tools"].job.key
    assert after["all"].follows == (after["lib"].job.distribution,)


@pytest.mark.parametrize("place", ["run_constrained", "exports"])
def test_an_exact_pin_counts_wherever_it_stands(place):
    found = plan(an_output("all", **{place: (exact("lib"),)}), an_output("lib"))
    assert found["all"].follows == (found["lib"].job.distribution,)
    assert found["all"].job.siblings == (found["lib"].job.distribution,)
    assert found["all"].job.needs == ()


def test_a_bound_on_a_sibling_of_another_version_counts():
    def outputs(version):
        return an_output("lib", version=version), an_output("all", run=(loose("lib"),))

    assert plan(*outputs("2.0"))["all"].job.key != plan(*outputs("3.0"))["all"].job.key


def test_an_edited_output_leaves_its_siblings_current():
    before = plan(an_output("lib"), an_output("tools", host=("lib",)))
    there = [
        a_record(one.job.name, one.job.version, one.job.build, subdir=one.job.subdir)
        for one in before.values()
    ]
    after = plan(
        an_output("lib"), an_output("tools", host=("lib",), canonical="edited"), existing=there
    )
    assert {name: one.is_current for name, one in after.items()} == {"lib": True, "tools": False}


def test_what_the_shared_build_needs_comes_first_and_counts():
    shared = SharedBuild(requirements=Requirements(host=("zlib",)))
    found = plan(an_output("lib", shared=shared), a_candidate("zlib"))
    assert found["lib"].job.needs == (found["zlib"].job.distribution,)


def test_recipes_that_need_each_other_are_named():
    with pytest.raises(PlanError, match=r"in a circle: .*lib \+ tools"):
        plan(
            an_output("lib"),
            an_output("tools", host=("other",)),
            a_candidate("other", host=("lib",)),
        )
