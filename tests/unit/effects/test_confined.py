import pytest

from conda_sluice.effects.confined import MAX_OUTPUT, run_confined


@pytest.fixture
def confined(tmp_path):
    work = tmp_path / "work"
    work.mkdir()

    def run(script, timeout=20.0):
        return run_confined(
            ["sh", "-c", script],
            cwd=work,
            env={"PATH": "/usr/bin:/bin", "SAID": "yes"},
            writable=[work],
            scratch=tmp_path,
            timeout=timeout,
        )

    return run


def test_exit_code_and_errors_come_back(confined):
    done = confined("echo out; echo err >&2; exit 7")
    assert (done.code, done.output) == (7, "out\nerr\n")


def test_its_own_folder_is_writable_and_the_environment_is_the_given_one(confined, tmp_path):
    assert confined("echo $SAID$HOME > here").code == 0
    assert (tmp_path / "work" / "here").read_text() == "yes\n"


def test_who_never_stops_writing_is_ended(confined):
    done = confined("yes", timeout=60)
    assert done.code != 0
    assert not done.is_timeout
    assert len(done.output) == MAX_OUTPUT


def test_who_hangs_is_ended(confined):
    done = confined("tail -f /dev/null", timeout=0.2)
    assert done.is_timeout
    assert done.code != 0
