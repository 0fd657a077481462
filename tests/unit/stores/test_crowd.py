"""Several things at a time."""

import threading

import pytest

from conda_sluice.stores.crowd import Crowd


def test_answers_come_in_the_order_of_the_items():
    assert Crowd(4).each(lambda one: one * 2, range(50)) == [one * 2 for one in range(50)]
    assert Crowd(4).each(lambda one: one, []) == []


def test_no_more_than_allowed_are_under_way_at_once():
    lock, here, most = threading.Lock(), [], []

    def do(one):
        with lock:
            here.append(one)
            most.append(len(here))
        threading.Event().wait(0.002)
        with lock:
            here.remove(one)

    Crowd(3).each(do, range(30))
    assert 1 < max(most) <= 3


def test_after_an_error_nothing_more_is_begun_and_all_that_was_begun_has_ended():
    begun, ended = [], []

    def do(one):
        begun.append(one)
        if one == 2:
            raise ValueError(one)
        threading.Event().wait(0.01)
        ended.append(one)

    with pytest.raises(ValueError, match="2"):
        Crowd(2).each(do, range(100))
    assert len(begun) < 20
    assert sorted(ended) == sorted(set(begun) - {2})
