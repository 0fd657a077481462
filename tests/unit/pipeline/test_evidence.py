import pytest

from conda_sluice.model.config import Rung, SignedTagGate
from conda_sluice.pipeline.evidence import Gatherer, parse_origin
from factories import a_channel, an_artifact
from fakes import FakeLedger, FakeStore


@pytest.mark.parametrize("is_there", [True, False])
def test_a_missing_file_of_signers_is_evidence_and_no_error(tmp_path, is_there):
    store, channel = FakeStore(), a_channel(tmp_path)
    artifact = an_artifact(tmp_path, about={"extra": {"sluice-key": "k"}})
    store.put([artifact], channel)
    signers = tmp_path / "signers"
    if is_there:
        signers.write_text("")
    rung = Rung(channel=channel, gates=(SignedTagGate(signers),))
    found = Gatherer(store, FakeLedger(), []).evidence(artifact.record, channel, rung)
    assert found.missing_signers == ("" if is_there else str(signers))


def test_a_project_at_the_top_of_its_repository_has_an_empty_path():
    about = {"extra": {"sluice-key": "k", "sluice-path": None, "sha": "c"}}
    origin = parse_origin(about)
    assert (origin.path, origin.sha) == ("", "c")


@pytest.mark.parametrize("extra", [None, [], {}, {"sha": "c"}])
def test_a_package_made_elsewhere_has_no_origin(extra):
    assert parse_origin({"extra": extra}) is None
