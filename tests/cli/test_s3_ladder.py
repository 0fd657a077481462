"""A ladder in buckets, from the command line."""

import json
import os
from unittest.mock import patch

import pytest

from conda_sluice.cli.app import run
from factories import an_artifact
from servers.s3 import ENVIRONMENT, shared_s3

pytestmark = pytest.mark.integration

CONFIG = """\
version: 1
upstream: []
ladder:
  - {{name: unstable, url: {unstable}}}
  - {{name: testing, url: {testing}}}
projects: []
stores: {{s3: {{endpoint: "{endpoint}", region: us-east-1, addressing: path}}}}
ledger: ledger
"""


@pytest.fixture(params=["moto", "rclone"])
def place(request, tmp_path, monkeypatch):
    place = shared_s3(request.param)
    channels = {name: place.channel(tmp_path, name).url for name in ("unstable", "testing")}
    (tmp_path / "channels.yaml").write_text(CONFIG.format(endpoint=place.endpoint, **channels))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SLUICE_CACHE_DIR", str(tmp_path / "cache"))
    with patch.dict(os.environ, ENVIRONMENT):
        yield place


@pytest.mark.filterwarnings("default::conda_sluice.errors.StoreWarning")
def test_packages_climb_from_bucket_to_bucket_and_come_back(place, tmp_path, capfd):
    artifact = an_artifact(tmp_path / "dist")
    assert run(["upload", str(artifact.path)]) == 0
    said = capfd.readouterr().err
    assert ("ignores conditional writes" in said) == (place is shared_s3("rclone"))
    assert run(["promote", "--to", "testing"]) == 0
    assert run(["verify"]) == 0
    capfd.readouterr()
    assert run(["status", "--format", "json"]) == 0
    assert artifact.record.version in json.dumps(json.loads(capfd.readouterr().out))
    testing = place.channel(tmp_path, "testing")
    assert artifact.record.path in place.paths(testing)
    assert run(["undo"]) == 0
    assert artifact.record.path not in place.paths(testing)
