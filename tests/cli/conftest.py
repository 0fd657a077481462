"""The command line within this process: `sluice("status")` in a folder of the test's own."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from conda_sluice.cli.app import run
from factories import an_artifact
from limits import PlainUser, small_disk_at
from workspaces import SMALLEST, snapshot


@dataclass(frozen=True)
class Answer:
    """What a command line gave: exit code, standard output, standard error."""

    code: int
    out: str
    err: str

    @property
    def json(self):
        """Return the one JSON document on standard output."""
        return json.loads(self.out)


class Sluice:
    """A workspace folder in which command lines run."""

    def __init__(self, root: Path, capsys) -> None:
        self.root = root
        self.channels = root / "channels"
        self._capsys = capsys

    def __call__(self, *argv) -> Answer:
        self._capsys.readouterr()
        code = run([str(one) for one in argv])
        captured = self._capsys.readouterr()
        assert "Traceback" not in captured.err
        return Answer(code, captured.out, captured.err)

    def write(self, text: str = SMALLEST) -> None:
        """Write channels.yaml."""
        (self.root / "channels.yaml").write_text(text, encoding="utf-8")

    def package(self, name="trips", *, folder="dist", **more) -> Path:
        """Write a package file and return it."""
        return an_artifact(self.root / folder, name, **more).path

    def refuses(self, *argv, code: int, says: str) -> Answer:
        """Run what must fail, and check that it says why and leaves the channels as they were."""
        before = snapshot(self.channels)
        answer = self(*argv)
        assert answer.code == code, answer
        assert answer.err.startswith("error: "), answer
        assert says in answer.err
        assert answer.out == ""
        assert snapshot(self.channels) == before
        return answer


@pytest.fixture
def sluice(tmp_path, monkeypatch, capsys):
    """Return a function that runs a command line in an empty folder, in this process."""
    root = tmp_path / "workspace"
    root.mkdir()
    monkeypatch.chdir(root)
    monkeypatch.setenv("SLUICE_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("SLUICE_ACTOR", "ada")
    return Sluice(root, capsys)


@pytest.fixture
def filled(sluice):
    """Return a workspace whose channels hold `trips`, in both, and `hills`, in the lower one."""
    sluice.write()
    assert sluice("upload", sluice.package("trips")).code == 0
    assert sluice("promote").code == 0
    assert sluice("upload", sluice.package("hills")).code == 0
    return sluice


@pytest.fixture
def plain_user():
    """Return a context in which the permissions of files bind this process, root or not."""
    user = PlainUser()
    yield user
    user.undo()


@pytest.fixture
def small_disk(tmp_path):
    """Return a small file system; without the right to mount one, a limit on the size of files."""
    folder = tmp_path / "disk"
    folder.mkdir()
    with small_disk_at(folder) as disk:
        yield disk
