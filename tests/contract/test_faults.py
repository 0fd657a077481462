"""Commands that a full disk, an error or a kill cuts off: the channels are old or new, never half.

`make soak` draws hundreds of faults; CI a few of each verb, always the same ones.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parent / "faults.py"
TESTS = Path(__file__).parents[1]
VERBS = ("upload", "promote", "undo", "copy", "yank", "unyank", "prune")
SAMPLE, SOAK = 3, 60


def draw(folder, seed, count, *verbs):
    """Return how many faults of each kind befell the verbs."""
    done = subprocess.run(
        [sys.executable, str(PROGRAM), str(folder), str(seed), str(count), *verbs],
        env={**os.environ, "PYTHONPATH": str(TESTS)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("verbs", [VERBS[:2], VERBS[2:4], VERBS[4:]], ids=" ".join)
def test_whatever_cuts_a_command_off_the_channels_are_old_or_new(tmp_path, verbs):
    counts = draw(tmp_path, 1, SAMPLE, *verbs)
    assert sum(counts.values()) == SAMPLE * len(verbs)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("verb", VERBS)
def test_hundreds_of_faults_leave_the_channels_old_or_new(tmp_path, verb):
    seed = int(os.environ.get("SLUICE_SOAK_SEED", "2026"))
    counts = draw(tmp_path, seed, SOAK, verb)
    assert counts["kill"] + counts["time"] > SOAK / 2, counts
