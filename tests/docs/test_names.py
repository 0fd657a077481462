"""What pages and messages name is there: commands, modules, and keys that have an effect."""

import re
from dataclasses import fields
from pathlib import Path

import pytest
import typer

from conda_sluice.cli.app import app
from conda_sluice.config import schema

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "conda_sluice"
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
COMMANDS = set(typer.main.get_command(app).commands)
KEYS = [
    (schema.RungItem, "retention", "retention"),
    (schema.RungItem, "versions", "versions"),
    (schema.ProjectItem, "owners", "owners"),
    (schema.ProjectItem, "test", "test"),
    (schema.PlatformsItem, "required", "required_platforms"),
    (schema.PlatformsItem, "optional", "optional_platforms"),
]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_commands_that_pages_name_exist(page):
    text = page.read_text("utf-8")
    named = set(re.findall(r"(?:`|run: |^    )sluice ([a-z]+)", text, re.MULTILINE))
    assert named <= COMMANDS


def test_the_commands_that_messages_name_exist():
    texts = [path.read_text("utf-8") for path in SOURCE.rglob("*.py")]
    named = {
        name for text in texts for name in re.findall(r"(?:`|run |with )sluice ([a-z]+)", text)
    }
    assert named <= COMMANDS


def test_the_modules_that_contributors_are_sent_to_exist():
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    named = set(re.findall(r"`([\w./]+(?:\.py|/))`", text))
    assert {one for one in named if not ((ROOT / one).exists() or (SOURCE / one).exists())} == set()


@pytest.mark.parametrize(("section", "key", "attribute"), KEYS)
def test_a_key_says_that_it_has_no_effect_yet_as_long_as_nothing_asks_for_it(
    section, key, attribute
):
    (doc,) = (field.metadata["doc"] for field in fields(section) if field.name == key)
    is_asked_for = any(
        re.search(rf"\.{attribute}\b", path.read_text("utf-8"))
        for path in SOURCE.rglob("*.py")
        if path.parent != SOURCE / "config"
    )
    assert ("without effect yet" not in doc) == is_asked_for
