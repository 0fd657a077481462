"""py-rattler solves with our indexes and installs from our channels over s3://."""

import asyncio

import pytest

from factories import an_artifact

pytestmark = pytest.mark.integration


@pytest.fixture(params=["moto_s3", "rclone_s3"])
def place(request):
    return request.getfixturevalue(request.param)


@pytest.mark.parametrize("is_sharded", [True, False], ids=["shards", "whole"])
def test_what_is_put_is_solved_and_installed(place, tmp_path, is_sharded):
    from rattler import Channel, Client, Gateway, install, solve
    from rattler.networking import AuthenticationMiddleware, S3Middleware
    from rattler.networking.middleware import S3Config
    from rattler.repo_data.gateway import SourceConfig

    store = place.store(shards_from=1 if is_sharded else 1000)
    lower, upper = place.channel(tmp_path), place.channel(tmp_path, "testing")
    old = an_artifact(tmp_path / "in", "old", extension=".tar.bz2", text="old format")
    new = an_artifact(tmp_path / "in", "new", depends=("old",), text="new format")
    store.put([old], upper)
    store.put([new], lower)
    store.relate(lower, upper)
    bucket, _ = place.key(lower, "")
    config = S3Config(place.endpoint, "us-east-1", "path")
    client = Client([AuthenticationMiddleware(), S3Middleware({bucket: config})])

    async def get(prefix):
        gateway = Gateway(
            cache_dir=tmp_path / "cache",
            default_config=SourceConfig(sharded_enabled=is_sharded),
            client=client,
        )
        records = await solve(
            [Channel(lower.url)],
            ["new"],
            gateway=gateway,
            platforms=["noarch"],
            channel_relations="strict",
        )
        await install(
            records,
            target_prefix=prefix,
            cache_dir=tmp_path / "pkgs",
            show_progress=False,
            client=client,
        )
        return sorted(record.name.normalized for record in records)

    assert asyncio.run(get(tmp_path / "env")) == ["new", "old"]
    assert (tmp_path / "env" / "share" / "old.txt").read_text() == "old format"
    assert (tmp_path / "env" / "share" / "new.txt").read_text() == "new format"
