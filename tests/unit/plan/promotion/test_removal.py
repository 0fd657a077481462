from random import Random

import pytest

from conda_sluice.model.judge import RecordPool, RecordTier
from conda_sluice.model.names import Subdir
from conda_sluice.plan.promotion.removal import Surroundings, plan_removal
from conda_sluice.plan.promotion.target import Held
from factories import a_record
from reference_judge import ReferenceJudge
from small_channels import UPSTREAM, a_world

LINUX = Subdir("linux-64")


def surroundings(*channels, upstream=()):
    names = ("unstable", "testing", "stable")
    return Surroundings(
        channels=tuple(
            Held(name=name, records=tuple(held))
            for name, held in zip(names, channels, strict=False)
        ),
        upstream=upstream,
        platforms=(LINUX,),
    )


def fallen(gone, index, ladder, judge=None):
    found = plan_removal(gone, index, ladder, judge or ReferenceJudge())
    return {name: [one.record.name for one in some] for name, some in found.items()}


def test_who_needs_what_goes_falls_and_says_why():
    lib, app = a_record("lib"), a_record("app", depends=("lib",))
    (one,) = plan_removal([lib], 0, surroundings([lib, app]), ReferenceJudge())["unstable"]
    assert (one.record, one.platform, one.reason) == (app, LINUX, "nothing provides lib")


def test_who_can_take_another_version_stays():
    old, new = a_record("lib", "1.0"), a_record("lib", "2.0")
    ladder = surroundings([old, new, a_record("app", depends=("lib",))])
    assert fallen([new], 0, ladder) == {}
    assert fallen([old, new], 0, ladder) == {"unstable": ["app"]}


def test_the_channels_below_see_what_goes_above_and_those_above_do_not():
    lib = a_record("lib")
    users = [a_record(name, depends=("lib",)) for name in ("low", "middle", "high")]
    ladder = surroundings([users[0]], [users[1], lib], [users[2]])
    assert fallen([lib], 1, ladder) == {"unstable": ["low"], "testing": ["middle"]}


def test_what_could_not_be_installed_before_does_not_fall():
    lib = a_record("lib")
    ladder = surroundings([lib, a_record("app", depends=("lib", "nowhere"))])
    assert fallen([lib], 0, ladder) == {}


def test_only_dependents_are_solved_again():
    lib, app, top = a_record("lib"), a_record("app", depends=("lib",)), a_record("top")
    judge = ReferenceJudge()
    others = [a_record(f"other{number}", depends=("top",)) for number in range(9)]
    fallen([lib], 0, surroundings([lib, app, top, *others]), judge)
    assert set(judge.asked) == {app.path}


def test_a_package_that_needs_the_name_by_way_of_upstream_falls_too():
    lib, bridge = a_record("lib", "2.0"), a_record("bridge", depends=("lib",))
    judge = ReferenceJudge({"file:///up": (bridge,)})
    ladder = surroundings([lib, a_record("app", depends=("bridge",))], upstream=("file:///up",))
    assert fallen([lib], 0, ladder, judge) == {"unstable": ["app"]}


@pytest.mark.parametrize("seed", range(60))
def test_it_is_what_solving_everything_again_gives(seed):
    world, chance = a_world(seed), Random(seed)
    low = tuple({one.path: one for one in (*world.held, *world.candidates)}.values())
    gone = chance.sample(low, min(len(low), 2))
    ladder = surroundings(low, world.above, upstream=(UPSTREAM,))
    rest = [one for one in low if one not in gone]
    expected = {
        one.path for one in rest if installs(one, low, world) and not installs(one, rest, world)
    }
    found = plan_removal(gone, 0, ladder, world.judge)
    assert {one.record.path for some in found.values() for one in some} == expected


def installs(record, held, world):
    from conda_sluice.model.environment import ChannelSource

    tiers = (
        RecordTier("low", (RecordPool(tuple(held)),)),
        RecordTier("high", (RecordPool(world.above),)),
        ChannelSource(UPSTREAM),
    )
    return not world.judge.refusals([record], tiers, LINUX)
