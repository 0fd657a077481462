from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event

from conda_sluice.pipeline.schedule import Waiting, schedule


def finished(steps):
    return [step for step in steps if not isinstance(step, Waiting)]


def test_each_key_comes_after_what_it_needs():
    needs = {"app": ["lib"], "lib": [], "doc": ["app", "lib"]}
    with ThreadPoolExecutor(2) as executor:
        keys = [
            key
            for key, _ in finished(
                schedule(needs, lambda key, pool: pool.submit(str, key), executor)
            )
        ]
    assert keys.index("lib") < keys.index("app") < keys.index("doc")


def test_a_decision_sees_what_became_of_those_before():
    """`start` is asked after the caller has taken in all that the key needs."""
    failed = set()

    def start(key, pool):
        return "blocked" if "lib" in failed else pool.submit(int, key)

    outcomes = {}
    with ThreadPoolExecutor(1) as executor:
        for step in schedule({"app": ["lib"], "lib": []}, start, executor):
            if isinstance(step, Waiting):
                continue
            key, begun = step
            if isinstance(begun, Future) and begun.exception():
                failed.add(key)
            outcomes[key] = begun
    assert outcomes["app"] == "blocked"


def test_nothing_to_do_ends_at_once():
    with ThreadPoolExecutor(1) as executor:
        assert list(schedule({}, lambda key, pool: pool.submit(str, key), executor)) == []


def test_it_says_what_is_being_worked_on():
    gate = Event()
    with ThreadPoolExecutor(1) as executor:
        steps = schedule({"a": [], "b": []}, lambda _, pool: pool.submit(gate.wait), executor)
        first = next(steps)
        assert isinstance(first, Waiting)
        assert len(first.running) == 1
        gate.set()
        assert {key for key, _ in finished(steps)} == {"a", "b"}
