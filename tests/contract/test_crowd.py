"""Many commands at once on the same channels: nothing is lost, nothing comes twice."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from conda_sluice.ledger.directory import DirectoryLedger
from conda_sluice.model.event import EventKind
from conda_sluice.model.names import Subdir
from conda_sluice.stores.directory.store import DirectoryStore
from factories import a_channel

PROGRAM = Path(__file__).parent / "crowd.py"
TESTS = Path(__file__).parents[1]
SUBDIRS = tuple(map(Subdir, ("linux-64", "noarch", "osx-arm64")))


def crowd(folder, promoters, uploaders):
    """Return the exit codes of so many commands at once."""
    done = subprocess.run(
        [sys.executable, str(PROGRAM), str(folder), str(promoters), str(uploaders)],
        env={**os.environ, "PYTHONPATH": str(TESTS)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def held(folder, name):
    """Return what a channel holds, after a look at every file of it."""
    store, channel = DirectoryStore(), a_channel(folder / "channels", name)
    assert list(store.inspect(channel)) == []
    return {record.name for subdir in SUBDIRS for record in store.records(channel, subdir)}


@pytest.mark.parametrize(
    ("promoters", "uploaders"),
    [(16, 6), pytest.param(16, 16, marks=pytest.mark.soak)],
)
def test_sixteen_promoters_and_uploaders_lose_nothing_and_do_nothing_twice(
    tmp_path, promoters, uploaders
):
    codes = crowd(tmp_path, promoters, uploaders)
    assert codes == [0] * (promoters + uploaders)
    own = {"shared", *(f"own{number}" for number in range(promoters))}
    assert held(tmp_path, "testing") == own
    assert held(tmp_path, "unstable") == {*own, *(f"new{number}" for number in range(uploaders))}
    told = Counter(
        (event.kind, event.path, event.channel)
        for event in DirectoryLedger(tmp_path / "ledger").events()
    )
    assert set(told.values()) == {1}
    assert sum(kind is EventKind.PROMOTED for kind, _, _ in told) == len(own)
    assert list((tmp_path / "ledger/.journal/open").iterdir()) == []
    assert list(tmp_path.rglob("*.tmp")) == []
