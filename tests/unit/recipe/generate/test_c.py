import pytest

from conda_sluice.discover.detect import discover
from conda_sluice.model.facts import Link, LinkKind
from conda_sluice.model.library_names import LIBRARIES, package_with
from conda_sluice.recipe.generate.c import pin_of_soname
from conda_sluice.recipe.generate.generate import RecipeSource, generate
from conda_sluice.recipe.generate.naming import find_libraries
from conda_sluice.recipe.v0.write import render_v0
from projects import write_files

MESON = "project('trips', 'c', version: '1.0')\nlibrary('trips', 'a.c', install: true)\n"
AC = "AC_INIT([trips],[1.0])\nAC_PROG_CC\nLT_INIT\n"


def written(root, files):
    project = discover(write_files(root / "trips-1.0", {"a.c": "", "COPYING": "", **files}))
    recipe = generate(
        project,
        source=RecipeSource(path="/trips"),
        default_version=project.static_version,
        is_versioned_by_git=False,
    )
    return render_v0(recipe), dict(recipe.scripts)


@pytest.mark.parametrize(
    ("version", "abi", "width"),
    [
        ("1.4.2", "1", "x"),
        ("1.4.2", "1.4", "x.x"),
        ("1.4.2", "1.4.2", "x.x.x"),
        ("0.4.2", "0.4", "x.x"),
        ("0.4.2", "0", "x.x"),
        ("1.4.2", "", "x"),
        ("0.4.2", "", "x.x"),
        ("1.4.2", "MAJOR.MINOR", "x.x"),
        ("1.4", "MAJOR.MINOR.PATCH", "x"),
    ],
)
def test_the_soname_says_how_far_a_pin_goes(version, abi, width):
    assert pin_of_soname(version, abi, f"SOVERSION {abi}")[0] == width


def test_a_soname_that_counts_by_itself_is_in_doubt():
    assert "does not follow the version" in pin_of_soname("1.4.2", "17", "SOVERSION 17 in a")[2]


def test_meson_projects_are_set_up_without_downloads(tmp_path):
    meta, scripts = written(tmp_path, {"meson.build": MESON})
    assert "- meson\n" in meta
    assert "--wrap-mode=nofallback" in scripts["build.sh"]
    assert "--buildtype=release" in scripts["bld.bat"]


def test_a_program_that_others_build_with_is_not_built_with_itself(tmp_path):
    meta, _ = written(tmp_path, {"configure.ac": AC.replace("[trips]", "[make]"), "configure": ""})
    assert "name: make\n" in meta
    assert "- make" not in meta


def test_a_project_with_configure_is_configured(tmp_path):
    files = {"configure.ac": AC, "configure": "#!/bin/sh\n", "config.sub": ""}
    meta, scripts = written(tmp_path, files)
    assert "- gnuconfig  # [unix]" in meta
    assert "autoreconf" not in scripts["build.sh"]
    assert './configure --prefix="$PREFIX" \\\n  --disable-static' in scripts["build.sh"]


def test_a_project_without_configure_makes_it_first(tmp_path):
    meta, scripts = written(tmp_path, {"configure.ac": AC, "config.sub": ""})
    assert "gnuconfig" not in meta
    assert "- autoconf  # [unix]" in meta
    assert "autoreconf --force --install" in scripts["build.sh"]


def test_automake_does_not_ask_for_the_texts_of_a_gnu_package(tmp_path):
    _, scripts = written(tmp_path, {"configure.ac": AC, "Makefile.am": ""})
    assert 'AUTOMAKE="automake --foreign"\nautoreconf' in scripts["build.sh"]


def test_a_name_that_a_shell_would_obey_is_in_no_command(tmp_path):
    files = {"lib_LTLIBRARIES": "libtrips.la libx;boom.la", "bin_PROGRAMS": "tour to`boom`ur"}
    makefile = "".join(f"{key} = {value}\n" for key, value in files.items())
    text, scripts = written(
        tmp_path, {"configure.ac": AC, "configure": "", "Makefile.am": makefile}
    )
    assert "libtrips.so" in text
    assert "bin/tour" in text
    assert "boom" not in text + "".join(scripts.values())


