"""A ladder on anaconda.org by the command line: labels of one owner, and an owner above them."""

import pytest

from servers.anaconda_stores import OWNER, TOKEN, an_org

pytestmark = pytest.mark.integration

CONFIG = """\
version: 1
ladder:
  - {{name: unstable, url: "anaconda://lab/label/unstable"}}
  - {{name: testing, url: "anaconda://lab/label/testing", gates: [installable]}}
  - {{name: stable, url: "anaconda://stable", gates: [installable]}}
stores: {{anaconda: {{api: "{api}", channels: "{channels}"}}}}
ledger: ./ledger
projects: []
"""


@pytest.fixture
def org():
    with an_org() as running:
        yield running


@pytest.fixture
def ladder(org, sluice, monkeypatch):
    monkeypatch.setenv("ANACONDA_API_TOKEN", TOKEN)
    sluice.write(CONFIG.format(api=org.api_url, channels=org.channels_url))
    return sluice


def works(ladder, *words):
    answer = ladder(*words)
    assert answer.code == 0, (words, answer)
    assert TOKEN not in answer.out + answer.err
    return answer


def test_packages_climb_are_yanked_and_come_back(org, ladder):
    app, lib = ladder.package("app", depends=("lib",)), ladder.package("lib")
    works(ladder, "upload", app, lib)
    works(ladder, "promote", "--to", "testing")
    works(ladder, "promote", "--to", "stable")
    assert set(org.labels(OWNER).values()) == {("testing", "unstable")}
    assert set(org.labels("stable").values()) == {("main",)}
    assert "stable" in works(ladder, "status").out
    works(ladder, "yank", "app", "--why", "eats files", "--from", "stable")
    assert sorted(org.labels("stable").values()) == [("main",), ("main-hidden",)]
    works(ladder, "verify")
    works(ladder, "unyank", "app", "--from", "stable")
    assert set(org.labels("stable").values()) == {("main",)}
    works(ladder, "undo")
    assert sorted(org.labels("stable").values()) == [("main",), ("main-hidden",)]


def test_no_client_is_sent_to_a_label_that_nothing_has_made(ladder):
    works(ladder, "upload", ladder.package("lib"))
    answer = works(ladder, "status")
    *_, lowest, testing, _ = answer.out.splitlines()
    assert "/lab/label/unstable" in lowest
    assert "/lab/label/testing" not in answer.out
    assert testing == "from testing:  nothing is there yet"
    works(ladder, "promote", "--to", "testing")
    assert "/lab/label/testing" in works(ladder, "status").out


def test_without_a_token_it_is_said_where_one_is_looked_for(ladder, monkeypatch, tmp_path):
    monkeypatch.delenv("ANACONDA_API_TOKEN")
    monkeypatch.setenv("HOME", str(tmp_path))
    answer = ladder("upload", ladder.package("lib"))
    assert answer.code == 3
    assert "wants a token" in answer.err
    assert "ANACONDA_API_TOKEN" in answer.err
