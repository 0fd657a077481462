"""Folders are written by many processes, and processes are killed: nothing is lost or half."""

import os
import subprocess
import sys
from pathlib import Path

from conda_sluice.effects.files import sha256_of
from conda_sluice.ledger.directory import DirectoryLedger
from conda_sluice.model.names import Subdir
from conda_sluice.stores.directory.store import DirectoryStore
from factories import a_channel, an_artifact, an_event

NOARCH, LINUX = Subdir("noarch"), Subdir("linux-64")
PROGRAM = Path(__file__).parent / "processes.py"
TESTS = Path(__file__).parents[1]


def in_processes(work, folder):
    environ = {**os.environ, "PYTHONPATH": str(TESTS)}
    subprocess.run([sys.executable, str(PROGRAM), work, str(folder)], env=environ, check=True)


def names(store, channel, subdir):
    """Return the names in a subdir, after a look at each file and at the index as clients do."""
    from rattler.repo_data.repo_data import RepoData

    records = store.records(channel, subdir)
    folder = Path(channel.url.removeprefix("file://"))
    if (folder / subdir).joinpath("repodata.json").exists():
        assert RepoData.from_path(folder / subdir / "repodata.json").info.subdir == subdir
    for record in records:
        assert sha256_of(folder / record.path) == record.sha256
    return [record.name for record in records]


def test_eight_processes_lose_no_package(tmp_path):
    in_processes("many-puts", tmp_path)
    expected = sorted(f"p{writer}-{number}" for writer in range(8) for number in range(5))
    assert names(DirectoryStore(), a_channel(tmp_path), NOARCH) == expected


def test_killed_writer_leaves_each_subdir_old_or_new(tmp_path):
    in_processes("killed-put", tmp_path)
    places = sorted(path for path in tmp_path.iterdir() if path.name != "in")
    assert len(places) > 20
    store = DirectoryStore()
    seen = set()
    for place in places:
        channel = a_channel(place)
        state = names(store, channel, NOARCH), names(store, channel, LINUX)
        assert state in ((["a"], []), (["a", "b"], []), (["a", "b"], ["c"]))
        seen.add(len(state[0]) + len(state[1]))
    assert seen == {1, 2, 3}


def test_work_of_a_killed_writer_is_finished_by_doing_it_again(tmp_path):
    in_processes("killed-put", tmp_path)
    artifacts = [
        an_artifact(tmp_path / "in", "b"),
        an_artifact(tmp_path / "in", "c", subdir="linux-64"),
    ]
    store = DirectoryStore()
    for place in (path for path in tmp_path.iterdir() if path.name != "in"):
        store.put(artifacts, a_channel(place))
        assert names(store, a_channel(place), NOARCH) == ["a", "b"]
        assert names(store, a_channel(place), LINUX) == ["c"]
        assert list(place.rglob("*.tmp")) == []


def test_eight_processes_lose_no_event(tmp_path):
    in_processes("many-appends", tmp_path)
    events = DirectoryLedger(tmp_path).events("trips")
    assert sorted((event.data["writer"], event.data["number"]) for event in events) == [
        (writer, number) for writer in range(8) for number in range(5)
    ]
    assert len(DirectoryLedger(tmp_path).events()) == 2 * 8 * 5


def test_killed_writer_breaks_no_chain(tmp_path):
    in_processes("killed-append", tmp_path)
    places = sorted(tmp_path.iterdir())
    assert len(places) > 8
    for place in places:
        ledger = DirectoryLedger(place)
        count = len(ledger.events())
        assert count in {1, 2, 3}
        ledger.append([an_event()])
        assert len(ledger.events()) == count + 1
