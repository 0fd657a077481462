import pytest

import projects
from conda_sluice.discover.detect import discover
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


def test_needs_compilation_is_believed_where_there_is_something_in_src(tmp_path):
    description = projects.DESCRIPTION + "NeedsCompilation: yes\n"
    assert not discover(projects.an_r_project(tmp_path, description=description)).is_compiled
    projects.write_files(tmp_path, {"src/Makefile": "all:\n"})
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
    names = [link.name for link in project.compile.links]
    assert names == ["trips", "C++17", "GNU make", "libtrips (>= 0.3)", "zlib"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("Enhances: x\nRemark: a b\nthis is no field\n", r"DESCRIPTION:14: .* no field"),
        ("Imports: knitr\n", r"DESCRIPTION:12: Imports is said twice"),
        ("\nRemark: more\n", r"DESCRIPTION:13: a blank line ends DESCRIPTION"),
    ],
)
def test_wrong_line_is_named(tmp_path, line, message):
    with pytest.raises(ProjectError, match=message):
        discover(projects.an_r_project(tmp_path, description=projects.DESCRIPTION + line))


def test_dependency_that_is_none_is_named_with_its_own_line(tmp_path):
    description = projects.DESCRIPTION.replace("    Matrix, stats", "    Matrix,\n    a b, stats")
    with pytest.raises(ProjectError, match=r"DESCRIPTION:9: 'a b' is no dependency"):
        discover(projects.an_r_project(tmp_path, description=description))


def test_comments_are_no_fields(tmp_path):
    description = projects.DESCRIPTION.replace("    Matrix", "# for graphs\n    Matrix")
    facts = discover(projects.an_r_project(tmp_path, description=description)).facts
    assert RNeed("Matrix") in facts.imports


@pytest.mark.parametrize("said", ["Encoding: latin1\n", "", "Encoding: UTF-8\n"])
def test_text_in_another_encoding_is_read_as_r_reads_it(tmp_path, said):
    root = projects.an_r_project(tmp_path)
    description = projects.DESCRIPTION.replace("on the Globe", "in Z\u00fcrich") + said
    (root / "DESCRIPTION").write_bytes(description.encode("latin1"))
    assert discover(root).about.summary == "Distances in Z\u00fcrich"


def test_encoding_that_nobody_knows_is_an_error_with_its_line(tmp_path):
    root = projects.an_r_project(tmp_path)
    content = f"{projects.DESCRIPTION}Encoding: klingon\nAuthor: Z\u00fcrich\n"
    (root / "DESCRIPTION").write_bytes(content.encode("latin1"))
    with pytest.raises(ProjectError, match=r"DESCRIPTION:12: there is no encoding 'klingon'"):
        discover(root)


@pytest.mark.parametrize(
    ("more", "name"),
    [
        ("biocViews: Software\n", "bioconductor-trips"),
        ("biocViews: Software\nRepository: Bioconductor 3.20\n", "bioconductor-trips"),
        ("git_url: https://git.bioconductor.org/packages/trips\n", "bioconductor-trips"),
        ("biocViews: Software\nRepository: CRAN\n", "r-trips"),
        ("biocViews:\n", "r-trips"),
    ],
)
def test_package_of_bioconductor_is_named_as_its_channel_names_it(tmp_path, more, name):
    description = projects.DESCRIPTION + more
    assert discover(projects.an_r_project(tmp_path, description=description)).name == name


def test_place_where_bugs_are_told_stands_for_the_repository(tmp_path):
    description = projects.DESCRIPTION.replace("URL: https://github.com/trips/rtrips, ", "URL: ")
    description += "BugReports: https://github.com/trips/rtrips/issues\n"
    about = discover(projects.an_r_project(tmp_path, description=description)).about
    assert about.dev_url == "https://github.com/trips/rtrips"


def test_package_name_with_shell_characters_is_refused(tmp_path):
    description = projects.DESCRIPTION.replace("Package: trips", "Package: trips');system('x")
    with pytest.raises(ProjectError, match="no name of an R package"):
        discover(projects.an_r_project(tmp_path, description=description))
