"""Many processes write to one channel in a bucket, and are killed: nothing is lost or double."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from conda_sluice.model.names import Subdir
from factories import an_artifact
from servers.s3 import shared_s3

pytestmark = pytest.mark.integration

NOARCH, LINUX = Subdir("noarch"), Subdir("linux-64")
PROGRAM = Path(__file__).parent / "s3_processes.py"
TESTS = Path(__file__).parents[1]


@pytest.fixture(params=["moto", "rclone"])
def place(request):
    return shared_s3(request.param)


def run(work, place, channel, folder, *numbers):
    """Return how the processes ended."""
    done = subprocess.run(
        [sys.executable, PROGRAM, work, place.endpoint, channel.url, folder, *map(str, numbers)],
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(TESTS), *sys.path]),
            "PYTHONWARNINGS": "ignore",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


def seen(store, channel):
    return [[one.name for one in store.records(channel, subdir)] for subdir in (NOARCH, LINUX)]


def held(store, channel):
    assert list(store.inspect(channel)) == []
    return seen(store, channel)


def test_eight_processes_lose_no_package(place, tmp_path):
    channel, store = place.channel(tmp_path), place.store()
    an_artifact(tmp_path, "shared")
    assert run("put", place, channel, tmp_path) == [0] * 8
    expected = [f"p{writer}-{number}" for writer in range(8) for number in range(2)]
    assert held(store, channel) == [sorted([*expected, "shared"]), []]
    assert not [path for path in place.paths(channel) if "/claims/" in path]


def test_killed_writer_leaves_each_subdir_old_or_new(place, tmp_path):
    a, b = an_artifact(tmp_path / "in", "a"), an_artifact(tmp_path / "in", "b")
    c = an_artifact(tmp_path / "in", "c", subdir="linux-64")
    store = place.store()
    numbers = range(0, 60, 3 if place is shared_s3("rclone") else 6)
    channels = [place.channel(tmp_path, f"unstable-{number}") for number in numbers]
    for channel in channels:
        store.put([a], channel)
    codes = run("die", place, place.channel(tmp_path), tmp_path / "in", *numbers)
    assert set(codes) == {0, -9}
    states = []
    for channel in channels:
        states.append(seen(store, channel))
        assert {flaw.kind for flaw in store.inspect(channel)} <= {"stray-file", "stale-form"}
        store.put([b, c], channel)
        store.remove([a.record], channel)
        assert held(store, channel) == [["b"], ["c"]]
        assert ".sluice/unfinished" not in place.paths(channel)
    allowed = [[["a"], []], [["a", "b"], []], [["a", "b"], ["c"]], [["b"], ["c"]]]
    assert all(one in allowed for one in states)
    assert all(one in states for one in (allowed[:3] if len(states) > 15 else allowed[:1]))
