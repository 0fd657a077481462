"""Is the version mature enough for the channel?"""

from conda_sluice.model.config import VersionPolicy
from conda_sluice.model.evidence import Evidence
from conda_sluice.model.outcome import Excuse, Verdict
from conda_sluice.model.version import allows

GATE = "versions"


def judge(evidence: Evidence, policy: VersionPolicy, target: str) -> Excuse:
    """Hold a version against the channel's policy.

    A version that looks final need not be: one read from a file (CMake, DESCRIPTION) does not
    change when it is released, and some schemes count commits in post-releases. Where only final
    versions may lie, what was built from a project needs a tag on its very source tree.
    """
    version = evidence.record.version
    if not allows(policy, version):
        wanted = {"final": "final versions", "pre": "release candidates and final versions"}
        return Excuse(
            GATE,
            Verdict.NOT_ELIGIBLE,
            f"{version} stays below {target}, which takes {wanted.get(policy.value, '')} only",
        )
    origin = evidence.origin
    is_tagged = any(tag.is_same_tree for tag in evidence.tags)
    if policy is VersionPolicy.FINAL and origin is not None and not is_tagged:
        return Excuse(GATE, Verdict.WAITING, f"no tag on these sources says {version} yet")
    return Excuse(GATE, Verdict.PASS, f"{target} takes {version}")
