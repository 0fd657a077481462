"""What is in a channel where the list of the API and the index differ."""

import pytest

from conda_sluice.errors import ChangedError, ConflictError, DamagedError, StoreError
from conda_sluice.model.channel import ChannelRef
from conda_sluice.stores.anaconda.answers import Dist, Label
from conda_sluice.stores.anaconda.view import Side, View, is_same
from factories import a_record

CHANNEL = ChannelRef("lab", "https://conda/lab", "anaconda://lab")
TRIPS, WALKS = a_record("trips"), a_record("walks")
OTHER = a_record("trips", sha256="0" * 64)


def side(*records, listed=None, is_locked=False):
    paths = frozenset(one.path for one in (records if listed is None else listed))
    return Side(Label(paths=paths, is_locked=is_locked), {one.path: one for one in records})


def a_view(shown=None, hidden=None, dist=None):
    return View(CHANNEL, shown or side(), hidden or side(), lambda _: dist)


def test_what_the_api_lists_is_there_before_the_index_shows_it():
    view = a_view(side(listed=[TRIPS]), dist=Dist(sha256=TRIPS.sha256))
    view.refuse_absent([TRIPS])
    view.refuse_conflict(TRIPS)
    with pytest.raises(ConflictError):
        view.refuse_conflict(OTHER)


def test_what_the_index_still_shows_is_gone_when_the_api_does_not_list_it():
    view = a_view(side(TRIPS, listed=[]))
    view.refuse_conflict(OTHER)
    with pytest.raises(DamagedError, match="does not hold"):
        view.refuse_absent([TRIPS])


def test_hidden_package_is_held_and_not_shown():
    view = a_view(hidden=side(TRIPS))
    view.refuse_absent([TRIPS])
    with pytest.raises(DamagedError, match="hides noarch/trips"):
        view.refuse_not_shown([TRIPS])


def test_another_file_of_the_name_is_damage_and_a_conflict():
    view = a_view(side(TRIPS))
    with pytest.raises(DamagedError, match="another file"):
        view.refuse_another(OTHER)
    with pytest.raises(ConflictError, match="build number"):
        view.refuse_conflict(OTHER)


def test_file_of_which_no_digest_is_told_is_never_the_same():
    assert not is_same(Dist(), TRIPS)
    assert is_same(Dist(md5=TRIPS.md5), TRIPS)
    assert not is_same(Dist(sha256="0" * 64, md5=TRIPS.md5), TRIPS)


def test_locked_labels_are_refused():
    for view in (a_view(side(is_locked=True)), a_view(hidden=side(is_locked=True))):
        with pytest.raises(StoreError, match="locked"):
            view.refuse_locked()
    a_view().refuse_locked()


def test_states_differ_by_packages_digests_and_by_what_is_hidden_or_on_its_way():
    views = [
        a_view(),
        a_view(side(TRIPS)),
        a_view(side(OTHER)),
        a_view(side(TRIPS, WALKS)),
        a_view(hidden=side(TRIPS)),
        a_view(side(TRIPS), side(TRIPS)),
        a_view(side(listed=[TRIPS])),
        a_view(side(TRIPS, listed=[])),
    ]
    states = [str(view.state()) for view in views]
    assert len(set(states)) == len(states)
    views[1].refuse_unexpected(views[1].state())
    views[1].refuse_unexpected(None)
    with pytest.raises(ChangedError):
        views[1].refuse_unexpected(views[3].state())
