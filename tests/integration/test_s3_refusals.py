"""What keeps somebody from a channel in a bucket is told as what to do, and shows no key."""

import os
import sys
from unittest.mock import patch

import pytest

from conda_sluice.effects.leases import Terms
from conda_sluice.errors import StoreError, ToolError, UsageError
from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.names import Subdir
from conda_sluice.model.stores import Addressing, S3Options
from conda_sluice.stores.s3.store import Limits, S3Store
from factories import an_artifact
from servers.s3 import ENVIRONMENT, KEY, QUICK, SECRET, shared_s3

pytestmark = pytest.mark.integration

NOARCH = Subdir("noarch")


@pytest.fixture
def rclone():
    return shared_s3("rclone")


def a_store(endpoint, **environment):
    """Return a store that finds these variables and no others."""
    store = S3Store(
        S3Options(endpoint=endpoint, region="us-east-1", addressing=Addressing.PATH),
        limits=Limits(lock=Terms(lease=3, timeout=5)),
    )
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
        **{name: value for name, value in ENVIRONMENT.items() if "KEY" not in name},
        "HOME": "/nonexistent",
        **environment,
    }
    with patch.dict(os.environ, environment, clear=True):
        assert store._server.client is not None
    return store


def refused(store, channel):
    with pytest.raises(StoreError) as caught:
        store.records(channel, NOARCH)
    assert channel.url in caught.value.where
    assert caught.value.remedy
    assert SECRET not in str(caught.value)
    return f"{caught.value.what}: {caught.value.remedy}"


def test_no_credentials(rclone, tmp_path):
    told = refused(a_store(rclone.endpoint), rclone.channel(tmp_path))
    assert "no credentials" in told
    assert "AWS_ACCESS_KEY_ID" in told


def test_a_key_without_its_secret(rclone):
    with pytest.raises(StoreError, match="cannot be read"):
        a_store(rclone.endpoint, AWS_ACCESS_KEY_ID=KEY)


def test_a_key_that_the_server_does_not_know(rclone, tmp_path):
    store = a_store(rclone.endpoint, AWS_ACCESS_KEY_ID="another", AWS_SECRET_ACCESS_KEY=SECRET)
    assert "does not know the access key" in refused(store, rclone.channel(tmp_path))


def test_a_wrong_secret(rclone, tmp_path):
    store = a_store(rclone.endpoint, AWS_ACCESS_KEY_ID=KEY, AWS_SECRET_ACCESS_KEY="wrong")
    told = refused(store, rclone.channel(tmp_path))
    assert "secret key is not that of the access key" in told
    assert "wrong" not in told


@pytest.mark.parametrize("kind", ["moto", "rclone"])
def test_a_bucket_that_is_not_there(kind, tmp_path):
    place = shared_s3(kind)
    channel = ChannelRef("unstable", "s3://no-such-bucket/unstable")
    assert "no such bucket" in refused(place.store(), channel)
    with pytest.raises(StoreError, match="no such bucket"):
        place.store().put([an_artifact(tmp_path)], channel)


def test_a_server_that_is_not_there():
    store = a_store("http://127.0.0.1:9", AWS_ACCESS_KEY_ID=KEY, AWS_SECRET_ACCESS_KEY=SECRET)
    store._server.patience = QUICK
    told = refused(store, ChannelRef("unstable", "s3://bucket/unstable"))
    assert "http://127.0.0.1:9 cannot be reached" in told
    assert "endpoint" in told


def test_an_address_that_is_none():
    with pytest.raises(StoreError, match="no address of an S3 server"):
        a_store("minio.example.org:9000")


def test_a_url_without_a_bucket(rclone):
    with pytest.raises(UsageError, match="names no bucket"):
        rclone.store().records(ChannelRef("unstable", "s3:///unstable"), NOARCH)


def test_access_that_is_denied(tmp_path):
    """Whoever may not list a bucket is refused what is not there, too."""
    from botocore.exceptions import ClientError

    place = shared_s3("moto")
    store, channel = place.own_store(), place.channel(tmp_path)
    answer = {"Error": {"Code": "AccessDenied"}, "ResponseMetadata": {"HTTPStatusCode": 403}}
    with patch.object(store._server.client, "get_object", side_effect=ClientError(answer, "Get")):
        told = refused(store, channel)
    assert "access is denied" in told
    assert "s3:ListBucket" in told


def test_boto3_that_is_missing():
    with (
        patch.dict(sys.modules, {"boto3": None}),
        pytest.raises(ToolError, match="boto3 is missing") as caught,
    ):
        S3Store().records(ChannelRef("unstable", "s3://bucket/unstable"), NOARCH)
    assert "conda-sluice[s3]" in caught.value.remedy
