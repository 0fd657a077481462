import pytest

from conda_sluice.discover.c.autotools.read import read_autotools
from conda_sluice.discover.c.system import is_autotools
from conda_sluice.discover.reading import MAX_BYTES
from conda_sluice.model.facts import LinkKind
from projects import write_files

HEAD = "AC_INIT([trips], [1.4.2])\nAC_PROG_CC\nLT_INIT\n"


def read(root, body="", **files):
    return read_autotools(write_files(root, {"configure.ac": f"{HEAD}{body}\n"} | files))


@pytest.mark.parametrize(
    ("content", "name", "version"),
    [
        ("AC_INIT([trips], [1.4.2])", "trips", "1.4.2"),
        ("AC_INIT([Long Trips],[2.0],[a@b.org],[trips],[https://t.org])", "trips", "2.0"),
        ("m4_define([v_major],[3])\nm4_define([v],[v_major.1])\nAC_INIT([t],[v])", "t", "3.1"),
        ("m4_define(A, 1)\nm4_define(B, 9)\nAC_INIT([t],[A.B])", "t", "1.9"),
        ("AC_INIT(a.c)\nAM_INIT_AUTOMAKE(trips, 0.9)", "trips", "0.9"),
        ("AC_INIT([t],[m4_esyscmd([git describe])])", "t", ""),
        ("dnl AC_INIT([old],[0.1])\nAC_INIT([t],[1.0]) # AC_INIT([x],[2])", "t", "1.0"),
    ],
)
def test_name_and_version_are_what_the_macros_say(tmp_path, content, name, version):
    facts = read_autotools(write_files(tmp_path, {"configure.ac": f"{content}\n"}))
    assert (facts.name, facts.version) == (name, version)


@pytest.mark.parametrize(
    ("body", "links"),
    [
        ("PKG_CHECK_MODULES([Z], [zlib >= 1.2 libpng])", {("zlib", False), ("libpng", False)}),
        ("PKG_CHECK_MODULES([Z], [zlib], [have=yes], [have=no])", {("zlib", True)}),
        ("AC_CHECK_LIB([gmp], [f], , [AC_MSG_ERROR([no gmp])])", {("gmp", False)}),
        ("AC_CHECK_LIB([gmp], [f])", {("gmp", True)}),
        ("AC_SEARCH_LIBS([f], [png png16])", {("png", True)}),
        ("AX_LAPACK", {("lapack", False)}),
        ("PKG_CHECK_EXISTS([zlib > 1], [have=yes], [libpng=no])", {("zlib", True)}),
        ('if $PKG_CONFIG --exists "zlib trips"; then\nfi', {("zlib", True)}),
        ("AC_PATH_PROG([X], [gsl-config])", {("gsl", True)}),
        ("AC_CHECK_TOOLS([X], [trips-config png-config])", {("png", True)}),
        ("PKG_CHECK_MODULES_STATIC([Z], [zlib])", {("zlib", False)}),
        ("PKG_WITH_MODULES([Z], [zlib])", {("zlib", True)}),
        ("AX_LIB_POSTGRESQL", {("postgresql", True)}),
        ("AC_HAVE_LIBRARY([gmp])", {("gmp", True)}),
        ("AX_PATH_GENERIC([pcre2])", {("pcre2", True)}),
        ("PKG_CHECK_MODULES([C], [cmocka])", set()),
        ("AC_DEFINE([A],[1])dnl AC_CHECK_LIB([gmp], [f])", set()),
    ],
)
def test_libraries_are_those_that_configure_looks_for(tmp_path, body, links):
    assert {(one.name, one.is_optional) for one in read(tmp_path, body).links} == links


ENABLE = (
    "AC_ARG_ENABLE([tls], [AS_HELP_STRING([--{0}-tls], [use it])])\n"
    'if test "x$enable_tls" = xyes; then\n'
)


@pytest.mark.parametrize(("word", "count"), [("enable", 0), ("disable", 1)])
def test_an_option_that_is_off_by_default_asks_for_nothing(tmp_path, word, count):
    body = f"{ENABLE.format(word)}PKG_CHECK_MODULES([T], [openssl])\nfi"
    asked = [one for one in read(tmp_path, body).links if one.kind is LinkKind.PKG_CONFIG]
    assert len(asked) == count


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("AC_ARG_WITH([zlib], [AS_HELP_STRING([--without-zlib], [no zlib])])", ["zlib"]),
        ("AC_ARG_WITH([gmp-include], [AS_HELP_STRING([--with-gmp-include=DIR], [x])])", ["gmp"]),
        ("AC_ARG_WITH([lua], [AS_HELP_STRING([--with-lua], [more])])", []),
        ("AC_CHECK_HEADERS([mpfr.h fitsio.h],, [AC_MSG_ERROR([no])])", ["mpfr.h", "fitsio.h"]),
        ("AC_CHECK_HEADERS([sys/types.h],, [AC_MSG_ERROR([no])])", []),
        ("AC_CHECK_HEADERS([some/own.h],, [AC_MSG_ERROR([no])])", ["own"]),
        ("AC_CHECK_HEADERS([mpfr.h])", []),
        ("XIPH_PATH_OGG(, AC_MSG_ERROR([no]))", ["ogg"]),
    ],
)
def test_names_of_options_headers_and_macros_may_be_those_of_libraries(tmp_path, body, names):
    assert [one.name for one in read(tmp_path, body).links] == names


