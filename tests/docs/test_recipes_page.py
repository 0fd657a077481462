"""The commands of the page about recipes work, in their order, in an empty folder."""

from pathlib import Path

from shown import check_page

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "recipes.md"


def test_each_command_succeeds_and_prints_what_is_shown(tmp_path):
    check_page(PAGE, folder=tmp_path, home=tmp_path)
