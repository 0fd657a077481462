"""What sluice makes of a quetz server that is behind, broken, or none."""

import bz2
import json

import pytest

from conda_sluice.effects.http.client import HttpClient
from conda_sluice.errors import DamagedError, StoreError
from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.names import NOARCH
from conda_sluice.model.stores import StoreOptions
from conda_sluice.stores.quetz.channel import QuetzChannel, channel_of
from conda_sluice.stores.quetz.settling import Settling
from conda_sluice.wiring.stores import open_stores
from factories import a_record
from servers.scripted import Reply, scripted


class FakeChannel:
    """Shows other records after each change; notes whether the supervisor was asked."""

    place = "quetz+https://server/x"

    def __init__(self, *shown):
        self.shown = list(shown)
        self.asked = 0

    def records(self, *_asked, **_more):
        return self.shown[0]

    def ask_for_index(self):
        self.asked += 1
        self.step()

    def step(self, _path=""):
        self.shown = self.shown[1:] or self.shown


@pytest.fixture
def settling():
    ticks = iter(range(10**6))
    return Settling(sleep=lambda _: None, now=lambda: next(ticks))


A, B = a_record("a"), a_record("b")
BOTH = {one.path: one.sha256 for one in (A, B)}


def test_index_that_shows_everything_is_not_waited_for(settling):
    channel = FakeChannel([A, B])
    settling.settle(channel, present=BOTH)
    assert channel.asked == 0


def test_index_that_lacks_a_package_is_nudged_with_it(settling):
    channel, nudged = FakeChannel([A], [A, B]), []
    settling.settle(channel, present=BOTH, nudge=lambda path: channel.step(nudged.append(path)))
    assert (nudged, channel.asked) == ([B.path], 0)


def test_where_a_nudge_does_not_help_the_server_is_asked_for_an_index(settling):
    channel = FakeChannel([A], [A, B])
    settling.settle(channel, present=BOTH, nudge=lambda _path: None)
    assert channel.asked == 1


def test_index_that_names_what_is_gone_is_not_nudged(settling):
    channel = FakeChannel([A, B], [A])
    settling.settle(channel, absent=[B.path], nudge=lambda _path: pytest.fail("nudged"))
    assert channel.asked == 1


def test_server_that_does_not_index_is_told_of(settling):
    channel = FakeChannel([A])
    with pytest.raises(StoreError, match=r"index up to date: look at noarch/b-") as caught:
        settling.settle(channel, present=BOTH)
    assert "supervisor" in caught.value.remedy


def test_other_file_in_the_index_is_not_taken_for_ours(settling):
    other = a_record("b", sha256="1" * 64)
    channel = FakeChannel([A, other], [A, B])
    settling.settle(channel, present=BOTH)
    assert channel.asked == 1


def a_quetz_channel(server):
    ref = ChannelRef("x", f"{server.url}/get/x", f"quetz+{server.url}/x")
    return channel_of(ref, HttpClient(), "THE_KEY")


def test_channel_is_known_by_server_and_name():
    ref = ChannelRef("rung", "https://host/q/get/x", "quetz+https://host/q/x")
    channel = channel_of(ref, HttpClient(), "")
    assert isinstance(channel, QuetzChannel)
    assert (channel.server, channel.name, channel.place) == ("https://host/q", "x", ref.at)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<html>", "JSON"),
        (b"[]", "does not answer as a quetz server"),
        (b"{}", "without platform"),
        (b'{"info": {"sha256": 1}, "platform": "noarch"}', "without platform"),
    ],
)
def test_server_that_is_no_quetz_server_is_told_of(body, words):
    with scripted([Reply(body=body)]) as server, pytest.raises(StoreError, match=words):
        a_quetz_channel(server).held(A)


def test_subdir_that_leads_elsewhere_is_refused():
    body = json.dumps([{"name": "a", "platforms": ["../../x"]}]).encode()
    with scripted([Reply(body=body)]) as server, pytest.raises(StoreError, match="no subdir"):
        a_quetz_channel(server).subdirs()


def test_index_that_is_none_is_refused():
    with scripted([Reply(body=b"{")]) as server, pytest.raises(DamagedError):
        a_quetz_channel(server).records(NOARCH)
    with scripted([Reply(body=b"{")]) as server, pytest.raises(DamagedError, match="bzip2"):
        a_quetz_channel(server).records(NOARCH, form=".bz2")
    half = bz2.compress(b"{}" * 1000)[:-5]
    with scripted([Reply(body=half)]) as server, pytest.raises(DamagedError, match="too early"):
        a_quetz_channel(server).records(NOARCH, form=".bz2")


def test_index_is_asked_for_past_every_cache():
    with scripted([Reply(404)]) as server:
        assert a_quetz_channel(server).records(NOARCH) == ()
    assert server.asked[0].headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("scheme", ["quetz+https", "quetz+http"])
def test_quetz_channels_are_looked_after_by_their_store(scheme):
    channel = ChannelRef("x", "https://server/get/x", f"{scheme}://server/x")
    traits = open_stores(StoreOptions()).traits(channel)
    assert (traits.indexes_itself, traits.copies_natively, traits.transactional) == (
        True,
        False,
        False,
    )