def test_a_folder_with_an_odd_name_is_quoted(tmp_path):
    cmake = "project(trips VERSION 1.0 LANGUAGES C)\nadd_library(trips a.c)\n"
    cmake += "install(TARGETS trips)\n"
    _, scripts = written(tmp_path, {"the `trips`/CMakeLists.txt": cmake})
    assert "cmake -S 'the `trips`' -B" in scripts["build.sh"]


def test_a_cmake_folder_below_the_top_is_named(tmp_path):
    cmake = (
        "project(trips VERSION 1.0 LANGUAGES C)\noption(TRIPS_BUILD_TESTS x ON)\n"
        "install(FILES a.h)\n"
    )
    _, scripts = written(tmp_path, {"build/cmake/CMakeLists.txt": cmake})
    assert "cmake -S build/cmake -B _build" in scripts["build.sh"]
    assert "-DTRIPS_BUILD_TESTS=OFF" in scripts["build.sh"]


def test_what_a_makefile_without_install_makes_is_copied(tmp_path):
    makefile = "hills: a.o\n\t$(CC) -o $@ a.o\nlibhills.so: a.o\n\t$(CC) -shared -o $@ a.o\n"
    _, scripts = written(tmp_path, {"Makefile": makefile})
    assert 'install -m 755 hills "$PREFIX/bin/"' in scripts["build.sh"]
    assert "libhills" not in scripts["build.sh"]  # a plain make does not build it


def test_a_library_that_a_makefile_only_builds_is_copied_with_its_headers(tmp_path):
    makefile = "libhills.a: a.o\n\tar rcs $@ a.o\n"
    meta, scripts = written(tmp_path, {"Makefile": makefile, "include/hills.h": ""})
    assert "-name 'libhills.*'" in scripts["build.sh"]
    assert 'cp -R include/hills.h "$PREFIX/include/"' in scripts["build.sh"]
    assert "test -f $PREFIX/include/hills.h  # [unix]" in meta


def test_headers_alone_are_noarch(tmp_path):
    root = write_files(tmp_path / "trips-1.0", {"include/trips.h": "", "README": "", "COPYING": ""})
    recipe = generate(
        discover(root),
        source=RecipeSource(path="/t"),
        default_version="1.0",
        is_versioned_by_git=False,
    )
    meta = render_v0(recipe)
    assert "noarch: generic" in meta
    assert "compiler" not in meta
    assert 'cp -R "include/trips.h" "$PREFIX/include/"' in dict(recipe.scripts)["build.sh"]


def test_optional_and_unknown_libraries_are_said(tmp_path):
    meson = (
        f"{MESON}dependency('zlib')\ndependency('libpng', required: false)\ndependency('odd-1')\n"
    )
    meta, _ = written(tmp_path, {"meson.build": meson})
    assert "uncertain: meson.build asks pkg-config for libpng, and builds without it too" in meta
    assert "meson.build asks for odd-1: add its package to host" in meta


def test_optional_desktop_libraries_are_left_out_and_said(tmp_path):
    meson = f"{MESON}dependency('gtk+-3.0', required: false)\n"
    meta, _ = written(tmp_path, {"meson.build": meson})
    assert "optional, and left out as accepted recipes do: gtk3" in meta
    assert "host:" not in meta


def test_a_library_that_the_project_is_called_after_is_not_left_out(tmp_path):
    meta, _ = written(
        tmp_path, {"CMakeLists.txt": "project(sdl2_trips C)\nif(X)\nfind_package(SDL2)\nendif()\n"}
    )
    assert "    - sdl2\n" in meta


def test_a_project_with_a_number_does_not_need_itself(tmp_path):
    files = {"configure.ac": f"{AC.replace('[trips]', '[flint2]')}AC_CHECK_LIB([flint], [f])\n"}
    meta, _ = written(tmp_path, files)
    assert "libflint" not in meta


def test_of_optional_libraries_that_do_the_same_one_is_taken(tmp_path):
    body = "".join(f"dependency('{one}', required: false)\n" for one in ("gnutls", "openssl"))
    meta, _ = written(tmp_path, {"meson.build": f"{MESON}{body}"})
    assert "- openssl" in meta
    assert "optional, and left out as accepted recipes do: gnutls" in meta


