"""What of a channel folder is published: a short list, and nothing beside it."""

import pytest

from conda_sluice.serving.published import Kind, kind_of

SHA = "0" * 64


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("noarch/repodata.json", Kind.INDEX),
        ("noarch/repodata.json.zst", Kind.INDEX),
        ("linux-64/repodata_shards.msgpack.zst", Kind.INDEX),
        ("linux-64/patch_instructions.json", Kind.INDEX),
        ("noarch/current_repodata.json", Kind.INDEX),
        ("channeldata.json", Kind.INDEX),
        ("conda_build_config.yaml", Kind.INDEX),
        ("noarch/trips-1.2.3-h0123456_0.conda", Kind.PACKAGE),
        ("noarch/trips-1.2.3-h0123456_0.tar.bz2", Kind.PACKAGE),
        ("noarch/trips-1.2.3-h0123456_0.conda.v0.sigs", Kind.INDEX),
        (f"noarch/shards/{SHA}.msgpack.zst", Kind.SHARD),
    ],
)
def test_what_clients_ask_for_is_published(path, kind):
    assert kind_of(path.split("/")) is kind


@pytest.mark.parametrize(
    "path",
    [
        "",
        "noarch",
        "noarch/",
        "repodata.json",
        ".sluice/lock",
        ".sluice/noarch.kept.json",
        ".sluice/repodata.json",
        "noarch/.sluice-abc.tmp",
        "noarch/.trips-1.2.3-h0123456_0.conda",
        "noarch/notes.txt",
        "noarch/trips.conda.part",
        "noarch/../linux-64/repodata.json",
        "../noarch/repodata.json",
        "Noarch/repodata.json",
        "private/repodata.json",
        f"noarch/shards/{SHA}.json",
        f"noarch/shards/../{SHA}.msgpack.zst",
        "noarch/shards/repodata.json",
        f"shards/{SHA}.msgpack.zst",
        "noarch/.v0.sigs",
    ],
)
def test_nothing_else_is(path):
    assert kind_of(path.split("/")) is None
