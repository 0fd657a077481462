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
        ('[tool.coverage.run]\nplugins = ["Cython.Coverage"]', "cython"),
    ],
)
def test_options_need_their_plugin(tmp_path, option, plugin):
    extra = f"\n[tool.pytest.ini_options]\n{option}\n"
    project = discover(projects.a_python_project(tmp_path, pyproject=projects.PYPROJECT + extra))
    assert plugin in project.tests.requires


def test_a_plugin_does_not_need_itself(tmp_path):
    files = {"pytest_mock/__init__.py": "", "tests/test_a.py": "def test_a(mocker): ...\n"}
    project = {"pyproject.toml": '[project]\nname = "pytest-mock"\n'}
    projects.write_files(tmp_path, files | project)
    assert discover(tmp_path).tests.requires == ("pytest",)


@pytest.mark.parametrize(
    ("said", "requires"),
    [
        ('["pytest", "flake8", "Flake8-Quotes", "pytest-black>=0.3", "types-six"]', ("pytest",)),
        ('["pytest-ruff", "mypy"]', ("pytest_ruff", "mypy", "pytest")),
    ],
)
def test_what_only_looks_at_sources_is_not_needed(tmp_path, said, requires):
    settings = '[tool.pytest.ini_options]\naddopts = "--ruff --pyargs"\n'
    project = f'[project]\nname = "trips"\n[dependency-groups]\ntest = {said}\n{settings}'
    files = {"pyproject.toml": project, "trips.py": "", "tests/test_a.py": "from mypy import api"}
    projects.write_files(tmp_path, files)
    assert discover(tmp_path).tests.requires == requires


@pytest.mark.parametrize(
    ("content", "requires"),
    [
        ("def test_a(mocker): ...", ("pytest", "pytest-mock")),
        ("@pytest.mark.asyncio\nasync def test_a(): ...", ("pytest", "pytest-asyncio")),
        ("@pytest.fixture\ndef mocker(): ...\ndef test_a(mocker): ...", ("pytest",)),
        (
            "from hypothesis import given\nimport pytest_mock",
            ("pytest", "hypothesis", "pytest-mock"),
        ),
        ("try:\n    import mock\nexcept ImportError:\n    mock = None", ("pytest",)),
        ("import responses", ("pytest",)),  # which lies beside the tests
    ],
)
def test_plugins_and_tools_that_tests_use_are_needed_though_nobody_declares_them(
    tmp_path, content, requires
):
    files = {"tests/test_a.py": content, "tests/responses.py": "", "trips.py": ""}
    projects.write_files(tmp_path, {"pyproject.toml": '[project]\nname = "trips"\n'} | files)
    assert discover(tmp_path).tests.requires == requires


@pytest.mark.parametrize(
    "files",
    [
        {"setup.py": "setup(name='trips', install_requires=[], tests_require=['nose2<1'])"},
        {
            "setup.py": "setup()",
            "setup.cfg": "[metadata]\nname = trips\n[options]\ninstall_requires = a\n"
            "tests_require =\n  nose2<1\n",
        },
    ],
)
def test_what_setuptools_once_installed_for_tests_is_needed(tmp_path, files):
    projects.write_files(tmp_path, files | {"trips.py": "", "tests/test_a.py": ""})
    assert discover(tmp_path).tests.requires == ("nose2 <1", "pytest")


@pytest.mark.parametrize(
    "file", ["requirements-dev.txt", "test_requirements.txt", "requirements/lint.txt"]
)
def test_files_of_requirements_say_what_tests_import(tmp_path, file):
    content = """
    -r requirements.txt
    numpy==1.21.0 --hash=sha256:00  # as of today
    ruff
    pandas[test] >=2 ; python_version >= "3"
    https://example.org/a.zip
    """
    files = {file: content, "tests/test_a.py": "import numpy, pandas\nimport six\n"}
    projects.write_files(
        tmp_path, files | {"trips.py": "", "pyproject.toml": '[project]\nname = "trips"\n'}
    )
    assert discover(tmp_path).tests.requires == ("numpy", "pandas >=2", "pytest")


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
        ('oldest = ["numpy==1.26"]\nall = ["numpy>=2", "numpy>=1"]', ("numpy >=2", "pytest")),
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


