import pytest

import projects
from conda_sluice.discover.r.sources import compile_facts
from conda_sluice.model.facts import LinkKind


def facts_of(root, files, *, is_said=False, system=""):
    projects.write_files(root, {"DESCRIPTION": "Package: trips\n", **files})
    return compile_facts(root, is_said=is_said, system_requirements=system)


def names(facts, kind):
    return [link.name for link in facts.links if link.kind is kind]


@pytest.mark.parametrize(
    ("file", "languages"),
    [
        ("src/a.c", ("c",)),
        ("src/a.cpp", ("c", "cxx")),
        ("src/lib/deep/a.cc", ("c", "cxx")),
        ("src/a.f", ("c", "fortran")),
        ("src/a.f90", ("c", "fortran")),
        ("src/a.F95", ("c", "fortran")),
        ("src/rust/Cargo.toml", ()),
        ("src/rust/src/lib.rs", ("c", "rust")),
        ("src/a.h", ()),
        ("inst/include/a.hpp", ()),
        ("inst/examples/a.c", ()),
    ],
)
def test_languages_are_those_of_the_sources_that_r_compiles(tmp_path, file, languages):
    assert facts_of(tmp_path, {file: ""}).languages == languages


def test_what_description_says_needs_a_compiler_where_no_source_is_known(tmp_path):
    assert facts_of(tmp_path, {"src/Makefile": ""}, is_said=True).languages == ("c",)
    assert facts_of(tmp_path / "b", {}, is_said=True).languages == ()


def test_cargo_project_in_a_package_that_is_compiled_is_rust(tmp_path):
    files = {"src/entry.c": "", "src/rust/Cargo.toml": "[package]\n"}
    assert facts_of(tmp_path, files).languages == ("c", "rust")


def test_configure_brings_the_tools_that_it_is_made_with(tmp_path):
    assert facts_of(tmp_path, {"src/a.c": ""}).tools == ("make",)
    facts = facts_of(tmp_path, {"src/a.c": "", "configure": "echo\n"})
    assert facts.tools == ("autoconf", "automake", "pkg-config", "make")


def test_bundled_library_brings_the_tools_of_its_configure_where_makevars_runs_it(tmp_path):
    runs = {"src/Makevars": "uv:\n\t(cd libuv-1.4 && CC=$(CC) ./configure --quiet)\n"}
    tools = facts_of(tmp_path / "a", {"src/a.c": "", **runs}).tools
    assert tools == ("gnuconfig", "autoconf", "automake", "pkg-config", "make")
    told = {"src/Makevars": "# one could write a file 'configure' instead\n"}
    assert facts_of(tmp_path / "b", {"src/a.c": "", **told}).tools == ("make",)


def test_sources_that_tests_compile_count_where_the_package_is_compiled(tmp_path):
    tests = {"tests/testthat/compiled/src/a.cc": ""}
    assert facts_of(tmp_path / "c", {"src/a.c": "", **tests}).languages == ("c", "cxx")
    assert facts_of(tmp_path / "r", tests).languages == ()


def test_makevars_names_libraries_but_not_those_it_builds_nor_those_of_other_systems(tmp_path):
    makevars = """\
# PKG_LIBS = -lold
PKG_LIBS = -Lagg -lstatagg -lz $(LAPACK_LIBS) $(BLAS_LIBS) $(FLIBS) -lm  # -lnever
ifeq ($(OS),SunOS)
PKG_LIBS += -lkstat
endif
agg/libstatagg.a:
\tcd agg && make
"""
    facts = facts_of(tmp_path, {"src/a.c": "", "src/Makevars": makevars})
    assert names(facts, LinkKind.LIBRARY) == ["z", "lapack", "blas"]


def test_configure_that_only_calls_pkg_config_names_its_modules(tmp_path):
    configure = """\
PKG_CONFIG_NAME="fontconfig freetype2"
PKG_LIBS="-lfontconfig -lfreetype -lbz2"
PKG_CONFIG_NAME="--static $PKG_CONFIG_NAME"
"""
    facts = facts_of(tmp_path, {"src/a.c": "", "configure": configure})
    assert names(facts, LinkKind.PKG_CONFIG) == ["fontconfig", "freetype2"]
    assert names(facts, LinkKind.LIBRARY) == []


def test_configure_ac_is_read_in_place_of_what_is_made_of_it(tmp_path):
    configure = """\
# AC_CHECK_LIB(old, a)
dnl AC_CHECK_LIB(older, a)
AC_CHECK_LIB([geos_c], [GEOS_init_r])
AC_SEARCH_LIBS(deflate, z)
PKG_CHECK_MODULES([XML], [libxml-2.0 >= 2.9])
FFTW=`pkg-config --libs fftw3`
"""
    files = {"src/a.c": "", "configure.ac": configure, "configure": "PKG_CONFIG_NAME=generated\n"}
    facts = facts_of(tmp_path, files)
    assert names(facts, LinkKind.LIBRARY) == ["geos_c", "z"]
    assert names(facts, LinkKind.PKG_CONFIG) == ["libxml-2.0", "fftw3"]


def test_what_configure_ac_links_on_other_systems_is_left_out(tmp_path):
    configure = """\
AS_IF([test "x$platform" = xWindows], [
  AC_SEARCH_LIBS([inflate], [z])
  AC_SEARCH_LIBS(H5Fopen, hdf5)
])
AC_SEARCH_LIBS(nc_open, netcdf)
"""
    facts = facts_of(tmp_path, {"src/a.c": "", "configure.ac": configure})
    assert names(facts, LinkKind.LIBRARY) == ["netcdf"]


def test_system_requirements_are_kept_in_their_own_words(tmp_path):
    said = "GNU make, libxml2: libxml2-dev (deb), libxml2-devel (rpm); pandoc (>= 1.14, optional)"
    facts = facts_of(tmp_path, {"R/convert.R": "Sys.which('pandoc')\n"}, system=said)
    words = ["GNU make", "libxml2", "pandoc (>= 1.14, optional)"]
    assert names(facts, LinkKind.SYSTEM) == words


def test_what_only_vignettes_or_other_systems_need_is_left_out(tmp_path):
    said = "Package vignettes require Pandoc. GNU make. On Windows the zoneinfo of R is used"
    assert names(facts_of(tmp_path, {}, system=said), LinkKind.SYSTEM) == ["GNU make"]


def test_program_that_makes_documents_and_that_no_code_names_is_left_out(tmp_path):
    facts = facts_of(tmp_path, {"R/fit.R": "fit <- 1\n"}, system="GNU make, pandoc (>= 1.12)")
    assert names(facts, LinkKind.SYSTEM) == ["GNU make"]


def test_program_that_tells_how_to_link_stands_for_its_library(tmp_path):
    configure = "GSL=`gsl-config --libs`\n# not pg_config\nXML=my-xml2-config\n"
    facts = facts_of(tmp_path, {"src/a.c": "", "configure.ac": configure})
    assert names(facts, LinkKind.LIBRARY) == ["gsl"]