def test_what_others_find_by_pkg_config_exports_its_run_requirement(tmp_path):
    meta, _ = written(tmp_path, {"configure": "#!/bin/sh\n", "trips.pc.in": "Name: trips\n"})
    assert 'pin_subpackage("trips"' in meta


def test_required_comes_before_optional_under_another_name():
    links = (
        Link(LinkKind.PKG_CONFIG, "libpng", "a", is_optional=True),
        Link(LinkKind.LIBRARY, "png", "b"),
        Link(LinkKind.LIBRARY, "m", "b"),
        Link(LinkKind.LIBRARY, "iconv", "b", is_optional=True),
    )
    found, unknown = find_libraries(links, ())
    assert [(one.name, one.is_optional) for one in found] == [("libpng", False)]
    assert unknown == ()


@pytest.mark.parametrize(
    ("asked", "package"),
    [
        ("ZLIB::ZLIB", "zlib"),
        ("X11::Xext", "xorg-libxext"),
        ("X11::Anything", "xorg-libx11"),
        ("Boost::python", "libboost-python-devel"),
        ("GL/glu.h", "libglu"),
        ("gtk+-2.0", "gtk2"),
        ("ways::tour", ""),
    ],
)
def test_packages_are_known_by_targets_and_headers(asked, package):
    assert package_with(asked) == package


def test_every_name_in_the_table_is_lower_case():
    assert [name for name in LIBRARIES if name != name.lower()] == []


@pytest.mark.parametrize(
    ("condition", "is_wanted"),
    [
        ("TUNED_SO", False),
        ("NOT TARGET TIFF::TIFF", True),
        ("IS_DIRECTORY tiff", True),
        ("CMAKE_VERSION VERSION_LESS 9", True),
    ],
)
def test_what_only_a_variable_makes_a_need_is_left_out(tmp_path, condition, is_wanted):
    asks = f"if({condition})\nfind_package(TIFF REQUIRED)\nendif()\n"
    recipe, _ = written(tmp_path, {"CMakeLists.txt": f"project(trips C)\n{asks}"})
    assert ("- libtiff" in recipe) is is_wanted
    assert ("left out as accepted recipes do: libtiff" in recipe) is not is_wanted


@pytest.mark.parametrize(
    ("asks", "brought"),
    [
        ("dependency('cairo')", ["zlib", "expat", "xorg-xorgproto"]),
        ("dependency('libpng', required: false)", ["zlib"]),
        ("dependency('libtiff-4')", []),
    ],
)
def test_what_a_library_asks_of_those_that_compile_with_it_is_there(tmp_path, asks, brought):
    recipe, _ = written(tmp_path, {"meson.build": f"project('trips', 'c')\n{asks}\n"})
    assert [one for one in ("zlib", "expat", "xorg-xorgproto") if f"- {one}" in recipe] == brought


def test_a_project_does_not_need_what_it_provides(tmp_path):
    files = {
        "configure.ac": "AC_INIT([xz],[5.0])\nAC_ARG_ENABLE([xz], [--disable-xz])\n",
        "Makefile.am": "lib_LTLIBRARIES = liblzma.la\n",
    }
    recipe, _ = written(tmp_path, files)
    assert "liblzma-devel" not in recipe


@pytest.mark.parametrize(
    ("library", "package"),
    [
        ("absl_strings", "libabseil"),
        ("Boost_graph", "libboost-devel"),
        ("xcb-randr", "libxcb"),
        ("xcb-util", "xcb-util"),
        ("Qt6Widgets", "qt6-main"),
        ("libccd", "libccd-double"),
        ("trips_", ""),
    ],
)
def test_libraries_are_known_by_what_their_names_begin_with(library, package):
    assert package_with(library) == package


def test_what_a_makefile_puts_below_usr_alone_is_moved_into_the_prefix(tmp_path):
    makefile = "all:\n\tcc a.c\ninstall:\n\tcp a $(DESTDIR)/usr/bin\n"
    _, scripts = written(tmp_path, {"Makefile": makefile, "a.c": "", "VERSION": "1.0"})
    assert 'make install DESTDIR="$PWD/_installed" CC=' in scripts["build.sh"]
    assert 'cp -a "_installed/$folder/." "$PREFIX/"' in scripts["build.sh"]
