"""Stores behind a bad network: nothing is lost, nothing comes twice, every error is told."""

import time
from collections import Counter
from dataclasses import replace

import pytest

from conda_sluice.stores.directory.store import DirectoryStore
from contract.stands import STANDS
from contract.storms import Stand, Storm
from factories import a_channel
from fakes import FakeStore
from servers.weather import Forecast

STORM = Forecast(
    seed=1,
    gusts=0.002,
    cut_request=0.04,
    cut_answer=0.04,
    lose_answer=0.04,
    statuses={409: 0.04, 429: 0.03, 500: 0.03, 503: 0.03},
    in_a_row=6,
)
"""What any request may meet; the longest bad spells outlast the patience of every store."""

PASSING = replace(STORM, in_a_row=2)

TROUBLES = 3 + len(STORM.statuses)


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


LENGTHS = [25, pytest.param(1000, marks=[pytest.mark.soak, pytest.mark.timeout(3600)])]


@pytest.mark.integration
@pytest.mark.parametrize("operations", LENGTHS)
@pytest.mark.parametrize("kind", STANDS)
def test_channels_stand_a_storm(kind, operations, tmp_path, capsys):
    started = time.monotonic()
    storm, troubles, requests = blown(kind, STORM, tmp_path, operations)
    if operations > 100:
        assert len(troubles) == TROUBLES
        with capsys.disabled():
            print(  # noqa: T201 - the figures of a long test
                f"\n{kind}: {operations} operations, {requests} requests, {troubles.total()}"
                f" troubles, {storm.told.total()} errors told, {time.monotonic() - started:.0f} s",
                *(f"\n  {count} {words}" for words, count in storm.told.most_common()),
            )
    assert not [words for words in storm.told if words.startswith("no remedy")]


@pytest.mark.integration
@pytest.mark.parametrize("kind", STANDS)
def test_storm_that_patience_outlasts_is_not_noticed(kind, tmp_path):
    storm, _, _ = blown(kind, PASSING, tmp_path, 25)
    assert not storm.told


def blown(kind, forecast, folder, operations):
    """Return a storm that is over, the troubles that it brought, and the number of requests."""
    with STANDS[kind](folder, forecast) as (stand, proxies):
        storm = Storm(stand, folder / "made", seed=1)
        storm.blow(operations)
        assert [list(stand.calm.inspect(one)) for one in storm.channels] == [[], []]
    troubles = sum((one.troubles for one in proxies), Counter())
    assert troubles.total() > operations // 10
    return storm, troubles, sum(len(one.passed) for one in proxies)
