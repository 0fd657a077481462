"""Which release candidate a final package came from, and whether the gate takes it for that."""

from dataclasses import replace

import pytest

from conda_sluice.model.config import Rung, SameAsCandidateGate
from conda_sluice.model.evidence import Evidence
from conda_sluice.model.outcome import Verdict
from conda_sluice.plan.candidates import candidates_of, variant_of
from conda_sluice.plan.gates.alone import judge_alone
from conda_sluice.plan.gates.same_as_candidate import GATE
from factories import a_record
from packages import compared
from plans import a_target, a_test, an_origin

FINAL = a_record(version="1.2.0", build="py312h0123456_0")


def candidate(version="1.2.0rc1", build="py312h7654321_0", **fields):
    return a_record(version=version, build=build, **fields)


def found(*records, tested=None):
    tests = [a_test(one) for one in (records if tested is None else tested)]
    return [one.version for one in candidates_of(FINAL, records, tests)]


def test_the_newest_comes_first():
    assert found(candidate("1.2.0rc2"), candidate("1.2.0rc10"), candidate("1.2.0b1")) == [
        "1.2.0rc10",
        "1.2.0rc2",
        "1.2.0b1",
    ]


@pytest.mark.parametrize(
    "other",
    [
        candidate("1.3.0rc1"),
        candidate("1.2.0"),
        candidate("1.2.0dev1"),
        candidate(build="py311h7654321_0"),
        candidate(subdir="linux-64"),
        candidate(name="other"),
    ],
)
def test_of_another_release_variant_or_name_there_is_no_candidate(other):
    assert found(other) == []


def test_only_what_passed_its_last_test_is_a_candidate():
    one = candidate()
    assert found(one, tested=()) == []
    assert candidates_of(FINAL, [one], [a_test(one), a_test(one, has_passed=False)]) == ()
    assert candidates_of(one, [one], [a_test(one)]) == ()


@pytest.mark.parametrize(
    ("build", "variant"),
    [("py312h0123456_0", "py312"), ("h0123456_12", ""), ("mine_0", "mine"), ("mine", "mine")],
)
def test_a_variant_is_what_is_left_of_a_build_string(build, variant):
    assert variant_of(a_record(build=build)) == variant


def asked(**fields):
    evidence = Evidence(record=FINAL, **fields)
    rung = Rung(channel=a_target().rung.channel, gates=(SameAsCandidateGate(),))
    return next(one for one in judge_alone(evidence, rung, []) if one.gate == GATE)


def test_a_final_package_waits_for_a_candidate():
    excuse = asked(origin=an_origin())
    assert excuse.verdict is Verdict.WAITING
    assert "no release candidate of 1.2.0 with these very sources was tested" in excuse.text


def test_without_sources_there_is_no_candidate():
    assert asked().verdict is Verdict.BLOCKED


def test_a_version_in_the_files_needs_no_candidate():
    assert asked(origin=an_origin(is_static=True)).verdict is Verdict.PASS


def test_the_same_but_for_the_version_passes():
    found = compared({"a": b"1.0rc1"}, {"a": b"1.0"}, environment=("host pip 26 0",))
    excuse = asked(origin=an_origin(), comparison=found)
    assert excuse.verdict is Verdict.PASS
    assert excuse.text == "is the tested candidate 1.0.0rc1 but for the version"
    assert excuse.details == ("a differs",)


def test_changed_files_block_and_the_first_ones_are_named():
    names = "abcde"
    found = compared(dict.fromkeys(names, b"1"), dict.fromkeys(names, b"2"))
    excuse = asked(origin=an_origin(), comparison=found)
    assert excuse.verdict is Verdict.BLOCKED
    assert "a differs in line 1, b differs in line 1, c differs in line 1 and 2 more" in excuse.text
    assert "sluice diff trips==1.0.0rc1 trips==1.0" in excuse.text
    assert len(excuse.details) == 5


def test_what_it_was_built_with_is_said():
    found = compared({}, {}, environment=("host pip 26 0",))
    other = replace(found, environment=("- host pip 25 0", "+ host pip 26 0"))
    excuse = asked(origin=an_origin(), comparison=other)
    assert excuse.verdict is Verdict.PASS
    assert "built with other packages: pip" in excuse.text
    nothing = replace(found, environment=None)
    assert "not on record" in asked(origin=an_origin(), comparison=nothing).text
