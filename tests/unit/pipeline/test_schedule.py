from concurrent.futures import Future, ThreadPoolExecutor

from conda_sluice.pipeline.schedule import schedule


def test_each_key_comes_after_what_it_needs():
    needs = {"app": ["lib"], "lib": [], "doc": ["app", "lib"]}
    with ThreadPoolExecutor(2) as executor:
        keys = [
            key for key, _ in schedule(needs, lambda key, pool: pool.submit(str, key), executor)
        ]
    assert keys.index("lib") < keys.index("app") < keys.index("doc")


def test_a_decision_sees_what_became_of_those_before():
    """`start` is asked after the caller has taken in all that the key needs."""
    failed = set()

    def start(key, pool):
        return "blocked" if "lib" in failed else pool.submit(int, key)

    outcomes = {}
    with ThreadPoolExecutor(1) as executor:
        for key, begun in schedule({"app": ["lib"], "lib": []}, start, executor):
            if isinstance(begun, Future) and begun.exception():
                failed.add(key)
            outcomes[key] = begun
    assert outcomes["app"] == "blocked"


def test_nothing_to_do_ends_at_once():
    with ThreadPoolExecutor(1) as executor:
        assert list(schedule({}, lambda key, pool: pool.submit(str, key), executor)) == []
