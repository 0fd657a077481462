import pytest

import projects
from conda_sluice.discover.c.build_facts import BuildFacts
from conda_sluice.discover.c.cmake.read import read_cmake
from conda_sluice.discover.c.cmake.syntax import parse_cmake
from conda_sluice.discover.c.version import find_version
from conda_sluice.discover.detect import discover
from conda_sluice.model.facts import Link, LinkKind


def cmake(root, content):
    return read_cmake(projects.write_files(root, {"CMakeLists.txt": content}))


def test_commands_are_read_through_comments_quotes_and_brackets():
    content = """
# set(no "comment")
#[[ set(no block) ]]
set(text "a b # c") message([[ ( ]])
project(trips
  VERSION 1.2) # end
"""
    assert list(parse_cmake(content)) == [
        ("set", ("text", "a b # c")),
        ("message", (" ( ",)),
        ("project", ("trips", "VERSION", "1.2")),
    ]


def test_an_escaped_quote_opens_no_text():
    content = 'set(folder \\"${HERE}\\")\nproject(trips)\n'
    assert [name for name, _ in parse_cmake(content)] == ["set", "project"]


def test_what_is_installed_and_provided(tmp_path):
    project = discover(projects.a_cmake_project(tmp_path))
    facts = project.facts
    assert (facts.libraries, facts.headers) == (("trips",), ("include/trips.h",))
    assert facts.provides == (
        Link(LinkKind.LIBRARY, "trips"),
        Link(LinkKind.CMAKE, "trips"),
        Link(LinkKind.PKG_CONFIG, "trips"),
    )
    assert project.compile.links == (Link(LinkKind.CMAKE, "ZLIB", "CMakeLists.txt"),)


@pytest.mark.parametrize(
    ("arguments", "version", "languages"),
    [
        ("trips VERSION 1.2.3 LANGUAGES C CXX", "1.2.3", ("c", "cxx")),
        ("trips C", "", ("c",)),
        ("trips", "", ("c", "cxx")),
        ("trips VERSION 1.2 DESCRIPTION C LANGUAGES Fortran", "1.2", ("fortran",)),
    ],
)
def test_project_says_version_and_languages(tmp_path, arguments, version, languages):
    facts = cmake(tmp_path, f"project({arguments})")
    assert (facts.version, facts.languages) == (version, languages)


def test_version_is_put_together_from_variables(tmp_path):
    facts = cmake(
        tmp_path,
        "project(trips C)\nset(MAJOR 1)\nset(PROJECT_VERSION ${MAJOR}.7.15)\n",
    )
    assert facts.version == "1.7.15"


def test_what_stands_in_an_if_is_not_surely_installed(tmp_path):
    facts = cmake(
        tmp_path,
        "project(t C)\nadd_library(a a.c)\nadd_library(b b.c)\ninstall(TARGETS a)\n"
        "if(MORE)\ninstall(TARGETS b)\nendif()\n",
    )
    assert facts.libraries == ("a",)


def test_variables_that_name_themselves_end(tmp_path):
    facts = cmake(tmp_path, 'project(t C)\nset(a "${a}${a}x")\n' * 50)
    assert facts.name == "t"


def test_subfolders_are_read_but_not_outside_and_not_tests(tmp_path):
    projects.write_files(tmp_path / "out", {"CMakeLists.txt": "find_package(Out)\n"})
    root = tmp_path / "project"
    projects.write_files(
        root,
        {
            "src/CMakeLists.txt": "find_package(In)\n",
            "tests/CMakeLists.txt": "find_package(GTest)\n",
        },
    )
    facts = cmake(
        root,
        "project(t C)\nadd_subdirectory(src)\nadd_subdirectory(tests)\nadd_subdirectory(../out)\n"
        "add_subdirectory(.)\n",
    )
    assert {link.name for link in facts.links} == {"In"}


def test_computed_project_name_gives_way_to_the_folder(tmp_path):
    root = projects.a_cmake_project(tmp_path / "hills-1.0", cmake="project(${NAME} C)\n")
    assert discover(root).name == "hills"


