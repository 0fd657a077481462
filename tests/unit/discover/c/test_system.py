import pytest

import projects
from conda_sluice.discover.c.project import discover_c
from conda_sluice.discover.detect import discover, is_project
from conda_sluice.errors import ProjectError
from conda_sluice.model.facts import BuildSystem
from projects import write_files

CMAKE = "project(trips VERSION 1.0 LANGUAGES C)\nadd_library(trips a.c)\n"
EXPORTS = f"{CMAKE}install(TARGETS trips EXPORT t)\ninstall(EXPORT t DESTINATION lib/cmake)\n"
MESON = "project('trips', 'c', version: '1.0')\n"
AC = "AC_INIT([trips],[1.0])\n"


@pytest.mark.parametrize(
    ("files", "system"),
    [
        ({"meson.build": MESON, "configure.ac": AC}, BuildSystem.MESON),
        ({"CMakeLists.txt": CMAKE, "meson.build": MESON}, BuildSystem.CMAKE),
        (
            {
                "CMakeLists.txt": EXPORTS,
                "meson.build": MESON,
                "configure.ac": AC,
                "README": "./configure && make",
            },
            BuildSystem.AUTOTOOLS,
        ),
        ({"CMakeLists.txt": EXPORTS, "configure.ac": AC}, BuildSystem.CMAKE),
        ({"CMakeLists.txt": CMAKE, "configure.ac": AC}, BuildSystem.AUTOTOOLS),
        (
            {"CMakeLists.txt": EXPORTS, "configure.ac": AC, "README": "./configure && make"},
            BuildSystem.AUTOTOOLS,
        ),
        ({"CMakeLists.txt": CMAKE, "Makefile": "all:\n"}, BuildSystem.CMAKE),
        ({"configure": "#!/bin/sh\n", "Makefile": "all:\n"}, BuildSystem.AUTOTOOLS),
        ({"Makefile": "all:\n"}, BuildSystem.MAKE),
    ],
)
def test_of_several_build_systems_one_is_chosen_by_rule(tmp_path, files, system):
    project = discover(write_files(tmp_path / "trips-1.0", {"a.c": "", **files}))
    assert project.facts.build_system is system


def test_build_files_in_a_folder_below_are_found_and_said(tmp_path):
    root = write_files(tmp_path / "trips-1.0", {"build/cmake/CMakeLists.txt": CMAKE, "a.c": ""})
    project = discover(root)
    assert (project.facts.folder, is_project(root)) == ("build/cmake", False)
    assert "nothing to build at the top" in str(project.evidence[0])


def test_several_folders_that_could_be_built_are_said(tmp_path):
    write_files(tmp_path, {"a/CMakeLists.txt": CMAKE, "b/CMakeLists.txt": CMAKE})
    with pytest.raises(ProjectError, match=r"several folders could be built here: a, b") as caught:
        discover(tmp_path)
    assert str(tmp_path / "a") in caught.value.remedy


def test_the_folder_with_the_projects_own_name_is_chosen(tmp_path):
    root = write_files(
        tmp_path / "libtrips-R_2", {"trips/CMakeLists.txt": CMAKE, "other/CMakeLists.txt": CMAKE}
    )
    root.rename(tmp_path / "libtrips-2.0")
    assert discover(tmp_path / "libtrips-2.0").facts.folder == "trips"


def test_headers_alone_are_copied(tmp_path):
    files = {"include/trips/a.hpp": "", "include/b.h": "", "README.md": "", "tests/t.cpp": ""}
    project = discover(write_files(tmp_path / "trips-1.0.3", files))
    assert (project.facts.build_system, project.is_compiled) == (BuildSystem.HEADERS, False)
    assert project.facts.headers == ("include/b.h", "include/trips")
    assert project.static_version == "1.0.3"
    assert project.facts.doubts == ("only the folder's name says version 1.0.3",)


def test_sources_that_nothing_builds_are_said(tmp_path):
    with pytest.raises(ProjectError, match="nothing here") as caught:
        discover_c(write_files(tmp_path, {"a.c": "", "README": ""}))
    assert "there are C sources, and nothing builds them" in caught.value.remedy


@pytest.mark.parametrize(
    ("files", "languages"),
    [
        ({"CMakeLists.txt": "project(t C)\n", "a.c": "", "b.cpp": ""}, ("c",)),
        ({"CMakeLists.txt": "project(t)\n", "a.c": ""}, ("c", "cxx")),
        ({"CMakeLists.txt": "project(t CXX)\n", "a.cpp": ""}, ("c", "cxx")),
        ({"configure.ac": f"{AC}AC_PROG_CC\nAC_PROG_FC\n", "a.c": ""}, ("c",)),
        ({"configure.ac": f"{AC}AC_PROG_CC\nAC_PROG_CXX\n", "a.c": ""}, ("c", "cxx")),
        ({"configure.ac": f"{AC}AC_PROG_CC\nAC_PROG_FC\n", "a.f90": ""}, ("c", "fortran")),
        ({"Makefile": "all:\n", "a.cpp": ""}, ("c", "cxx")),
    ],
)
def test_compilers_are_those_that_the_build_asks_for(tmp_path, files, languages):
    assert discover(write_files(tmp_path / "t-1.0", files)).compile.languages == languages


