import pytest

from conda_sluice.discover.c.meson.read import read_meson
from conda_sluice.discover.c.meson.syntax import Assign, Branch, Call, Name, Text, parse_meson
from conda_sluice.discover.c.system import is_meson
from conda_sluice.model.facts import Link, LinkKind
from projects import write_files

HEAD = "project('trips', 'c', version: '1.4.2', license: 'MIT')\n"


def read(root, body, options="", **files):
    content = {"meson.build": f"{HEAD}{body}\n", "meson_options.txt": options}
    return read_meson(write_files(root, content | files))


def test_language_is_parsed():
    assert parse_meson("x = f('a', k: 1) # why\n") == (
        Assign("x", Call("f", (Text("a"),), {"k": parse_meson("1")[0]}), is_added=False),
    )
    assert parse_meson("if a\n  f()\nendif\n") == (Branch(((Name("a"), (Call("f", (), {}),)),)),)
    assert parse_meson("f()\n= g()\nh()\n") == (Call("f", (), {}),)


@pytest.mark.parametrize(
    "content", ["((((" * 400, "if a\n", "f(", "x = [1,\n", "'''", "endif\nelse"]
)
def test_broken_files_are_read_as_far_as_they_go(tmp_path, content):
    assert read(tmp_path, content).version == "1.4.2"


def test_project_says_name_version_languages_and_licence(tmp_path):
    facts = read(tmp_path, "add_languages('cpp')\nadd_languages('fortran', required: false)")
    assert (facts.name, facts.version, facts.license) == ("trips", "1.4.2", "MIT")
    assert facts.languages == ("c", "cxx")


def test_version_is_read_from_the_file_it_names(tmp_path):
    write_files(
        tmp_path,
        {"meson.build": "project('t', 'c', version: files('VERSION'))", "VERSION": "3.1\n"},
    )
    assert read_meson(tmp_path).version == "3.1"


@pytest.mark.parametrize(
    ("body", "options", "links"),
    [
        ("dependency('zlib')", "", {("zlib", False)}),
        ("dependency('zlib', required: false)", "", {("zlib", True)}),
        (
            "dependency('x', required: get_option('x'))",
            "option('x', type: 'feature')",
            {("x", True)},
        ),
        (
            "dependency('x', required: get_option('x'))",
            "option('x', type: 'feature', value: 'disabled')",
            set(),
        ),
        (
            "dependency('x', required: get_option('x'))",
            "option('x', type: 'feature', value: 'enabled')",
            {("x", False)},
        ),
        (
            "if get_option('gui')\ndependency('gtk4')\nendif",
            "option('gui', type: 'boolean', value: false)",
            set(),
        ),
        (
            "if get_option('gui')\ndependency('gtk4')\nelse\ndependency('cairo')\nendif",
            "option('gui', type: 'boolean', value: true)",
            {("gtk4", False)},
        ),
        ("if host_machine.system() == 'windows'\ndependency('iconv')\nendif", "", set()),
        ("if cc.has_header('a.h')\ndependency('a')\nendif", "", {("a", True)}),
        ("dependency('threads')\ndependency('gtest')", "", set()),
        (
            "foreach one : ['zlib', 'libpng']\ndependency(one)\nendforeach",
            "",
            {("zlib", False), ("libpng", False)},
        ),
        ("foreach one : x\ndependency('zlib')\nendforeach", "", {("zlib", True)}),
        ("foreach k, v : {'a': 1}\ndependency('zlib')\nendforeach", "", {("zlib", True)}),
        (
            "z = dependency('zlib', required: false)\nif not z.found()\nerror('none')\nendif",
            "",
            {("zlib", False)},
        ),
        ("if cc.has_header('zlib.h')\nx = 1\nendif", "", {("zlib.h", True)}),
        (
            "if get_option('tests')\ndependency('cunit')\nendif",
            "option('tests', type: 'boolean', value: true)",
            set(),
        ),
    ],
)
def test_dependencies_are_those_of_the_options_defaults(tmp_path, body, options, links):
    assert {(one.name, one.is_optional) for one in read(tmp_path, body, options).links} == links


