"""The pages of `sluice serve` in a browser, without a single script."""

import os
import re
import subprocess
import sys
import urllib.request

import pytest

from browser import brightness, dom_of, look_of
from conda_sluice.model.channel import ChannelRef
from conda_sluice.stores.directory.store import DirectoryStore
from factories import an_artifact
from page import Page

pytestmark = pytest.mark.integration

CONFIG = """\
version: 1
upstream: []
ladder:
  - {name: unstable, url: ./channels/unstable}
  - {name: testing, url: ./channels/testing, gates: [tested, installable]}
  - {name: stable, url: ./channels/stable, versions: final, gates: [tested]}
projects: []
"""
LONG = "a" * 60
HOSTILE = "<b onclick=alert(1)>MIT</b>" + "x" * 200
PAGES = ("/", "/unstable/", "/-/package/trips")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Return the URL of a server with some packages, of which one has all that can be ugly."""
    root = tmp_path_factory.mktemp("site")
    (root / "channels.yaml").write_text(CONFIG)
    unstable = ChannelRef("unstable", (root / "channels" / "unstable").as_uri())
    made = [an_artifact(root / "made", "trips", f"{number}.0rc1") for number in range(3)]
    ugly = an_artifact(root / "made", LONG, "1." + "2" * 60, license=HOSTILE)
    DirectoryStore().put([*made, ugly], unstable)
    process = subprocess.Popen(
        [sys.executable, "-m", "conda_sluice", "serve", "--port", "0"],
        cwd=root,
        env=os.environ | {"SLUICE_CACHE_DIR": str(root / "cache")},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield re.fullmatch(r"pages:  (.*)/\n", process.stdout.readline())[1]
    finally:
        process.kill()
        process.communicate()


def fetched(url):
    with urllib.request.urlopen(url) as answer:
        return answer.read().decode()


def test_the_front_page_shows_the_ladder_and_every_package(site):
    while "still being asked" in fetched(f"{site}/"):
        pass  # the server waits a moment before it says that
    dom, complaints = dom_of(f"{site}/")
    page = Page(dom)
    assert complaints == []
    assert "<title>unstable → testing → stable</title>" in dom
    assert page.tags.count("tr") == 1 + 2
    assert "… 2.0rc1 for testing: waits (tested)" in page.text
    assert "2 packages, 4 files" in page.text


def test_a_search_finds_without_scripts_what_it_is_asked_for(site):
    dom, _ = dom_of(f"{site}/unstable/?q=trip")
    page = Page(dom)
    assert page.tags.count("tbody") == 1
    assert "trips" in page.text
    assert LONG not in page.text


def test_a_licence_that_would_be_a_page_is_text(site):
    dom, complaints = dom_of(f"{site}/-/package/{LONG}")
    page = Page(dom)
    assert complaints == []
    assert HOSTILE in page.text
    assert "onclick" not in {name for name, _ in page.attributes}


def test_a_refusal_is_a_page_with_a_way_back(site):
    dom, _ = dom_of(f"{site}/-/package/nobody")
    page = Page(dom)
    assert "<title>Not here</title>" in dom
    assert page.values("href") == ["../../"]


@pytest.mark.parametrize("target", [*PAGES, f"/-/package/{LONG}"])
@pytest.mark.parametrize("width", [500, 1200])
def test_nothing_sticks_out_of_the_window(site, tmp_path, target, width):
    look = look_of(fetched(site + target), tmp_path, width=width)
    assert look.wide == []
    assert look.needed <= look.width


@pytest.mark.parametrize("target", PAGES)
def test_a_page_is_dark_where_the_reader_wants_it_dark(site, tmp_path, target):
    html = fetched(site + target)
    light = look_of(html, tmp_path, width=800)
    dark = look_of(html, tmp_path, width=800, is_dark=True)
    assert brightness(light.paper) > 0.9
    assert brightness(light.ink) < 0.3
    assert brightness(dark.paper) < 0.2
    assert brightness(dark.ink) > 0.7
