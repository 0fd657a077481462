from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conda_sluice.errors import RecipeError
from conda_sluice.model.names import PackageName, Subdir
from conda_sluice.model.recipe import (
    About,
    BuildSection,
    FilesFrom,
    Pin,
    RenderedRecipe,
    Requirements,
    RunExports,
    Source,
    TestSection,
)
from conda_sluice.model.variant import VariantConfig
from conda_sluice.recipe.document import load_yaml, plain_text
from conda_sluice.recipe.v0.concrete import concrete_v0, concrete_variant
from conda_sluice.recipe.v0.read import read_recipe
from conda_sluice.recipe.v0.yaml import v0_text
from factories import a_package_order

LINUX = Subdir("linux-64")
TRIPS = RenderedRecipe(
    name=PackageName("trips"),
    version="1.2.0",
    platform=LINUX,
    source=(Source(path="../../trips"),),
    build=BuildSection(number=3, string="h1234567_3", script=("make", "make install && true")),
    requirements=Requirements(
        build=("gcc_linux-64 12.*",),
        host=("python 3.11.*", "libtrips"),
        run=("python >=3.11,<3.12.0a0",),
        run_constrained=("other 1.2.*",),
    ),
    test=TestSection(imports=("trips",), commands=("trips --version",), requires=("pip",)),
    about=About(home="https://a.b", license="MIT", license_file=("LICENSE",), summary="Trips"),
)


def written(recipe=TRIPS, *, sources=(), **options):
    return concrete_v0((a_package_order(recipe, **options),), sources=dict(sources))


def built(**changes):
    return written(replace(TRIPS, build=replace(TRIPS.build, **changes)))["build"]


def exported(pin, version="1.2.3"):
    exports = RunExports(weak=(pin,))
    recipe = replace(TRIPS, version=version, build=BuildSection(run_exports=exports))
    return written(recipe)["build"]["run_exports"]["weak"]


def read_again(recipe, **options):
    """Return what our own reader makes of the text."""
    (found,) = read_recipe(
        v0_text(written(recipe, **options)),
        where="meta.yaml",
        platform=LINUX,
        variants=VariantConfig(values=(("python", ("3.11",)),)),
        environ={},
    )
    return found


def test_the_text_reads_back_as_the_same_recipe():
    assert read_again(TRIPS) == TRIPS


@given(text=st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1))
def test_any_text_reads_back_as_it_is(text):
    (pair,) = load_yaml(v0_text({"summary": f"x{text}x"}), str).pairs
    assert plain_text(pair[1]) == f"x{text}x"


@pytest.mark.parametrize("text", ["{{ x }}", "{% if %}", "{# no #}", "a  # [win]", "[osx]", "100%"])
def test_nothing_in_a_text_is_jinja_or_a_selector(text):
    line = v0_text({"summary": text})
    assert not set("{}[]#%") & set(line)


def test_sources_and_pins_are_taken_from_where_they_are():
    found = written(
        sources={"../../trips": "/build/trips"}, pins={"libtrips": "libtrips ==1.0 h1_0"}
    )
    assert found["source"] == [{"path": "/build/trips"}]
    assert found["requirements"]["host"] == ["python 3.11.*", "libtrips 1.0 h1_0"]


def test_a_bare_name_is_not_left_to_conda_build_s_default_version():
    needs = Requirements(host=("python", "numpy", "zlib"), run=("python", "numpy"))
    found = written(replace(TRIPS, requirements=needs))["requirements"]
    assert found == {"host": ["python *", "numpy *", "zlib"], "run": ["python", "numpy"]}


def test_one_environment_or_two_is_always_said():
    assert built()["merge_build_host"] is False
    assert built(merge_build_host=True)["merge_build_host"] is True


def test_values_of_the_environment_are_quoted_for_bash():
    recipe = replace(TRIPS, build=BuildSection(script_env=("A=1", "B=2", "PASSED")))
    found = written(recipe, env={"B": '"$x" `y` \\'})["build"]["script_env"]
    assert found == ["A=1", 'B=\\"\\$x\\" \\`y\\` \\\\']


