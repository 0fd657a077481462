"""Single troubles on the way to an S3 server, where each of them decides something."""

from dataclasses import replace

import pytest

from conda_sluice.effects.s3.board import learn_conditions
from conda_sluice.effects.s3.objects import Objects
from conda_sluice.effects.s3.server import S3Server
from conda_sluice.errors import StoreError
from servers.s3 import ENVIRONMENT, QUICK, S3Place, shared_s3
from servers.weather import BadWeather, Forecast, as_s3

pytestmark = pytest.mark.integration

FINE = Forecast(words=as_s3)


@pytest.fixture(params=["moto", "rclone"])
def far(request, tmp_path, monkeypatch):
    """Return objects behind a proxy, and the proxy."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    place = shared_s3(request.param)
    url = place.channel(tmp_path).url
    with BadWeather(place.endpoint, FINE) as proxy:
        server = S3Server(S3Place(proxy.url).options, 2, patience=QUICK)
        yield Objects(url, server), proxy


def honours(place):
    return place.server.honours_conditions


@pytest.mark.parametrize("status", [409, 429, 500, 503])
def test_what_passes_is_not_noticed(far, status):
    objects, proxy = far
    proxy.forecast = replace(FINE, statuses={status: 1.0}, in_a_row=QUICK.tries - 1)
    objects.write("a", b"one")
    assert objects.read("a").data == b"one"
    assert [one.path for one in objects.list()] == ["a"]
    assert proxy.troubles.total() == 3 * (QUICK.tries - 1)


def test_an_object_that_breaks_off_is_read_anew(far):
    objects, proxy = far
    objects.write("a", b"one" * 1000)
    proxy.forecast = replace(FINE, cut_answer=1.0, in_a_row=QUICK.tries - 1)
    assert objects.read("a").data == b"one" * 1000
    proxy.forecast = replace(FINE, cut_answer=1.0, in_a_row=QUICK.tries)
    with pytest.raises(StoreError, match="connection to the server broke"):
        objects.read("a")


def test_patience_does_not_wear_out(far):
    """What is not there, as most of what is looked for, counts for nothing."""
    objects, proxy = far
    proxy.forecast = replace(FINE, statuses={503: 0.5}, in_a_row=QUICK.tries - 1)
    for number in range(300):
        assert objects.find(f"nothing/{number}") is None
    assert proxy.troubles.total() > 200


@pytest.mark.parametrize("status", [409, 429, 500, 503])
def test_a_server_that_says_nothing_of_conditions_is_not_judged(far, status):
    """A wrong guess would let one machine overwrite what others have written."""
    objects, proxy = far
    objects.write("claim", b"{}")
    proxy.forecast = replace(FINE, statuses={status: 1.0}, in_a_row=QUICK.tries)
    with pytest.raises(StoreError) as caught:
        learn_conditions(objects, "claim")
    assert caught.value.remedy
    assert honours(objects) == {}
    proxy.forecast = FINE
    learn_conditions(objects, "claim")
    is_moto = objects.call("head_object", "claim")["ResponseMetadata"]["HTTPHeaders"].get("server")
    assert honours(objects) == {objects.bucket: "Werkzeug" in str(is_moto)}
