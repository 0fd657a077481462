"""A value for many who ask: worked out once, anew when it must be, and nobody waits long."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from conda_sluice.errors import DamagedError
from conda_sluice.serving.latest import Latest

LONG = 30.0


class Asked:
    """Counts how often it is worked out; `key` and `now` are what the test says."""

    def __init__(self):
        self.count, self.key, self.now = 0, "a", 0.0

    def __call__(self):
        self.count += 1
        return self.count

    def latest(self, compute=None):
        return Latest(compute or self, lambda: self.key, max_age=10.0, clock=lambda: self.now)


def test_it_is_worked_out_once_for_all_who_ask():
    asked = Asked()
    latest = asked.latest()
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: latest.get(LONG), range(20))) == {1}


def test_what_was_begun_is_not_begun_again():
    asked = Asked()
    latest = asked.latest()
    latest.begin()
    assert latest.get(LONG) == 1


def test_another_key_and_old_age_have_it_worked_out_anew():
    asked = Asked()
    latest = asked.latest()
    assert latest.get(LONG) == 1
    asked.key = "b"
    assert latest.get(LONG) == 2
    asked.now = 9.9
    assert latest.get(LONG) == 2
    asked.now = 10.0
    assert latest.get(LONG) == 3


def test_nobody_waits_longer_than_he_says():
    go = threading.Event()
    latest = Asked().latest(lambda: go.wait(LONG))
    assert latest.get(0) is None
    assert latest.get(0.01) is None
    go.set()
    assert latest.get(LONG) is True


def test_an_answer_to_an_older_question_is_none():
    go, asked = threading.Event(), Asked()

    def slowly():
        go.wait(LONG)
        return asked()

    latest = asked.latest(slowly)
    assert latest.get(0) is None
    asked.key = "b"
    go.set()
    assert latest.get(LONG) == 2


def test_trouble_is_told_to_everybody_who_asks():
    def fail():
        raise DamagedError("is broken")

    latest = Asked().latest(fail)
    for _ in range(2):
        with pytest.raises(DamagedError, match="is broken"):
            latest.get(LONG)
