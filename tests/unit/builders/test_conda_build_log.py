import pytest

from conda_sluice.builders.conda_build_log import read_failure

OWN = """\
Traceback (most recent call last):
  File "/opt/conda/bin/conda-build", line 8, in <module>
    sys.exit(execute())
  File "/opt/conda/lib/python3.12/site-packages/conda_build/build.py", line 2604, in build
    raise it
"""
THEIRS = """\
Traceback (most recent call last):
  File "/tmp/work/setup.py", line 1, in <module>
    import nowhere
ModuleNotFoundError: No module named 'nowhere'
"""


def failed_script(status):
    return (
        f"compiling\n{THEIRS}{OWN}"
        f"subprocess.CalledProcessError: Command '['/bin/bash']' {status}\n\n"
        "The above exception was the direct cause of the following exception:\n\n"
        f"{OWN}conda_build.exceptions.BuildScriptException: Command '['/bin/bash']' {status}\n"
    )


def test_a_failed_script_is_told_with_its_status_and_its_own_last_words():
    found = read_failure(failed_script("returned non-zero exit status 3."), 1)
    assert found.reason == "its build script failed: Script failed with status 3"
    assert found.tail == ("compiling", *THEIRS.splitlines())
    assert not found.is_unsatisfied


def test_a_script_that_was_killed_is_told_with_the_signal():
    found = read_failure(failed_script("died with <Signals.SIGKILL: 9>."), 1)
    assert found.reason == "its build script failed: Script was ended by SIGKILL"


@pytest.mark.parametrize(
    "kind",
    [
        "conda_build.exceptions.DependencyNeedsBuildingError",
        "conda_rattler_solver._conda_build_exceptions.ExplainedDependencyNeedsBuildingError",
        "conda_libmamba_solver.exceptions.LibMambaUnsatisfiableError",
        "conda.exceptions.ResolvePackageNotFound",
        "conda.exceptions.PackagesNotFoundError",
    ],
)
def test_what_cannot_be_solved_is_known_by_the_class_of_the_error(kind):
    found = read_failure(f"solving\n{OWN}{kind}: cannot: one\ntwo\n\n", 1)
    assert (found.is_unsatisfied, found.reason) == (True, "cannot: one\ntwo")


def test_any_other_error_is_told_by_its_message():
    found = read_failure(f"BUILD START\n{OWN}ValueError: License file given does not exist\n", 1)
    assert (found.reason, found.tail) == ("License file given does not exist", ("BUILD START",))


def test_an_error_without_a_message_is_told_by_its_name():
    assert read_failure(f"{OWN}KeyboardInterrupt\n", 1).reason == "KeyboardInterrupt"


def test_without_a_traceback_the_last_line_is_told():
    found = read_failure("usage: conda build\nconda build: error: unknown option\n", 2)
    assert found.reason == (
        "conda-build ended with exit code 2: conda build: error: unknown option"
    )


def test_an_empty_log_says_that_nothing_was_said():
    assert read_failure("", 1).reason == "conda-build ended with exit code 1: it said nothing"


def test_a_signal_that_ended_conda_build_is_named():
    assert read_failure("building\n", -9).reason == "conda-build was ended by signal 9"


def test_a_traceback_without_an_end_is_still_told():
    assert read_failure(OWN.splitlines()[0], 1).reason == "conda-build ended without a word"
