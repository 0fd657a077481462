"""Thousands of harmed projects: a recipe or an error in words, never a traceback or a hang."""

import pytest

from mutations import is_handled, limited, mutated_project

pytestmark = pytest.mark.soak
EACH = 250


@pytest.mark.parametrize("start", range(0, 20 * EACH, EACH))
def test_harmed_projects_give_a_recipe_or_say_where_they_are_wrong(start, tmp_path):
    for seed in range(start, start + EACH):
        folder = mutated_project(tmp_path / str(seed), seed)
        with limited():
            assert is_handled(folder), seed
