from pathlib import Path

import pytest

from conda_sluice.config.locations import folder_of, rung_folder, upstream_channel
from conda_sluice.errors import ConfigError

ROOT = Path("/w/s")


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
    channel = upstream_channel(text, root=ROOT, where="f:1:1")
    assert (channel.name, channel.url) == (name, url)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("defaults", "'defaults' stands for several channels"),
        ("s3://bucket/c", "reads no channel from s3://"),
        ("quetz+https://h/c", "reads no channel from quetz+https://"),
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
        upstream_channel(text, root=ROOT, where="f:1:1")
    assert what in caught.value.what
    assert caught.value.where == "f:1:1"
    assert "sesame" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "folder"),
    [
        ("./channels/stable/", "/w/s/channels/stable"),
        ("stable", "/w/s/stable"),
        ("/srv/../srv/c", "/srv/c"),
        ("file:///srv/c", "/srv/c"),
    ],
)
def test_a_channel_of_the_ladder_is_a_folder(text, folder):
    assert rung_folder(text, root=ROOT, where="") == Path(folder)


@pytest.mark.parametrize(
    "text", ["s3://bucket/c", "anaconda://alice", "quetz+https://h/c", "oci://h/c"]
)
def test_other_stores_are_named_as_not_known_yet(text):
    with pytest.raises(ConfigError, match="this version of sluice keeps ladders in folders"):
        rung_folder(text, root=ROOT, where="")


def test_a_channel_that_can_only_be_read_is_no_part_of_a_ladder():
    with pytest.raises(ConfigError, match="can only be read"):
        rung_folder("https://example.org/c", root=ROOT, where="")


@pytest.mark.parametrize("read", [rung_folder, upstream_channel, folder_of])
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
        read(text, root=ROOT, where="f:1:1")
    assert "sesame" not in str(caught.value)
    assert "take it out" in caught.value.remedy


def test_a_path_is_no_url():
    with pytest.raises(ConfigError, match="expected a path, found the URL"):
        folder_of("https://example.org/c", root=ROOT, where="")
