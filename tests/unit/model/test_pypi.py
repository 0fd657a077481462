import pytest
from packaging.requirements import Requirement

from conda_sluice.errors import ProjectError
from conda_sluice.model.names import parse_package_name
from conda_sluice.model.pypi import (
    conda_name,
    conda_spec,
    find_name,
    parse_requirement,
    pypi_name,
)
from conda_sluice.model.pypi_names import EXTRAS, KEPT, SAME


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


@pytest.mark.parametrize(
    ("pypi", "conda"),
    [
        ("lit", "lit"),  # the table has another project's package
        ("intake-astro", "intake-astro"),
        ("backports.ssl_match_hostname", "backports.ssl_match_hostname"),
        ("seaborn", "seaborn-base"),  # the newer table has the name of a feedstock
        ("ruamel.yaml", "ruamel.yaml"),
        ("jupyter-core", "jupyter_core"),  # no table has it
        ("coherent.licensed", "coherent.licensed"),
        ("librt", "python-librt"),
        ("brotli", "brotli-python"),
        ("oldest-supported-numpy", "numpy"),
        ("wasmtime", "wasmtime-py"),  # only the newer table has it
    ],
)
def test_wrong_and_missing_rows_of_the_tables_are_put_right(pypi, conda):
    found = find_name(pypi)
    assert (found.name, found.doubt) == (conda, "")


@pytest.mark.parametrize(
    ("conda", "pypi"),
    [
        ("pytorch", "torch"),
        ("numpy", "numpy"),  # oldest-supported-numpy is in conda numpy too
        ("scikit-learn", "scikit-learn"),  # and so is sklearn, a name to warn people
        ("beautifulsoup4", "beautifulsoup4"),
        ("opencv", "opencv-python"),
        ("pyqt", "pyqt6"),
        ("never-heard_of", "never-heard-of"),
    ],
)
def test_the_way_back_finds_the_project_that_is_meant(conda, pypi):
    assert pypi_name(conda) == pypi


def test_row_between_unlike_names_is_doubted():
    assert find_name("kraken").name == "kraken-ocr"
    assert find_name("kraken").doubt == "PyPI's kraken has another name"


def test_row_that_is_a_digest_of_an_address_is_no_name():
    digest = "0164e082b29777fbc56c2373b68da93d23a29a040787e7f1c65e1562f133"
    assert find_name(digest).name == digest


def test_every_name_tells_why():
    assert find_name("torch", {"torch": "my-torch"}).because.startswith("channels.yaml")
    assert "the table of conda-forge's bot" in find_name("torch").because
    assert find_name("pandas").because == "conda-forge has PyPI's pandas under the same name"
    assert find_name("never-heard-of").doubt


def test_names_by_hand_can_be_conda_names():
    assert all(parse_package_name(name) for name in KEPT.values())
    assert all(parse_package_name(name) for names in EXTRAS.values() for name in names)
    assert not SAME & KEPT.keys()
