"""What the API answers, also where it answers nonsense."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conda_sluice.errors import AnswerError
from conda_sluice.model.credential import Secret
from conda_sluice.stores.anaconda.access import Access
from conda_sluice.stores.anaconda.answers import (
    Dist,
    Label,
    parse_dist,
    parse_label,
    parse_package,
    refusal,
)

NOBODY = Access(Secret(""), places=("ANACONDA_API_TOKEN", "anaconda login"))
ADA = Access(Secret("tk-ada"), "BINSTAR_API_TOKEN", NOBODY.places)


def refused(status, said="", access=ADA):
    return refusal(status, said, "https://api", owner="lab", access=access)


@pytest.mark.parametrize(
    ("status", "what", "remedy"),
    [
        (401, "does not accept the token of BINSTAR_API_TOKEN", "expired"),
        (403, "does not let this user do that in lab", "locked"),
        (404, "knows nothing of that in lab", "owner in channels.yaml"),
        (409, "there already", "look what is there"),
        (429, "asked too often", "later"),
        (502, "answers 502 (Bad Gateway)", "later"),
        (400, "answers 400 (Bad Request)", ""),
        (799, "answers 799", ""),
    ],
)
def test_refusals_are_told_apart(status, what, remedy):
    error = refused(status)
    assert what in error.what
    assert remedy in error.remedy
    assert (error.status, error.exit_code) == (status, 3)


def test_without_a_token_it_is_said_where_one_is_looked_for():
    error = refused(401, access=NOBODY)
    assert "there is none" in error.what
    assert "ANACONDA_API_TOKEN, anaconda login" in error.remedy


def test_words_of_the_server_are_quoted_short_and_without_tokens():
    error = refused(400, "no\n  such https://server/t/tk-123456/lab " + "x" * 900)
    assert "(no such https://server/t/***/lab xxx" in error.what
    assert len(error.what) < 300


def test_errors_come_back_from_another_process():
    error = pickle.loads(pickle.dumps(refused(403)))
    assert (type(error), error.status) == (AnswerError, 403)


def test_dist_is_read():
    answer = {"sha256": "a" * 64, "md5": "b" * 32, "labels": ["main", "dev"], "size": 3}
    assert parse_dist(answer) == Dist(
        sha256="a" * 64, md5="b" * 32, labels=frozenset({"main", "dev"})
    )


def test_file_of_which_the_labels_are_not_told_is_not_one_without_labels():
    assert parse_dist({"labels": []}).labels == frozenset()
    assert parse_dist({}).labels is None


def test_label_lists_paths_of_conda_packages():
    files = [
        {"full_name": "lab/trips/1.0/noarch/trips-1.0-0.conda"},
        {"full_name": "lab/wheel/1.0/wheel-1.0-py3-none-any.whl"},
    ]
    assert parse_label({"is_locked": 1, "files": files}) == Label(
        paths=frozenset({"noarch/trips-1.0-0.conda"}), is_locked=True
    )


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["files", "full_name", "labels", "releases", "version", "sha256"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_nonsense_is_nothing_and_no_crash(answer):
    parse_package(answer)
    parse_dist(answer)
    parse_label(answer)
