from dataclasses import replace

from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.config import Rung
from conda_sluice.model.names import Subdir
from conda_sluice.pipeline.ladder import Ladder
from factories import a_record


def a_ladder(*held):
    names = ("unstable", "testing", "stable")
    return Ladder(
        rungs=tuple(Rung(channel=ChannelRef(name, f"file:///{name}")) for name in names),
        records=held,
        hidden=((), (), ()),
        upstream=(),
    )


def urls(ladder, climbing):
    target, *_ = ladder.context(1, climbing, Subdir("linux-64"))
    return {url for _, url in target.records}


def test_the_context_is_the_channel_with_those_who_climb():
    held, new = a_record("lib"), a_record("app")
    assert urls(a_ladder((held, new), (held,), ()), [new]) == {
        f"file:///testing/{held.path}",
        f"file:///unstable/{new.path}",
    }


def test_the_files_that_a_channel_above_has_of_a_climbing_name_are_in_the_context_too():
    old, new, other = a_record("app", "1.0"), a_record("app", "2.0"), a_record("other")
    assert urls(a_ladder((new,), (), (old, other)), [new]) == {
        f"file:///unstable/{new.path}",
        f"file:///stable/{old.path}",
    }


def test_what_was_yanked_from_a_channel_does_not_come_back_with_its_name():
    old, new = a_record("app", "1.0"), a_record("app", "2.0")
    ladder = replace(a_ladder((new,), (), (old,)), hidden=((), (old,), ()))
    assert urls(ladder, [new]) == {f"file:///unstable/{new.path}"}


def test_packages_of_other_platforms_are_not_in_the_context():
    new = a_record("app", subdir="osx-arm64")
    assert urls(a_ladder((new,), (), ()), [new]) == set()