@pytest.mark.parametrize(
    ("files", "system"),
    [
        ({"README": "./configure; or:\ncmake -B b\n"}, BuildSystem.AUTOTOOLS),
        ({"README": "type:\n  cmake -B b\nor ./configure\n"}, BuildSystem.CMAKE),
        ({"README": "speak\n", "INSTALL": "./configure\n"}, BuildSystem.AUTOTOOLS),
        ({"README": "cmake . \n", "INSTALL": "./configure\n"}, BuildSystem.CMAKE),
        ({"INSTALL-autotools": "./configure\n"}, BuildSystem.CMAKE),
        ({"README": "./configure\n", "a.f90": ""}, BuildSystem.AUTOTOOLS),
    ],
)
def test_between_cmake_and_autotools_the_instructions_decide(tmp_path, files, system):
    both = {"CMakeLists.txt": EXPORTS, "configure.ac": AC, "a.c": ""}
    facts = discover(write_files(tmp_path / "t-1.0", {**both, **files})).facts
    assert facts.build_system is system
    assert ("Windows" in str(facts.doubts)) is (system is BuildSystem.AUTOTOOLS)


def test_fortran_is_left_to_a_cmake_that_knows_it(tmp_path):
    files = {"configure.ac": AC, "README": "./configure\n", "a.f90": ""}
    said = 'project(t DESCRIPTION "in Fortran" LANGUAGES C)\n'
    knows = f"{said}enable_language(Fortran)\n{EXPORTS}"
    for content, system in ((said + EXPORTS, BuildSystem.AUTOTOOLS), (knows, BuildSystem.CMAKE)):
        root = write_files(tmp_path / f"{system}-1.0", {**files, "CMakeLists.txt": content})
        assert discover(root).facts.build_system is system


def test_cmake_comes_before_meson_unless_it_speaks_of_meson_itself(tmp_path):
    meson = {"meson.build": "project('t', 'c')\n", "README": "meson setup b\n", "a.c": ""}
    for said, system in (
        ("# as meson does\n", BuildSystem.CMAKE),
        ('message("use meson instead")\n', BuildSystem.MESON),
    ):
        files = {**meson, "CMakeLists.txt": f"project(t C)\n{said}"}
        root = write_files(tmp_path / f"{system}-1.0", files)
        assert discover(root).facts.build_system is system


def test_meson_comes_before_autotools_unless_it_installs_outside_of_the_prefix(tmp_path):
    for said, system in (
        ("prefix = get_option('prefix')\n", BuildSystem.MESON),
        ("exec_prefix = '/usr'\n", BuildSystem.AUTOTOOLS),
    ):
        files = {"meson.build": f"project('t', 'c')\n{said}", "configure.ac": AC, "a.c": ""}
        root = write_files(tmp_path / f"{system}-1.0", files)
        assert discover(root).facts.build_system is system


def test_a_makefile_without_install_names_the_programs_it_links(tmp_path):
    makefile = "all: hills\nhills: a.o\n\t$(CC) -o $@ a.o -lz\na.o: a.c\n\t$(CC) -c -o a.o a.c\n"
    project = discover(projects.a_make_project(tmp_path / "hills-1.0", makefile=makefile))
    assert (project.facts.can_install, project.facts.programs) == (False, ("hills",))
    assert [one.name for one in project.compile.links] == ["z"]


@pytest.mark.parametrize(
    ("files", "language"),
    [
        ({}, "c"),
        ({"PKG-INFO": "Name: trips\n"}, "python"),
        ({"pyproject.toml": "[project]\nname = 'trips'\nversion = '1.0'\n"}, "python"),
        ({"pyproject.toml": "[tool.setuptools]\npackage-dir = {'' = 'python'}\n"}, "c"),
        ({"pyproject.toml": "[project]\nname = 'tripspy'\nversion = '1.0'\n"}, "c"),
        ({"pyproject.toml": "[project]\nname = 'otherpy'\nversion = '1.0'\n"}, "python"),
        (
            {
                "pyproject.toml": "[project]\nname = 'pytrips'\nversion = '1.0'\n",
                "CMakeLists.txt": "project(trips C)\nadd_library(trips a.c)\n",
            },
            "python",
        ),
        ({"setup.py": "check_call(['make'])\nsetup(name='trips', cmdclass={'build': Make})"}, "c"),
        ({"setup.py": "setup(name='trips', **settings)"}, "python"),
        ({"setup.py": "setup(name='trips', version='1.0', packages=['trips'])"}, "python"),
    ],
)
def test_a_library_whose_bindings_lie_below_is_a_library(tmp_path, files, language):
    setup = "setup(name='trips', version='1.0', package_dir={'': 'python'})"
    both = {"CMakeLists.txt": EXPORTS, "a.c": "", "setup.py": setup, "python/trips.py": ""}
    project = discover(write_files(tmp_path / "trips-1.0", {**both, **files}))
    assert project.language == language
    is_told = "Python bindings" in str(project.facts.doubts)
    assert language == "python" or is_told or "cmdclass" in files["setup.py"]


def test_a_folder_that_is_called_as_the_project_may_have_nothing_but_a_makefile(tmp_path):
    files = {"trips/Makefile": "trips: a.c\n\tcc -o trips a.c\n", "trips/a.c": "", "docs/a.txt": ""}
    project = discover_c(write_files(tmp_path / "trips-1.0", files))
    assert project.facts.build_system is BuildSystem.MAKE
    assert project.facts.folder == "trips"


def test_of_two_folders_the_one_that_is_not_for_python_is_built(tmp_path):
    files = {
        "trips/CMakeLists.txt": EXPORTS,
        "python_trips/CMakeLists.txt": EXPORTS,
        "trips/a.c": "",
    }
    assert discover_c(write_files(tmp_path / "hills-1.0", files)).facts.folder == "trips"


def test_bindings_of_a_project_whose_name_says_more_are_a_package_of_their_own(tmp_path):
    files = {
        "CMakeLists.txt": EXPORTS.replace("project(trips", "project(TRIPS_ROUTES"),
        "setup.py": "setup(name='pytrips')\n",
        "a.c": "",
    }
    assert discover(write_files(tmp_path / "trips-1.0", files)).facts.build_system is (
        BuildSystem.CMAKE
    )
