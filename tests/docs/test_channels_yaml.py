"""What is committed about channels.yaml is what the code says."""

from pathlib import Path

import pytest

from conda_sluice.config.load import load_config
from conda_sluice.config.reference import reference_files
from conda_sluice.model.names import Subdir

REPOSITORY = Path(__file__).parents[2]


@pytest.mark.parametrize("path", sorted(reference_files()))
def test_the_committed_page_is_the_generated_one(path):
    committed = (REPOSITORY / path).read_text(encoding="utf-8")
    assert committed == reference_files()[path], f"{path} is out of date; run: make docs"


def test_the_projects_own_ladder_is_an_example_that_loads():
    config = load_config(
        REPOSITORY / "channels.yaml", platform=Subdir("linux-64"), is_project=lambda _: True
    )
    assert [channel.name for channel in config.channels] == ["unstable", "testing", "stable"]
    assert [entry.test for entry in config.projects] == ["pytest -q tests/unit"]