@pytest.mark.parametrize(
    "body",
    [
        "PKG_CHECK_MODULES(T, [zlib >= 1.2] [libpng >= 1.6])",
        'T_REQ="\n  zlib >= 1.2\n  libpng\n"\nPKG_CHECK_MODULES([T], $T_REQ)',
    ],
)
def test_modules_may_stand_in_several_quotes_or_lines(tmp_path, body):
    assert [one.name for one in read(tmp_path, body).links] == ["zlib", "libpng"]


def test_what_the_makefiles_install(tmp_path):
    facts = read(
        tmp_path,
        **{
            "Makefile.am": "SUBDIRS = src tests\npkgconfig_DATA = trips.pc\n",
            "src/Makefile.am": "lib_LTLIBRARIES = libtrips.la\nbin_PROGRAMS = tour\n"
            "include_HEADERS = trips.h \\\n  way.h\nlibtrips_la_LDFLAGS = -version-info 8:2:3\n"
            "if MORE\nbin_PROGRAMS += more\nendif\n",
            "tests/Makefile.am": "bin_PROGRAMS = check\n",
        },
    )
    assert (facts.libraries, facts.programs) == (("trips",), ("tour",))
    assert facts.headers == ("include/trips.h", "include/way.h")
    assert facts.files == ("lib/pkgconfig/trips.pc",)
    assert (facts.abi, facts.abi_because) == ("5", "-version-info 8:2:3 in src/Makefile.am")


def test_what_is_made_in_a_folder_is_installed_without_it(tmp_path):
    made = "lib_LTLIBRARIES = trips/libtrips.la\nbin_PROGRAMS = src/tour\n"
    more = "trips_libtrips_la_LDFLAGS = -version-info 8:2:3\n"
    facts = read(tmp_path, **{"Makefile.am": f"{made}{more}"})
    assert (facts.libraries, facts.programs, facts.abi) == (("trips",), ("tour",), "5")


def test_without_configure_the_tools_that_make_it_are_needed(tmp_path):
    assert read(tmp_path).tools == ("make", "autoconf", "automake", "libtool")
    assert read(tmp_path, configure="#!/bin/sh\n").tools == ("make",)


@pytest.mark.parametrize(
    ("macros", "is_needed"),
    [
        ({}, True),
        ({"m4/x.m4": "AC_DEFUN([AX_FLAG], [x])\n"}, False),
        ({"m4/x.m4": "AC_DEFUN([AX_OTHER], [x])\n"}, True),
        ({"configure": "#!/bin/sh\n"}, False),
    ],
)
def test_macros_that_nobody_defines_are_of_autoconf_archive(tmp_path, macros, is_needed):
    assert ("autoconf-archive" in read(tmp_path, "AX_FLAG([-g])", **macros).tools) is is_needed


@pytest.mark.parametrize(
    ("said", "place", "folder"),
    [
        ("AC_CONFIG_AUX_DIR([etc/more])", "etc/more", "etc/more"),
        ("AC_CONFIG_AUX_DIR(etc)", "config", "config"),
        ("AC_CONFIG_AUX_DIR([../up])", "none", ""),
        ("", ".", "."),
    ],
)
def test_configure_says_where_config_sub_lies(tmp_path, said, place, folder):
    assert read(tmp_path, said, **{f"{place}/config.sub": ""}).config_folder == folder


def test_a_configure_script_alone_says_its_version(tmp_path):
    script = (
        "#!/bin/sh\n# Generated by GNU Autoconf 2.71.\n"
        "PACKAGE_NAME='trips'\nPACKAGE_VERSION='1.1'\n"
    )
    root = write_files(tmp_path, {"configure": script, "build-aux/config.sub": ""})
    facts = read_autotools(root)
    assert is_autotools(root)
    assert (facts.name, facts.version, facts.config_folder) == ("trips", "1.1", "build-aux")


