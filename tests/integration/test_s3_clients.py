"""Environments and builds from channels in buckets."""

import json

import pytest

from conda_sluice.builders.rattler_build import build_v1
from conda_sluice.environments.rattler import RattlerEnvironments
from conda_sluice.errors import StoreError
from conda_sluice.model.environment import ChannelSource, Solution
from conda_sluice.model.names import Subdir
from conda_sluice.model.stores import S3Options, StoreOptions
from factories import an_artifact
from running_tasks import a_recipe
from servers import s3

pytestmark = pytest.mark.integration

LINUX = Subdir("linux-64")


@pytest.fixture(params=["moto_s3", "rclone_s3"])
def place(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
def channel(place, tmp_path):
    channel = place.channel(tmp_path)
    made = [
        an_artifact(tmp_path / "files", "base"),
        an_artifact(tmp_path / "files", "top", depends=("base",)),
    ]
    place.store().put(made, channel)
    return channel


def environments_of(place, channel, tmp_path, **options):
    told = place.options if not options else S3Options(**options)
    stores = StoreOptions(s3=told, places=(channel.place,))
    return RattlerEnvironments(tmp_path / "cache", stores)


def installed(environments, channel, prefix):
    answer = environments.solve(["top"], [ChannelSource(channel.url)], LINUX)
    assert isinstance(answer, Solution), answer
    environments.install(answer, prefix)
    return sorted(path.name for path in (prefix / "conda-meta").glob("*.json"))


INSTALLED = ["base-1.2.3-h0123456_0.json", "top-1.2.3-h0123456_0.json"]


def test_environment_is_made_from_a_bucket(place, channel, tmp_path):
    environments = environments_of(place, channel, tmp_path)
    assert installed(environments, channel, tmp_path / "env") == INSTALLED


def test_server_may_be_known_from_the_environment_alone(place, channel, tmp_path, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", place.endpoint)
    environments = RattlerEnvironments(tmp_path / "cache", StoreOptions(places=(channel.place,)))
    assert installed(environments, channel, tmp_path / "env") == INSTALLED


def test_keys_may_stand_in_rattlers_auth_file(place, channel, tmp_path, monkeypatch):
    keys = {"access_key_id": s3.KEY, "secret_access_key": s3.SECRET, "session_token": None}
    file = tmp_path / "auth.json"
    file.write_text(json.dumps({channel.url: {"S3Credentials": keys}}))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    environments = environments_of(place, channel, tmp_path)
    with pytest.raises(StoreError):
        installed(environments, channel, tmp_path / "none")
    monkeypatch.setenv("RATTLER_AUTH_FILE", str(file))
    assert installed(environments, channel, tmp_path / "env") == INSTALLED


def test_wrong_key_is_refused_and_not_shown(rclone_s3, tmp_path, monkeypatch):
    channel = rclone_s3.channel(tmp_path)
    rclone_s3.store().put([an_artifact(tmp_path / "files", "top")], channel)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "pl4nted-s3cret-value")
    with pytest.raises(StoreError) as raised:
        installed(environments_of(rclone_s3, channel, tmp_path), channel, tmp_path / "env")
    assert "pl4nted" not in str(raised.value)


def test_package_is_built_with_what_lies_in_a_bucket(place, channel, tmp_path):
    (tmp_path / "recipe").mkdir()
    recipe = a_recipe("ls $PREFIX/share/top.txt && mkdir -p $PREFIX/x && echo hi > $PREFIX/x/y")
    package = build_v1(
        {**recipe, "requirements": {"host": ["top"]}},
        recipe_dir=tmp_path / "recipe",
        workspace=tmp_path / "work",
        log=tmp_path / "log",
        channels=[channel.url],
        platform="linux-64",
        environments=environments_of(place, channel, tmp_path),
        cache_dir=tmp_path / "cache",
    )
    assert package.is_file()


def test_package_uploaded_a_moment_ago_is_seen(place, channel, tmp_path):
    environments = environments_of(place, channel, tmp_path)
    seen = []
    for version in ("2.0", "2.1", "2.2"):
        place.store().put([an_artifact(tmp_path / "files", "top", version)], channel)
        (package,) = environments.solve(["top"], [ChannelSource(channel.url)], LINUX).packages
        seen.append(package.url.split("-")[-2])
        environments.install(Solution((package,)), tmp_path / f"env-{version}")
    assert seen == ["2.0", "2.1", "2.2"]
