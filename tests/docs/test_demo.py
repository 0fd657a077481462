"""The demo walks up the ladder, and the README shows it as it is."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "examples" / "demo.py"
RECORDING = re.compile(r"<!-- recording of make demo: begin.*?-->(.*)<!-- .*: end -->", re.DOTALL)


@pytest.fixture(scope="module")
def demo():
    spec = importlib.util.spec_from_file_location("demo", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    sys.modules["demo"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    yield module
    del sys.modules["demo"]


def recording():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return RECORDING.search(text)[1]


def skeleton(output):
    """Return the sentences and commands of a run, without what the commands print."""
    return [line for line in output.splitlines() if line.startswith(("# ", "$ "))]


def run_demo(base):
    done = subprocess.run(
        [sys.executable, str(SCRIPT), str(base)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=550,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_readme_shows_the_sentences_and_commands_of_the_demo(demo):
    expected = []
    for step in (*demo.CLIMB, demo.ARRIVAL):
        expected += [f"# {step.sentence}.", *(f"$ {command}" for command in step.commands)]
    assert skeleton(recording()) == expected


@pytest.mark.integration
def test_the_demo_reaches_stable_and_builds_nothing_the_second_time(tmp_path):
    first = run_demo(tmp_path)
    assert skeleton(first) == skeleton(recording())
    assert "the whole trip        1346.2 km" in first
    second = run_demo(tmp_path)
    assert "built in" in first
    assert "built in" not in second
    assert first.splitlines()[-8:] == second.splitlines()[-8:]
