"""The commands of the tutorial work, in their order, in an empty folder."""

from pathlib import Path

import pytest

from shown import Shown, check_page, is_shown, parse_console

ROOT = Path(__file__).parents[2]
TUTORIAL = ROOT / "docs" / "tutorial" / "first-channel.md"


def test_a_here_document_belongs_to_its_command():
    text = "```console\n$ cat <<'END'\n$ no command\nEND\n$ ls\nmorning\n```\n```\n$ other\n```"
    assert parse_console(text) == [
        Shown(2, "cat <<'END'\n$ no command\nEND", ()),
        Shown(5, "ls", ("morning",)),
    ]


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("build  morning 0.1.0 … built in … s", True),
        ("build morning 0.1.0", False),
        ("promote … built in … s", False),
    ],
)
def test_a_shown_line_may_leave_out_what_differs(line, shown):
    assert is_shown(line, "recipe\nbuild  morning 0.1.0 pyh1_0     built in 0.3 s  \n") is shown


@pytest.mark.integration
def test_each_command_of_the_tutorial_succeeds_and_prints_what_is_shown(tmp_path):
    folder, home = tmp_path / "work", tmp_path / "home"
    folder.mkdir()
    home.mkdir()
    check_page(TUTORIAL, folder=folder, home=home)