def test_a_value_of_two_lines_is_an_error():
    with pytest.raises(RecipeError, match="the value of A in script_env has more than one line"):
        written(env={"A": "1\n2"})


@pytest.mark.parametrize(
    ("version", "pin", "spec"),
    [
        ("1.2.3", {"max_pin": "x.x"}, "trips >=1.2.3,<1.3.0a0"),
        ("0.1.0dev1", {"max_pin": "x.x"}, "trips >=0.1.0dev1,<0.2.0a0"),
        ("1.2.3rc1", {"min_pin": "x.x", "max_pin": "x"}, "trips >=1.2,<2.0a0"),
        ("1.2.3", {"max_pin": ""}, "trips >=1.2.3"),
        ("1.2.3", {"exact": True}, "trips 1.2.3 h1234567_3"),
    ],
)
def test_a_pin_to_the_package_itself_is_worked_out_here(version, pin, spec):
    pin = Pin("pin_subpackage", PackageName("trips"), **({"min_pin": "x.x.x.x.x.x"} | pin))
    assert exported(pin, version) == [spec]


def test_a_pin_that_only_the_build_knows_is_left_to_it():
    pin = Pin("pin_compatible", PackageName("numpy"), min_pin="x.x", max_pin="")
    (found,) = exported(pin)
    assert found == "{{ pin_compatible('numpy', min_pin='x.x', max_pin=None) }}"
    assert f'"{found}"' in v0_text({"run": [found]})


def test_a_pin_cannot_smuggle_jinja_in():
    pin = Pin("pin_compatible", PackageName("numpy"), min_pin="x", max_pin="x') }}{{ ('")
    with pytest.raises(RecipeError, match="the pin of numpy has a bound that is no version"):
        exported(pin)


def test_test_scripts_beside_the_recipe_are_left_to_conda_build():
    """It would run `bash -e run_test.sh` within run_test.sh, for ever."""
    test = TestSection(
        commands=("trips", "bash -e run_test.sh"),
        files=("data", "run_test.sh"),
        requires=("pip 9",),
    )
    found = written(replace(TRIPS, test=test))["test"]
    assert found == {"commands": ["trips"], "files": ["data"], "requires": ["pip 9.*"]}


def test_what_is_added_to_extra_lies_beside_the_recipe_s_own():
    about = replace(TRIPS.about, extra=(("maintainers", '["ada"]'), ("note", "1.10")))
    found = written(replace(TRIPS, about=about), extra={"sha": "0", "path": ""})["extra"]
    assert found == {"maintainers": ["ada"], "note": "1.10", "sha": "0", "path": ""}


def test_ignoring_all_prefix_files_is_a_flag():
    assert built(ignore_prefix_files=("True",))["ignore_prefix_files"] is True
    assert built(ignore_prefix_files=("a",))["ignore_prefix_files"] == ["a"]


def test_the_variant_has_one_value_for_each_key():
    recipe = replace(TRIPS, variant=(("python", "3.11.*"),))
    assert concrete_variant((a_package_order(recipe),)) == {
        "target_platform": ["linux-64"],
        "python": ["3.11.*"],
    }


@pytest.mark.parametrize(
    "recipe",
    [
        replace(TRIPS, files=("lib/*",), files_from=FilesFrom.NEW),
        replace(TRIPS, test=TestSection(others=("{}",))),
        replace(TRIPS, build=BuildSection(script_interpreter="perl")),
        replace(
            TRIPS,
            output_of="trips",
            build=BuildSection(script=("print(1)",), script_interpreter="python"),
        ),
        replace(TRIPS, build=BuildSection(script_file="make.pl")),
    ],
)
def test_what_cannot_be_said_is_an_error_and_never_dropped(recipe):
    with pytest.raises(RecipeError, match="cannot be built with conda-build yet"):
        written(recipe)
