"""Tags whose names were chosen by somebody who means harm: names, and nothing else, to git."""

import pytest

from git_clones import Clone
from workspaces import snapshot, two_projects

GUARDED = """\
version: 1
upstream: []
ladder:
  - {name: unstable, url: ./channels/unstable}
  - {name: testing, url: ./channels/testing, gates: [signed-tag: {allowed-signers: ./signers}]}
projects: [hills, walk]
"""


@pytest.mark.parametrize(
    "tag", ["--upload-file=x", "--output=x", "-dv1.0", "v1.0;touch${IFS}x", "$(x)"]
)
def test_a_tag_that_looks_like_an_option_is_a_name(sluice, tag):
    two_projects(sluice.root, **{"channels.yaml": GUARDED, "signers": ""})
    clone = Clone(sluice.root)
    clone.git("tag", "v1.0")
    clone.git("update-ref", f"refs/tags/{tag}", "HEAD")
    before = snapshot(sluice.root)
    plan = sluice("plan")
    assert (plan.code, plan.err) == (0, "")
    assert "hills" in plan.out
    assert snapshot(sluice.root).keys() - before.keys() <= {str(sluice.root / ".sluice")}
    assert sluice("upload", sluice.package("hills", version="1.0")).code == 0
    answer = sluice("promote", "hills", "--to", "testing")
    assert answer.code == 1
    assert clone.git("tag", "--list", "v1.0").strip() == "v1.0"
    assert not (sluice.root / "x").exists()
