import pytest

from conda_sluice.errors import ProjectError
from conda_sluice.model.cran import BIOCONDUCTOR, WITH_R, conda_name, conda_specs
from conda_sluice.model.facts import RNeed


def spec(*bounds):
    return conda_specs([RNeed("Matrix", bound) for bound in bounds])["Matrix"]


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        (("",), "r-matrix"),
        ((">= 1.2-3",), "r-matrix >=1.2_3"),
        (("= 1.0",), "r-matrix ==1.0"),
        (("== 1.0",), "r-matrix ==1.0"),
        ((">= 1.2", ""), "r-matrix >=1.2"),
        ((">= 1.2", ">= 1.10"), "r-matrix >=1.10"),
        ((">= 1.2", "< 2"), "r-matrix >=1.2,<2"),
    ],
)
def test_bounds_of_one_package_become_one_spec(bounds, expected):
    assert spec(*bounds) == expected


@pytest.mark.parametrize("name", ["MASS", "Matrix", "lattice", "nlme", "survival", "mgcv", "boot"])
def test_recommended_packages_are_dependencies(name):
    assert name not in WITH_R


@pytest.mark.parametrize(
    ("name", "expected"),
    [("R.oo", "r-r.oo"), ("Biobase", "bioconductor-biobase"), ("data.table", "r-data.table")],
)
def test_names_follow_the_channel_that_has_the_package(name, expected):
    assert conda_name(name) == expected


def test_the_workspaces_own_names_come_first():
    assert conda_name("Biobase", {"Biobase": "r-biobase"}) == "r-biobase"


def test_name_that_conda_cannot_have_is_refused():
    with pytest.raises(ProjectError):
        conda_name("a" * 200)


def test_no_name_is_both_of_r_itself_and_of_bioconductor():
    assert not WITH_R & BIOCONDUCTOR
    assert len({name.lower() for name in BIOCONDUCTOR}) == len(BIOCONDUCTOR)
