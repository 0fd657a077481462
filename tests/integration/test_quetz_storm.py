"""A quetz server behind a bad network: nothing is lost, nothing comes twice."""

import secrets
from dataclasses import dataclass, replace

import pytest

from conda_sluice.stores.quetz.store import QuetzStore
from contract.storms import Stand, Storm
from servers.quetz import shared_quetz
from servers.quetz_stores import a_quetz_store
from servers.weather import BadWeather, Forecast

pytestmark = pytest.mark.integration

STORM = Forecast(
    seed=3,
    cut_request=0.04,
    cut_answer=0.04,
    lose_answer=0.04,
    statuses={429: 0.03, 500: 0.03, 503: 0.03},
    in_a_row=2,
)


@dataclass(frozen=True)
class Calm:
    """Reads the channels of a store behind the weather without it."""

    store: QuetzStore
    outside: str
    inside: str

    def records(self, channel, subdir):
        return self.store.records(self._inside(channel), subdir)

    def hidden(self, channel, subdir):
        return self.store.hidden(self._inside(channel), subdir)

    def _inside(self, channel):
        return replace(channel, at=channel.at.replace(self.outside, self.inside))


def test_nothing_is_lost_and_nothing_comes_twice_in_a_storm(tmp_path):
    server = shared_quetz()
    with BadWeather(server.url, STORM) as proxy:

        def channel(name):
            made = server.channel(f"{name}-{secrets.token_hex(6)}")
            return replace(
                made,
                url=made.url.replace(server.url, proxy.url),
                at=made.at.replace(server.url, proxy.url),
            )

        store = a_quetz_store(server.admin)
        stand = Stand(store, Calm(store, proxy.url, server.url), channel)
        storm = Storm(stand, tmp_path / "made", seed=5)
        storm.blow(30)
        assert len(proxy.troubles) == 6
    assert not [words for words in storm.told if words.startswith("no remedy")]