@pytest.mark.parametrize(
    ("files", "version"),
    [
        ({"Makefile": "VERSION := 1.2\n"}, "1.2"),
        ({"Makefile": "MAJOR=1\nVERSION=$(MAJOR).4.0 # now\n"}, "1.4.0"),
        ({"Makefile": "R = 4.6\nVERSION := $(R)\nVERSION := 4-$(shell git log)\n"}, "4.6"),
        (
            {
                "Makefile": "all:\n",
                "hills.h": "const int HILLS_MAJOR_VERSION = 2;\nconst int HILLS_MINOR_VERSION=6;\n",
            },
            "2.6",
        ),
        ({"Makefile": "all:\n", "VERSION": "v2.0\n"}, "2.0"),
        ({"Makefile": "all:\n", "hills.h": '#define HILLS_VERSION "3.1"\n'}, "3.1"),
        (
            {
                "Makefile": "all:\n",
                "lib/hills.h": "#define HILLS_VERSION_MAJOR 1\n#define HILLS_VERSION_MINOR 9\n"
                "#define HILLS_VERSION_RELEASE 4\n",
                "lib/other.h": '#define OTHER_VERSION "0.6"\n',
            },
            "1.9.4",
        ),
        (
            {
                "Makefile": "all:\n",
                "a.h": '#define A_VERSION "1.0"\n',
                "b.h": '#define B_VERSION "2.0"\n',
            },
            "",
        ),
        ({"Makefile": "VERSION = $(shell git describe)\n"}, ""),
    ],
)  # fmt: skip
def test_makefile_version_is_taken_where_it_is_clear(tmp_path, files, version):
    assert find_version(projects.write_files(tmp_path, files), "hills", BuildFacts())[0] == version


@pytest.mark.parametrize(
    ("folder", "files", "version"),
    [
        ("hills-2.1", "2.0", "2.1"),
        ("hills-2.1", "", "2.1"),
        ("hills-668", "1", "668"),
        ("hills-2", "2.0", "2.0"),
        ("hills", "2.0", "2.0"),
        ("libhills-2.1", "2.0", "2.1"),
        ("trips-2.1", "2.0", "2.0"),
        ("trips-2.1", "", "2.1"),
        ("hills-9.2p1", "9.2", "9.2"),
    ],
)
def test_a_release_has_the_version_that_its_folder_is_called_by(tmp_path, folder, files, version):
    root = tmp_path / folder
    root.mkdir()
    found, _, doubts = find_version(root, "hills", BuildFacts(version=files, version_because="it"))
    assert found == version
    assert bool(doubts) == (version != files)


def test_a_checkout_has_the_version_of_its_files(tmp_path):
    root = tmp_path / "hills-2.1"
    (root / ".git").mkdir(parents=True)
    said = BuildFacts(version="2.0", version_because="it")
    assert find_version(root, "hills", said)[0] == "2.0"


@pytest.mark.parametrize(
    ("makefile", "can_install", "places"),
    [
        (projects.MAKEFILE, True, ("PREFIX=",)),
        ("install:\n\tcp a $(prefix)/bin\n", True, ("prefix=",)),
        ("install:\n\tcp a $(DESTDIR)/usr/bin\n", True, ("DESTDIR=",)),
        (
            "T ?= /usr\nL = $(T)/lib64\ninstall:\n\tcp a $(DESTDIR)$(L)\n",
            True,
            ("T=", "L=/lib"),
        ),
        ("install:\n\tcp a /usr/bin\n", False, ()),
        ("all:\n\tcc a.c\n", False, ()),
    ],
)
def test_makefile_says_how_it_installs(tmp_path, makefile, can_install, places):
    facts = discover(projects.a_make_project(tmp_path / "hills", makefile=makefile)).facts
    assert (facts.can_install, facts.places) == (can_install, places)


