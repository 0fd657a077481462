import pytest

from conda_sluice.discover.c.addresses import addresses, gnu_home, is_on_forge
from conda_sluice.discover.detect import discover
from projects import write_files


def _of(tmp_path, text, *names, file="README.md"):
    return addresses(write_files(tmp_path, {file: text}), names or ("trips",))


@pytest.mark.parametrize(
    ("text", "home"),
    [
        ("See <https://trips.org/>.", "https://trips.org/"),
        ("(http://www.trips.example.com/index.html)", "http://www.trips.example.com/index.html"),
        ("www.trips.org,", "http://www.trips.org"),
        ("http://trips.org and https://trips.org/", "https://trips.org/"),
        ("https://lab.example/~ada/trips.html", "https://lab.example/~ada/trips.html"),
        ("https://www.gnu.org/software/trips/", "https://www.gnu.org/software/trips/"),
        ("https://lab.example/trips and https://trips.org", "https://trips.org"),
    ],
)
def test_an_address_that_carries_the_projects_name_is_its_home(tmp_path, text, home):
    assert _of(tmp_path, text)[0] == home


@pytest.mark.parametrize(
    "text",
    [
        "https://zlib.net",
        "https://lists.trips.org/",
        "https://ci.example/trips",
        "https://stackoverflow.com/questions/tagged/trips",
        "https://trips.org/faq?x=1",
        "https://github.com/ada/other",
        "http://[trips",
        "",
    ],
)
def test_an_address_of_others_is_not(tmp_path, text):
    assert _of(tmp_path, text) == ("", "")


@pytest.mark.parametrize(
    ("text", "repository"),
    [
        ("git clone https://github.com/ada/trips.git", "https://github.com/ada/trips"),
        ("http://www.github.com/ada/libtrips/issues/3", "https://github.com/ada/libtrips"),
        ("https://github.com/ada/trips2#x", "https://github.com/ada/trips2"),
        ("https://gitlab.gnome.org/a/b/trips/-/issues", "https://gitlab.gnome.org/a/b/trips"),
        ("https://travis-ci.org/ada/trips.svg?branch=main", "https://github.com/ada/trips"),
        ("https://coveralls.io/github/ada/trips?branch=x", "https://github.com/ada/trips"),
        (
            "https://github.com/eve/trips https://github.com/ada/trips https://github.com/ada/trips",
            "https://github.com/ada/trips",
        ),
    ],
)
def test_a_repository_that_is_called_as_the_project_is_its_own(tmp_path, text, repository):
    assert _of(tmp_path, text) == (repository, repository)


def test_a_name_may_be_made_of_owner_and_repository(tmp_path):
    found = _of(tmp_path, "https://github.com/coin-or/Cbc", "coin-or-cbc")
    assert found[1] == "https://github.com/coin-or/Cbc"


def test_news_speak_of_others(tmp_path):
    assert _of(tmp_path, "https://github.com/eve/trips", file="NEWS") == ("", "")


def test_gnu_packages_live_at_gnu():
    assert gnu_home("GNU Trips", "") == "https://www.gnu.org/software/trips/"
    assert gnu_home("trips", "trips") == ""


def test_forges_are_told_from_other_hosts():
    assert is_on_forge("https://gitlab.com/ada/trips")
    assert not is_on_forge("https://trips.org/github.com")


def test_what_build_files_say_comes_first(tmp_path):
    files = {
        "CMakeLists.txt": "project(trips HOMEPAGE_URL https://ada.example C)\n"
        "add_library(trips a.c)",
        "a.c": "",
        "README": "https://trips.org https://github.com/ada/trips",
    }
    about = discover(write_files(tmp_path / "x", files)).about
    assert (about.home, about.dev_url) == ("https://ada.example", "https://github.com/ada/trips")
