import pytest
from benchmarks.recipes.rules import comparable, covered, same_licence, same_name


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("typing_extensions", "typing-extensions"),
        ("ruamel.yaml", "ruamel-yaml"),
        ("libxml2-devel", "libxml2"),
        ("PyYAML", "pyyaml"),
        ("jpeg", "libjpeg-turbo"),
        ("xz", "liblzma-devel"),
    ],
)
def test_spellings_of_one_name_are_equal(one, other):
    assert same_name(one) == same_name(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("libgdal", "libgdal-core"), ("pkgconfig", "pkg-config"), ("__unix", "unix"), ("r-r6", "r6")],
)
def test_other_packages_stay_others(one, other):
    assert same_name(one) != same_name(other)


def test_stdlib_counts_only_where_the_accepted_recipe_has_it():
    written = {"compiler:c", "stdlib:c"}
    assert comparable(written, {"compiler:c"}, "build") == {"compiler:c"}
    assert comparable(written, {"compiler:c", "stdlib:c"}, "build") == written
    assert comparable({"stdlib:c"}, set(), "host") == {"stdlib:c"}


def test_wheel_counts_only_where_the_accepted_recipe_has_it():
    assert comparable({"pip", "wheel"}, {"pip"}, "host") == {"pip"}
    assert comparable({"pip"}, {"pip", "wheel"}, "host") == {"pip"}
    assert comparable({"wheel"}, set(), "run") == {"wheel"}


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("MIT", "MIT", True),
        ("MPL-2.0 and MIT", "MIT AND MPL-2.0", True),
        ("GPL-2.0-or-later", "GPL-2.0-only", False),
        ("GPL-2.0-only OR MIT", "GPL-2.0-only AND MIT", False),
        ("GPL-3.0", "GPL-3.0-only", True),
        ("GPL-3.0-or-later", "GPL-3.0", True),
        ("LGPL 2.1", "LGPL-2.1-or-later", True),
        ("GPL-3.0", "GPL-2.0-only", False),
        ("GPL-3.0", "LGPL-3.0-only", False),
        ("GPL-3.0 OR MIT", "MIT OR GPL-3.0-or-later", True),
        ("BSD 3-Clause", "BSD-3-Clause", True),
        ("BSD 3-Clause License", "bsd 3-clause license", True),
        ("MIT", "", False),
    ],
)
def test_licences_are_compared_as_expressions(one, other, is_same):
    assert same_licence(one, other) is is_same


def test_a_file_is_covered_by_its_path_or_a_pattern():
    assert covered("lib/libz.so", {"lib/libz.*"})
    assert covered("include/zlib.h", {"include/zlib.h"})
    assert not covered("lib/libzip.so", {"lib/libz.*"})


@pytest.mark.parametrize("extension", ["$SHLIB_EXT", "${SHLIB_EXT}"])
def test_the_extension_of_a_shared_library_is_the_one_of_linux(extension):
    assert covered(f"lib/libz{extension}", {"lib/libz.so"})
    assert covered("lib/libz.so", {f"lib/libz{extension}"})
    assert covered(f"lib/libz{extension}.1", {"lib/libz.so.1"})
    assert not covered(f"lib/libz{extension}", {"lib/libz.dylib"})
