"""`sluice explain`: one page on a package, in the terminal, as HTML and as JSON."""

from pathlib import Path

GATED = """\
version: 1
upstream: []
ladder:
  - {name: unstable, url: ./channels/unstable}
  - {name: testing, url: ./channels/testing}
  - {name: stable, url: ./channels/stable, gates: [license: {allow: [MIT]}, age: {days: 7}]}
projects: []
"""


def held(sluice):
    sluice.write(GATED)
    assert sluice("upload", sluice.package("trips")).code == 0
    assert sluice("promote").code == 0
    return sluice


def test_the_page_says_where_it_stands_what_holds_it_and_what_would_free_it(sluice):
    done = held(sluice)("explain", "trips")
    assert (done.code, done.err) == (0, "")
    for words in (
        "✓ testing            1.2.3",
        "✗ stable             1.2.3 is held; has none",
        "1.2.3 on its way to stable is held",
        "blocks: stable does not take its licence, BSD-3-Clause",
        "sluice override 'trips==1.2.3' --gate license --to stable",
        "waits: is 0 days old and has to be 7 days",
        "promoted  noarch/trips-1.2.3-h0123456_0.conda",
        "by ada, from unstable, in transaction ",
    ):
        assert words in done.out, words


def test_an_override_says_who_why_and_until_when(sluice):
    held(sluice)
    said = ("--gate", "license", "--to", "stable", "--why", "legal agreed", "--until", "2999-01-01")
    assert sluice("override", "trips", *said).code == 0
    out = sluice("explain", "trips").out
    assert "! license            is overridden: " in out
    assert "overridden by ada until 2999-01-01: legal agreed" in out
    assert "gate license, until 2999-01-01, because: legal agreed" in out


def test_html_is_one_file_and_the_old_one_is_replaced(sluice):
    file = sluice.root / "trips.html"
    file.write_text("old", encoding="utf-8")
    done = held(sluice)("explain", "trips", "--html", file)
    assert (done.code, done.out) == (0, "")
    text = file.read_text(encoding="utf-8")
    assert text.startswith("<!doctype html>")
    assert "stable does not take its licence" in text
    assert sluice("explain", "trips", "--html", file, "--format", "json").json["name"] == "trips"


def test_a_folder_that_is_not_there_is_an_error(sluice):
    held(sluice).refuses("explain", "trips", "--html", "no/page.html", code=3, says="no")
    assert not Path("no").exists()


def test_json_has_the_way_and_the_tests(sluice):
    told = held(sluice)("explain", "trips", "--format", "json").json
    assert told["schema"] == "sluice.explain/1"
    assert [one["state"] for one in told["way"]][-2:] == ["done", "held"]
    assert (told["mode"], told["recipe"], told["tests"]) == (None, None, [])
    assert told["channels"]["stable"] == []
    ahead = told["next"][-1]
    assert (ahead["target"], ahead["outcome"]) == ("stable", "refused")
    remedies = {one["gate"]: one["remedy"] for one in ahead["excuses"]}
    assert "sluice override" in remedies["license"]
    assert remedies["age"] == ""


def test_hostile_reasons_do_not_drive_the_terminal(sluice):
    held(sluice)
    why = "\x1b[31mred\u202e [bold]x"
    said = ("--gate", "license", "--to", "stable", "--why", why, "--until", "2999-01-01")
    assert sluice("override", "trips", *said).code == 0
    out = sluice("explain", "trips").out
    assert "\\x1b[31mred\\u202e [bold]x" in out
    assert "\u202e" not in out
