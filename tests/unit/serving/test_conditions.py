"""Ranges and ETags as RFC 9110 has them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conda_sluice.serving.conditions import Span, names_etag, span_of


@pytest.mark.parametrize(
    ("header", "span"),
    [
        ("bytes=0-0", Span(0, 1)),
        ("bytes=2-5", Span(2, 6)),
        ("bytes=2-", Span(2, 10)),
        ("bytes=2-99", Span(2, 10)),
        ("bytes=-3", Span(7, 10)),
        ("bytes=-99", Span(0, 10)),
        ("BYTES=2-5", Span(2, 6)),
        ("bytes=10-", Span(10, 10)),
        ("bytes=10-12", Span(10, 10)),
        ("bytes=-0", Span(10, 10)),
    ],
)
def test_a_range_is_what_it_says(header, span):
    assert span_of(header, 10) == span


@pytest.mark.parametrize(
    "header",
    [
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=5-2",
        "bytes=a-b",
        "bytes=+1-2",
        "bytes=1_0-20",
        "lines=1-2",
        "bytes=0-1,4-5",
        f"bytes={'9' * 30}-",
    ],
)
def test_what_is_no_single_range_is_as_if_it_were_not_there(header):
    assert span_of(header, 10) is None


def test_of_an_empty_file_all_is_sent_or_nothing_is_there():
    assert span_of("bytes=-5", 0) is None
    assert span_of("bytes=0-", 0) == Span(0, 0)


@given(st.text(alphabet="bytes=-,0123456789 "), st.integers(0, 1000))
def test_whatever_is_asked_the_span_lies_within_the_file(header, size):
    span = span_of(header, size)
    assert span is None or 0 <= span.start <= span.stop <= size


def test_an_etag_is_found_among_others_weak_ones_too():
    assert names_etag('"a"', '"a"')
    assert names_etag('"b", W/"a"', '"a"')
    assert names_etag("*", '"a"')
    assert not names_etag("", '"a"')
    assert not names_etag('"ab"', '"a"')
    assert not names_etag("a", '"a"')


def test_a_strong_comparison_takes_no_weak_etag():
    assert not names_etag('W/"a"', '"a"', is_strong=True)
    assert names_etag('"a"', '"a"', is_strong=True)
