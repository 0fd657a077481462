import pytest

from conda_sluice.discover.c.autotools.read import read_autotools
from conda_sluice.model.facts import LinkKind
from projects import write_files

HEAD = "AC_INIT([trips], [1.4.2])\nAC_PROG_CC\n"
TLS = "AC_ARG_WITH([tls], [AS_HELP_STRING([--with-tls={0}], [use it])]{1})\n"
ASKS = "PKG_CHECK_MODULES([T], [gnutls])"


def asked(root, body):
    facts = read_autotools(write_files(root, {"configure.ac": f"{HEAD}{body}\n"}))
    return tuple(one.name for one in facts.links if one.kind is not LinkKind.SYSTEM)


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        ("= xyes", ()),
        ("!= xno", ("gnutls",)),
        ("= xgnutls", ("gnutls",)),
        ("= xauto", ()),
    ],
)
def test_an_option_that_says_nothing_where_it_is_not_given_is_not_no(tmp_path, condition, names):
    body = f'{TLS.format("PFX", "")}AS_IF([test "x$with_tls" {condition}], [{ASKS}])'
    assert asked(tmp_path, body) == names


@pytest.mark.parametrize(
    ("body", "names"),
    [
        (f'AS_IF([test "x$with_tls" = xyes], [{ASKS}], [])', ()),
        (f'AS_IF([test "x$with_tls" = xyes], [], [{ASKS}])', ("gnutls",)),
        (f'AS_IF([test "$os" = a], [], [test "x$with_tls" = xyes], [{ASKS}])', ()),
        (f"AS_CASE([$with_tls], [yes], [{ASKS}], [no], [])", ()),
        (f"AS_CASE([$with_tls], [no], [{ASKS}])", ("gnutls",)),
        (f'case "$with_tls" in\nyes)\n{ASKS}\n;;\nesac', ()),
        (f'case "$with_tls" in\n  no)\n{ASKS}\n;;\nesac', ("gnutls",)),
        (f'if test "x$with_tls" = xyes; then x=1; fi\n{ASKS}', ("gnutls",)),
    ],
)
def test_each_branch_has_its_own_condition(tmp_path, body, names):
    assert asked(tmp_path, TLS.format("PFX", ", [], [with_tls=no]") + body) == names


@pytest.mark.parametrize(
    ("before", "names"),
    [
        ('if test "$enable_net" = yes; then\nwith_tls=yes\nfi\n', ("gnutls",)),
        ('if test "$with_tls" = yes; then\nwith_tls=yes\nfi\n', ()),
    ],
)
def test_configure_itself_may_switch_an_option_on(tmp_path, before, names):
    body = f'{TLS.format("PFX", "")}{before}AS_IF([test "x$with_tls" = xyes], [{ASKS}])'
    assert asked(tmp_path, body) == names


@pytest.mark.parametrize(
    ("option", "names"),
    [
        ("AC_ARG_WITH([bzip2], [AS_HELP_STRING([--without-bzip2], [x])])", {"bzip2"}),
        ("AC_ARG_WITH([bzip2], [AS_HELP_STRING([--with-bzip2=PROG], [x])], [], [p=bzip2])", set()),
        ("AC_ARG_WITH([gmp-prefix], [AS_HELP_STRING([--with-gmp-prefix=DIR], [x])])", {"gmp"}),
        (
            "AC_ARG_WITH([gmp], [--with-gmp])\nAC_ARG_WITH([gmp-prefix], [--with-gmp-prefix=DIR])",
            set(),
        ),
    ],
)
def test_options_for_programs_and_for_places_of_what_is_off_name_no_library(
    tmp_path, option, names
):
    files = {"configure.ac": f"{HEAD}{option}\n"}
    assert {one.name for one in read_autotools(write_files(tmp_path, files)).links} == names


@pytest.mark.parametrize(
    ("action", "is_optional"),
    [
        ("AC_MSG_ERROR([no])", False),
        ("ifelse([x=no], , [AC_MSG_ERROR(no)], [x=no])", True),
        ('AS_IF([test "$x" = yes], [AC_MSG_ERROR([no])])', True),
    ],
)
def test_a_library_is_required_where_configure_ends_without_it(tmp_path, action, is_optional):
    files = {"configure.ac": f"{HEAD}AC_CHECK_LIB([gmp], [f], [], [{action}])\n"}
    (link,) = read_autotools(write_files(tmp_path, files)).links
    assert link.is_optional is is_optional


@pytest.mark.parametrize(
    ("condition", "names"),
    [('-n "$PLUGIN"', ()), ('"$PLUGIN" = yes', ()), ('-z "$PLUGIN"', ("gnutls",))],
)
def test_a_variable_that_says_yes_only_where_an_option_is_on_is_off_with_it(
    tmp_path, condition, names
):
    option = TLS.format("PFX", ', [want_tls="$withval"], [want_tls=no]')
    plugin = 'if test "$want_tls" = yes; then\nPLUGIN=yes\nfi\n'
    body = f"{option}{plugin}if test {condition}; then\n{ASKS}\nfi"
    assert asked(tmp_path, body) == names


def test_a_variable_that_says_yes_elsewhere_too_is_not_off(tmp_path):
    option = TLS.format("PFX", ", [want_tls=$withval], [want_tls=no]")
    more = 'if test "$os" = linux; then\nwant_tls=yes\nfi\n'
    body = f'{option}{more}if test "$want_tls" = yes; then\n{ASKS}\nfi'
    assert asked(tmp_path, body) == ("gnutls",)


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ('if test "$tls" = xgnutls; then\n{}\nfi', ()),
        ('if test "$tls" = nss; then\n{}\nfi', ("gnutls",)),
        ('if test "$tls" = gnutls -o "$all" = yes; then\n{}\nfi', ("gnutls",)),
        ('case "$tls" in\ngnutls|openssl)\n{}\n;;\nesac', ()),
        ('case "$tls" in\n"nss")\n{}\n;;\nesac', ("gnutls",)),
        ('case "$tls" in\n*)\n{}\n;;\nesac', ("gnutls",)),
        ('tls=gnutls\nif test "$tls" = gnutls; then\n{}\nfi', ("gnutls",)),
    ],
)
def test_of_several_choices_the_default_one_counts(tmp_path, body, names):
    option = TLS.format("nss|gnutls|openssl", ', [tls="$withval"], [tls=nss]')
    assert asked(tmp_path, option + body.format(ASKS)) == names
