"""Messages through a pipe: whole, or an error that says why not."""

import os

import pytest

from conda_sluice.executors.frames import ChannelClosedError, receive, send


@pytest.fixture
def pipe():
    """A reading and a writing end; a test may close either."""
    ends = os.pipe()
    yield ends
    for end in ends:
        try:
            os.close(end)
        except OSError:
            continue


@pytest.mark.parametrize("payload", [b"", b"x", b"x" * 40_000])
def test_a_message_arrives_whole(pipe, payload):
    reading, writing = pipe
    send(writing, payload)
    assert receive(reading) == payload


def test_messages_keep_their_order_and_borders(pipe):
    reading, writing = pipe
    for payload in (b"one", b"two"):
        send(writing, payload)
    assert [receive(reading), receive(reading, timeout=1)] == [b"one", b"two"]


def test_no_message_in_time_is_a_timeout(pipe):
    with pytest.raises(TimeoutError):
        receive(pipe[0], timeout=0.01)


@pytest.mark.parametrize("timeout", [3e6, 1e300, float("inf")])
def test_a_message_may_be_given_years(pipe, timeout):
    reading, writing = pipe
    send(writing, b"message")
    assert receive(reading, timeout=timeout) == b"message"


def test_half_a_message_is_a_timeout_too(pipe):
    reading, writing = pipe
    os.write(writing, b"\0" * 7 + b"\5" + b"ab")
    with pytest.raises(TimeoutError):
        receive(reading, timeout=0.01)


def test_the_end_of_the_stream_is_told(pipe):
    reading, writing = pipe
    os.write(writing, b"\0" * 7 + b"\5" + b"ab")
    os.close(writing)
    with pytest.raises(ChannelClosedError):
        receive(reading)


def test_a_reader_that_is_gone_is_told(pipe):
    reading, writing = pipe
    os.close(reading)
    with pytest.raises(ChannelClosedError):
        send(writing, b"message")
