"""Real backends of strangers, asked for metadata."""

import socket

import pytest

import projects
from conda_sluice.effects.build_backend import ask_build_backend
from conda_sluice.errors import ProjectError

pytestmark = pytest.mark.integration

OWN = """
[build-system]
requires = {requires}
build-backend = "own"
backend-path = ["."]
"""
ANSWER = """
import os, pathlib, socket, sys

def build_wheel(*args):
    raise SystemExit("not asked for")

def prepare_metadata_for_build_wheel(folder, config_settings=None):
    {act}
    info = pathlib.Path(folder, "trips-1.dist-info")
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.2\\nName: t\\nRequires-Dist: walks>2\\n")
    return info.name
"""


@pytest.fixture
def ask(tmp_path):
    def ask_it(act="pass", requires="[]", timeout=30.0, own=ANSWER):
        files = {"pyproject.toml": OWN.format(requires=requires), "own.py": own.format(act=act)}
        return ask_build_backend(projects.write_files(tmp_path, files), timeout=timeout)

    return ask_it


def test_metadata_comes_from_the_backend(ask):
    assert "Requires-Dist: walks>2" in ask()


def test_it_works_on_a_copy(ask, tmp_path):
    ask('pathlib.Path("own.py").unlink()')
    assert (tmp_path / "own.py").is_file()


def test_it_does_not_see_our_environment(ask, monkeypatch):
    monkeypatch.setenv("SECRET_TOKEN", "1234")
    ask('assert "SECRET_TOKEN" not in os.environ')


@pytest.mark.parametrize(
    ("act", "said"),
    [
        ("os._exit(3)", "exit code 3"),
        ("os._exit(0)", "does not answer"),
        ("sys.exit('no such compiler')", "no such compiler"),
        ("return '../../etc'", "does not answer"),
        ("return 7", "does not answer"),
        ("while True: print('garbage' * 1000)", "failed"),
    ],
)
def test_what_goes_wrong_in_a_backend_names_the_file(ask, act, said):
    with pytest.raises(ProjectError, match=said) as caught:
        ask(act)
    assert caught.value.where.endswith("pyproject.toml")
    assert "--no-build-backend" in caught.value.remedy


def test_who_hangs_is_ended(ask):
    with pytest.raises(ProjectError, match="did not answer within 3 seconds"):
        ask("import signal; signal.pause()", timeout=3)


def test_a_backend_that_must_build_to_know_says_nothing(ask):
    assert ask(own="def build_wheel(*args): {act}") == ""


@pytest.mark.parametrize(
    "requires", ['["trips @ https://trips.example/x.whl"]', '["-r /etc/hosts"]']
)
def test_requirements_are_names_with_bounds(ask, requires):
    with pytest.raises(ProjectError, match="is no build requirement"):
        ask(requires=requires)


def test_nothing_outside_is_written_and_nobody_is_called_where_the_machine_can_forbid_it(
    ask, tmp_path
):
    from conda_sluice.effects.confined import _is_granted

    if not _is_granted():
        pytest.skip("this machine lets no user confine what he runs")
    outside = tmp_path / "outside"
    with pytest.raises(ProjectError, match="Read-only file system"):
        ask(f"pathlib.Path({str(outside)!r}).write_text('x')")
    assert not outside.exists()
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(ProjectError, match="failed"):
            ask(f"socket.create_connection(('127.0.0.1', {port}))")
