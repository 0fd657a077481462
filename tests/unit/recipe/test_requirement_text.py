import pytest

from conda_sluice.recipe.requirement_text import bounds, known_bounds


@pytest.mark.parametrize("bounding", [bounds, known_bounds])
def test_bounds_say_numbers_as_conda_does(bounding):
    assert bounding("2025.09.05", "x.x.x", "x.x") == ">=2025.9.5,<2025.10.0a0"
