"""The set-up commands are there and say what they need."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_each_make_command_of_a_page_is_a_target(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    named = set(re.findall(r"^ +make (\w+)", text, re.MULTILINE))
    assert named
    assert named <= set(re.findall(r"^(\w+):", MAKEFILE, re.MULTILINE))


def test_ci_calls_make_test_and_nothing_after_it():
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert script.read_text(encoding="utf-8").splitlines()[-1] == "exec make test"


def test_one_line_says_what_to_install_where_sluice_may_not_install_it(tmp_path):
    for program in ("bash", "env", "id", "python3", "git", "gcc", "g++", "make", "ninja"):
        (tmp_path / program).symlink_to(shutil.which(program))
    done = subprocess.run(
        [ROOT / "tools" / "system-packages"],
        env={"PATH": str(tmp_path), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3
    (line,) = done.stderr.splitlines()
    assert line.endswith(
        "openssh-client cmake autoconf automake pkg-config gnupg chromium"
        " r-base-core r-cran-lattice"
    )
