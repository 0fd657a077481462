import pytest

import projects
from conda_sluice.discover.detect import discover
from conda_sluice.effects.git import open_repository
from conda_sluice.model.completed import Completed
from conda_sluice.model.environment import ChannelSource
from conda_sluice.pipeline.test_one import TestTask, own_tests, test_one
from factories import a_channel, an_artifact
from fakes import FakeStore
from fakes_running import FakeEnvironments
from git_clones import Clone
from plans import LINUX

PYTHON = {
    "pyproject.toml": '[project]\nname = "trips"\nversion = "1"\n',
    "tests/test_a.py": "",
}


@pytest.fixture
def run_test(tmp_path):
    """Test a package of a project that answers a script in this way."""

    def test(script, output, *, files=PYTHON, command="", code=0, info=None):
        clone = Clone(tmp_path / "project")
        clone.commit(files)
        artifact = an_artifact(tmp_path / "made", info=info)
        channel, store = a_channel(tmp_path), FakeStore()
        store.put([artifact], channel)
        environments = FakeEnvironments(
            {channel.url: [artifact.record]}, {script: Completed(code=code, output=output)}
        )
        # what a project needs for its tests is not in this channel
        task = TestTask(
            record=artifact.record,
            target="testing",
            platform=LINUX,
            strategy="highest",
            sources=(ChannelSource(channel.url),),
            digest="",
            source=open_repository(clone.root).state(clone.root),
            command=command,
            compilers=(),
            folder=tmp_path / "results",
            timeout=60,
        )
        return test_one(task, channel, store, environments)

    return test


R = {
    "DESCRIPTION": "Package: trips\nVersion: 1.0\n",
    "tests/testthat.R": "",
}


def test_tests_are_counted_as_their_runner_counts_them(run_test):
    report = run_test("Rscript", "[ FAIL 0 | WARN 0 | SKIP 1 | PASS 41 ]", files=R)
    assert (report.has_passed, report.tests) == (True, 41)


@pytest.mark.parametrize(
    ("test", "has_passed"),
    [("if (requireNamespace('vdiffr')) vdiffr::show()", True), ("library(vdiffr)", False)],
)
def test_what_tests_look_for_before_they_use_it_may_be_missing(run_test, test, has_passed):
    files = {"DESCRIPTION": f"{R['DESCRIPTION']}Suggests: vdiffr\n", "tests/plots.R": test}
    report = run_test("Rscript", "", files=files)
    assert report.has_passed is has_passed
    assert ("without r-vdiffr, which tests can do without" in report.log.read_text()) is has_passed
    if not has_passed:
        assert "No candidates were found for r-vdiffr" in report.reason


def test_a_project_whose_tests_are_all_skipped_has_not_passed(run_test):
    report = run_test("Rscript", "[ FAIL 0 | WARN 0 | SKIP 5 | PASS 0 ]", files=R)
    assert not report.has_passed
    assert report.reason.endswith("ran no test: it found none, or skipped them all")


@pytest.mark.parametrize(
    "output", ["Ran 0 tests in 0.000s\n\nOK\n", "Test project /b\nNo tests were found!!!\n"]
)
def test_a_project_without_a_test_has_not_passed_though_the_recipe_has_one(run_test, output):
    of_recipe = {"info/test/run_test.sh": b"true"}
    report = run_test("./try", output, files=R, command="./try", info=of_recipe)
    assert (report.has_passed, report.tests) == (False, 1)
    assert report.reason == "./try ran no test: it found none, or skipped them all"


def test_a_project_is_found_under_the_name_of_its_own_folder(run_test):
    below = {"README": "", "project/Makefile": "all:\n\tcc tour.c\n", "project/tour.c": ""}
    of_recipe = {"info/test/run_test.sh": b"true"}
    report = run_test("bash", "", files=below, info=of_recipe)
    assert (report.has_passed, report.reason) == (True, "")


def test_a_command_that_fails_says_its_last_line(run_test):
    report = run_test("Rscript", "oh\n\n==== no =====\n\n", files=R, code=3)
    assert report.reason == "(cd tests && Rscript testthat.R) ended with exit code 3: no"


def test_a_long_command_is_named_in_short(run_test):
    command = "set -e; " + "./try with this and that; " * 20
    report = run_test("./try", "", files=R, command=command, code=1)
    assert report.reason.startswith("set -e; ./try with this and that;")
    assert len(report.reason) < 110


def test_a_script_that_counts_nothing_is_one_test(run_test):
    assert run_test("Rscript", "fine", files=R).tests == 1


def test_a_test_environment_that_cannot_be_had_is_told(run_test):
    report = run_test("pytest", "")
    assert report.reason.startswith("its test environment cannot be solved: No candidates")


def test_a_command_of_ones_own_replaces_the_commands_alone(tmp_path):
    project = discover(projects.a_python_project(tmp_path))
    setup = own_tests(project, "pytest -k fast")
    assert setup.commands == ("pytest -k fast",)
    assert (setup.requires, setup.files) == (project.tests.requires, project.tests.files)


def test_a_command_for_tests_of_no_known_kind_gets_all_files_and_compilers(tmp_path):
    projects.write_files(tmp_path, {"Makefile": "all:\n\t$(CC) trips.c\n", "trips.c": ""})
    setup = own_tests(discover(tmp_path), "./try.sh")
    assert (setup.commands, setup.files) == (("./try.sh",), ("*",))
    assert setup.requires == ("compiler:c",)
