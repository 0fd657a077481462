import pytest

from conda_sluice.errors import UsageError
from conda_sluice.plan.selection import named_by, select
from factories import a_record

RECORDS = (a_record("libtrips", "1.0"), a_record("pytrips", "1.0"), a_record("pytrips", "1.1rc1"))


def chosen(*specs):
    return [f"{one.name} {one.version}" for one in select(RECORDS, specs)]


def test_without_specs_everything_is_meant():
    assert len(chosen()) == 3


def test_match_specs_and_globs_choose():
    assert chosen("pytrips") == ["pytrips 1.0", "pytrips 1.1rc1"]
    assert chosen("pytrips ==1.0") == ["pytrips 1.0"]
    assert chosen("pytrips >1.0") == ["pytrips 1.1rc1"]
    assert chosen("*trips 1.0") == ["libtrips 1.0", "pytrips 1.0"]
    assert chosen("lib*") == ["libtrips 1.0"]


@pytest.mark.parametrize("strange", [a_record("pytrips", "1..2"), a_record("py trips", "1.0")])
def test_what_no_solver_can_take_is_matched_by_no_spec(strange):
    assert select([strange, *RECORDS], ["pytrips ==1.0"]) == (RECORDS[1],)
    with pytest.raises(UsageError, match="no package matches 'pytrips'"):
        select([strange], ["pytrips"])


def test_a_spec_that_matches_nothing_is_an_error():
    with pytest.raises(UsageError, match="no package matches 'other'"):
        chosen("pytrips", "other")


def test_a_spec_that_cannot_be_read_is_an_error():
    with pytest.raises(UsageError, match="is no match spec"):
        chosen("pytrips >=")


@pytest.mark.parametrize(
    ("specs", "names"),
    [
        (["trips"], {"trips"}),
        (["trips 1.2.*", "Other>=2", "third[build=x]"], {"trips", "other", "third"}),
        (["tri*"], None),
        (["trips", "*"], None),
        (["conda-forge::trips"], None),
        ([], None),
    ],
)
def test_specs_tell_which_names_they_speak_of(specs, names):
    assert named_by(specs) == names
