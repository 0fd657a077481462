"""The decision against the truth on some small channels; the soak tests take a thousand."""

import pytest

from promotion_oracle import check_world

BATCHES, EACH = 5, 50


@pytest.mark.parametrize("batch", range(BATCHES))
def test_the_decision_is_what_trying_every_set_gives(batch):
    for seed in range(batch * EACH, (batch + 1) * EACH):
        check_world(seed)