@pytest.mark.parametrize(
    "body",
    ["AC_CHECK_LIB([a", "m4_define([a],[a a])\nAC_CHECK_LIB(a, b)", "]]))((", "if test", "x|" * 60],
)
def test_broken_files_are_read_as_far_as_they_go(tmp_path, body):
    assert read(tmp_path, body).version == "1.4.2"


NSS = "AC_ARG_WITH([nss], [AS_HELP_STRING([--with-nss], [use it [default=no]])])\n"
ASKS = "  PKG_CHECK_MODULES([NSS], [nss])\nfi"


@pytest.mark.parametrize(
    ("body", "names"),
    [
        (
            f'{NSS}if test "$x" = "yes"; then\nelif test "x$with_nss" = "xyes"; then\n{ASKS}',
            (),
        ),
        (f'{NSS}if test "x$with_nss" != "xno"; then\n{ASKS}', ()),
        (f'{NSS}if test "x$with_nss" = "xno"; then\n{ASKS}', ("nss",)),
    ],
)
def test_a_branch_for_an_option_that_is_off_asks_for_nothing(tmp_path, body, names):
    assert tuple(one.name for one in read(tmp_path, body).links) == names


@pytest.mark.parametrize(
    ("after", "names"), [("", ()), ("need_nss=yes\n", ("nss",))], ids=["never set", "set later"]
)
def test_a_variable_that_an_option_sets_to_no_is_off_where_nobody_changes_it(
    tmp_path, after, names
):
    option = "AC_ARG_WITH([moz], [--with-moz], [need_nss=$withval], [need_nss=no])\n"
    body = f'{option}{after}if test "x$need_nss" != "xno"; then\n{ASKS}'
    assert tuple(one.name for one in read(tmp_path, body).links) == names


def test_what_an_option_says_is_for_tests_is_not_asked_for(tmp_path):
    said = "--disable-curl disable cURL based testcases"
    option = f"AC_ARG_ENABLE([curl], [{said}], , [enable_curl=maybe])"
    body = f'{option}\nif test "$enable_curl" != "no"; then\nPKG_CHECK_MODULES([C], [libcurl])\nfi'
    assert read(tmp_path, body).links == ()


def test_without_automake_the_makefiles_say_what_is_installed(tmp_path):
    install = "\t$(INSTALL_PROGRAM) {0} $(DESTDIR)$(bindir)/{0}\n"
    files = {
        "Makefile.in": "all:\ninstall:\n" + install.format("`echo x`"),
        "src/Makefile.in": "TARGET = trips$(EXEEXT)\ninstall:\n" + install.format("$(TARGET)"),
    }
    assert read(tmp_path, **files).programs == ("trips",)


def test_what_automake_made_is_not_read_however_large(tmp_path):
    files = {"Makefile.am": "SUBDIRS = .\n", "Makefile.in": "x" * (MAX_BYTES + 1)}
    assert read(tmp_path, **files).programs == ()


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("TRIPS_CHECK_LIB_TERMCAP", {"termcap"}),
        ("AC_CHECK_PACKAGE(cfitsio, f, cfitsio, fitsio.h)", {"cfitsio"}),
        ("AC_CHECK_GMP([3.1])", {"gmp"}),
        ("AC_CHECK_TRIPS", set()),
        ("echo $TRIPS_CHECK_GMP", set()),
        ("TRIPS_FIND_ZLIB=yes", set()),
    ],
)
def test_macros_are_called_after_the_library_that_they_look_for(tmp_path, body, names):
    assert {one.name for one in read(tmp_path, body).links} == names


@pytest.mark.parametrize(
    ("option", "name", "said"),
    [
        ("installed-readline", "readline", "--with-installed-readline"),
        ("included-popt", "popt", "--without-included-popt"),
        ("system-zlib", "zlib", "--with-system-zlib"),
        ("included-trips", "", ""),
        ("included-gettext", "", ""),
    ],
)
def test_libraries_are_taken_as_packages_and_no_copy_of_them(tmp_path, option, name, said):
    facts = read(tmp_path, f"AC_ARG_WITH({option}, [take it], opt=$withval)")
    needed = [one.name for one in facts.links if not one.is_optional]
    assert needed == [name] * bool(name)
    assert facts.options == ("--disable-static", *([said] if said else []))


