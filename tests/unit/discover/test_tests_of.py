import pytest

import projects
from conda_sluice.discover.detect import discover


def test_pytest_runs_with_its_configuration_and_the_test_extra(tmp_path):
    tests = discover(projects.a_python_project(tmp_path)).tests
    assert tests.commands == ("python -m pytest tests",)
    assert tests.requires == ("pytest >=7", "hypothesis")
    assert tests.files == ("tests", "pyproject.toml")


@pytest.mark.parametrize(
    ("option", "plugin"),
    [
        ('addopts = "--cov trips"', "pytest-cov"),
        ('asyncio_mode = "auto"', "pytest-asyncio"),
        ('addopts = ["--timeout=60"]', "pytest-timeout"),
    ],
)
def test_options_need_their_plugin(tmp_path, option, plugin):
    extra = f"\n[tool.pytest.ini_options]\n{option}\n"
    project = discover(projects.a_python_project(tmp_path, pyproject=projects.PYPROJECT + extra))
    assert plugin in project.tests.requires


@pytest.mark.parametrize(
    ("groups", "requires"),
    [
        (
            'test = ["pytest", {include-group = "more"}]\nmore = ["hypothesis"]',
            ("pytest", "hypothesis"),
        ),
        ('dev = ["pytest-xdist", "ruff", "Numpy>=2"]', ("pytest-xdist", "numpy >=2", "pytest")),
        ('loop = []\ntest = [{include-group = "test"}, "attrs"]', ("attrs", "pytest")),
        ('all = ["mypy", "numpy >= 2"]', ("numpy >=2", "pytest")),
        ('test = ["pytest"]\nmore = ["pytest>=8", "numpy"]', ("pytest", "numpy")),
        ('test = ["trips[more]", "tomli; python_version < \'3\'"]', ("pytest",)),
    ],
)
def test_dependency_groups_say_what_tests_need(tmp_path, groups, requires):
    projects.write_files(
        tmp_path,
        {
            "pyproject.toml": f'[project]\nname = "trips"\n[dependency-groups]\n{groups}\n',
            "tests/test_a.py": "import numpy\n",
        },
    )
    assert discover(tmp_path).tests.requires == requires


@pytest.mark.parametrize(
    ("files", "command"),
    [
        ({"testing/test_a.py": ""}, "python -m pytest testing"),
        ({"pytest.ini": "[pytest]\ntestpaths = checks\n"}, "python -m pytest checks"),
        ({"setup.cfg": "[tool:pytest]\ntestpaths =\n  checks\n  x\n"}, "python -m pytest checks"),
        (
            {"tox.ini": "[pytest]\ntestpaths = ch* a**b src ../up /top .\n"},
            "python -m pytest checks",
        ),
        ({"pytest.toml": '[pytest]\ntestpaths = ["trips", "checks"]\n'}, "python -m pytest checks"),
        (
            {"pytest.ini": "[pytest]\ntestpaths = checks test_a.py\n", "test_a.py": ""},
            "python -m pytest checks test_a.py",
        ),
        ({"tox.ini": "no settings", "test_a.py": ""}, "python -m pytest test_a.py"),
    ],
)
def test_tests_are_where_pytest_is_told_and_never_among_the_sources(tmp_path, files, command):
    usual = {
        "pyproject.toml": '[project]\nname = "trips"\n',
        "src/test_src.py": "",
        "checks/test_b.py": "",
        "trips/__init__.py": "",
        "trips/tests/test_c.py": "",
    }
    project = discover(projects.write_files(tmp_path, usual | files))
    assert project.tests.commands == (command,)


def test_settings_of_coverage_come_along(tmp_path):
    projects.write_files(projects.a_python_project(tmp_path), {".coveragerc": "[run]\n"})
    assert ".coveragerc" in discover(tmp_path).tests.files


def test_no_test_modules_means_no_tests(tmp_path):
    projects.write_files(tmp_path, {"pyproject.toml": '[project]\nname = "x"\n', "tests/a.txt": ""})
    assert discover(tmp_path).tests.commands == ()


def test_r_scripts_run_from_the_tests_folder_with_what_they_name(tmp_path):
    tests = discover(projects.an_r_project(tmp_path)).tests
    assert tests.commands == ("(cd tests && Rscript testthat.R)",)
    assert tests.requires == ("r-testthat >=3.0.0",)
    assert tests.files == ("tests",)


