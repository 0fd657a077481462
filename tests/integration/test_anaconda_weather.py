"""Channels on anaconda.org behind a bad network: nothing is lost, and every error is told."""

from contextlib import ExitStack

import pytest

from conda_sluice.effects.http.patience import Patience
from conda_sluice.model.stores import AnacondaOptions
from conda_sluice.stores.anaconda.settling import IndexWait
from conda_sluice.stores.anaconda.store import AnacondaStore
from contract.storms import Stand, Storm
from servers.anaconda_stores import a_label, a_store, an_org, an_owner, find_test_access
from servers.weather import BadWeather, Forecast

pytestmark = pytest.mark.integration

KINDS = {"labels": a_label, "owners": an_owner}


@pytest.fixture
def behind():
    """Return what opens a double behind the weather: the double, the proxies, the store."""
    with ExitStack() as stack:

        def opened(forecast, tries):
            org = stack.enter_context(an_org())
            proxies = [
                stack.enter_context(BadWeather(url, forecast))
                for url in (org.api_url, org.channels_url)
            ]
            store = AnacondaStore(
                AnacondaOptions(api=proxies[0].url, channels=proxies[1].url),
                jobs=4,
                find_access=find_test_access,
                patience=Patience(tries=tries, first_wait=0.001, longest_wait=0.01, read=5.0),
                wait=IndexWait(seconds=3.0, first=0.01, longest=0.1),
            )
            return org, proxies, store

        yield opened


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", [1, 2])
def test_storm_that_patience_outlasts_is_not_noticed(behind, kind, seed, tmp_path):
    forecast = Forecast(
        seed=seed,
        cut_request=0.04,
        cut_answer=0.04,
        lose_answer=0.04,
        statuses={429: 0.02, 500: 0.02, 503: 0.04},
        in_a_row=2,
    )
    org, proxies, store = behind(forecast, tries=4)
    stand = Stand(store, a_store(org), lambda name: KINDS[kind](org, name))
    storm = Storm(stand, tmp_path / "made", seed=seed)
    storm.blow(60)
    assert not storm.told
    assert sum(sum(one.troubles.values()) for one in proxies) > 50


@pytest.mark.parametrize("kind", KINDS)
def test_storm_that_outlasts_patience_is_told_and_the_same_again_ends_it(behind, kind, tmp_path):
    forecast = Forecast(
        seed=3,
        cut_request=0.1,
        cut_answer=0.1,
        lose_answer=0.1,
        statuses={503: 0.1},
        in_a_row=5,
    )
    org, _, store = behind(forecast, tries=2)
    stand = Stand(store, a_store(org), lambda name: KINDS[kind](org, name))
    storm = Storm(stand, tmp_path / "made", seed=3)
    storm.blow(60)
    assert storm.told
    assert not [one for one in storm.told if one.startswith("no remedy")]
