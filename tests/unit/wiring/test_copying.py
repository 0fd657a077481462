"""Where a copy without a channels.yaml keeps its history."""

from pathlib import Path

import pytest

from conda_sluice.wiring.copying import _alone, _channel


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.mark.parametrize(
    ("target", "ledger"),
    [
        ("lab/here", "file://{here}/lab/.ledger"),
        ("s3://bucket/ladder/stable", "s3://bucket/ladder/.ledger"),
        ("s3://bucket/stable", "s3://bucket/.ledger"),
        ("s3://bucket", "s3://bucket/.ledger"),
        (
            "anaconda://lab",
            "file://{here}/state/sluice/channels/anaconda%253A%252F%252Flab/.ledger",
        ),
        (
            "quetz+https://lab/stable",
            "file://{here}/state/sluice/channels/quetz%252Bhttps%253A%252F%252Flab%252Fstable/.ledger",
        ),
    ],
)
def test_ledger_lies_beside_the_target_or_in_the_users_state_folder(tmp_path, target, ledger):
    config = _alone(_channel(target, None))
    assert config.ledger == ledger.format(here=tmp_path)
    assert config.root != Path.cwd()
