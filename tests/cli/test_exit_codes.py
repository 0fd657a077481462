"""Exit codes of all commands: 0 holds, 1 failed or refused by name, 2 wrong input, 3 no tool."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from conda_sluice.cli.app import run
from conda_sluice.pipeline import ladder
from workspaces import GATED, SMALLEST, two_projects


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (["frobnicate"], "No such command 'frobnicate'"),
        (["status", "--frobnicate"], "No such option: --frobnicate"),
        (["run", "--jobs", "0"], "--jobs"),
        (["run", "--jobs", "many"], "--jobs"),
        (["run", "--timeout", "0"], "--timeout"),
        (["status", "--format", "xml"], "--format"),
        (["upload"], "Missing argument 'FILE"),
        (["explain"], "Missing argument 'PACKAGE'"),
        (["restore", "trips==1"], "Missing option '--prefix'"),
        (["restore", "trips", "--prefix", "env"], "names no version"),
        (["restore", "trips==1", "--prefix", "env"], "knows no test of trips==1"),
        (["explain", "nobody"], "knows nobody"),
        (["explain", "../etc"], "no conda package name"),
        (["promote", "--to", "moon"], "no channel moon"),
        (["promote", "--from", "moon"], "no channel moon"),
        (["promote", "--to", "unstable"], "lowest"),
        (["promote", "--from", "testing"], "one channel at a time"),
        (["promote", "--from", "testing", "--to", "testing"], "one channel at a time"),
        (["promote", "nobody", "--to", "testing"], "no package matches 'nobody'"),
        (["promote", "[[", "--to", "testing"], "[["),
        (["test", "--to", "moon"], "no channel moon"),
        (["test", "nobody"], "no package matches 'nobody'"),
        (["run", "--to", "moon"], "no channel moon"),
        (["run", "--to", "moon", "--dry-run"], "no channel moon"),
        (["upload", "gone-1-0.conda"], "there is no such file"),
        (["upload", "channels.yaml"], "no package file name"),
        (["recipe", "nowhere"], "neither a folder nor an archive"),
        (["init"], "channels.yaml is there already"),
        (["seed"], "nowhere to seed"),
        (["status", "--config", "other.yaml"], "there is no such file"),
    ],
)
def test_a_wrong_command_line_is_told_in_one_line_with_code_2(filled, argv, says):
    answer = filled.refuses(*argv, code=2, says=says)
    what, *rest = answer.err.splitlines()
    assert says in what
    assert all(line.startswith("  ") for line in rest)
    assert len(rest) <= 1


@pytest.mark.parametrize("argv", [["status"], ["plan"], ["run"], ["promote"], ["upload", "x"]])
def test_without_a_channels_yaml_the_way_to_one_is_told(sluice, argv):
    answer = sluice.refuses(*argv, code=2, says="no channels.yaml")
    assert "sluice init" in answer.err


def test_a_ladder_of_one_channel_leads_nowhere(sluice):
    sluice.write("version: 1\nupstream: []\nladder: [{name: only, url: ./only}]\nprojects: []\n")
    sluice.refuses("promote", code=2, says="nowhere to climb")
    assert sluice("upload", sluice.package()).code == 0
    assert sluice("status").code == 0
    assert sluice("run").code == 0


def test_what_waits_is_no_failure_unless_it_was_named(sluice):
    sluice.write(GATED)
    sluice("upload", sluice.package())
    assert sluice("promote", "--to", "testing").code == 0
    assert sluice("promote", "trips", "--to", "testing").code == 1
    assert sluice("promote", "tr*", "--to", "testing", "--dry-run").code == 1


def test_what_is_not_eligible_is_no_failure_unless_it_was_named(sluice):
    sluice.write(
        SMALLEST.replace("url: ./channels/testing", "url: ./channels/testing\n    versions: final")
    )
    sluice("upload", sluice.package(version="1.2.3rc1"))
    assert sluice("promote").code == 0
    assert sluice("promote", "trips", "--to", "testing").code == 1


def test_what_was_named_and_is_there_holds(filled):
    assert filled("promote", "trips", "--to", "testing").code == 0


def test_what_is_refused_fails_named_or_not(sluice):
    """There are no tests in this package, which is not passed, and so it may not climb."""
    sluice.write(GATED)
    sluice("upload", sluice.package())
    assert sluice("test", "--jobs", "1").code == 1
    assert sluice("promote", "--to", "testing").code == 1
    answer = sluice("promote", "trips", "--to", "testing", "--format", "json")
    assert answer.code == 1
    assert answer.json["outcomes"][0]["outcome"] == "refused"


def test_a_ledger_that_was_tampered_with_is_told_with_code_1(filled):
    for event in (filled.channels / ".ledger").rglob("*.json"):
        event.write_bytes(event.read_bytes().replace(b'"ada"', b'"eve"'))
    filled.refuses("explain", "trips", code=1, says=".ledger")


def test_a_tool_that_is_missing_is_told_with_code_3(sluice, monkeypatch):
    two_projects(sluice.root)
    monkeypatch.setenv("PATH", str(sluice.root / "nothing"))
    sluice.refuses("plan", code=3, says="git is not on PATH")


def test_interrupted_is_130(filled, monkeypatch):
    def interrupt(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(ladder, "read_ladder", interrupt)
    answer = filled("status")
    assert (answer.code, answer.out) == (130, "")
    assert "interrupted" in answer.err


def test_interrupted_by_a_signal_is_130(filled):
    """A real SIGINT, sent while the command waits for its configuration from a pipe."""
    pipe = filled.root / "pipe"
    os.mkfifo(pipe)
    program = subprocess.Popen(
        [sys.executable, "-m", "conda_sluice", "status", "--config", pipe],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with pipe.open("w"):  # waits until the command has opened it to read
        program.send_signal(signal.SIGINT)
        _, errors = program.communicate(timeout=60)
    assert program.returncode == 130
    assert "Traceback" not in errors


def test_output_that_cannot_be_written_is_told(filled):
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "conda_sluice", "status", "--format", "json"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 3
    assert "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_user_without_a_name_can_work(filled, monkeypatch):
    import getpass

    def no_name():
        raise KeyError("getpwuid(): uid not found: 4711")

    monkeypatch.delenv("SLUICE_ACTOR")
    monkeypatch.setattr(getpass, "getuser", no_name)
    assert run(["upload", str(filled.package("other"))]) == 0
    told = filled("explain", "other", "--format", "json").json
    assert told["history"][0]["who"] == f"uid {os.getuid()}"
