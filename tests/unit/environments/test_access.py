"""How buckets are reached, and which server is shown what is known of a kind of service."""

from pathlib import Path

import pytest

from conda_sluice.environments.access import Access
from conda_sluice.model.stores import Addressing, S3Options, StoreOptions

PLACES = ("s3://bucket/unstable", "s3://bucket/testing", "s3://other/x", "https://lab/c")


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch):
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)


def buckets(**s3):
    stores = StoreOptions(s3=S3Options(**s3), places=PLACES)
    found = Access(cache_dir=Path("unused"), stores=stores)._buckets()
    return {name: repr(config) for name, config in found.items()}


def test_without_options_buckets_are_left_to_aws_own_settings(monkeypatch):
    assert buckets() == {}
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    assert buckets() == {}


@pytest.mark.parametrize(
    ("environ", "s3", "config"),
    [
        ({}, {"endpoint": "https://lab"}, "https://lab, us-east-1, path"),
        ({"AWS_REGION": "eu"}, {"endpoint": "https://lab"}, "https://lab, eu, path"),
        ({"AWS_DEFAULT_REGION": "eu"}, {"endpoint": "https://lab"}, "https://lab, eu, path"),
        ({"AWS_ENDPOINT_URL": "https://lab"}, {}, "https://lab, us-east-1, path"),
        ({}, {"region": "eu"}, "https://s3.eu.amazonaws.com, eu, virtual-host"),
        (
            {},
            {"endpoint": "https://lab", "addressing": Addressing.VIRTUAL},
            "https://lab, us-east-1, virtual-host",
        ),
    ],
)
def test_every_bucket_of_the_channels_is_reached_as_the_options_say(
    monkeypatch, environ, s3, config
):
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    told = f"S3Config({config})"
    assert buckets(**s3) == {"bucket": told, "other": told}
