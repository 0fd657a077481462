"""What a mark names is what it was told, and nothing that leads out of the channel."""

import pytest

from conda_sluice.stores.static.marks import digests_in, mark_of, mark_with, paths_in

PATH = "noarch/trips-1.2.3-h0123456_0.conda"
OTHER = "linux-64/trips-1.2.3-h0123456_0.conda"


def test_a_mark_names_what_it_was_told():
    assert paths_in(mark_of([PATH, OTHER])) == [OTHER, PATH]
    assert digests_in(mark_with({PATH: "ab", OTHER: "cd"})) == {PATH: "ab", OTHER: "cd"}


def test_either_mark_is_understood_by_both():
    assert paths_in(mark_with({PATH: "ab"})) == [PATH]
    assert digests_in(mark_of([PATH])) == {PATH: ""}


@pytest.mark.parametrize(
    "mark",
    [b"", b'["noarch/', b'["../x-1-0.conda"]', b'{"noarch/../../x-1-0.conda": "ab"}', b"[1]"],
)
def test_a_mark_that_was_cut_off_or_leads_out_names_nothing(mark):
    assert paths_in(mark) == []
