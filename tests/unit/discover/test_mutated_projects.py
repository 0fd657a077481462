"""Whatever becomes of a project, there is a recipe or an error in words; the soak tries more."""

import pytest

from mutations import is_handled, limited, mutated_project


@pytest.mark.parametrize("seed", range(40))
def test_harmed_project_gives_a_recipe_or_says_where_it_is_wrong(seed, tmp_path):
    folder = mutated_project(tmp_path, seed)
    with limited():
        assert is_handled(folder)
