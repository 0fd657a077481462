"""What every maker of environments does, the one in memory included."""

from pathlib import Path

import pytest

from conda_sluice.environments.rattler import RattlerEnvironments
from conda_sluice.errors import DamagedError, StoreError, UsageError
from conda_sluice.model.environment import (
    ChannelSource,
    LockedPackage,
    RecordSource,
    Solution,
    Unsolvable,
)
from conda_sluice.model.names import Subdir
from conda_sluice.stores.directory.store import DirectoryStore
from factories import a_channel, an_artifact
from fakes_running import FakeEnvironments

LINUX = Subdir("linux-64")


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """Three channels: `high` and `low` both have `base`, `high` the older one."""
    folder = tmp_path_factory.mktemp("world")
    contents = {
        "high": [
            an_artifact(folder / "high-files", "base", "1.0", text="from high"),
            an_artifact(folder / "high-files", "base", "1.1", "h0_0"),
            an_artifact(folder / "high-files", "base", "1.1", "h1_1", build_number=1),
            an_artifact(folder / "high-files", "top", "1.0", depends=("base >=1", "side")),
        ],
        "low": [
            an_artifact(folder / "low-files", "base", "2.0"),
            an_artifact(folder / "low-files", "side", "1.0", subdir="linux-64"),
            an_artifact(folder / "low-files", "needs-two", "1.0", depends=("base >=2",)),
        ],
    }
    for name, artifacts in contents.items():
        DirectoryStore().put(artifacts, a_channel(folder, name))
    return {
        a_channel(folder, name).url: [artifact.record for artifact in artifacts]
        for name, artifacts in contents.items()
    }


@pytest.fixture
def high(world):
    return ChannelSource(next(iter(world)))


@pytest.fixture
def low(world):
    return ChannelSource(list(world)[1])


@pytest.fixture(params=["fake", "rattler"])
def environments(request, world, tmp_path_factory):
    if request.param == "fake":
        return FakeEnvironments(world)
    return RattlerEnvironments(tmp_path_factory.getbasetemp() / "cache")


def names(answer):
    assert isinstance(answer, Solution), answer
    return [package.url.rpartition("/")[2].removesuffix(".conda") for package in answer.packages]


def pairs(world, source, name):
    return tuple(
        (record, f"{source.url}/{record.path}")
        for record in world[source.url]
        if record.name == name
    )


def test_the_newest_build_of_the_newest_version_is_taken(environments, high):
    assert names(environments.solve(["base"], [high], LINUX)) == ["base-1.1-h1_1"]


def test_a_solution_names_url_and_sha256(environments, world, high):
    solution = environments.solve(["base 1.0.*"], [high], LINUX)
    record = world[high.url][0]
    assert solution == Solution((LockedPackage(f"{high.url}/{record.path}", record.sha256),))


def test_dependencies_come_first(environments, high, low):
    answer = names(environments.solve(["top"], [high, low], LINUX))
    assert answer[-1] == "top-1.0-h0123456_0"
    assert sorted(answer) == ["base-1.1-h1_1", "side-1.0-h0123456_0", "top-1.0-h0123456_0"]


def test_a_name_is_taken_from_the_first_channel_that_has_it(environments, high, low):
    assert names(environments.solve(["base"], [high, low], LINUX)) == ["base-1.1-h1_1"]
    assert names(environments.solve(["base"], [low, high], LINUX)) == ["base-2.0-h0123456_0"]


@pytest.mark.parametrize("spec", ["base >=2", "needs-two"])
def test_a_channel_with_priority_hides_the_newer_package_behind_it(environments, high, low, spec):
    assert isinstance(environments.solve([spec], [high, low], LINUX), Unsolvable)
    assert isinstance(environments.solve([spec], [low, high], LINUX), Solution)


def test_records_are_solved_as_if_they_were_a_channel(environments, world, high, low):
    ahead = RecordSource("file:///nowhere/yet", pairs(world, low, "base"))
    answer = environments.solve(["base"], [ahead, high], LINUX)
    assert answer == environments.solve(["base"], [low], LINUX)


def test_records_have_the_priority_of_their_place(environments, world, high, low):
    records = RecordSource("file:///nowhere/yet", pairs(world, low, "base"))
    assert names(environments.solve(["base"], [high, records], LINUX)) == ["base-1.1-h1_1"]
    hiding = RecordSource("file:///nowhere/yet", pairs(world, high, "base"))
    assert isinstance(environments.solve(["base >=2"], [hiding, low], LINUX), Unsolvable)


def test_what_cannot_be_solved_says_what_is_missing_and_where_it_was_sought(
    environments, high, low
):
    answer = environments.solve(["nonexistent >=3"], [high, low], LINUX)
    assert isinstance(answer, Unsolvable)
    assert "nonexistent" in answer.reason
    assert "\x1b" not in answer.reason
    assert answer.channels == (high.url, low.url)


def test_packages_of_another_platform_are_not_seen(environments, high, low):
    answer = environments.solve(["side"], [high, low], Subdir("osx-arm64"))
    assert isinstance(answer, Unsolvable)


def test_a_missing_channel_is_an_error_that_names_it(environments, tmp_path):
    source = ChannelSource(a_channel(tmp_path, "missing").url)
    with pytest.raises(StoreError, match="missing"):
        environments.solve(["base"], [source], LINUX)


def test_a_spec_that_cannot_be_read_is_an_error(environments, high):
    with pytest.raises(UsageError, match="match spec"):
        environments.solve(["base ="], [high], LINUX)


def test_an_environment_lives_as_long_as_its_context(environments, high, tmp_path):
    prefix = tmp_path / "env"
    solution = environments.solve(["base"], [high], LINUX)
    with environments.create(solution, prefix) as environment:
        assert environment.prefix == prefix
        assert (prefix / "conda-meta" / "base-1.1-h1_1.json").is_file()
    assert not prefix.exists()


def test_an_environment_goes_when_its_context_fails(environments, high, tmp_path):
    prefix = tmp_path / "env"
    solution = environments.solve(["base"], [high], LINUX)
    with pytest.raises(ZeroDivisionError), environments.create(solution, prefix):
        raise ZeroDivisionError
    assert not prefix.exists()


def test_an_installed_environment_stays(environments, high, tmp_path):
    environments.install(environments.solve(["base"], [high], LINUX), tmp_path / "env")
    assert (tmp_path / "env" / "conda-meta" / "base-1.1-h1_1.json").is_file()


def test_a_prefix_that_exists_is_left_alone(environments, high, tmp_path):
    solution = environments.solve(["base"], [high], LINUX)
    with pytest.raises(UsageError, match="exists already"):
        environments.install(solution, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_not_the_locked_one_is_refused(environments, high, low, tmp_path):
    good = environments.solve(["top"], [high, low], LINUX)
    bad = Solution((*good.packages[:-1], LockedPackage(good.packages[-1].url, "0" * 64)))
    with pytest.raises(DamagedError, match="sha256"):
        environments.install(bad, tmp_path / "env")
    assert not (tmp_path / "env").exists()


def test_a_package_that_is_gone_is_told_by_its_url(environments, high, tmp_path):
    url = f"{high.url}/noarch/gone-1.0-0.conda"
    with pytest.raises(StoreError, match=r"gone-1\.0-0"):
        environments.install(Solution((LockedPackage(url, "0" * 64),)), tmp_path / "env")
    assert not Path(tmp_path / "env").exists()
