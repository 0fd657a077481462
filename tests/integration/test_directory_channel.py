"""Clients read our channels: solved with py-rattler, as a user would."""

import asyncio
import json
import warnings

import pytest

from conda_sluice.stores.directory.store import DirectoryStore
from factories import a_channel, an_artifact

pytestmark = pytest.mark.integration


@pytest.fixture
def ladder(tmp_path):
    """Make unstable and testing in one folder, stable in another with a blank in its name."""
    store = DirectoryStore()
    unstable = a_channel(tmp_path / "channels")
    testing = a_channel(tmp_path / "channels", "testing")
    stable = a_channel(tmp_path / "else where", "stable")
    store.put([an_artifact(tmp_path / "in", "in-unstable")], unstable)
    store.put([an_artifact(tmp_path / "in", "in-testing", subdir="linux-64")], testing)
    store.put([an_artifact(tmp_path / "in", "in-stable")], stable)
    store.relate(stable, None)
    store.relate(testing, stable)
    store.relate(unstable, testing)
    return store, unstable, testing, stable


def solve(channels, specs, cache):
    """Return the packages as `<channel>/<name>`; whatever the client warns of is an error."""
    from rattler import Channel, Gateway
    from rattler import solve as rattler_solve

    async def answer():
        return await rattler_solve(
            [Channel(channel.url) for channel in channels],
            specs,
            gateway=Gateway(cache_dir=cache),
            platforms=["linux-64", "noarch"],
            channel_relations="strict",
        )

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        records = asyncio.run(answer())
    return sorted(f"{record.url.split('/')[-3]}/{record.name.normalized}" for record in records)


def test_unstable_alone_finds_what_lies_only_in_stable(ladder, tmp_path):
    _, unstable, _, _ = ladder
    assert solve([unstable], ["in-unstable", "in-testing", "in-stable"], tmp_path / "cache") == [
        "stable/in-stable",
        "testing/in-testing",
        "unstable/in-unstable",
    ]


def test_the_lower_channel_has_priority(ladder, tmp_path):
    store, unstable, _, stable = ladder
    store.put([an_artifact(tmp_path / "in", "both", "2.0")], stable)
    store.put([an_artifact(tmp_path / "in", "both", "1.0")], unstable)
    assert solve([unstable], ["both"], tmp_path / "cache") == ["unstable/both"]


def test_stable_alone_knows_nothing_of_the_channels_below(ladder, tmp_path):
    from rattler.exceptions import SolverError

    _, _, _, stable = ladder
    with pytest.raises(SolverError):
        solve([stable], ["in-unstable"], tmp_path / "cache")


def test_client_without_the_packed_index_sees_the_same(ladder, tmp_path):
    _, unstable, _, _ = ladder
    for packed in tmp_path.rglob("repodata.json.zst"):
        packed.unlink()
    assert solve([unstable], ["in-stable"], tmp_path / "cache") == ["stable/in-stable"]


def test_index_made_by_rattler_is_a_channel(tmp_path):
    from rattler import Subdir
    from rattler.index import index_fs

    channel = a_channel(tmp_path)
    an_artifact(tmp_path / "unstable" / "noarch", "indexed", depends=("python",))
    asyncio.run(index_fs(tmp_path / "unstable", Subdir("noarch")))
    store = DirectoryStore()
    (record,) = store.records(channel, "noarch")
    assert (record.name, record.depends, len(record.sha256)) == ("indexed", ("python",), 64)
    store.put([an_artifact(tmp_path / "in", "added")], channel)
    assert solve([channel], ["added"], tmp_path / "cache") == ["unstable/added"]
    index = json.loads((tmp_path / "unstable" / "noarch" / "repodata.json").read_bytes())
    assert len(index["packages.conda"]) == 2


def test_package_put_here_can_be_installed(tmp_path):
    from rattler import Channel, Gateway, install
    from rattler import solve as rattler_solve

    store, channel = DirectoryStore(), a_channel(tmp_path)
    store.put([an_artifact(tmp_path / "in", text="good trips")], channel)

    async def make():
        gateway = Gateway(cache_dir=tmp_path / "cache")
        records = await rattler_solve(
            [Channel(channel.url)], ["trips"], gateway=gateway, platforms=["noarch"]
        )
        await install(
            records,
            target_prefix=tmp_path / "env",
            cache_dir=tmp_path / "packages",
            show_progress=False,
        )

    asyncio.run(make())
    assert (tmp_path / "env" / "share" / "trips.txt").read_text() == "good trips"
