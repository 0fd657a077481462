"""Every step of every change of a channel fails once, and dies once; the unit tests sample."""

import pytest

from channel_changes import VERBS, Scene, check_failure, check_state, end_of, kill

pytestmark = [pytest.mark.soak, pytest.mark.timeout(3600)]


@pytest.fixture(scope="module")
def scene(tmp_path_factory):
    made = Scene(tmp_path_factory.mktemp("scene"))
    made.prepare()
    return made


@pytest.mark.parametrize("verb", VERBS)
def test_each_step_may_fail(scene, verb):
    end, steps = end_of(scene, verb)
    for number in range(1, steps + 1):
        check_failure(scene, verb, number, end)


@pytest.mark.parametrize("verb", VERBS)
def test_each_step_may_be_the_last(scene, verb):
    end, steps = end_of(scene, verb)
    numbers = range(1, steps + 1)
    kill(scene, verb, numbers)
    for number in numbers:
        check_state(scene, scene.channel(f"{verb}-{number}"), verb, end)
