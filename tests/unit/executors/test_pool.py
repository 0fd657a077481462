"""The pool: results, errors and deaths of worker processes."""

import os
import pickle
import signal

import pytest

import running_tasks as tasks
from conda_sluice.errors import ConfigError, TaskTimeoutError, WorkerError
from conda_sluice.executors.local import LocalExecutor
from conda_sluice.model.task import Timed


@pytest.fixture(scope="module")
def shared():
    with LocalExecutor(1).open() as executor:
        yield executor


def test_a_task_gives_what_its_function_returns(shared):
    assert shared.submit(tasks.add, 1, right=2).result() == 3


def test_map_works_as_on_any_executor(shared):
    assert list(shared.map(tasks.add, [1, 2, 3])) == [1, 2, 3]


def test_large_values_travel_both_ways(shared):
    data = b"x" * 3_000_000
    assert shared.submit(tasks.add, data, data).result() == data + data


def test_workers_persist_from_task_to_task(shared):
    assert shared.submit(tasks.pid).result() == shared.submit(tasks.pid).result()


def test_an_error_arrives_as_it_was_raised(shared):
    error = ConfigError("unknown key", "channels.yaml:3:1", "did you mean ladder?")
    with pytest.raises(ConfigError) as caught:
        shared.submit(tasks.fail_with, error).result()
    assert str(caught.value) == str(error)


def test_an_unforeseen_error_keeps_its_class_and_tells_its_place_in_a_note(shared):
    with pytest.raises(ZeroDivisionError) as caught:
        shared.submit(tasks.fail_with, ZeroDivisionError("by zero")).result()
    assert "running_tasks.py" in caught.value.__notes__[0]


def test_an_error_that_does_not_pickle_comes_as_its_text(shared):
    with pytest.raises(WorkerError, match="OnlyHereError: cannot be pickled"):
        shared.submit(tasks.fail_with_local_exception).result()


def test_system_exit_in_a_task_is_the_tasks_error(shared):
    with pytest.raises(SystemExit):
        shared.submit(tasks.fail_with, SystemExit(3)).result()


def test_a_value_that_does_not_pickle_is_the_tasks_error(shared):
    with pytest.raises((pickle.PicklingError, AttributeError)):
        shared.submit(tasks.value_that_does_not_pickle).result()


def test_a_function_that_does_not_pickle_is_the_tasks_error(shared):
    with pytest.raises((pickle.PicklingError, AttributeError)):
        shared.submit(lambda: None).result()


def test_stray_prints_and_reads_do_not_touch_the_channel(shared):
    assert shared.submit(tasks.print_and_read).result() == ""


def test_a_dead_worker_is_told_with_its_signal_and_last_words(shared):
    with pytest.raises(WorkerError) as caught:
        shared.submit(tasks.say_and_die, signal.SIGSEGV).result()
    assert caught.value.what == "the worker process was ended by signal 11 (Segmentation fault)"
    assert caught.value.remedy == "famous last words"


def test_a_worker_that_leaves_is_told_with_its_exit_code(shared):
    with pytest.raises(WorkerError, match="ended by itself with exit code 7"):
        shared.submit(tasks.leave, 7).result()


def test_a_dead_worker_is_replaced(shared):
    with pytest.raises(WorkerError):
        shared.submit(tasks.say_and_die, signal.SIGKILL).result()
    assert shared.submit(tasks.add, 1).result() == 1


def test_a_task_over_its_time_is_ended_and_its_worker_replaced(shared):
    before = shared.submit(tasks.pid).result()
    with pytest.raises(TaskTimeoutError, match=r"it took longer than 0\.05 s and was ended"):
        shared.submit(Timed(tasks.wait_forever, 0.05)).result()
    assert shared.submit(tasks.pid).result() != before


def test_the_executors_own_timeout_holds_for_every_task():
    with (
        LocalExecutor(1, timeout=0.05).open() as executor,
        pytest.raises(TaskTimeoutError),
    ):
        executor.submit(tasks.wait_forever).result()


def test_a_queued_task_can_be_cancelled(shared):
    running = shared.submit(Timed(tasks.wait_forever, 0.2))
    queued = shared.submit(tasks.add, 1)
    assert queued.cancel()
    with pytest.raises(TaskTimeoutError):
        running.result()


def test_as_many_tasks_as_jobs_run_at_the_same_time(tmp_path):
    one, other = tmp_path / "one", tmp_path / "other"
    os.mkfifo(one)
    os.mkfifo(other)
    with LocalExecutor(2).open() as executor:
        first = executor.submit(tasks.write_then_read, one, other)
        second = executor.submit(tasks.read_then_write, one, other)
        assert first.result() != second.result()


def test_no_process_is_started_before_the_first_task(monkeypatch):
    started = []
    monkeypatch.setattr("conda_sluice.effects.process.start", started.append)
    with LocalExecutor(4).open():
        pass
    assert started == []
