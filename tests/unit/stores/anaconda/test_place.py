"""Owners and labels."""

import pytest

from conda_sluice.errors import UsageError
from conda_sluice.model.channel import ChannelRef
from conda_sluice.stores.anaconda.place import Place, place_of


@pytest.mark.parametrize(
    ("at", "place", "path"),
    [
        ("anaconda://lab", Place("lab", "main"), "lab"),
        ("anaconda://lab/label/dev", Place("lab", "dev"), "lab/label/dev"),
    ],
)
def test_channel_is_a_label_of_an_owner(at, place, path):
    found = place_of(ChannelRef("lab", "https://conda.anaconda.org/lab", at))
    assert found == place
    assert found.path == path


def test_hidden_packages_stand_under_a_companion_label():
    assert Place("lab", "main").companion.path == "lab/label/main-hidden"


@pytest.mark.parametrize(
    "at", ["", "anaconda://", "anaconda://lab/dev", "anaconda://lab/label/", "quetz+https://s/lab"]
)
def test_other_urls_name_no_channel(at):
    with pytest.raises(UsageError, match=r"names no channel of anaconda\.org"):
        place_of(ChannelRef("lab", "https://server/lab", at))
