"""The whole ladder on a quetz server, as people use it."""

import json
import secrets

import pytest

from factories import an_artifact
from servers.quetz import shared_quetz
from servers.quetz_stores import a_quetz_store
from servers.relay import relaying

pytestmark = pytest.mark.integration


@pytest.fixture
def server():
    return shared_quetz()


@pytest.fixture
def rungs(server):
    """Return the channels of a ladder: unstable and testing."""
    mark = secrets.token_hex(6)
    return [server.channel(f"{name}-{mark}") for name in ("unstable", "testing")]


@pytest.fixture
def files(tmp_path):
    return [
        an_artifact(tmp_path / "dist", "base", "1.0").path,
        *(
            an_artifact(tmp_path / "dist", "app", version, depends=("base >=1",)).path
            for version in ("1.0", "1.1")
        ),
    ]


def a_workspace(program, server, rungs, url=""):
    """Write channels.yaml, and the key to where rattler keeps its own."""
    unstable, testing = (one.place.replace(server.url, url or server.url) for one in rungs)
    (program.root / "channels.yaml").write_text(
        "version: 1\n"
        "upstream: []\n"
        "ladder:\n"
        f"  - {{name: unstable, url: {unstable}}}\n"
        f"  - {{name: testing, url: {testing}, gates: [installable]}}\n"
        "projects: []\n"
        "ledger: ./ledger\n"
    )
    folder = program.root / ".rattler"
    folder.mkdir()
    entry = {"127.0.0.1": {"CondaToken": server.admin}}
    (folder / "credentials.json").write_text(json.dumps(entry))


def shown(server, channel):
    """Return name and version of what a channel shows."""
    store = a_quetz_store(server.admin)
    return [
        f"{record.name} {record.version}"
        for subdir in store.subdirs(channel)
        for record in store.records(channel, subdir)
    ]


def test_packages_climb_are_yanked_and_come_back(program, server, rungs, files):
    a_workspace(program, server, rungs)
    everything = ["app 1.0", "app 1.1", "base 1.0"]
    for argv in (["upload", *files], ["promote", "--to", "testing"]):
        done = program(*argv)
        assert (done.code, done.err) == (0, "")
    assert [shown(server, rung) for rung in rungs] == [everything, everything]
    assert program("yank", "app ==1.1", "--why", "eats files").code == 0
    assert [shown(server, rung) for rung in rungs] == [["app 1.0", "base 1.0"]] * 2
    assert program("undo").code == 0
    assert [shown(server, rung) for rung in rungs] == [everything, everything]
    done = program("verify")
    assert (done.code, done.err) == (0, "")
    assert server.admin not in (program.root / "channels.yaml").read_text() + done.out


def test_upload_that_was_killed_halfway_is_put_right_by_the_next_command(
    program, server, rungs, files
):
    """The server has got the packages, and nobody is there any more to be told so."""
    started = []

    def meddle(asked, ask):
        answer = ask()
        if asked.method == "POST" and not started[0].poll():
            started[0].kill()
        return answer

    with relaying(server.url, meddle) as front:
        a_workspace(program, server, rungs, front.url)
        started.append(program.start("upload", *files))
        started[0].communicate(timeout=60)
        assert started[0].returncode != 0
        done = program("upload", *files)
        assert (done.code, done.err) == (0, "")
        assert program("verify").code == 0
    assert shown(server, rungs[0]) == ["app 1.0", "app 1.1", "base 1.0"]
