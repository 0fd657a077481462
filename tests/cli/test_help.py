"""Every command says what it does, with an example."""

import re
from importlib.metadata import version

import pytest
import typer

from conda_sluice.cli.app import app

COMMANDS = sorted(typer.main.get_command(app).commands)


def plain(text):
    """Return text without the frames and folds that rich makes."""
    return re.sub(r"[\s│]+", " ", re.sub(r"\x1b\[[0-9;]*m", "", text))


def test_commands_are_those_of_the_design():
    assert {
        "init",
        "recipe",
        "plan",
        "build",
        "upload",
        "test",
        "promote",
        "run",
        "status",
        "explain",
        "restore",
        "seed",
        "serve",
    } <= set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_each_command_has_an_example_of_it(sluice, command):
    answer = sluice(command, "--help")
    assert (answer.code, answer.err) == (0, "")
    (example,) = re.findall(r"Example: (.*?) ╭", plain(answer.out))
    assert re.match(rf"sluice {command}\b", example)
    assert not example.endswith("."), "a full stop is copied along"


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_stands_in_the_help_of_all(sluice, command):
    answer = sluice("--help")
    assert answer.code == 0
    assert re.search(rf" {command} [A-Z]", plain(answer.out))


CHANGING = ("build", "init", "promote", "recipe", "run", "upload")


@pytest.mark.parametrize("command", CHANGING)
def test_what_changes_something_can_be_tried_without(sluice, command):
    assert "--dry-run" in plain(sluice(command, "--help").out)


@pytest.mark.parametrize("command", ["approve", "override"])
def test_the_help_shows_how_a_gpg_key_is_named(sluice, command):
    assert "gpg:<id>" in plain(sluice(command, "--help").out)


def test_version_is_that_of_the_distribution(sluice):
    answer = sluice("--version")
    assert (answer.code, answer.out) == (0, f"sluice {version('conda-sluice')}\n")


@pytest.mark.parametrize(
    ("argv", "remedy"),
    [
        (("yank",), "see sluice yank --help"),
        (("promote", "--frm", "x"), "see sluice promote --help"),
        (("status", "--format", "xml"), "see sluice status --help"),
        (("bogus",), "see sluice --help"),
    ],
)
def test_wrong_usage_names_the_help_of_the_command(sluice, argv, remedy):
    sluice.refuses(*argv, code=2, says=remedy)


def test_without_a_command_the_help_is_shown(sluice):
    answer = sluice()
    assert answer.code == 2
    assert "Usage: sluice" in plain(answer.out + answer.err)
