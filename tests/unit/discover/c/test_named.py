import pytest

from conda_sluice.discover.detect import discover
from projects import write_files

CMAKE = "add_library({0} a.c)\ninstall(TARGETS {0})\n"


@pytest.mark.parametrize(
    "files",
    [
        {"CMakeLists.txt": f"project(vorbis C)\n{CMAKE.format('vorbis')}"},
        {"configure.ac": "AC_INIT([vorbis],[1.0])\n", "vorbis.pc.in": ""},
        {"Makefile": "all: libvorbis.a\nVERSION = 1.0\n"},
    ],
)
def test_a_library_that_conda_forge_knows_is_called_as_there(tmp_path, files):
    project = discover(write_files(tmp_path / "vorbis-1.0", {"a.c": "", **files}))
    assert project.name == "libvorbis"
    assert any("libvorbis" in one.claim for one in project.evidence)


def test_a_project_that_is_only_called_like_a_library_keeps_its_name(tmp_path):
    files = {"CMakeLists.txt": f"project(event C)\n{CMAKE.format('trips')}", "a.c": ""}
    assert discover(write_files(tmp_path / "event-1.0", files)).name == "event"


def test_a_name_that_says_more_than_what_is_installed_is_put_right(tmp_path):
    files = {"CMakeLists.txt": f"project(muParserProject C)\n{CMAKE.format('muparser')}", "a.c": ""}
    assert discover(write_files(tmp_path / "x", files)).name == "muparser"


def test_the_folder_names_what_is_installed_where_the_project_is_called_otherwise(tmp_path):
    files = {"CMakeLists.txt": f"project(T4F C)\n{CMAKE.format('trips-fortran')}", "a.c": ""}
    assert discover(write_files(tmp_path / "trips-fortran-1.0", files)).name == "trips-fortran"


def test_a_version_is_no_part_of_the_name(tmp_path):
    files = {"configure.ac": "AC_INIT([TRIPS],[7.1],[a@b.c],[trips-7.1])\n", "a.c": ""}
    assert discover(write_files(tmp_path / "x", files)).name == "trips"


def test_what_is_split_off_from_a_package_does_not_give_it_its_name(tmp_path):
    files = {"CMakeLists.txt": f"project(xz C)\n{CMAKE.format('lzma')}", "a.c": ""}
    assert discover(write_files(tmp_path / "xz-5.0", files)).name == "xz"


def test_bindings_that_are_called_after_a_library_are_a_package_of_their_own(tmp_path):
    files = {
        "CMakeLists.txt": f"project(Trips C)\n{CMAKE.format('trips')}",
        "setup.py": "import cmake\nsetup(name='pytrips', packages=['pytrips'])\n",
        "a.c": "",
    }
    project = discover(write_files(tmp_path / "trips-1.0", files))
    assert project.name == "trips"
    assert "pytrips" in str(project.facts.doubts)


@pytest.mark.parametrize(
    ("folder", "project", "library", "name"),
    [
        ("c-blosc2-2.17", "blosc", "blosc2", "c-blosc2"),
        ("libccd-2.1", "libccd", "ccd", "libccd"),
        ("x", "libtrips++", "trips", "libtripspp"),
    ],
)
def test_a_name_is_the_one_that_conda_forge_gives_what_is_installed(
    tmp_path, folder, project, library, name
):
    files = {"CMakeLists.txt": f"project({project} C)\n{CMAKE.format(library)}", "a.c": ""}
    assert discover(write_files(tmp_path / folder, files)).name == name
