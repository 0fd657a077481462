"""What a final build takes over from the environment of its candidate."""

from conda_sluice.model.recipe import Requirements
from conda_sluice.plan.recorded import pins_of, specs_with

NEEDS = Requirements(build=("make", "python 3.12.*"), host=("numpy >=1", "hills", "python 3.12.*"))
RECORDED = (
    "build make 4.4 h1_0",
    "build python 3.12.1 h1_0",
    "host python 3.12.2 h1_0",
    "host numpy 2.0 py312_0",
    "host libblas 3 h1_0",
    "host hills 1.0.0rc1 h1_0",
)
PINS = {"make": "make ==4.4 h1_0", "numpy": "numpy ==2.0 py312_0"}


def test_what_a_recipe_names_is_pinned_to_the_recorded_build():
    """Not what came with it, what the plan makes anew, or what build and host differ in."""
    assert pins_of(NEEDS, RECORDED, {"hills"}) == PINS
    assert pins_of(NEEDS, (), ()) == {}


def test_pins_have_to_fit_what_the_recipe_asks_for():
    assert specs_with(NEEDS, PINS, {"hills"}) == (
        ("make", "make ==4.4 h1_0", "python 3.12.*"),
        ("numpy >=1", "numpy ==2.0 py312_0", "python 3.12.*"),
    )
