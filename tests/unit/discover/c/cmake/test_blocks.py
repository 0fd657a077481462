import pytest

from conda_sluice.discover.c.cmake.read import read_cmake
from projects import write_files


def read(root, body):
    head = "project(trips C)\nadd_library(trips trips.c)\n"
    return read_cmake(write_files(root, {"CMakeLists.txt": f"{head}{body}\n"}))


INSTALL = "install(TARGETS trips)"


@pytest.mark.parametrize(
    ("body", "libraries"),
    [
        (f'option(DO_IT "do it" ON)\nif(DO_IT)\n{INSTALL}\nendif()', ("trips",)),
        (f'option(DO_IT "do it" OFF)\nif(NOT DO_IT)\n{INSTALL}\nendif()', ("trips",)),
        (f'option(DO_IT "do it" OFF)\nif(DO_IT)\nelse()\n{INSTALL}\nendif()', ("trips",)),
        (f'option(DO_IT "do it" OFF)\nif(DO_IT)\n{INSTALL}\nendif()', ()),
        (f'option(DO_IT "do it" ON)\nif(DO_IT)\nelseif(X)\n{INSTALL}\nendif()', ()),
        (f'option(DO_IT "do it" OFF)\nif(DO_IT)\nelseif(X)\n{INSTALL}\nendif()', ()),
        (f'option(DO_IT "do it" ON)\nif(DO_IT AND X)\n{INSTALL}\nendif()', ()),
        (f'option(DO_IT "do it" ON)\nset(DO_IT ${{X}})\nif(DO_IT)\n{INSTALL}\nendif()', ()),
        (f"if(BUILD_SHARED_LIBS)\n{INSTALL}\nendif()", ("trips",)),
        (f'option(BUILD_TESTING "" ON)\nif(BUILD_TESTING)\n{INSTALL}\nendif()', ()),
        (f"function(f)\n{INSTALL}\nendfunction()", ()),
        (f"if(CMAKE_PROJECT_NAME STREQUAL PROJECT_NAME)\n{INSTALL}\nendif()", ("trips",)),
        (f'if("${{X}}" STREQUAL PROJECT_NAME)\n{INSTALL}\nendif()', ()),
        (
            (
                'cmake_dependent_option(DO_IT "" ON "CMAKE_PROJECT_NAME STREQUAL PROJECT_NAME"'
                f" OFF)\nif(DO_IT)\n{INSTALL}\nendif()"
            ),
            ("trips",),
        ),
        (f"endif()\nelse()\n{INSTALL}", ("trips",)),
    ],
)
def test_what_stands_behind_an_option_is_installed_by_its_default(tmp_path, body, libraries):
    assert read(tmp_path, body).libraries == libraries


def test_what_an_option_switches_off_is_no_need(tmp_path):
    body = 'option(WITH_TLS "TLS" OFF)\nif(WITH_TLS)\nfind_package(OpenSSL)\nendif()'
    assert read(tmp_path, body).links == ()
    assert read(tmp_path, body.replace("OFF", "ON")).links[0].name == "OpenSSL"


def test_headers_are_known_wherever_they_are_made(tmp_path):
    body = (
        "set(PUBLIC ${CMAKE_BINARY_DIR}/trips_config.h ${CMAKE_CURRENT_SOURCE_DIR}/a/trips.h)\n"
        "install(FILES ${PUBLIC} ${OTHER} DESTINATION include)"
    )
    assert read(tmp_path, body).headers == ("include/trips_config.h", "include/trips.h")


def test_a_library_that_is_static_by_default_is_no_shared_one(tmp_path):
    body = (
        'option(SHARE "" OFF)\nif(SHARE)\nadd_library(way SHARED a.c)\nelse()\n'
        "add_library(way STATIC a.c)\nendif()\ninstall(TARGETS way)"
    )
    assert read(tmp_path, body).libraries == ()


def test_an_option_to_install_is_on_where_its_default_is_not_known(tmp_path):
    body = f'option(TRIPS_INSTALL "" ${{IS_MAIN}})\nif(TRIPS_INSTALL)\n{INSTALL}\nendif()'
    assert read(tmp_path, body).libraries == ("trips",)


def test_what_nobody_switches_off_runs(tmp_path):
    assert read(tmp_path, f"if(NOT SKIP_INSTALL_ALL)\n{INSTALL}\nendif()").libraries == ("trips",)


@pytest.mark.parametrize(
    "said",
    [
        "set_target_properties(trips PROPERTIES OUTPUT_NAME way)",
        "set_property(TARGET trips PROPERTY OUTPUT_NAME way)",
        "set_property(TARGET trips PROPERTY LIBRARY_OUTPUT_NAME way)",
    ],
)
def test_a_library_is_called_as_its_properties_say(tmp_path, said):
    assert read(tmp_path, f"{INSTALL}\n{said}").libraries == ("way",)


@pytest.mark.parametrize(("said", "programs"), [("tour", ("tour",)), ("${PREFIX}-tour", ())])
def test_a_program_is_called_as_its_properties_say(tmp_path, said, programs):
    named = f"set_property(TARGET app PROPERTY RUNTIME_OUTPUT_NAME {said})"
    facts = read(tmp_path, f"add_executable(app a.c)\n{named}\ninstall(TARGETS app)")
    assert facts.programs == programs


def test_options_for_tests_are_known_in_any_spelling(tmp_path):
    facts = read(tmp_path, 'option(Trips_BuildTests "" ON)\noption(TRIPS_TESTS "" ON)')
    assert facts.options == ("Trips_BuildTests=OFF", "TRIPS_TESTS=OFF")


@pytest.mark.parametrize(
    ("option", "default", "said"),
    [
        ("PREFER_EXTERNAL_LZ4", "OFF", "PREFER_EXTERNAL_LZ4=ON"),
        ("WAYS_FMT_EXTERNAL", "OFF", "WAYS_FMT_EXTERNAL=ON"),
        ("USE_SYSTEM_ZLIB", "${X}", "USE_SYSTEM_ZLIB=ON"),
        ("WITH_BUNDLED_PNG", "ON", "WITH_BUNDLED_PNG=OFF"),
        ("PREFER_EXTERNAL_TRIPS", "OFF", ""),
        ("USE_EXTERNAL_CALLS", "OFF", ""),
    ],
)
def test_libraries_are_taken_as_packages_and_no_copy_of_them(tmp_path, option, default, said):
    body = f'option({option} "" {default})\nif({option})\nfind_package(Way)\nendif()'
    facts = read(tmp_path, body)
    assert facts.options == ((said,) if said else ())
    assert [one.name for one in facts.links] == (["Way"] if said.endswith("=ON") else [])
