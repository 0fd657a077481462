"""Where channels stand among the URLs."""

from pathlib import Path

from conda_sluice.model.channel import ChannelRef
from conda_sluice.serving.addresses import addresses_of


def a_ladder(**folders):
    """Return channels by name, each in its folder."""
    refs = [ChannelRef(name, Path(folder).as_uri()) for name, folder in folders.items()]
    return refs, dict(zip(refs, map(Path, folders.values()), strict=True))


def test_channels_are_siblings_below_their_names():
    refs, folders = a_ladder(unstable="/c/unstable", testing="/c/testing", host="/c/host")
    found = addresses_of(refs[:2], refs[2:], folders)
    assert list(found.names.values()) == ["unstable", "testing", "host"]
    assert set(found.roots) == {("unstable",), ("testing",), ("host",)}
    assert found.find(("unstable", "noarch", "x")) == (Path("/c/unstable"), ("noarch", "x"))
    assert found.find(("elsewhere", "noarch", "x")) is None


def test_a_relation_between_folders_of_other_names_leads_to_the_channel_all_the_same():
    refs, folders = a_ladder(unstable="/c/dev", testing="/c/test%20it", stable="/d/e/prod")
    found = addresses_of(refs, [], folders)
    assert found.roots["test%20it",] == Path("/c/test%20it")
    assert found.roots["d", "e", "prod"] == Path("/d/e/prod")
    assert found.find(("d", "e", "prod", "noarch", "f")) == (Path("/d/e/prod"), ("noarch", "f"))


def test_a_name_is_never_taken_twice_nor_that_of_the_pages():
    refs, folders = a_ladder(unstable="/c/unstable")
    upstream = [
        ChannelRef(name, f"file:///{number}")
        for number, name in enumerate(("unstable", "-", "/", ".hidden", "a b/c"))
    ]
    folders |= {one: Path(f"/{number}") for number, one in enumerate(upstream)}
    found = addresses_of(refs, upstream, folders)
    assert list(found.names.values()) == [
        "unstable",
        "unstable-2",
        "--2",
        "channel",
        "hidden",
        "a b-c",
    ]


def test_what_is_no_folder_has_no_address():
    refs, _ = a_ladder(unstable="/c/unstable")
    web = ChannelRef("conda-forge", "https://conda.anaconda.org/conda-forge")
    assert addresses_of(refs, [web], {}).names == {}


def test_a_channel_that_stands_elsewhere_is_not_replaced_by_a_relation():
    refs, folders = a_ladder(unstable="/c/x", testing="/c/unstable")
    found = addresses_of(refs, [], folders)
    assert found.roots["unstable",] == Path("/c/x")