@pytest.mark.parametrize(
    ("content", "files"),
    [
        ("from dummyserver.app import a\nimport setup, dummydata\n", ("dummyserver", "setup.py")),
        ("import trips\nimport never, told, _trips\nfrom tests.b import c\n", ()),
        ("try:\n    import dummyserver\nexcept ImportError:\n    pass\n", ()),
    ],
)
def test_helpers_beside_the_tests_come_along(tmp_path, content, files):
    there = ("dummyserver/app.py", "dummydata/a.txt", "setup.py", "trips.py", "tests/b.py")
    there += ("told/__init__.py", "_trips/__init__.py")
    projects.write_files(tmp_path, dict.fromkeys(there, "") | {"tests/test_a.py": content})
    projects.write_files(tmp_path, {"trips.egg-info/top_level.txt": "trips\ntold\n"})
    projects.write_files(tmp_path, {"pyproject.toml": '[project]\nname = "trips"\n'})
    assert discover(tmp_path).tests.files == ("tests", *files, "pyproject.toml")


def test_helpers_beside_the_tests_say_what_is_needed_too(tmp_path):
    project = '[project]\nname = "trips"\n[dependency-groups]\ndev = ["quart>=0.19", "ruff"]\n'
    files = {"tests/test_a.py": "import dummyserver\n", "dummyserver/app.py": "import quart\n"}
    projects.write_files(tmp_path, files | {"trips.py": "", "pyproject.toml": project})
    assert discover(tmp_path).tests.requires == ("quart >=0.19", "pytest")


def test_folders_from_which_pytest_imports_come_along_and_sources_do_not(tmp_path):
    settings = '[tool.pytest.ini_options]\npythonpath = ["src", ".", "tasks/", "/tmp", "../a"]\n'
    there = ("tasks/b.py", "src/trips.py", "tests/test_a.py")
    projects.write_files(tmp_path, dict.fromkeys(there, ""))
    project = '[project]\nname = "trips"\n'
    projects.write_files(tmp_path, {"pyproject.toml": project + settings})
    assert discover(tmp_path).tests.files == ("tests", "tasks", "pyproject.toml")


def test_modules_are_known_whose_distribution_has_another_name(tmp_path):
    project = '[project]\nname = "trips"\n[project.optional-dependencies]\nsigned = ["pyjwt>=2"]\n'
    files = {"pyproject.toml": project, "trips.py": "", "tests/test_a.py": "import jwt\n"}
    projects.write_files(tmp_path, files)
    assert discover(tmp_path).tests.requires == ("pyjwt >=2", "pytest")


def test_files_at_the_top_that_tests_read_come_along(tmp_path):
    files = {
        "tests/test_a.py": 'open("README.rst"); open(f"{here}/../LICENSE.txt"); open("setup.py")',
        "tests/data.csv": "",
        **dict.fromkeys(("README.rst", "LICENSE.txt", "setup.py", "data.csv", "trips.py"), ""),
    }
    projects.write_files(tmp_path, files | {"pyproject.toml": '[project]\nname = "trips"\n'})
    found = discover(tmp_path).tests.files
    assert found == ("tests", "pyproject.toml", "LICENSE.txt", "README.rst")


@pytest.mark.parametrize(("place", "lacking"), [("tests", ("tests.utils",)), ("trips/tests", ())])
def test_tests_whose_helpers_are_not_there_are_none(tmp_path, place, lacking):
    files = {f"{place}/{one}": "from .utils import a\n" for one in ("__init__.py", "test_a.py")}
    files |= {"trips/__init__.py": "", "pyproject.toml": '[project]\nname = "trips"\n'}
    projects.write_files(tmp_path, files)
    tests = discover(tmp_path).tests
    assert (tests.lacking, bool(tests.commands)) == (lacking, not lacking)


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
