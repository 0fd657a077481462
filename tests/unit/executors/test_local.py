"""Leaving the executor: whichever way it is left, no process stays behind."""

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import running_tasks as tasks
from conda_sluice.errors import TaskTimeoutError
from conda_sluice.executors.local import LocalExecutor
from conda_sluice.model.task import Timed


@pytest.fixture
def note(tmp_path):
    """A fifo: reading it waits until a task has written its pids."""
    path = tmp_path / "pids"
    os.mkfifo(path)
    return path


def pids_in(note):
    return [int(word) for word in note.read_text().split()]


def ended(pid):
    """Tell whether a process, maybe not ours, ends within ten seconds."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([descriptor], [], [], 10)[0])
    finally:
        os.close(descriptor)


def is_gone(pid):
    return not Path(f"/proc/{pid}").exists()


def run_and_interrupt(task, note, seen):
    """Leave the executor by Ctrl-C while a task runs and another waits."""
    with LocalExecutor(1).open() as executor:
        executor.submit(task, note)
        seen["queued"] = executor.submit(tasks.add, 1)
        seen["pids"] = pids_in(note)
        raise KeyboardInterrupt


def run_and_interrupt_at_the_end(task, note, seen, monkeypatch):
    """Reach the end of the context while a task runs, and press Ctrl-C then."""
    with LocalExecutor(1).open() as executor:
        executor.submit(task, note)
        seen["pids"] = pids_in(note)
        monkeypatch.setattr(executor, "close", press_ctrl_c)


def press_ctrl_c():
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    "task",
    [
        tasks.note_and_wait,
        tasks.note_and_wait_in_own_session,
        tasks.orphan_and_wait,
        tasks.run_a_command_for_ever,
    ],
)
def test_an_interrupt_ends_every_process_of_a_task(note, task):
    seen = {}
    with pytest.raises(KeyboardInterrupt):
        run_and_interrupt(task, note, seen)
    assert all(is_gone(pid) for pid in seen["pids"])


def test_an_interrupt_cancels_what_waits_in_the_queue(note):
    seen = {}
    with pytest.raises(KeyboardInterrupt):
        run_and_interrupt(tasks.note_and_wait, note, seen)
    assert seen["queued"].cancelled()


def test_an_interrupt_while_waiting_for_the_last_tasks_ends_them_too(note, monkeypatch):
    seen = {}
    with pytest.raises(KeyboardInterrupt):
        run_and_interrupt_at_the_end(tasks.note_and_wait, note, seen, monkeypatch)
    assert all(is_gone(pid) for pid in seen["pids"])


@pytest.mark.parametrize("task", [tasks.note_and_wait, tasks.note_and_wait_in_own_session])
def test_a_timeout_ends_every_process_of_a_task(note, task):
    with LocalExecutor(1).open() as executor:
        future = executor.submit(Timed(task, 3), note)  # time enough to note its pids first
        pids = pids_in(note)
        with pytest.raises(TaskTimeoutError):
            future.result()
    assert all(is_gone(pid) for pid in pids)


def test_when_the_program_is_killed_its_workers_and_their_children_end(note):
    script = f"import running_tasks; running_tasks.pool_that_waits_for_ever({str(note)!r})"
    env = {"PYTHONPATH": str(Path(tasks.__file__).parent)}
    with subprocess.Popen([sys.executable, "-c", script], env=env) as program:
        pids = pids_in(note)
        program.send_signal(signal.SIGKILL)
    assert all(ended(pid) for pid in pids)


def test_a_normal_end_waits_for_the_tasks_and_leaves_no_process():
    with LocalExecutor(2).open() as executor:
        futures = [executor.submit(tasks.pid) for _ in range(4)]
    assert all(is_gone(future.result()) for future in futures)


def test_the_executor_can_be_opened_again():
    executor = LocalExecutor(1)
    for _ in range(2):
        with executor.open() as pool:
            assert pool.submit(tasks.add, 1).result() == 1
