from conda_sluice.discover.c.makefile import read_makefile
from projects import write_files


def links(root, files):
    return [(one.name, one.is_optional) for one in read_makefile(write_files(root, files)).links]


def test_modules_that_a_makefile_asks_pkg_config_for_are_needed(tmp_path):
    makefile = (
        "PKG_CONFIG ?= pkg-config\n"
        "CFLAGS += $(shell $(PKG_CONFIG) --cflags zlib libpng)\n"
        "LDLIBS += `pkg-config --libs 'gsl >= 1.0'`\n"
        "# LDLIBS += $(shell $(PKG_CONFIG) --libs lcms2)\n"
    )
    named = ["zlib", "libpng", "gsl"]
    assert links(tmp_path, {"Makefile": makefile}) == [(one, False) for one in named]


def test_makefiles_of_folders_that_are_built_name_libraries_too(tmp_path):
    top = "all:\n\t$(MAKE) -C src\n"
    files = {
        "Makefile": top,
        "src/Makefile": "LIBS = -lreadline -lour\n",
        "tests/Makefile": "LIBS = -lz\n",
    }
    assert links(tmp_path, files) == [("readline", True)]
    assert links(tmp_path, {"Makefile": "all: ; cc\n"}) == []


def test_a_makefile_of_blank_lines_is_read_as_fast_as_any(tmp_path):
    blank = "\n" * 100_000
    assert links(tmp_path, {"Makefile": f"{blank}LDLIBS = -lz\n{blank}#\n"}) == [("z", False)]
