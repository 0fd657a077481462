"""Builds that need packages of channels which the build engine cannot reach itself."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from conda_sluice.builders.rattler_build import build_v1
from conda_sluice.effects.artifact import read_info
from conda_sluice.environments.rattler import RattlerEnvironments
from conda_sluice.errors import BuildError, DamagedError
from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.environment import BuildNeeds
from conda_sluice.model.names import Subdir
from conda_sluice.model.stores import StoreOptions
from conda_sluice.stores.directory.store import DirectoryStore
from factories import an_artifact
from running_tasks import a_recipe
from servers import static

pytestmark = pytest.mark.integration

LINUX = Subdir("linux-64")
EXPORTS = {"info/run_exports.json": json.dumps({"strong": ["runtime >=1"]}).encode()}
PLANTED = "pl4nted-s3cret-value"


@pytest.fixture
def folder(tmp_path):
    """A channel with a compiler whose packages need a runtime, a library, and much else."""
    folder = tmp_path / "www"
    channel = ChannelRef("far", (folder / "far").as_uri())
    files = tmp_path / "files"
    made = [
        an_artifact(files, "compiler", info=EXPORTS, subdir="linux-64"),
        an_artifact(files, "runtime", "1.5", subdir="linux-64"),
        an_artifact(files, "base"),
        an_artifact(files, "lib", "2.0", depends=("base",)),
        an_artifact(files, "lib", "1.0", depends=("base",)),
        *(an_artifact(files, f"other{number}") for number in range(20)),
    ]
    DirectoryStore().put(made, channel)
    return folder


@pytest.fixture
def server(folder):
    """A server in a process of its own: the engine holds the interpreter while it builds."""
    command = [sys.executable, static.__file__, str(folder), "127.0.0.1"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process.stdout.readline().strip()
        process.stdin.close()


@pytest.fixture
def mirrored(server, tmp_path):
    """Environments that know where the channel https://lab.invalid/far is really to be had."""
    stores = StoreOptions(mirrors=(("https://lab.invalid", (server,)),))
    return RattlerEnvironments(tmp_path / "cache", stores)


@pytest.fixture
def build(mirrored, tmp_path):
    recipe_dir = tmp_path / "recipes" / "hello"
    recipe_dir.mkdir(parents=True)

    def build(recipe, channels=("https://lab.invalid/far",), environments=mirrored):
        return build_v1(
            recipe,
            recipe_dir=recipe_dir,
            workspace=tmp_path / "work",
            log=tmp_path / "logs" / "hello.log",
            channels=channels,
            platform="linux-64",
            environments=environments,
            cache_dir=tmp_path / "cache",
        )

    return build


def files_near(tmp_path):
    near = (tmp_path / "work" / "near").rglob("*.conda")
    return sorted(path.name.rpartition("-")[0] for path in near)


def needing(build=(), host=()):
    recipe = a_recipe(script=["ls $PREFIX/share", "mkdir -p $PREFIX/x", "echo hi > $PREFIX/x/y"])
    if build:
        del recipe["build"]["noarch"]  # strong exports are for what has a platform
    return {**recipe, "requirements": {"build": list(build), "host": list(host)}}


def test_what_a_build_needs_of_a_far_channel_is_there_and_nothing_else(build, tmp_path):
    package = build(needing(build=["compiler"], host=["lib <2"]))
    assert package.is_file()
    assert files_near(tmp_path) == ["base-1.2.3", "compiler-1.2.3", "lib-1.0", "runtime-1.5"]
    assert b"runtime >=1" in read_info(package, "info/index.json")


def test_package_of_which_no_index_tells_the_sha256_is_refused(mirrored, folder, tmp_path):
    at = folder / "far/noarch"
    index = json.loads((at / "repodata.json").read_bytes())
    del index["packages.conda"]["base-1.2.3-h0123456_0.conda"]["sha256"]
    (at / "repodata.json").write_text(json.dumps(index))
    (at / "repodata.json.zst").unlink()
    (tmp_path / "cache/near").mkdir(parents=True)
    needs, far = [BuildNeeds(build=(), host=("lib <2",))], ["https://lab.invalid/far"]
    with pytest.raises(DamagedError, match="gives no sha256"):
        mirrored.bring_near(needs, far, LINUX, tmp_path / "near", knows_logins=True)


def test_environment_that_cannot_be_solved_is_told_in_the_solvers_words(build):
    with pytest.raises(BuildError, match=r"lib >=3.*\n.*https://lab.invalid/far"):
        build(needing(host=["lib >=3"]))


def test_near_channel_keeps_its_place_among_the_others(build, tmp_path):
    upper = ChannelRef("upper", (tmp_path / "upper").as_uri())
    DirectoryStore().put([an_artifact(tmp_path / "files", "lib", "9.0")], upper)
    far = "https://lab.invalid/far"
    build(needing(host=["lib"]), channels=(far, upper.url))
    assert "lib-2.0" in files_near(tmp_path)
    shutil.rmtree(tmp_path / "work")
    build(needing(host=["lib"]), channels=(upper.url, far))
    assert files_near(tmp_path) == []


def test_package_that_is_not_what_its_record_says_is_refused(build, folder):
    (folder / "far" / "noarch" / "lib-2.0-h0123456_0.conda").write_bytes(b"other")
    with pytest.raises(DamagedError, match="not the file"):
        build(needing(host=["lib"]))


def test_builder_that_knows_no_logins_is_given_private_channels_near(folder, tmp_path, monkeypatch):
    home = tmp_path / "home"
    (home / ".rattler").mkdir(parents=True)
    entries = {"127.0.0.1": {"BearerToken": PLANTED}}
    (home / ".rattler" / "credentials.json").write_text(json.dumps(entries))
    monkeypatch.setenv("HOME", str(home))
    environments = RattlerEnvironments(tmp_path / "cache")
    needs = [BuildNeeds(build=(), host=("lib",))]
    with (
        static.static_server(folder, static.Login(bearer=PLANTED)) as private,
        static.static_server(folder, host="127.0.0.2") as public,
    ):
        urls = [f"{private.url}/far", f"{public.url}/far"]
        as_they_are = environments.bring_near(
            needs, urls, LINUX, tmp_path / "one", knows_logins=True
        )
        near = environments.bring_near(needs, urls, LINUX, tmp_path / "two", knows_logins=False)
    assert list(as_they_are) == urls
    assert near[1] == urls[1]
    found = sorted(Path(near[0].removeprefix("file://")).rglob("*.conda"))
    assert [path.name.partition("-")[0] for path in found] == ["base", "lib"]