@pytest.mark.parametrize(
    ("line", "requires"),
    [
        ("library(knitr)", ("r-knitr",)),
        ('skip_if_not_installed("knitr", "1.0")', ("r-knitr",)),
        ("x <- knitr::knit(1)", ("r-knitr",)),
        ("# knitr would be nice", ()),
        ("library(knitrBootstrap)", ()),
    ],
)
def test_r_tests_need_the_suggested_packages_that_they_load(tmp_path, line, requires):
    description = "Package: trips\nVersion: 1.0\nSuggests: knitr\n"
    projects.write_files(tmp_path, {"DESCRIPTION": description, "tests/a.R": f"{line}\n"})
    assert discover(tmp_path).tests.requires == requires


def test_r_tests_that_compile_get_compilers(tmp_path):
    script = 'Rcpp::sourceCpp("cpp/a.cpp")\nlibrary(rbenchmark)\n'
    root = projects.write_files(tmp_path, {"inst/tinytest/test_a.R": script})
    project = discover(projects.an_r_project(root))
    assert project.tests.requires[-3:] == ("make", "compiler:c", "compiler:cxx")


def test_c_tests_are_built_against_the_installed_library(tmp_path):
    tests = discover(projects.a_cmake_project(tmp_path)).tests
    assert tests.commands[0].startswith("cmake -S tests -B _build -G Ninja")
    assert tests.requires == ("cmake", "ninja", "compiler:c")
    assert tests.files == ("tests",)


def test_c_tests_that_reach_for_sources_do_not_count(tmp_path):
    cmake = "project(t)\nfind_package(trips)\nadd_executable(t ../t.c)\n"
    project = projects.a_cmake_project(tmp_path)
    projects.write_files(tmp_path, {"tests/CMakeLists.txt": cmake})
    assert discover(project).tests.commands == ()


@pytest.mark.parametrize(
    ("makefile", "commands"),
    [
        ("check:\n\t./a\n", ("make -C tests check PREFIX=$CONDA_PREFIX prefix=$CONDA_PREFIX",)),
        ("LIB = ../lib\ncheck:\n\t./a\n", ()),
        ("all:\n\t./a\n", ()),
    ],
)
def test_makefile_tests_count_where_they_need_no_source(tmp_path, makefile, commands):
    projects.write_files(tmp_path, {"tests/Makefile": makefile})
    assert discover(projects.a_make_project(tmp_path)).tests.commands == commands


@pytest.mark.parametrize(
    ("files", "commands"),
    [
        ({}, ("python -m pytest --pyargs trips.tests",)),
        ({"setup.cfg": "[options.packages.find]\nexclude =\n  *.tests\n"}, ()),
        ({"tests/test_b.py": ""}, ("python -m pytest tests",)),
    ],
)
def test_tests_that_are_installed_are_run_by_their_name(tmp_path, files, commands):
    inside = ("trips/__init__.py", "trips/tests/__init__.py", "trips/tests/test_a.py")
    pyproject = '[project]\nname = "trips"\n'
    projects.write_files(
        tmp_path, {"pyproject.toml": pyproject, **dict.fromkeys(inside, ""), **files}
    )
    assert discover(tmp_path).tests.commands == commands


def test_scripts_beside_the_tests_ask_for_nothing(tmp_path):
    extra = '[dependency-groups]\ntest = ["pytest"]\nmore = ["atheris", "attrs", "numpy"]\n'
    files = {
        "pyproject.toml": f'[project]\nname = "trips"\nversion = "1"\n{extra}',
        "trips.py": "",
        "tests/test_a.py": "import attrs",
        "tests/helpers/__init__.py": "import numpy",
        "tests/fuzzers/fuzz.py": "import atheris",
    }
    tests = discover(projects.write_files(tmp_path, files)).tests
    assert tests.requires == ("pytest", "attrs", "numpy")


def test_markers_are_judged_alike_on_every_machine(tmp_path):
    needs = [
        *("pytest", "tomli; python_version < '3.11'", "new; python_version >= '3.14'"),
        *("tzdata; platform_system == 'Windows'", "old; python_version < '3.9'"),
    ]
    files = {
        "pyproject.toml": '[project]\nname = "trips"\nversion = "1"\n'
        f"[dependency-groups]\ntest = {needs}\n",
        "trips.py": "",
        "tests/test_a.py": "",
    }
    tests = discover(projects.write_files(tmp_path, files)).tests
    assert tests.requires == ("pytest", "tomli", "new")
