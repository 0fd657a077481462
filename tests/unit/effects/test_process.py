import pytest

from conda_sluice.effects.process import run


@pytest.mark.parametrize("timeout", [3e6, 1e300, float("inf")])
def test_a_command_may_be_given_years(timeout):
    done = run(["cat"], stdin="message", timeout=timeout)
    assert (done.code, done.output, done.is_timeout) == (0, "message", False)


def test_a_command_that_takes_too_long_is_ended():
    assert run(["tail", "-f", "/dev/null"], timeout=0.01).is_timeout
