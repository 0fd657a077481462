from dataclasses import replace

import pytest

from conda_sluice.model.names import PackageName
from conda_sluice.model.package import Distribution
from conda_sluice.model.recipe import BuildSection, Pin, Requirements, RunExports
from conda_sluice.recipe.subpackages import subpackage_spec, with_siblings
from plans import a_candidate


def a_pin(name="lib", **options):
    return Pin("pin_subpackage", PackageName(name), **options)


@pytest.mark.parametrize(
    ("version", "pin", "spec"),
    [
        ("1.2.3", {"exact": True}, "lib 1.2.3 h0_1"),
        ("1.2.3", {"min_pin": "x.x.x.x", "max_pin": "x.x"}, "lib >=1.2.3,<1.3.0a0"),
        ("1.2.3", {"min_pin": "x.x", "max_pin": "x"}, "lib >=1.2,<2.0a0"),
        ("1.2.3", {"max_pin": "x"}, "lib <2.0a0"),
        ("1.2.3", {}, "lib"),
        ("1", {"max_pin": "x.x"}, "lib <2.0a0"),
        ("1.0dev1", {"min_pin": "x.x", "max_pin": "x.x"}, "lib >=1.0dev1,<1.1.0a0"),
        ("9e", {"min_pin": "x.x", "max_pin": "x"}, "lib >=9e,<10.0a0"),
        ("1.2.3", {"lower_bound": "1.0", "upper_bound": "2.0"}, "lib >=1.0,<2.0"),
        ("1.2.3", {"min_pin": "x", "build": "*_cuda"}, "lib >=1 *_cuda"),
    ],
)
def test_a_pin_says_what_it_means_for_a_known_package(version, pin, spec):
    package = Distribution(PackageName("lib"), version, "h0_1")
    assert subpackage_spec(a_pin(**pin), package) == spec


def test_pins_on_siblings_are_worked_out_everywhere_and_others_left():
    own, foreign = a_pin("self", exact=True), Pin("pin_compatible", PackageName("lib"), max_pin="x")
    lists = {
        key: ("plain", own, foreign, a_pin(exact=True))
        for key in ("build", "host", "run", "run_constrained")
    }
    recipe = replace(
        a_candidate().rendered,
        requirements=Requirements(**lists),
        build=BuildSection(run_exports=RunExports(weak=(a_pin(exact=True),))),
    )
    settled = with_siblings(recipe, [Distribution(PackageName("lib"), "1.0", "h0_1")])
    said = ("plain", own, foreign, "lib 1.0 h0_1")
    assert settled.requirements == Requirements(**dict.fromkeys(lists, said))
    assert settled.build.run_exports.weak == ("lib 1.0 h0_1",)
