import pytest

from conda_sluice.discover.c.summary import summary_of_readme
from projects import write_files


def _of(tmp_path, text, name="README.md"):
    return summary_of_readme(write_files(tmp_path, {name: text}), ("trips",))


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        ("Trips is a library for trips. It is fast.", "Trips is a library for trips."),
        ("The Trips package provides trips\nfor all.", "The Trips package provides trips for all."),
        (
            "[![x](https://x.org)](y)\n\n[Trips](https://t.org) is **the** planner of `trips`.",
            "Trips is the planner of trips.",
        ),
        (
            "Trips\n=====\n\n`Trips <https://trips.org>`_ is a tool, e.g. Ada's one.\n",
            "Trips is a tool, e.g. Ada's one.",
        ),
        ("Fast library of trips\n\nCopyright Ada", "Fast library of trips"),
        ("Distances on the globe.", "Distances on the globe."),
        (
            "A tool beside others is here.\n\nCopyright Ada\n\nTrips is an old one.",
            "Trips is an old one.",
        ),
    ],
)
def test_the_sentence_that_says_what_the_project_is_is_its_summary(tmp_path, text, summary):
    assert _of(tmp_path, text) == summary


@pytest.mark.parametrize(
    "text",
    [
        "Copyright (C) 2005, 2006 Ada Library",
        "https://trips.org is the library's home",
        "Trips is free software; you can redistribute it as a library.",
        "To build the library, run make.",
        "```\ntrips is a command of the library\n```",
        "| trips | is a | library |",
        "<a href='x'>a</a>",
        "",
    ],
)
def test_what_says_something_else_is_no_summary(tmp_path, text):
    assert _of(tmp_path, text) == ""


def test_a_long_sentence_ends_at_a_word(tmp_path):
    found = _of(tmp_path, f"Trips is a library of {'many ' * 60}things.", "readme.txt")
    assert found.endswith("many …")
    assert len(found) < 170


def test_a_project_without_a_readme_has_none(tmp_path):
    assert summary_of_readme(tmp_path, ("trips",)) == ""


@pytest.mark.parametrize("text", [f"Trips {'-' * 140} x", f"{'the, ' * 30}x", f"trips {'+/' * 70}"])
def test_a_line_of_marks_is_read_as_fast_as_any(tmp_path, text):
    assert _of(tmp_path, f"{text}\n\nTrips is a planner.") == "Trips is a planner."
