import hashlib
import json

import msgpack
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from conda_sluice.index.repodata import parse_repodata
from conda_sluice.index.shards import (
    all_shards,
    names_of,
    parse_shard_index,
    shard_index,
    shard_of,
)
from conda_sluice.index.text import canonical
from conda_sluice.model.names import Subdir

NOARCH = Subdir("noarch")
MD5, SHA256 = "0f" * 16, "a0" * 32


def text_of(*files, removed=(), **info):
    entries = {
        file: {"name": file.rsplit("-", 2)[0], "sha256": SHA256, "md5": MD5} for file in files
    }
    document = {
        "info": {"subdir": "noarch", **info},
        "packages": {file: entries[file] for file in files if file.endswith("2")},
        "packages.conda": {file: entries[file] for file in files if file.endswith("a")},
        "removed": list(removed),
    }
    return canonical(parse_repodata(json.dumps(document).encode(), NOARCH, ""), "")


def unpacked(data):
    return msgpack.unpackb(zstandard.decompress(data))


def test_shard_holds_all_packages_of_a_name_with_digests_as_bytes():
    text = text_of(
        "a-1-0.conda",
        "a-1-0.tar.bz2",
        "a-b-1-0.conda",
        removed=["a-0-0.conda", "odd", "b-1-0.conda"],
    )
    shard = shard_of(text, "a")
    entry = {"name": "a", "sha256": bytes.fromhex(SHA256), "md5": bytes.fromhex(MD5)}
    assert unpacked(shard.data) == {
        "packages": {"a-1-0.tar.bz2": entry},
        "packages.conda": {"a-1-0.conda": entry},
        "removed": ["a-0-0.conda"],
    }
    assert shard.sha256 == hashlib.sha256(shard.data).hexdigest()


def test_digest_that_is_none_stays_as_it_is():
    document = {"packages.conda": {"a-1-0.conda": {"name": "a", "md5": "zz", "sha256": "abc"}}}
    text = canonical(parse_repodata(json.dumps(document).encode(), NOARCH, ""), "")
    packed = unpacked(shard_of(text, "a").data)["packages.conda"]
    assert packed == document["packages.conda"]


def test_name_without_packages_has_no_shard():
    assert shard_of(text_of("a-1-0.conda"), "b") is None


def test_index_names_shards_by_digest_and_says_what_the_channel_says():
    text = text_of("a-1-0.conda", channel_relations={"overrides": "../testing"})
    data = shard_index(text, {"b": "b0" * 32, "a": "a0" * 32})
    assert unpacked(data) == {
        "info": {
            "base_url": "",
            "channel_relations": {"overrides": "../testing"},
            "shards_base_url": "./shards/",
            "subdir": "noarch",
        },
        "repodata_version": 1,
        "shards": {"a": b"\xa0" * 32, "b": b"\xb0" * 32},
    }
    assert parse_shard_index(data) == {"b": "b0" * 32, "a": "a0" * 32}


def test_what_is_no_index_of_shards_is_none():
    for data in (b"", b"junk", zstandard.compress(b""), zstandard.compress(msgpack.packb([1]))):
        assert parse_shard_index(data) is None
    for wrong in ("text", 10**12, b"short", None):
        data = zstandard.compress(msgpack.packb({"shards": {"a": wrong}}))
        assert parse_shard_index(data) is None


def test_names_of_files_are_told():
    assert names_of(["a-b-1-0.conda", "a-1-0.tar.bz2", "odd"]) == {"a-b", "a"}


files = st.builds(
    "{}-{}-0{}".format,
    st.sampled_from(["a", "a-a", "aa", "b"]),
    st.sampled_from(["1", "2"]),
    st.sampled_from([".conda", ".tar.bz2"]),
)


@settings(deadline=None)
@given(st.lists(files, unique=True), st.lists(files, unique=True))
def test_all_shards_are_those_of_each_name(shown, removed):
    text = text_of(*shown, removed=removed)
    shards = list(all_shards(text))
    names = sorted(names_of([*shown, *removed]))
    assert sorted(shard.name for shard in shards) == names
    assert all(shard == shard_of(text, shard.name) for shard in shards)
