"""Stores behind a bad network: nothing is lost, nothing comes twice, every error is told."""

import pytest

from conda_sluice.stores.directory.store import DirectoryStore
from contract.storms import Stand, Storm
from factories import a_channel
from fakes import FakeStore


@pytest.fixture(params=[FakeStore, DirectoryStore])
def still(request, tmp_path):
    """Return a store of this machine, where there is no weather."""
    store = request.param()
    return Stand(store, store, lambda name: a_channel(tmp_path / "channels", name))


def test_the_model_is_that_of_the_stores(still, tmp_path):
    storm = Storm(still, tmp_path / "made", seed=1)
    storm.blow(150)
    assert not storm.told
    assert min(storm.operations.values()) > 5
