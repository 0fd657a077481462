"""The log of a build: readable, complete at every moment, with a tail for the error."""

from dataclasses import dataclass

import pytest

from conda_sluice.builders.build_log import BuildLog


@dataclass
class Event:
    message: str
    span: str | None = None
    level: str = "info"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "logs" / "hello.log"


@pytest.fixture
def log(path):
    with BuildLog(path) as log:
        yield log


def test_a_line_is_in_the_file_as_soon_as_it_is_told(log, path):
    log.on_log(Event("compiling"))
    assert path.read_text() == "compiling\n"


def test_a_step_is_named_once_before_its_messages(log, path):
    for message in ("one", "two"):
        log.on_log(Event(message, "Running build script"))
    log.on_log(Event("three", "Packaging"))
    assert path.read_text() == "[Running build script]\none\ntwo\n[Packaging]\nthree\n"


def test_warnings_and_errors_say_so(log, path):
    log.on_log(Event("odd", level="warn"))
    log.on_log(Event("bad\nworse", level="error"))
    assert path.read_text() == "warn: odd\nerror: bad\nworse\n"
    assert log.complaint == "bad"


def test_colours_and_empty_messages_are_left_out(log, path):
    log.on_log(Event("\n"))
    log.on_log(Event("\x1b[31mred\x1b[0m"))
    assert path.read_text() == "red\n"


def test_the_page_of_hints_is_left_out_and_is_no_complaint(log, path):
    log.on_log(Event("Script failed with status 3", level="error"))
    log.on_log(Event("\nScript execution failed.\n\n  Work directory: /very/long", level="error"))
    assert "Work directory" not in path.read_text()
    assert log.complaint == "Script failed with status 3"


def test_the_tail_is_the_last_twenty_lines(log):
    for number in range(30):
        log.on_log(Event(f"line {number}"))
    assert log.tail == tuple(f"line {number}" for number in range(10, 30))
