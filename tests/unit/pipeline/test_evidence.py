from pathlib import Path

import pytest

from benches import a_bench
from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.config import ProjectEntry, Rung, SignedTagGate
from conda_sluice.model.project import (
    Language,
    Project,
    ProjectVersion,
    SourceState,
    VersionOrigin,
)
from conda_sluice.pipeline.evidence import Gatherer
from conda_sluice.pipeline.workspace import Member
from conda_sluice.stores.directory.store import DirectoryStore
from factories import a_channel, an_artifact
from fakes import FakeStore

EXTRA = {
    "sha": "c" * 40,
    "sluice-key": "k" * 64,
    "sluice-tree": "t" * 40,
    "sluice-path": "libs/trips",
    "sluice-version": "1.2.3",
    "sluice-version-from": "git",
    "sluice-dirty": "no",
}


def a_member(name="trips", path="libs/trips"):
    root = Path("/projects") / path
    return Member(
        entry=ProjectEntry(root=root),
        project=Project(name=name, root=root, language=Language.C, is_compiled=True),
        source=SourceState(repository=Path("/projects"), commit="c" * 40, path=path, tree="t" * 40),
        version=ProjectVersion(upstream="1.2.3", conda="1.2.3", origin=VersionOrigin.GIT),
        recipe_dir=Path("/recipes") / name,
        repository=None,
    )


def evidence(tmp_path, extra, **package):
    channel, store = a_channel(tmp_path), DirectoryStore()
    artifact = an_artifact(tmp_path, about={"extra": extra}, **package)
    store.put([artifact], channel)
    gatherer = Gatherer(a_bench(store, tmp_path), [a_member()])
    return gatherer.evidence(artifact.record, channel, Rung(channel=ChannelRef("t", "file:///t")))


def test_a_package_says_from_which_sources_it_was_built(tmp_path):
    origin = evidence(tmp_path, EXTRA).origin
    assert (origin.tree, origin.path, origin.is_dirty) == ("t" * 40, "libs/trips", False)


@pytest.mark.parametrize("claim", [{"sluice-version": "0.3.0"}, {"sluice-path": "libs/other"}])
def test_a_claim_that_does_not_fit_the_package_is_not_believed(tmp_path, claim):
    """A tag of one version cannot vouch for a file of another."""
    assert evidence(tmp_path, EXTRA | claim).origin is None


def test_a_package_that_does_not_deny_it_counts_as_built_from_uncommitted_changes(tmp_path):
    extra = {key: value for key, value in EXTRA.items() if key != "sluice-dirty"}
    assert evidence(tmp_path, extra).origin.is_dirty


def test_a_damaged_package_is_evidence_against_itself_and_stops_nobody_else(tmp_path):
    channel, store = a_channel(tmp_path), DirectoryStore()
    artifact = an_artifact(tmp_path, about={"extra": EXTRA})
    store.put([artifact], channel)
    next((tmp_path / "unstable").rglob("*.conda")).unlink()
    gatherer = Gatherer(a_bench(store, tmp_path), [a_member()])
    found = gatherer.evidence(artifact.record, channel, Rung(channel=ChannelRef("t", "file:///t")))
    assert "noarch/trips-1.2.3-h0123456_0.conda in unstable cannot be read" in found.trouble


@pytest.mark.parametrize("is_there", [True, False])
def test_a_missing_file_of_signers_is_evidence_and_no_error(tmp_path, is_there):
    store, channel = FakeStore(), a_channel(tmp_path)
    artifact = an_artifact(tmp_path, about={"extra": {"sluice-key": "k"}})
    store.put([artifact], channel)
    signers = tmp_path / "signers"
    if is_there:
        signers.write_text("")
    rung = Rung(channel=channel, gates=(SignedTagGate(signers),))
    found = Gatherer(a_bench(store, tmp_path), []).evidence(artifact.record, channel, rung)
    assert found.missing_signers == ("" if is_there else str(signers))
