"""What `sluice promote` says of packages that stay, from rattler's solver to the screen."""

import pytest

from conda_sluice.stores.directory.store import DirectoryStore
from factories import a_channel, an_artifact

CONFIG = """\
version: 1
upstream: [{upstream}]
ladder:
  - {{name: unstable, url: ./channels/unstable}}
  - {{name: testing, url: ./channels/testing, gates: [installable]}}
sets: {{geo: [libgeo, pygeo]}}
projects: []
"""


@pytest.fixture
def shop(sluice, tmp_path):
    """Return a workspace beside an upstream that has gdal 1.0."""
    upstream = a_channel(tmp_path, "forge")
    DirectoryStore().put([an_artifact(tmp_path / "files", "gdal", "1.0")], upstream)
    sluice.write(CONFIG.format(upstream=upstream.url))
    return sluice


def excuse(answer, name):
    """Return the last excuse of the package of a name."""
    return next(
        one["excuses"][-1] for one in answer.json["outcomes"] if one["file"].startswith(name)
    )


def test_what_could_move_together_is_proposed(shop):
    shop("upload", shop.package("lib", version="1.4"), shop.package("app", depends=("lib >=1.3",)))
    answer = shop("promote", "app", "--dry-run", "--format", "json")
    told = excuse(answer, "app")
    assert (answer.code, told["verdict"], told["needs"]) == (1, "waiting", "lib >=1.3")
    assert told["proposal"] == [
        "noarch/app-1.2.3-h0123456_0.conda",
        "noarch/lib-1.4-h0123456_0.conda",
    ]
    assert shop("promote", "app", "lib").code == 0


def test_a_development_version_that_is_not_enough_is_named(shop):
    early = shop.package("lib", version="1.3.0dev4")
    shop("upload", early, shop.package("app", depends=("lib >=1.3",)))
    answer = shop("promote", "--dry-run")
    assert answer.code == 1
    assert (
        "lib 1.3.0dev4 of unstable, a development version, does not satisfy lib >=1.3" in answer.out
    )


def test_a_name_that_hides_what_the_channel_stands_on_is_refused(shop):
    shop("upload", shop.package("maps", depends=("gdal <2",)))
    assert shop("promote").code == 0
    shop("upload", shop.package("gdal", version="2.0"))
    answer = shop("promote", "--format", "json")
    told = excuse(answer, "gdal")
    assert (answer.code, told["gate"], told["verdict"]) == (1, "hiding", "blocked")
    assert "maps-1.2.3-h0123456_0.conda of testing could not be installed" in told["text"]


def test_a_set_moves_whole_or_not_at_all(shop):
    shop("upload", shop.package("libgeo"), shop.package("pygeo", depends=("nowhere",)))
    answer = shop("promote", "--format", "json")
    assert excuse(answer, "libgeo")["text"].endswith("of the set geo stays, so all of it does")
    assert list((shop.channels / "testing").rglob("*.conda")) == []


def test_what_is_there_already_is_only_counted(shop):
    shop("upload", shop.package("one"), shop.package("two"))
    assert shop("promote").code == 0
    assert " ".join(shop("promote").out.split()) == "promote 2 packages to testing already-there"
