"""What travels between processes comes back as it went: errors, jobs, tasks, outcomes."""

import dataclasses
import importlib
import pickle
import pkgutil
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import conda_sluice
import conda_sluice.model
from conda_sluice.errors import SluiceError
from conda_sluice.model.outcome import BuildOutcome, RunOutcome
from conda_sluice.model.task import Timed
from conda_sluice.pipeline.build import BuildResult, BuildTask
from conda_sluice.pipeline.test_one import TestTask

TEXT = st.text(max_size=5)
st.register_type_strategy(Path, TEXT.map(lambda name: Path("/") / name.replace("\0", "")))
st.register_type_strategy(object, st.none() | TEXT | st.integers())
st.register_type_strategy(Timed, st.builds(Timed, st.just(sorted), st.floats(1, 9)))
st.register_type_strategy(
    Mapping, lambda hint: st.dictionaries(*map(st.from_type, hint.__args__), max_size=2)
)


def modules(package):
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if not found.name.endswith("__main__") and ".templates" not in found.name:
            yield importlib.import_module(found.name)


def values():
    """Return every dataclass of the model, and what is sent to workers and back.

    What a judge is asked about stays in its process, where it is told apart by identity, and so
    does a credential: it is looked up anew.
    """
    stay = {"conda_sluice.model.judge", "conda_sluice.model.credential"}
    return sorted(
        {
            one
            for module in modules(conda_sluice.model)
            for one in vars(module).values()
            if isinstance(one, type)
            and dataclasses.is_dataclass(one)
            and one.__module__.startswith("conda_sluice.model")
            and one.__module__ not in stay
        }
        | {BuildTask, BuildResult, TestTask},
        key=lambda one: f"{one.__module__}.{one.__qualname__}",
    )


def names(types):
    return [one.__name__ for one in types]


@pytest.mark.parametrize("value", values(), ids=names(values()))
def test_every_value_is_frozen(value):
    assert value.__dataclass_params__.frozen


@pytest.mark.parametrize("value", values(), ids=names(values()))
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(data=st.data())
def test_every_value_comes_back_from_a_pickle(value, data):
    before = data.draw(st.from_type(value))
    after = pickle.loads(pickle.dumps(before))
    assert (type(after), after) == (type(before), before)


def test_every_kind_of_outcome_is_among_them():
    assert {*BuildOutcome.__args__, *RunOutcome.__args__} <= set(values())


def errors():
    """Return every error of sluice, wherever it is defined."""
    for _ in modules(conda_sluice):
        pass  # all modules are imported now
    found, new = set(), {SluiceError}
    while new:
        found |= new
        new = {below for one in new for below in one.__subclasses__()} - found
    return sorted(found, key=lambda one: one.__name__)


@pytest.mark.parametrize("error", errors(), ids=names(errors()))
def test_every_error_comes_back_from_a_pickle(error):
    before = error("what", "where", "remedy")
    after = pickle.loads(pickle.dumps(before))
    assert (type(after), vars(after), str(after)) == (error, vars(before), str(before))


@pytest.mark.parametrize("error", errors(), ids=names(errors()))
def test_every_error_lives_in_the_one_tree_and_has_a_code_of_the_table(error):
    assert error.__module__ == "conda_sluice.errors"
    assert error.exit_code in {1, 2, 3}
