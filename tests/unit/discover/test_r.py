import pytest

import projects
from conda_sluice.discover.detect import discover
from conda_sluice.discover.licenses import spdx_of_r
from conda_sluice.errors import ProjectError
from conda_sluice.model.facts import RNeed


def test_fields_may_go_on_over_lines(tmp_path):
    facts = discover(projects.an_r_project(tmp_path)).facts
    assert facts.depends == (RNeed("R", ">= 4.1"), RNeed("methods"))
    assert facts.imports == (RNeed("Rcpp", ">= 1.0-5"), RNeed("Matrix"), RNeed("stats"))
    assert facts.linking_to == (RNeed("Rcpp"),)


def test_code_in_src_is_compiled_and_linked(tmp_path):
    project = discover(projects.an_r_project(tmp_path, is_compiled=True))
    assert project.compile.languages == ("c",)
    assert [link.name for link in project.compile.links] == ["trips"]


def test_needs_compilation_is_believed(tmp_path):
    description = projects.DESCRIPTION + "NeedsCompilation: yes\n"
    assert discover(projects.an_r_project(tmp_path, description=description)).is_compiled


def test_home_and_repository_are_told_apart(tmp_path):
    about = discover(projects.an_r_project(tmp_path)).about
    assert (about.home, about.dev_url) == (
        "https://trips.example",
        "https://github.com/trips/rtrips",
    )


def test_system_requirements_that_are_libraries_are_kept(tmp_path):
    said = projects.DESCRIPTION + "SystemRequirements: C++17, GNU make, libtrips (>= 0.3), zlib\n"
    project = discover(projects.an_r_project(tmp_path, description=said, is_compiled=True))
    assert [link.name for link in project.compile.links] == ["trips", "libtrips", "zlib"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("Imports: a b\n", "no dependency"),
        ("this is no field\n", "no field"),
    ],
)
def test_wrong_line_is_named(tmp_path, line, message):
    with pytest.raises(ProjectError, match=message):
        discover(projects.an_r_project(tmp_path, description=projects.DESCRIPTION + line))


def test_package_name_with_shell_characters_is_refused(tmp_path):
    description = projects.DESCRIPTION.replace("Package: trips", "Package: trips');system('x")
    with pytest.raises(ProjectError, match="no name of an R package"):
        discover(projects.an_r_project(tmp_path, description=description))


@pytest.mark.parametrize(
    ("field", "spdx", "files"),
    [
        ("GPL (>= 2)", "GPL-2.0-or-later", ()),
        ("GPL-2 | GPL-3", "GPL-2.0-only OR GPL-3.0-only", ()),
        ("MIT + file LICENSE", "MIT", ("LICENSE",)),
        ("BSD_3_clause + file LICENCE", "BSD-3-Clause", ("LICENCE",)),
        ("LGPL (>= 2.1) | file COPYING", "LGPL-2.1-or-later", ("COPYING",)),
        ("Apache License (>= 2.0)", "Apache-2.0", ()),
        ("Apache License 2.0", "Apache-2.0", ()),
        ("GPL (== 3)", "GPL-3.0-only", ()),
        ("file LICENSE", "", ("LICENSE",)),
        ("what the author likes", "", ()),
    ],
)
def test_licences_of_r_are_said_in_spdx(field, spdx, files):
    assert spdx_of_r(field) == (spdx, files)