@pytest.mark.parametrize(
    ("content", "languages"),
    [
        ("LT_INIT", ("c",)),
        ("AC_PROG_CXX\nLT_INIT", ("cxx",)),
        ("AC_PROG_CC\nAC_ARG_ENABLE([cxx], [--disable-cxx], [], [x=yes])", ("c", "cxx")),
        ("AC_PROG_CC\nAC_ARG_ENABLE([cxx], [--enable-cxx], [], [x=no])", ("c",)),
        ("AC_CHECK_FUNCS([f])", ()),
    ],
)
def test_languages_are_those_whose_compilers_are_asked_for(tmp_path, content, languages):
    files = {"configure.ac": f"AC_INIT([trips], [1.0])\n{content}\n"}
    assert read_autotools(write_files(tmp_path, files)).languages == languages


def test_a_file_in_ac_init_is_no_name(tmp_path):
    assert read_autotools(write_files(tmp_path, {"configure.ac": "AC_INIT(trips.c)\n"})).name == ""


def test_a_configure_script_written_by_hand_has_options_for_libraries(tmp_path):
    script = "#!/bin/sh\nhelp --with-libpng=DIR\nhelp --without-lcms2\nhelp --with-trips\n"
    facts = read_autotools(write_files(tmp_path, {"configure": script}))
    assert [(one.name, one.is_optional) for one in facts.links] == [
        ("libpng", True),
        ("lcms2", True),
    ]
    assert facts.tools == ("make",)


@pytest.mark.parametrize(
    ("script", "is_one"),
    [
        ("#!/bin/sh\ncmake ..\n", False),
        ("#!/bin/sh\n# cmake could build it too\nmake\n", True),
        ("#!/bin/sh\n# Generated by GNU Autoconf 2.71\necho cmake\n", True),
    ],
)
def test_a_configure_script_that_runs_cmake_is_no_build_system(tmp_path, script, is_one):
    assert is_autotools(write_files(tmp_path, {"configure": script})) is is_one


def test_a_configure_script_written_by_hand_may_run_pkg_config(tmp_path):
    script = "#!/bin/sh\npkg-config --exists zlib\n"
    assert read_autotools(write_files(tmp_path, {"configure": script})).tools == (
        "make",
        "pkg-config",
    )


def test_a_list_of_modules_may_grow_in_a_variable(tmp_path):
    body = "NEEDS='zlib >= 1.2 libpng'\nNEEDS=\"${NEEDS} gsl\"\nPKG_CHECK_MODULES([T], [$NEEDS])"
    assert [one.name for one in read(tmp_path, body).links] == ["zlib", "libpng", "gsl"]


@pytest.mark.parametrize(("condition", "count"), [('!= "yes"', 0), ('= "no"', 1)])
def test_the_other_branch_of_an_option_that_is_off_asks_for_nothing(tmp_path, condition, count):
    body = "AC_ARG_WITH(icu, [  --with-icu  add ICU support])\n"
    body += (
        f'if test "$with_icu" {condition}; then\n:\nelse\nPKG_CHECK_MODULES([I], [icu-i18n])\nfi'
    )
    assert len(read(tmp_path, body).links) == count


def test_a_manual_that_is_out_of_date_is_not_made_anew(tmp_path):
    facts = read(tmp_path, **{"doc/trips.texi": ""})
    assert facts.options == ("--disable-static", "MAKEINFO=true")


def test_libraries_without_libtool_are_numbered_where_configure_names_them(tmp_path):
    body = "SONAME=libtrips.so.4\nSHARED=libtrips.so.4.0.1\nLIB=libtrips.4.dylib"
    install = "install:\n\tcp $(SHARED) $(libdir)\n"
    facts = read(tmp_path, body, **{"Makefile.in": install})
    assert (facts.libraries, facts.abi) == (("trips",), "4")
    assert read(tmp_path, body, **{"Makefile.am": ""}).libraries == ()


def test_shared_libraries_are_asked_for_where_static_ones_are_the_default(tmp_path):
    assert read(tmp_path, "AC_DISABLE_SHARED").options == ("--enable-shared", "--disable-static")
    assert read(tmp_path, "AC_PROG_CXX").options == ("--disable-static",)


@pytest.mark.parametrize(
    ("file", "content", "found"),
    [
        ("Makefile.am", "SUBDIRS = src\nbin_PROGRAMS = a\na_LDADD = -lm -lgmp @X_LIBS@\n", {"gmp"}),
        ("Makefile.am", "if MORE\nLDADD = -lgmp\nendif\n", set()),
        ("Makefile.am", "AM_CPPFLAGS = -lgmp\nLIBS = $(X)\n", set()),
        ("src/Makefile.in", "LIBS = @LIBS@ -lz -ltrips\n", {"z"}),
    ],
)
def test_makefiles_name_what_is_linked_whatever_configure_finds(tmp_path, file, content, found):
    facts = read(tmp_path, "X=-lpng", **{file: content})
    assert {(one.name, one.because) for one in facts.links} == {(name, file) for name in found}