def test_programs_that_a_makefile_installs_into_bin_are_tested(tmp_path):
    makefile = (
        "B = $(PREFIX)/bin\nall: tour way\ntour: a.c\n\t$(CC) a.c -o tour\n"
        "way: a.c\n\t$(CC) a.c -o way\ninstall:\n\tcp tour $(B)\n\tcp way.1 $(B)\n"
    )
    files = {"Makefile": makefile, "a.c": "", "VERSION": "1.0"}
    facts = discover(projects.write_files(tmp_path / "hills", files)).facts
    assert facts.programs == ("tour",)


def test_of_included_makefiles_the_one_for_linux_says_where_libraries_go(tmp_path):
    others = "include $(A)$(B)/$(C).mk\ninclude ../out.mk\ninclude $(D)\n"
    makefile = f"{others}include config/$(SYSTEM).mk\nROOT ?= /usr\ninstall:\n\tcp a $(LIBDIR)\n"
    files = {
        "Makefile": makefile,
        "config/linux.mk": "LIBDIR = $(ROOT)/lib64\n",
        "config/hurd.mk": "HURD = $(ROOT)/lib64\n",
        "a.c": "",
    }
    facts = discover(projects.write_files(tmp_path / "hills-1.0", files)).facts
    assert facts.places == ("ROOT=", "LIBDIR=/lib")


def test_macros_around_find_package_ask_for_packages(tmp_path):
    content = "project(t C)\nfind_soft_package(ENABLE_TIFF TIFF 4.3)\nt_find_package(PNG)\n"
    links = [(one.name, one.is_optional) for one in cmake(tmp_path, content).links]
    assert links == [("TIFF", True), ("PNG", True)]


@pytest.mark.parametrize(
    ("content", "is_header_only"),
    [
        ("add_library(t INTERFACE)\ninstall(TARGETS t)\nadd_executable(x a.c)\n", True),
        ("add_library(t INTERFACE)\nadd_library(u u.c)\ninstall(TARGETS t u)\n", False),
        ("install(FILES t.h DESTINATION include)\n", False),
    ],
)
def test_what_installs_headers_alone_is_not_compiled(tmp_path, content, is_header_only):
    facts = cmake(tmp_path, f"project(t C)\n{content}")
    assert facts.is_compiled is not is_header_only


def test_a_project_called_a_library_provides_it(tmp_path):
    files = {"CMakeLists.txt": "project(libtrips C)\ninstall_all()\n", "a.c": ""}
    facts = discover(projects.write_files(tmp_path / "t", files)).facts
    assert [one.name for one in facts.provides] == ["trips"]
    assert not facts.is_header_only


def test_library_whose_target_gives_its_own_prefix_is_named_as_its_file(tmp_path):
    content = """\
project(trips C)
add_library(trips_shared SHARED trips.c)
set_target_properties(trips_shared PROPERTIES PREFIX "" OUTPUT_NAME "libtrips" SOVERSION 1)
add_library(odd SHARED trips.c)
set_target_properties(odd PROPERTIES PREFIX "" OUTPUT_NAME "odd")
install(TARGETS trips_shared odd LIBRARY DESTINATION lib)
"""
    project = discover(projects.a_cmake_project(tmp_path, cmake=content))
    assert project.facts.libraries == ("trips",)


def test_project_is_called_as_what_it_installs(tmp_path):
    content = """\
project(HILL_TRIPS C)
add_library(hill-trips SHARED trips.c)
install(TARGETS hill-trips LIBRARY DESTINATION lib)
"""
    project = discover(projects.a_cmake_project(tmp_path, cmake=content))
    assert project.name == "hill-trips"


def test_gnu_is_no_part_of_a_name(tmp_path):
    files = {"configure.ac": "AC_INIT([GNU trips], [1.2])\n", "trips.c": "int a;\n"}
    files |= {"configure": "#!/bin/sh\n", "Makefile.am": "bin_PROGRAMS = trips\n"}
    assert discover(projects.write_files(tmp_path / "x", files)).name == "trips"
