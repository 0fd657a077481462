import pytest

from conda_sluice.effects.process import run


@pytest.mark.parametrize("timeout", [3e6, 1e300, float("inf")])
def test_a_command_may_be_given_years(timeout):
    done = run(["cat"], stdin="message", timeout=timeout)
    assert (done.code, done.output, done.is_timeout) == (0, "message", False)


def test_a_command_that_takes_too_long_is_ended():
    assert run(["tail", "-f", "/dev/null"], timeout=0.01).is_timeout


def test_output_goes_to_a_log_as_it_comes_and_errors_with_it(tmp_path):
    log = tmp_path / "log"
    done = run(["sh", "-c", f"echo out; wc -l < {log}; echo err >&2"], log=log)
    assert (done.code, done.output) == (0, "")
    assert log.read_text() == "out\n1\nerr\n"


def test_a_log_keeps_what_was_said_before_the_time_was_up(tmp_path):
    done = run(["sh", "-c", "echo begun; tail -f /dev/null"], log=tmp_path / "log", timeout=0.5)
    assert (done.is_timeout, done.output) == (True, "")
    assert (tmp_path / "log").read_text() == "begun\n"