def test_libraries_of_the_compiler_are_links_too(tmp_path):
    facts = read(tmp_path, "cc = meson.get_compiler('c')\nm = cc.find_library('fftw3')")
    assert facts.links == (Link(LinkKind.LIBRARY, "fftw3", "meson.build"),)


def test_what_is_installed_is_found_in_subfolders(tmp_path):
    facts = read(
        tmp_path,
        "yes = true\nsubdir('src')\nsubdir('tests')",
        **{
            "src/meson.build": "name = 'trips-' + '1'\n"
            "trips = library(name, 'a.c', install: yes, soversion: 4)\n"
            "executable('tour', 'b.c', install: true, install_dir: get_option('bindir'))\n"
            "executable('aid', 'b.c', install: true, install_dir: get_option('libexecdir'))\n"
            "install_headers('trips.h', 'way.h', subdir: 'trips-1')\n"
            "pkg = import('pkgconfig')\n"
            "pkg.generate(trips, name: 'trips-1', description: 'Distances')\n",
            "tests/meson.build": "executable('check', 'c.c', install: true)\n",
        },
    )
    assert (facts.libraries, facts.programs) == (("trips-1",), ("tour",))
    assert facts.headers == ("include/trips-1/trips.h", "include/trips-1/way.h")
    assert facts.files == ("lib/pkgconfig/trips-1.pc",)
    assert (facts.abi, facts.summary) == ("4", "Distances")


@pytest.mark.parametrize(
    ("filebase", "files"), [("'trips-1'", ("lib/pkgconfig/trips-1.pc",)), ("unknown()", ())]
)
def test_a_pkg_config_file_is_not_called_as_what_it_describes(tmp_path, filebase, files):
    body = (
        "pkg = import('pkgconfig')\nlibrary('trips', 'trips.c')\n"
        f"pkg.generate(name: 'Trips', filebase: {filebase})\n"
    )
    assert read(tmp_path, body).files == files


def test_options_for_tests_and_the_like_are_switched_off(tmp_path):
    options = (
        "option('tests', type: 'boolean', value: true)\n"
        "option('docs', type: 'feature', value: 'auto')\n"
        "option('speed', type: 'boolean', value: true)\n"
        "option('examples', type: 'boolean', value: false)\n"
    )
    assert read(tmp_path, "", options).options == ("tests=false", "docs=disabled")


def test_programs_that_the_build_runs_are_tools(tmp_path):
    body = "find_program('bison')\nfind_program('flex', required: false)\nimport('i18n')"
    facts = read(tmp_path, body)
    assert facts.tools == ("bison", "gettext-tools")


def test_headers_alone_are_not_compiled(tmp_path):
    assert not read(tmp_path, "install_headers('a.hpp')").is_compiled
    assert read(tmp_path, "static_library('a', 'a.c')").is_compiled


def test_a_folder_below_is_no_project(tmp_path):
    assert not is_meson(write_files(tmp_path, {"meson.build": "subdir('a')\n"}))


def test_introspection_runs_a_program_where_it_is_not_switched_off(tmp_path):
    body = "find_program('g-ir-scanner', required: get_option('introspection'))\n"
    options = "option('introspection', type: 'feature', value: '{}')\n"
    root = write_files(
        tmp_path,
        {"meson.build": f"project('t', 'c')\n{body}", "meson_options.txt": options.format("auto")},
    )
    assert read_meson(root).tools == ("gobject-introspection",)
    write_files(root, {"meson_options.txt": options.format("disabled")})
    assert read_meson(root).tools == ()


def test_loops_within_each_other_come_to_an_end(tmp_path):
    opened, closed = "foreach a : [1, 2, 3]\n" * 40, "endforeach\n" * 40
    found = read(tmp_path, f"{opened}{closed}dependency('zlib')")
    assert [one.name for one in found.links] == ["zlib"]
