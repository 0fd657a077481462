"""Channels in buckets behind a bad network: nothing is lost, nothing comes twice."""

from unittest.mock import patch

import pytest

from contract.storms import Stand, Storm
from servers.s3 import S3Place, shared_s3
from servers.weather import BadWeather, Forecast

pytestmark = pytest.mark.integration

STORM = {
    "cut_request": 0.05,
    "cut_answer": 0.05,
    "lose_answer": 0.05,
    "statuses": {500: 0.04, 503: 0.04},
    "in_a_row": 6,
}


@pytest.fixture(params=["moto", "rclone"])
def place(request):
    return shared_s3(request.param)


@pytest.mark.parametrize("operations", [25, pytest.param(1000, marks=pytest.mark.soak)])
def test_channels_in_buckets_stand_a_storm(place, tmp_path, operations):
    with (
        BadWeather(place.endpoint, Forecast(seed=1, **STORM)) as proxy,
        patch("botocore.retries.standard.ExponentialBackoff.delay_amount", return_value=0.01),
        # whoever runs a command again has a new process, which may repeat its requests anew
        patch("botocore.retries.quota.RetryQuota.acquire", return_value=True),
    ):
        store = S3Place(proxy.url).own_store(jobs=4)
        stand = Stand(store, place.store(), lambda name: place.channel(tmp_path, name))
        storm = Storm(stand, tmp_path / "made", seed=1)
        storm.blow(operations)
    assert len(proxy.troubles) == 5
    assert not [told for told in storm.told if told.startswith("no remedy")]
    for channel in storm.channels:
        assert list(place.store().inspect(channel)) == []
