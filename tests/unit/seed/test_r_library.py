from dataclasses import replace

import pytest

from conda_sluice.errors import ProjectError
from conda_sluice.seed.outcome import Unavailable
from conda_sluice.seed.package import SeedPackage
from conda_sluice.seed.r_library import find_installed, seed_r_package
from seeding import R, a_machine


@pytest.fixture
def machine(tmp_path):
    install(tmp_path, "stats", "Version: 4.2.2")
    install(
        tmp_path,
        "Matrix",
        "Version: 1.5-3",
        "Imports: stats, lattice (>= 0.20-1)",
        "License: GPL (>= 2)",
    )
    install(tmp_path, "lattice", "Version: 0.20-45", "Depends: R (>= 3.0.0)")
    return a_machine(r=replace(R, libraries=(str(tmp_path),)))


def install(library, name, *fields):
    (library / name).mkdir()
    text = "\n".join((f"Package: {name}", *fields, ""))
    (library / name / "DESCRIPTION").write_text(text)


def seed(name, machine):
    return {one.name: one for one in seed_r_package(name, find_installed(machine.r), machine)}


def test_an_installed_package_comes_with_what_it_needs(machine):
    packages = seed("r-matrix", machine)
    assert packages.keys() == {"r-matrix", "r-lattice"}
    matrix = packages["r-matrix"]
    assert isinstance(matrix, SeedPackage)
    assert matrix.version == "1.5_3"
    assert matrix.recipe["about"]["license"] == "GPL-2.0-or-later"
    assert matrix.recipe["requirements"]["run"][1:] == [
        "r-base >=4.2,<4.3.0a0",
        "r-lattice >=0.20_1",
    ]


def test_one_that_is_not_installed_is_told_with_its_debian_package(machine):
    missing = seed("r-testthat", machine)["r-testthat"]
    assert isinstance(missing, Unavailable)
    assert missing.remedy == "on Debian: apt-get install r-cran-testthat"


def test_without_r_there_are_no_packages_of_r():
    (missing,) = seed_r_package("r-testthat", (), a_machine(r=None))
    assert missing.reason == "this machine has no R"


def test_a_broken_description_is_named(machine, tmp_path):
    install(tmp_path, "odd", "Title: no version")
    with pytest.raises(ProjectError, match="Package and Version"):
        find_installed(machine.r)


def test_a_licence_that_is_no_spdx_is_left_out_of_the_recipe(machine, tmp_path):
    install(tmp_path, "stringy", "Version: 1.7", "License: file LICENSE")
    package = seed("r-stringy", machine)["r-stringy"]
    assert "license" not in package.recipe["about"]
