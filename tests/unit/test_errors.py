"""Errors cross process borders: each class comes back from a pickle as it went in."""

import pickle

import pytest

from conda_sluice import errors

CLASSES = [one for one in vars(errors).values() if isinstance(one, type)]
ERRORS = [one for one in CLASSES if issubclass(one, errors.SluiceError)]


@pytest.mark.parametrize("error", ERRORS)
def test_every_error_survives_a_pickle(error):
    before = error("what", "where", "remedy")
    after = pickle.loads(pickle.dumps(before))
    assert (type(after), vars(after), str(after)) == (error, vars(before), str(before))


@pytest.mark.parametrize("error", ERRORS)
def test_every_error_survives_a_pickle_when_made_with_keywords(error):
    before = error("what", remedy="remedy")
    after = pickle.loads(pickle.dumps(before))
    assert (type(after), vars(after)) == (error, vars(before))


def test_the_tail_of_a_build_error_survives_a_pickle():
    before = errors.BuildError("what", tail=("a line", "the last line"))
    assert pickle.loads(pickle.dumps(before)).tail == before.tail
