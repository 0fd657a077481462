"""What is written with an object, and what a server's answer proves."""

import pytest

from conda_sluice.effects.s3.objects import found_in, headers_of

MD5 = "0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize(
    ("answer", "md5"),
    [
        ({"ETag": f'"{MD5}"'}, MD5),
        ({"ETag": MD5}, MD5),
        ({"ETag": f'"{MD5}-2"'}, ""),
        ({"ETag": f'"{MD5}"', "ServerSideEncryption": "aws:kms"}, ""),
        ({"ETag": f'"{MD5}"', "ServerSideEncryption": "AES256"}, MD5),
        ({"ETag": f'"{MD5}"', "SSECustomerAlgorithm": "AES256"}, ""),
    ],
)
def test_an_etag_is_an_md5_where_the_server_makes_it_of_the_bytes(answer, md5):
    assert found_in({"ContentLength": 3, **answer}).md5 == md5


def test_what_was_written_with_an_object_is_found_however_it_is_spelt():
    answer = {"ETag": f'"{MD5}-2"', "ContentLength": 3, "Metadata": {"Sha256": "ab"}}
    assert found_in(answer).sha256 == "ab"


def test_indexes_are_asked_for_and_packages_kept():
    assert headers_of("noarch/repodata.json")["CacheControl"] == "no-cache"
    assert headers_of("noarch/repodata_shards.msgpack.zst")["CacheControl"] == "no-cache"
    assert "immutable" in headers_of("noarch/shards/ab.msgpack.zst")["CacheControl"]
    assert "immutable" in headers_of("noarch/a-1-0.tar.bz2")["CacheControl"]
