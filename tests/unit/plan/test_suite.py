import subprocess
import sys

import pytest

from conda_sluice.errors import PackageError
from conda_sluice.plan.suite import origin_commands, parse_tests, parse_v0_tests


def parse(*tests):
    return parse_tests(list(tests), "trips.conda")


def test_a_package_without_tests_has_an_empty_suite():
    assert parse_tests(None, "trips.conda").commands == ()


def test_a_script_test_runs_where_its_files_lie_with_what_it_requires():
    suite = parse(
        {
            "script": {"content": ["echo a", "echo b"], "cwd": "etc/conda/test-files/trips/0"},
            "requirements": {"run": ["pytest"]},
        }
    )
    (command,) = suite.commands
    assert (command.script, command.folder) == ("echo a\necho b", "etc/conda/test-files/trips/0")
    assert suite.requires == ("pytest",)


def test_a_script_may_be_a_plain_list():
    (command,) = parse({"script": ["echo a"]}).commands
    assert command.script == "echo a"


def test_python_imports_come_with_pip_check_unless_it_is_switched_off():
    suite = parse({"python": {"imports": ["trips", "trips.io"]}})
    assert [command.name for command in suite.commands] == [
        "import trips",
        "import trips.io",
        "pip check",
    ]
    assert suite.requires == ("pip",)
    off = parse({"python": {"imports": ["trips"], "pip_check": False}})
    assert (len(off.commands), off.requires) == (1, ())


def test_r_libraries_are_loaded():
    (command,) = parse({"r": {"libraries": ["trips"]}}).commands
    assert command.name == "library trips"


def test_a_kind_of_test_that_cannot_be_run_is_an_error_and_never_left_out():
    with pytest.raises(PackageError, match="a kind that cannot be run here: downstream"):
        parse({"downstream": "other"})


def test_tests_that_are_no_list_are_an_error():
    with pytest.raises(PackageError, match="tests is no list"):
        parse_tests("rm -rf", "trips.conda")


def test_what_is_imported_from_elsewhere_is_found_out(tmp_path):
    """The script fails for a module beside the tests and passes for one of the environment."""
    (tmp_path / "stray.py").write_text("")
    suite = parse({"python": {"imports": ["stray", "pip"], "pip_check": False}})
    stray, inside = (
        command.script.replace("python", sys.executable, 1) for command in origin_commands(suite)
    )
    outcome = subprocess.run(
        ["bash", "-c", stray], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert outcome.returncode == 1
    assert "and not from the environment" in outcome.stderr
    assert subprocess.run(["bash", "-c", inside], cwd=tmp_path, check=False).returncode == 0


def test_scripts_of_conda_build_run_in_the_folder_of_their_files_and_in_its_order():
    files = {
        "run_test.sh": b"",
        "run_test.bat": b"",
        "run_test.py": b"",
        "test_time_dependencies.json": b'["pip"]',
    }
    suite = parse_v0_tests(files, "/tests", "trips.conda")
    assert [(one.name, one.folder) for one in suite.commands] == [
        ("run_test.py", "/tests"),
        ("run_test.sh", "/tests"),
    ]
    assert suite.requires == ("pip", "python")


@pytest.mark.parametrize(
    ("file", "need"), [("run_test.r", "r-base"), ("run_test.pl", "perl"), ("run_test.lua", "lua")]
)
def test_a_script_needs_the_program_that_runs_it(file, need):
    suite = parse_v0_tests({file: b""}, "/tests", "trips.conda")
    assert ([one.name for one in suite.commands], suite.requires) == ([file], (need,))


def test_a_script_for_windows_alone_is_no_test():
    assert parse_v0_tests({"run_test.bat": b""}, "/tests", "trips.conda").commands == ()


def test_imports_that_conda_build_wrote_into_scripts_are_known_again():
    """What is printed otherwise is the recipe author's own."""
    files = {
        "run_test.py": b"""print("import: 'trips.io'")\nimport trips.io\nprint("import: 'x")\n""",
        "run_test.r": b"""print("library('trips')")\nlibrary(trips)\n""",
    }
    suite = parse_v0_tests(files, "/tests", "trips.conda")
    assert (suite.imports, suite.libraries) == (("trips.io",), ("trips",))


def test_the_python_that_an_import_test_names_is_required():
    suite = parse({"python": {"imports": ["trips"], "python_version": "3.11.*"}})
    assert suite.requires == ("pip", "python 3.11.*")


def test_an_import_test_for_several_pythons_is_an_error():
    with pytest.raises(PackageError, match="several Pythons"):
        parse({"python": {"imports": ["trips"], "python_version": ["3.11.*", "3.12.*"]}})


def test_perl_modules_are_used():
    (command,) = parse({"perl": {"uses": ["Trips::Log"]}}).commands
    assert (command.name, command.script) == ("use Trips::Log", "perl -e 'use Trips::Log;'")


@pytest.mark.parametrize("requires", [b"{", b"7", b"[7]", pytest.param(b"[" * 100_000, id="deep")])
def test_test_requirements_that_cannot_be_read_are_an_error(requires):
    with pytest.raises(PackageError, match="test requirements"):
        parse_v0_tests({"test_time_dependencies.json": requires}, "/tests", "trips.conda")
