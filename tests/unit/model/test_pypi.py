import pytest
from packaging.requirements import Requirement

from conda_sluice.errors import ProjectError
from conda_sluice.model.pypi import conda_name, conda_spec, parse_requirement


@pytest.mark.parametrize(
    ("requirement", "spec"),
    [
        ("Foo_Bar.baz", "foo-bar-baz"),
        ("a[x]~=1.4.2", "a >=1.4.2,1.4.*"),
        ("a==1.*,!=1.3", "a 1.*,!=1.3"),
        ("a<4,>=3.8", "a >=3.8,<4"),
        ("a==1.0+local", "a ==1.0"),
        ("a===1.0", "a ==1.0"),
        ("torch", "pytorch"),
    ],
)
def test_requirements_are_said_in_conda(requirement, spec):
    assert conda_spec(Requirement(requirement)) == spec


def test_given_names_come_before_the_table():
    assert conda_name("Torch", {"torch": "my-torch"}) == "my-torch"


def test_what_is_no_requirement_names_its_place():
    with pytest.raises(ProjectError, match=r"pyproject.toml: 'a b' is no requirement"):
        parse_requirement("a b", "pyproject.toml")


def test_names_with_dots_on_conda_forge_keep_them():
    assert conda_name("ruamel.yaml") == "ruamel.yaml"
    assert conda_name("ruamel_yaml_clib") == "ruamel.yaml.clib"
