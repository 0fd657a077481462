"""What commands answer: one JSON document with a versioned schema, or lines for people."""

import json
import subprocess
import sys

import pytest

from workspaces import GATED, a_config, a_project, a_recipe, a_workspace, snapshot, two_projects


@pytest.mark.parametrize(
    ("argv", "schema"),
    [
        (["plan"], "sluice.plan/1"),
        (["build"], "sluice.build/1"),
        (["run"], "sluice.run/1"),
        (["upload", "PACKAGE"], "sluice.upload/1"),
        (["test"], "sluice.test/1"),
        (["promote"], "sluice.promotion/1"),
        (["status"], "sluice.status/1"),
        (["explain", "trips"], "sluice.explain/1"),
    ],
)
def test_json_is_one_document_that_names_its_schema(sluice, argv, schema):
    sluice.write()
    package = sluice.package()
    if argv[0] in {"promote", "explain", "status"}:
        sluice("upload", package)
    filled_in = [str(package) if one == "PACKAGE" else one for one in argv]
    answer = sluice(*filled_in, "--format", "json")
    assert (answer.code, answer.err) == (0, "")
    assert answer.json["schema"] == schema


def test_plan_names_builds_in_their_order_and_says_why(sluice):
    two_projects(sluice.root)
    answer = sluice("plan", "--format", "json")
    assert answer.code == 0
    assert [one["name"] for one in answer.json["builds"]] == ["hills", "walk"]
    lines = sluice("plan").out.splitlines()
    assert [line.split()[0] for line in lines] == ["package", "hills", "walk"]
    assert all("the ladder has no such package" in line for line in lines[1:])


@pytest.mark.parametrize("command", ["plan", "build", "run"])
def test_a_plan_changes_nothing(sluice, command):
    clone = two_projects(sluice.root)
    before = snapshot(sluice.root)
    argv = [command] if command == "plan" else [command, "--dry-run"]
    assert sluice(*argv).code == 0
    assert snapshot(sluice.root) == before
    assert clone.git("status", "--porcelain") == ""


def test_a_recipe_that_is_missing_is_thought_of_but_not_written_by_a_plan(sluice):
    clone = two_projects(sluice.root)
    clone.git("rm", "-q", "-r", "recipes/walk")
    assert [one["name"] for one in sluice("plan", "--format", "json").json["builds"]] == [
        "hills",
        "walk",
    ]
    assert not (sluice.root / "recipes/walk").exists()


def test_upload_says_what_is_new(sluice):
    sluice.write()
    package = sluice.package()
    outcomes = [
        sluice("upload", package, *more, "--format", "json").json["outcomes"][0]["outcome"]
        for more in (["--dry-run"], [], [])
    ]
    assert outcomes == ["would-upload", "uploaded", "already-there"]


def test_upload_tried_changes_nothing(sluice):
    sluice.write()
    package = sluice.package()
    before = snapshot(sluice.root)
    assert sluice("upload", package, "--dry-run").code == 0
    assert snapshot(sluice.root) == before


def test_status_has_a_row_for_each_version_and_the_line_to_install_from_each_channel(filled):
    lines = filled("status").out.splitlines()
    assert lines[0].split() == ["package", "version", "unstable", "testing"]
    assert lines[1].split() == ["hills", "1.2.3", "h0123456_0", "-"]
    assert lines[2].split() == ["trips", "1.2.3", "h0123456_0", "h0123456_0"]
    unstable, testing = (
        filled.channels.as_uri() + "/unstable",
        filled.channels.as_uri() + "/testing",
    )
    assert f"conda install -c {unstable} -c {testing} " in lines[4]
    assert f"conda install -c {testing} " in lines[5]


def test_status_tells_what_was_yanked_and_from_where(filled):
    assert filled("yank", "trips", "--from", "testing", "--why", "eats files").code == 0
    lines = filled("status").out.splitlines()
    assert lines[2].split() == ["trips", "1.2.3", "h0123456_0", "-"]
    assert lines[3] == "yanked from testing: trips 1.2.3 h0123456_0"
    told = {one["name"]: one for one in filled("status", "--format", "json").json["packages"]}
    assert (told["trips"]["channels"], told["trips"]["yanked"]) == (["unstable"], ["testing"])
    assert told["hills"]["yanked"] == []


def test_explain_tells_places_history_and_what_comes_next(filled):
    told = filled("explain", "hills", "--format", "json").json
    assert told["channels"] == {"unstable": ["hills-1.2.3-h0123456_0.conda"], "testing": []}
    assert [(one["kind"], one["who"]) for one in told["history"]] == [("uploaded", "ada")]
    assert [(one["target"], one["outcome"]) for one in told["next"]] == [
        ("testing", "would-promote")
    ]


def test_explain_tells_why_a_project_is_what_it_is(sluice):
    two_projects(sluice.root)
    told = sluice("explain", "hills", "--format", "json").json
    assert told["project"] == str(sluice.root / "hills")
    assert any("Makefile" in one for one in told["evidence"])


def test_init_writes_a_configuration_that_works(sluice):
    a_workspace(sluice.root, {**a_project("hills"), "recipes/hills/meta.yaml": a_recipe("hills")})
    (sluice.root / "channels.yaml").unlink()
    answer = sluice("init")
    assert answer.code == 0
    assert "hills" in answer.out
    assert "next: sluice run\n" in answer.out
    assert "without a network" in answer.out
    assert sluice("status").code == 0


def test_the_nearest_channels_yaml_above_is_used(filled, monkeypatch):
    (filled.root / "a/b").mkdir(parents=True)
    monkeypatch.chdir(filled.root / "a/b")
    assert "trips" in filled("status").out


def test_another_channels_yaml_can_be_named(filled, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "trips" in filled("status", "--config", filled.root / "channels.yaml").out


def test_recipe_check_is_green_when_the_recipe_is_what_the_project_gives(sluice):
    clone = a_workspace(sluice.root, a_project("hills"), a_config("hills"))
    assert sluice("recipe", "--check").code == 1
    assert not (sluice.root / "recipes").exists()
    assert sluice("recipe").code == 0
    clone.git("add", "recipes")
    clone.commit()
    assert sluice("recipe", "--check").code == 0
    clone.commit({"hills/Makefile": "VERSION = 1.1\nall:\n\tcc -c hills.c\n"})
    answer = sluice("recipe", "--check")
    assert answer.code == 1
    assert '+{% set version = "1.1" %}' in answer.out


def test_the_program_itself_answers_and_ends_with_the_code(filled):
    """The real executable, started as a CI job starts it."""
    program = [sys.executable, "-m", "conda_sluice"]
    done = subprocess.run(
        [*program, "status", "--format", "json"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["schema"] == "sluice.status/1"
    done = subprocess.run([*program, "promote", "--to", "x"], capture_output=True, check=False)
    assert done.returncode == 2


def test_a_reader_that_goes_away_is_no_traceback(filled):
    program = f"{sys.executable} -m conda_sluice status --format json | true"
    done = subprocess.run(["bash", "-c", program], capture_output=True, text=True, check=True)
    assert done.stderr == ""


def test_gates_that_hold_are_told_to_people_too(sluice):
    sluice.write(GATED)
    sluice("upload", sluice.package())
    answer = sluice("promote", "--to", "testing")
    assert "waiting" in answer.out
    assert "tested: not tested for testing" in answer.out


@pytest.mark.parametrize("command", ["plan", "build", "run"])
def test_nothing_to_build_is_said(sluice, command):
    sluice.write()
    assert sluice(command).out == "there is nothing to build: channels.yaml names no projects\n"
