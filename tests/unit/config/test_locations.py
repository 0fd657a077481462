from pathlib import Path

import pytest

from conda_sluice.config.locations import folder_of, rung_channel, upstream_channel
from conda_sluice.errors import ConfigError
from conda_sluice.model.stores import AnacondaOptions, StoreOptions

ROOT = Path("/w/s")
STORES = StoreOptions()


def upstream(text, where="f:1:1", stores=STORES):
    return upstream_channel(text, root=ROOT, where=where, stores=stores)


def rung(text, where="f:1:1", stores=STORES):
    return rung_channel("testing", text, root=ROOT, where=where, stores=stores)


def folder(text):
    return folder_of(text, root=ROOT, where="f:1:1")


@pytest.mark.parametrize(
    ("text", "name", "url"),
    [
        ("conda-forge", "conda-forge", "https://conda.anaconda.org/conda-forge"),
        ("./channels/host", "host", "file:///w/s/channels/host"),
        ("channels/host/", "host", "file:///w/s/channels/host"),
        ("../a b", "a b", "file:///w/a%20b"),
        ("/srv/c", "c", "file:///srv/c"),
        ("file:///srv/a%20b/", "a b", "file:///srv/a%20b"),
        ("file://localhost/srv/c", "c", "file:///srv/c"),
        (
            "https://conda.anaconda.org/bioconda/",
            "bioconda",
            "https://conda.anaconda.org/bioconda",
        ),
        ("HTTPS://Example.ORG/C", "https://example.org/C", "https://example.org/C"),
        ("http://[::1]:8000/c", "http://[::1]:8000/c", "http://[::1]:8000/c"),
    ],
)
def test_an_upstream_is_a_name_a_folder_or_a_url(text, name, url):
    channel = upstream(text)
    assert (channel.name, channel.url) == (name, url)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("defaults", "'defaults' stands for several channels"),
        ("oci://h/c", "knows no channels at oci://"),
        ("s3:///c", "no channel URL"),
        ("s3://bucket/c?x=sesame", "no channel URL"),
        ("quetz+https://h", "names no channel of a quetz server"),
        ("quetz+https://h/a b", "no channel URL"),
        ("anaconda://", "names no channel of anaconda.org"),
        ("anaconda://a/b", "names no channel of anaconda.org"),
        ("anaconda://a/label/b/c", "names no channel of anaconda.org"),
        ("anaconda://a/label/b?x=sesame", "names no channel of anaconda.org"),
        ("https:///c", "no channel URL"),
        ("https://[::1/c", "no channel URL"),
        ("https://h/c?token=sesame", "no channel URL"),
        ("conda forge", "no channel URL"),
        ("~/c", "means another folder for each user"),
        ("file://server/share", "names no folder of this machine"),
        ("file:relative", "names no folder of this machine"),
        ("file:///a%00b", "names no folder of this machine"),
        ("file://[x", "names no folder of this machine"),
    ],
)
def test_what_is_no_upstream_is_refused(text, what):
    with pytest.raises(ConfigError) as caught:
        upstream(text)
    assert what in caught.value.what
    assert caught.value.where == "f:1:1"
    assert "sesame" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("./channels/stable/", "file:///w/s/channels/stable"),
        ("stable", "file:///w/s/stable"),
        ("/srv/../srv/c", "file:///srv/c"),
        ("file:///srv/c", "file:///srv/c"),
        ("s3://Bucket/lab/c/", "s3://bucket/lab/c"),
        ("s3://bucket", "s3://bucket"),
    ],
)
def test_a_channel_of_the_ladder_lies_where_clients_read_it(text, url):
    channel = rung(text)
    assert (channel.name, channel.url, channel.place) == ("testing", url, url)


@pytest.mark.parametrize(
    ("text", "url", "place"),
    [
        ("anaconda://Alice", "https://conda.anaconda.org/alice", "anaconda://alice"),
        ("anaconda://alice/label/main/", "https://conda.anaconda.org/alice", "anaconda://alice"),
        (
            "anaconda://alice/label/dev",
            "https://conda.anaconda.org/alice/label/dev",
            "anaconda://alice/label/dev",
        ),
        ("quetz+https://H/c", "https://h/get/c", "quetz+https://h/c"),
        ("quetz+http://h:80/q/c/", "http://h:80/q/get/c", "quetz+http://h:80/q/c"),
    ],
)
def test_a_channel_of_a_service_is_read_at_another_url(text, url, place):
    channel = rung(text)
    assert (channel.name, channel.url, channel.place) == ("testing", url, place)
    assert (upstream(text).url, upstream(text).place) == (url, place)


def test_an_anaconda_server_may_be_another():
    lab = StoreOptions(anaconda=AnacondaOptions(api="https://lab/api", channels="https://lab/c"))
    assert rung("anaconda://alice", stores=lab).url == "https://lab/c/alice"


def test_what_no_store_knows_is_refused():
    with pytest.raises(ConfigError, match="knows no channels at oci://"):
        rung("oci://h/c")


@pytest.mark.parametrize("text", ["s3://", "quetz+https://", "https://"])
def test_a_channel_without_a_place_is_shown_one_of_its_own_kind(text):
    with pytest.raises(ConfigError) as caught:
        upstream(text)
    assert text in caught.value.remedy


def test_a_channel_that_can_only_be_read_is_no_part_of_a_ladder():
    with pytest.raises(ConfigError, match="can only be read"):
        rung("https://example.org/c")


@pytest.mark.parametrize("read", [rung, upstream, folder])
@pytest.mark.parametrize(
    "text",
    [
        "https://h/t/sesame/c",
        "https://alice:sesame@h/c",
        "s3://alice:sesame@bucket/c",
        "file://sesame@h/c",
    ],
)
def test_a_url_with_a_secret_is_refused_and_not_repeated(read, text):
    with pytest.raises(ConfigError, match="carries a token or a password") as caught:
        read(text)
    assert "sesame" not in str(caught.value)
    assert "take it out" in caught.value.remedy


def test_a_path_is_no_url():
    with pytest.raises(ConfigError, match="expected a path, found the URL"):
        folder("https://example.org/c")
