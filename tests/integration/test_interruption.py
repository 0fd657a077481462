"""Ctrl-C, a kill and a timeout in the middle of a build leave no process and no half file."""

import os
import signal
import time
from pathlib import Path

import pytest

from conda_sluice.effects.artifact import check_members
from workspaces import a_config, a_project, a_recipe, a_workspace

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(not Path("/proc").is_dir(), reason="processes are found in /proc"),
]

SLEEP = ("echo asleep > $SRC_DIR/asleep", "sleep 600")


def a_slow_workspace(root):
    """Make `slow`, whose build sleeps, `after`, which needs it, and `quick`, which does not."""
    return a_workspace(
        root,
        {
            **a_project("slow"),
            **a_project("after"),
            **a_project("quick"),
            "recipes/slow/meta.yaml": a_recipe("slow", script=SLEEP),
            "recipes/after/meta.yaml": a_recipe("after", needs=["slow"]),
            "recipes/quick/meta.yaml": a_recipe("quick"),
        },
        a_config("slow", "after", "quick"),
    )


def processes_in(folder):
    """Return the command lines of processes that work in the folder, or were told of it."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            environ = (process / "environ").read_bytes()
        except OSError:
            continue  # it has ended, or is not ours
        if str(folder) in command or str(folder).encode() in environ:
            found.append(f"{process.name} {command}")
    return [one for one in found if not one.startswith(f"{os.getpid()} ")]


def wait_until(is_so, *, seconds=60):
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.05)


def begin(program):
    """Start a run, and return it when one build sleeps and the quick one is on record."""
    process = program.start("run", "--jobs", "2")
    work, ledger = program.root / ".sluice/work", program.root / "channels/.ledger"
    wait_until(
        lambda: (
            any(work.glob("slow-*/build/out/bld/*/work/asleep"))
            and len(list(ledger.glob("quick/*.json"))) == len(("built", "uploaded"))
        )
    )
    return process


def builds_of(done):
    return {one["file"].rsplit("-", 2)[0]: one for one in done.json["builds"]}


def assert_channels_are_sound(root):
    for path in (root / "channels").rglob("*.conda"):
        check_members(path)
    assert not list((root / "channels").rglob("*.tmp"))
    assert not list((root / "channels").rglob("slow-*"))


def wake(clone):
    """Let the slow build be a quick one."""
    clone.commit({"recipes/slow/meta.yaml": a_recipe("slow")})


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, -15), (signal.SIGKILL, -9)]
)
def test_a_run_that_is_ended_leaves_nothing_behind(program, number, code):
    clone = a_slow_workspace(program.root)
    process = begin(program)
    start = time.monotonic()
    process.send_signal(number)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == code
    assert time.monotonic() - start < 10
    assert "Traceback" not in errors
    wait_until(lambda: processes_in(program.root) == [], seconds=10)
    assert_channels_are_sound(program.root)
    wake(clone)
    again = program("run", "--jobs", "2", "--format", "json")
    assert (again.code, again.err) == (0, "")
    assert {name: one["outcome"] for name, one in builds_of(again).items()} == {
        "quick": "current",
        "slow": "built",
        "after": "built",
    }


def test_ctrl_c_reaches_the_whole_group_and_is_said_once(program):
    """A terminal sends SIGINT to every process of the foreground group, not to one."""
    a_slow_workspace(program.root)
    process = begin(program)
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert errors.splitlines() == ["interrupted; what ran was ended"]
    wait_until(lambda: processes_in(program.root) == [], seconds=10)


def test_impatience_changes_nothing(program):
    """Ctrl-C again and again while the first one is being answered."""
    a_slow_workspace(program.root)
    process = begin(program)
    for _ in range(5):
        process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in errors
    wait_until(lambda: processes_in(program.root) == [], seconds=10)
    assert_channels_are_sound(program.root)


def test_a_build_that_takes_too_long_fails_alone(program):
    clone = a_slow_workspace(program.root)
    done = program("run", "--jobs", "2", "--timeout", "6", "--format", "json")
    assert done.code == 1
    builds = builds_of(done)
    assert {name: one["outcome"] for name, one in builds.items()} == {
        "slow": "failed",
        "after": "blocked",
        "quick": "built",
    }
    assert "took longer than 6 s" in builds["slow"]["reason"]
    assert "slow-1.0-" in builds["after"]["reason"]
    assert [one["outcome"] for one in done.json["promotions"]][:1] == ["promoted"]
    assert processes_in(program.root) == []
    assert_channels_are_sound(program.root)
    wake(clone)
    assert program("run", "--jobs", "2").code == 0
