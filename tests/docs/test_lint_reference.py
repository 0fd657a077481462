"""The page of the rules is what the rules say of themselves."""

from pathlib import Path

from conda_sluice.recipe.lint.page import PAGE, render_page

REPOSITORY = Path(__file__).parents[2]


def test_the_committed_page_is_the_generated_one():
    committed = (REPOSITORY / PAGE).read_text(encoding="utf-8")
    assert committed == render_page(), f"{PAGE} is out of date; run: make docs"
