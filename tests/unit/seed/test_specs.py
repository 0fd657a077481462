import pytest

from conda_sluice.errors import UsageError
from conda_sluice.seed.specs import (
    find_provided,
    is_provided,
    parse_asked,
    parse_wheel_requirement,
)
from factories import a_record
from seeding import a_machine


@pytest.mark.parametrize(
    ("spec", "requirement"),
    [
        ("pytest", "pytest"),
        ("pytest *", "pytest"),
        ("pytest >=7", "pytest>=7"),
        ("pytest >=7,<9", "pytest<9,>=7"),
        ("pytest >=7.*", "pytest>=7"),
        ("pytest 7.*", "pytest==7.*"),
        ("pytest =7.1", "pytest==7.1.*"),
        ("pytest 7.1.2", "pytest==7.1.2"),
        ("pytest ==7.1", "pytest==7.1"),
        ("pytest !=7.1.*", "pytest!=7.1.*"),
        ("pytest ~=7.1", "pytest~=7.1"),
        ("python-build", "build"),
        ("typing_extensions >=4", "typing-extensions>=4"),
    ],
)
def test_simple_specs_can_be_asked_of_pypi(spec, requirement):
    assert str(parse_wheel_requirement(spec)) == requirement


@pytest.mark.parametrize(
    "spec", ["pytest 7|8", "numpy 1.26.* *_openblas", "zlib", "pytest[build=x]", "", "pytest >=x"]
)
def test_other_specs_cannot(spec):
    with pytest.raises(UsageError):
        parse_wheel_requirement(spec)


def test_compilers_are_asked_for_by_language():
    asked = parse_asked(["compiler:c", "compiler:cxx", "stdlib:c", "compiler:c"], a_machine())
    assert [one.name for one in asked] == ["gcc_linux-64", "gxx_linux-64", "sysroot_linux-64"]


def test_a_compiler_that_cannot_be_seeded_is_refused():
    with pytest.raises(UsageError, match="compiler:rust"):
        parse_asked(["compiler:rust"], a_machine())


def test_a_channel_in_a_spec_is_left_off():
    assert parse_asked(["host::pytest >=7"], a_machine())[0].spec == "pytest >=7"


def test_a_spec_is_provided_by_a_record_that_satisfies_it():
    records = (a_record("pytest", "7.1"), a_record("pytest", "8.3"))
    assert find_provided("pytest >=7,<8", records) == records[0]
    assert find_provided("pytest", records) == records[1]
    assert not is_provided("pytest >=9", records)
    assert not is_provided("pytest-cov", records)


def test_what_is_no_match_spec_is_said():
    with pytest.raises(UsageError, match="no match spec"):
        is_provided("pytest >=>7", ())
