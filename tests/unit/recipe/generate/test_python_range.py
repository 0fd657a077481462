import pytest
from packaging.specifiers import SpecifierSet

from conda_sluice.recipe.generate.python_range import python_min_of, run_python


@pytest.mark.parametrize("requires", ["", ">=3.8", ">=3.10", ">=3.9,<4"])
def test_channels_own_python_min_is_enough(requires):
    assert python_min_of(SpecifierSet(requires)) == 'python_min | default("3.10")'


@pytest.mark.parametrize("requires", [">=3.12", "~=3.12", ">=3.12.1", "==3.12.*", ">3.11.99"])
def test_project_that_wants_a_newer_python_raises_python_min(requires):
    expression = python_min_of(SpecifierSet(requires))
    assert expression == '[python_min | default("3.12"), "3.12"] | max'


@pytest.mark.parametrize(
    ("requires", "beyond"),
    [
        ("", ""),
        (">=3.9", ""),
        (">=3.11", ""),
        (">=3.11.0", ""),
        (">=3.11.4", ",>=3.11.4"),
        (">=3.9.4", ""),
        (">=3.9,<4.0", ",<4.0"),
        (">=3.9,<=3.13", ",<=3.13"),
        (">=3.9,!=3.9.1", ""),
        (">=3.9,!=3.0.*,!=3.1.*", ""),
        (">3.9.1", ""),
        (">=3.9,!=3.12.1", ",!=3.12.1"),
        ("~=3.9", ",3.*"),
        ("==3.12.*", ",3.12.*"),
    ],
)
def test_run_python_keeps_what_python_min_does_not_say(requires, beyond):
    assert run_python(SpecifierSet(requires)) == "python >={{ python_min }}" + beyond
