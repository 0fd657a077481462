from pathlib import Path

import pytest

from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.completed import Completed
from conda_sluice.seed.bench import SeedBench
from conda_sluice.seed.host import plan_host
from conda_sluice.seed.outcome import AlreadySeeded, Seeded, SeedFailed, Unavailable
from conda_sluice.seed.seeding import seed_packages
from factories import a_record
from fakes import FakeStore
from seeding import TOOLS, FakeBuild, InlineExecutor, a_machine, write_wheel

HOST = ChannelRef("host", "file:///host")
WHEELS = {
    "pytest": {"requires": ("pluggy>=1", "iniconfig")},
    "pluggy": {},
    "iniconfig": {},
    "zstandard": {"tag": "cp311-cp311-manylinux_2_17_x86_64"},
    "tool": {"requires": ("zstandard",)},
}


class Index:
    """A pip whose index has the wheels above, all of which it downloads."""

    def __init__(self):
        self.calls = 0

    def __call__(self, argv, **_):
        self.calls += 1
        asked = [one.partition(">")[0] for one in argv[argv.index("-q") + 1 :]]
        if not set(asked) <= WHEELS.keys():
            return Completed(code=1, output="ERROR: No matching distribution found")
        for name, wheel in WHEELS.items():
            write_wheel(Path(argv[argv.index("--dest") + 1]), name, **wheel)
        return Completed(code=0, output="")


@pytest.fixture
def bench(tmp_path):
    return SeedBench(
        store=FakeStore(),
        channel=HOST,
        build_v1=FakeBuild(),
        executor=InlineExecutor(),
        workspace=tmp_path / "work",
        logs=tmp_path / "logs",
        python="python",
        run=Index(),
    )


@pytest.fixture
def seeded(bench):
    """Return a function that seeds on a machine whose own packages are there already."""
    list(seed_packages(a_machine(), [], bench))
    own = {one.name for one in plan_host(a_machine())}

    def more(specs, provided=()):
        outcomes = seed_packages(a_machine(), specs, bench, provided)
        return [one for one in outcomes if one.name not in own]

    return more


def kinds(outcomes):
    return {(type(one), one.name) for one in outcomes}


def held(bench):
    return {one.name for one in bench.records()}


def held_wheels(bench):
    return held(bench) - {one.name for one in plan_host(a_machine())}


def test_all_of_the_machine_is_seeded_and_then_left_alone(bench):
    machine = a_machine()
    expected = {one.name for one in plan_host(machine)}
    assert kinds(seed_packages(machine, (), bench)) == {(Seeded, name) for name in expected}
    assert held(bench) == expected
    assert kinds(seed_packages(machine, (), bench)) == {(AlreadySeeded, one) for one in expected}
    assert len(bench.build_v1.built) == len(expected)


def test_wheels_come_with_what_they_need_and_nothing_else(bench, seeded):
    assert kinds(seeded(["pytest >=1"])) == {
        (Seeded, "pytest"),
        (Seeded, "pluggy"),
        (Seeded, "iniconfig"),
    }
    assert held_wheels(bench) == {"pytest", "pluggy", "iniconfig"}


def test_what_the_channel_has_is_not_asked_for_again(bench, seeded):
    seeded(["pytest"])
    assert kinds(seeded(["pytest"])) == {(AlreadySeeded, "pytest")}
    assert bench.run.calls == 1


def test_what_several_specs_ask_for_is_told_once(bench):
    list(seed_packages(a_machine(), ["pytest"], bench))
    specs = ["pytest", "pytest >=1", "pluggy"]
    told = [one.name for one in seed_packages(a_machine(), specs, bench)]
    assert sorted(told) == sorted(set(told))


def test_what_another_channel_has_is_not_seeded(seeded):
    provided = (a_record("pluggy", "1.5"), a_record("tool"))
    assert kinds(seeded(["pytest", "tool"], provided)) == {
        (Seeded, "pytest"),
        (Seeded, "iniconfig"),
    }


def test_what_the_machine_gives_is_not_asked_of_pypi(bench):
    specs = ["compiler:c", "python >=3.11", "cmake", "r-base 4.2.*", "python_abi 3.11.* *_cp311"]
    outcomes = list(seed_packages(a_machine(), specs, bench))
    assert {type(one) for one in outcomes} == {Seeded}
    assert bench.run.calls == 0


def test_what_cannot_be_had_is_needed_when_it_was_asked_for(bench):
    outcomes = list(seed_packages(a_machine(r=None), ["r-base", "nosuch", "zlib"], bench))
    lacking = {one.name: one.is_needed for one in outcomes if isinstance(one, Unavailable)}
    assert lacking == {"r-base": True, "nosuch": True, "zlib": True}


def test_a_tool_of_builds_is_never_taken_from_whoever_has_its_name_on_pypi(bench):
    machine = a_machine(tools={"gcc": TOOLS["gcc"], "m4": TOOLS["m4"]})
    outcomes = list(seed_packages(machine, ["libtool", "m4"], bench))
    lacking = {one.name: one.is_needed for one in outcomes if isinstance(one, Unavailable)}
    assert lacking["libtool"] is True
    assert not {"m4", "bison", "flex"} & lacking.keys()
    assert bench.run.calls == 0


def test_what_is_missing_is_no_need_when_nobody_asked(bench):
    outcomes = seed_packages(a_machine(r=None), [], bench)
    lacking = [one for one in outcomes if isinstance(one, Unavailable)]
    assert [(one.name, one.is_needed) for one in lacking] == [("r-base", False)]


def test_a_package_that_fails_leaves_the_others_alone(bench):
    bench.build_v1.fails = ("cmake",)
    outcomes = list(seed_packages(a_machine(), [], bench))
    assert [one.name for one in outcomes if isinstance(one, SeedFailed)] == ["cmake"]
    assert held(bench) == {one.name for one in plan_host(a_machine())} - {"cmake"}


def test_a_wheel_is_not_published_without_what_it_needs(bench, seeded):
    bench.build_v1.fails = ("zstandard",)
    outcomes = {one.name: one for one in seeded(["tool", "pluggy"])}
    assert isinstance(outcomes["zstandard"], SeedFailed)
    assert outcomes["tool"].reason == "it needs zstandard, which could not be made"
    assert held_wheels(bench) == {"pluggy"}


def test_a_damaged_download_fails_what_was_asked_for(seeded, monkeypatch):
    monkeypatch.setitem(WHEELS, "pluggy", {"requires": ("not a requirement !",)})
    outcomes = seeded(["pytest"])
    assert kinds(outcomes) == {(SeedFailed, "pytest")}
    assert "is no requirement" in outcomes[0].reason


def test_the_workspace_is_left_empty(bench):
    list(seed_packages(a_machine(), ["pytest"], bench))
    assert list(bench.workspace.iterdir()) == []
