import pytest

from conda_sluice.discover.c.autotools.m4 import split_arguments, substituted
from conda_sluice.discover.c.autotools.macros import expanded
from conda_sluice.discover.c.autotools.read import read_autotools
from projects import write_files

HEAD = "AC_INIT([trips], [1.4.2])\nAC_PROG_CC\n"
ASKS = "AC_DEFUN([TR_NEEDS], [PKG_CHECK_MODULES([$1], [$2])])\n"


def read(root, body, **files):
    return read_autotools(write_files(root, {"configure.ac": f"{HEAD}{body}\n"} | files))


def links(root, body, **files):
    return {(one.name, one.is_optional) for one in read(root, body, **files).links}


@pytest.mark.parametrize(
    ("folder", "more"),
    [
        ("m4", {}),
        (".", {}),
        ("auto/macros", {"Makefile.am": "ACLOCAL_AMFLAGS = -I auto/macros\n"}),
        ("auto", {"autogen.sh": "#!/bin/sh\naclocal -I ./auto --install\n"}),
        ("auto", {"aclocal.m4": "m4_include([auto/trips.m4])\n"}),
        ("auto", {"acinclude.m4": "sinclude(auto/trips.m4)\n"}),
    ],
)
def test_macros_of_a_project_are_read_where_aclocal_finds_them(tmp_path, folder, more):
    name = "acinclude.m4" if folder == "." else f"{folder}/trips.m4"
    asked = links(tmp_path, "TR_NEEDS([Z], [zlib >= 1.2])", **{name: ASKS, **more})
    assert asked == {("zlib", False)}


def test_macros_that_are_linked_to_from_elsewhere_are_not_read(tmp_path):
    (tmp_path / "trips.m4").write_text(ASKS)
    root = write_files(tmp_path / "project", {"m4/own.m4": ""})
    (root / "m4/trips.m4").symlink_to(tmp_path / "trips.m4")
    assert links(root, "TR_NEEDS([Z], [zlib])") == set()


def test_configure_says_where_its_macros_are(tmp_path):
    body = "AC_CONFIG_MACRO_DIRS([cfg more/m4])\nTR_NEEDS([Z], [zlib])"
    assert links(tmp_path, body, **{"more/m4/a.m4": ASKS}) == {("zlib", False)}


def test_a_macro_that_nobody_calls_asks_for_nothing(tmp_path):
    assert links(tmp_path, f"{ASKS.replace('$2', 'zlib')}AC_CHECK_LIB([gmp], [f])") == {
        ("gmp", True)
    }


def test_macros_call_each_other_and_never_end(tmp_path):
    macros = (
        "AC_DEFUN([TR_ONE], [AC_REQUIRE([TR_TWO])\nTR_ONE])\n"
        "AC_DEFUN([TR_TWO], [TR_NEEDS([L], [lib$1png])])\n"
    )
    assert links(tmp_path, "TR_ONE", **{"m4/a.m4": ASKS + macros}) == {("libpng", False)}


def test_the_conditions_around_a_call_hold_for_what_it_stands_for(tmp_path):
    option = "AC_ARG_ENABLE([z], [AS_HELP_STRING([--enable-z], [more])])\n"
    body = f'{option}if test "x$enable_z" = xyes; then\nTR_NEEDS([Z], [zlib])\nfi\n'
    more = 'if test -n "$x"; then\nTR_NEEDS([P], [libpng])\nfi'
    assert links(tmp_path, body + more, **{"m4/a.m4": ASKS}) == {("libpng", True)}


def test_files_are_included_in_files(tmp_path):
    files = {"a.m4": "m4_include([b.m4])\n", "b.m4": "sinclude(c.m4)\n", "c.m4": "TR_X\n"}
    root = write_files(tmp_path, files)
    assert expanded("m4_include([a.m4])\nsinclude(../up.m4)", root).text.split() == ["TR_X"]


@pytest.mark.parametrize(
    ("body", "arguments", "text"),
    [
        ("[$1]:$2:$3", ("a", "b"), "[a]:b:"),
        ("$@", ("a", "b"), "a,b"),
        ("m4_tolower([$1]) m4_toupper($1)", ("Gmp",), "gmp GMP"),
        ("translit([$1], [a-z-], [A-Z_])_X", ("a-b",), "A_B_X"),
        ("m4_translit($1, [-])", ("a-b",), "m4_translit(a-b, [-])"),
        ("$x ${1}", (), "$x ${1}"),
    ],
)
def test_arguments_are_put_into_the_body_of_a_macro(body, arguments, text):
    assert substituted(body, arguments) == text


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ("a, [b, c], f(d, e))", ("a", "b, c", "f(d, e)")),
        ("[[a]])", ("a",)),
        ("a, b", ("a",)),
        ("[a", ()),
    ],
)
def test_arguments_end_where_no_quote_is_open(text, arguments):
    assert split_arguments(text, 0) == arguments


@pytest.mark.parametrize(
    "body",
    [
        'case "$host" in\n  *-mingw*)\n    NEEDS="$NEEDS libpng" ;;\nesac',
        'test "$x" || [NEEDS="$NEEDS libpng"]',
        'NEEDS+=" libpng"',
        "AS_VAR_APPEND([NEEDS], [ libpng])",
    ],
)
def test_a_list_of_modules_grows_in_many_ways(tmp_path, body):
    asked = links(tmp_path, f'NEEDS="zlib gsl"\n{body}\nPKG_CHECK_MODULES([T], [$NEEDS])')
    assert {name for name, _ in asked} == {"zlib", "gsl", "libpng"}
    assert ("libpng", "case" in body) in asked


def test_a_list_does_not_grow_for_what_is_off(tmp_path):
    body = "AC_ARG_WITH([png], [AS_HELP_STRING([--with-png], [more])], [], [with_png=no])\n"
    body += 'if test "$with_png" = yes; then\nNEEDS="$NEEDS libpng"\nfi\n'
    assert links(tmp_path, f"{body}PKG_CHECK_MODULES([T], [zlib $NEEDS])") == {("zlib", False)}
