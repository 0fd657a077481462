"""Many processes upload to one channel of the double at once: nothing is lost or double."""

import os
import subprocess
import sys

import pytest

from conda_sluice.model.names import NOARCH
from factories import an_artifact
from servers import anaconda_upload
from servers.anaconda_stores import OWNER, TOKEN, a_label, a_store, an_org

pytestmark = pytest.mark.integration


def test_eight_processes_upload_at_once(tmp_path):
    artifacts = [an_artifact(tmp_path, f"p{number}") for number in range(8)]
    shared = [an_artifact(tmp_path, "shared"), an_artifact(tmp_path, "shared", version="2.0")]
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "ANACONDA_API_TOKEN": TOKEN,
    }
    with an_org() as org:
        unstable = a_label(org, "unstable")
        path = unstable.place.removeprefix("anaconda://")
        command = [sys.executable, anaconda_upload.__file__, org.api_url, org.channels_url, path]
        running = [
            subprocess.Popen(
                [*command, *(str(each.path) for each in (*shared, one))],
                env=environ,
                stderr=subprocess.PIPE,
            )
            for one in artifacts
        ]
        assert [one.communicate(timeout=120)[1] for one in running] == [b""] * 8
        wanted = sorted(one.record.file for one in (*artifacts, *shared))
        store = a_store(org)
        assert [one.file for one in store.records(unstable, NOARCH)] == wanted
        assert list(store.inspect(unstable)) == []
        assert org.labels(OWNER) == {f"noarch/{file}": ("unstable",) for file in wanted}
        commits = [one for one in org.log if one.path.startswith("/commit/")]
        assert sum(one.status in {200, 201} for one in commits) == len(wanted)
