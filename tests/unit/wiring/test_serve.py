"""What is needed to serve, told before anything listens."""

import pytest

from benches import a_bench
from conda_sluice.errors import UsageError
from conda_sluice.wiring.serve import served
from fakes import FakeStore


def test_without_a_channel_in_a_folder_there_is_nothing_to_serve(tmp_path):
    bench = a_bench(FakeStore(), tmp_path)
    with pytest.raises(UsageError, match="nothing to serve"), served(bench, "127.0.0.1", 0, print):
        pass
