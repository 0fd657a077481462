"""What every judge answers: the small one of the tests, which tries everything, and rattler's."""

from dataclasses import replace

import pytest

from conda_sluice.environments.rattler import RattlerEnvironments
from conda_sluice.errors import StoreError
from conda_sluice.model.environment import ChannelSource
from conda_sluice.model.judge import RecordPool, RecordTier
from conda_sluice.model.names import Subdir
from conda_sluice.plan.promotion.matching import Matcher
from conda_sluice.plan.promotion.offers import Offers
from conda_sluice.stores.directory.store import DirectoryStore
from factories import a_channel, a_record, an_artifact
from reference_judge import ReferenceJudge
from small_channels import a_world

LINUX = Subdir("linux-64")


@pytest.fixture(scope="module")
def upstream(tmp_path_factory):
    """Return a channel on disk, and what it holds."""
    folder = tmp_path_factory.mktemp("upstream")
    artifacts = [
        an_artifact(folder / "files", "base", "1.0"),
        an_artifact(folder / "files", "side", "1.0", subdir="linux-64", depends=("base",)),
    ]
    channel = a_channel(folder, "forge")
    DirectoryStore().put(artifacts, channel)
    return ChannelSource(channel.url), tuple(one.record for one in artifacts)


@pytest.fixture(params=["reference", "rattler"])
def judge(request, upstream, tmp_path):
    if request.param == "reference":
        yield ReferenceJudge({upstream[0].url: upstream[1]})
        return
    with RattlerEnvironments(tmp_path).open_judge() as judge:
        yield judge


def tier(*records, name="testing"):
    return RecordTier(name, (RecordPool(tuple(records)),))


def test_many_packages_are_asked_for_at_once_and_each_by_itself(judge):
    old, new = a_record("lib", "1.0"), a_record("lib", "2.0")
    users = [
        a_record("a", depends=("lib <2",)),
        a_record("b", depends=("lib >=2",)),
        a_record("c", depends=("lib >=3",)),
    ]
    refused = judge.refusals([old, new, *users], (tier(old, new, *users),), LINUX)
    assert list(refused) == [users[2].path]
    assert "lib >=3" in refused[users[2].path]


def test_a_channel_hides_its_names_in_those_behind_it(judge, upstream):
    new, user = a_record("base", "2.0"), a_record("user", depends=("base <2",))
    both = (tier(new, name="first"), tier(user, name="second"), upstream[0])
    assert set(judge.refusals([user], both, LINUX)) == {user.path}
    assert judge.refusals([user], (tier(user), upstream[0]), LINUX) == {}


def test_pools_of_one_tier_are_one_channel(judge):
    lib, user = a_record("lib", "1.0"), a_record("user", depends=("lib <2",))
    newer = RecordPool((a_record("lib", "2.0"),))
    tiers = (RecordTier("testing", (newer, RecordPool((lib, user)))),)
    assert judge.refusals([user], tiers, LINUX) == {}


def test_a_proof_does_not_outlive_what_it_stands_on(judge, upstream):
    lib, user = a_record("lib"), a_record("user", depends=("lib", "base"))
    assert judge.refusals([user], (tier(lib, user), upstream[0]), LINUX) == {}
    assert set(judge.refusals([user], (tier(user), upstream[0]), LINUX)) == {user.path}
    hiding = a_record("base", "0.1", depends=("nothing",))
    assert set(judge.refusals([user], (tier(lib, user, hiding), upstream[0]), LINUX)) == {user.path}
    assert judge.refusals([user], (tier(lib, user), upstream[0]), LINUX) == {}


def test_company_is_an_environment_without_what_was_read(judge, upstream):
    lib, user = a_record("lib"), a_record("user", depends=("lib", "side"))
    tiers = (tier(lib, user), upstream[0])
    assert judge.company(user, tiers, LINUX) == {lib.path, user.path}
    lost = a_record("lost", depends=("nothing",))
    assert judge.company(lost, (tier(lost),), LINUX) is None


def test_a_channel_tells_which_names_it_has(judge, upstream):
    assert judge.held({"base", "side", "top"}, upstream[0], LINUX) == {"base", "side"}
    assert judge.held({"side"}, upstream[0], Subdir("osx-arm64")) == frozenset()


def test_packages_of_another_platform_are_not_seen(judge, upstream):
    user = a_record("user", depends=("side",))
    tiers = (tier(user), upstream[0])
    assert set(judge.refusals([user], tiers, Subdir("osx-arm64"))) == {user.path}


def test_a_channel_that_is_not_there_is_an_error(tmp_path):
    source = ChannelSource(a_channel(tmp_path, "missing").url)
    user = a_record("user")
    with (
        RattlerEnvironments(tmp_path).open_judge() as judge,
        pytest.raises(StoreError, match="missing"),
    ):
        judge.refusals([user], (tier(user), source), LINUX)


@pytest.mark.parametrize(
    "bad",
    [
        a_record("bad", "1..2!!"),
        a_record("bad", build="h-0"),
        a_record("bad", depends=("=<>x",)),
        a_record("bad", depends=("",)),
        a_record("bäd"),
        a_record("Bad"),
    ],
)
def test_a_record_that_nobody_can_read_is_refused_and_spoils_no_other(bad, tmp_path):
    user, other = a_record("user", depends=(bad.name,)), a_record("other")
    with RattlerEnvironments(tmp_path).open_judge() as judge:
        refused = judge.refusals([user, other, bad], (tier(user, other, bad),), LINUX)
    assert set(refused) == {user.path, bad.path}


def test_a_record_of_which_no_hash_is_known_can_be_needed(tmp_path):
    plain, user = replace(a_record("plain"), sha256=""), a_record("user", depends=("plain",))
    with RattlerEnvironments(tmp_path).open_judge() as judge:
        assert judge.refusals([user], (tier(user, plain),), LINUX) == {}


@pytest.mark.parametrize("batch", range(5))
def test_rattler_and_the_judge_that_tries_everything_agree(batch, tmp_path):
    """Compare them, and that what plainly lacks something cannot be installed."""
    for seed in range(20 * batch, 20 * (batch + 1)):
        world = a_world(seed)
        everything = {one.path: one for one in (*world.held, *world.candidates, *world.upstream)}
        own = tuple(everything.values())
        tiers = (tier(*own[::2]), tier(*own[1::2], name="stable"))
        mine = [one for one in own if one.subdir in {"linux-64", "noarch"}]
        expected = set(ReferenceJudge().refusals(mine, tiers, LINUX))
        with RattlerEnvironments(tmp_path).open_judge() as rattler:
            assert set(rattler.refusals(mine, tiers, LINUX)) == expected, seed
        offers = Offers(tiers, LINUX, Matcher())
        lost = {one.path for one in mine[::2] if offers.lack(one) is not None}
        assert lost <= expected, seed
