"""Explicit environments: what is written is read again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conda_sluice.errors import UsageError
from conda_sluice.model.environment import LockedPackage, Solution
from conda_sluice.model.explicit import parse_explicit, render_explicit

HASH = "ab" * 32
URL = "file:///channels/stable/noarch/trips-1.0-h0123456_0.conda"

packages = st.builds(
    LockedPackage,
    url=st.from_regex(r"(file|https)://[a-z0-9/._%~+-]{1,40}\.conda", fullmatch=True),
    sha256=st.from_regex(r"[0-9a-f]{64}", fullmatch=True),
)


@given(st.lists(packages).map(tuple))
def test_a_rendered_environment_parses_to_itself(packages):
    assert parse_explicit(render_explicit(Solution(packages))) == Solution(packages)


def test_the_text_is_what_conda_create_reads():
    text = render_explicit(Solution((LockedPackage(URL, HASH),)))
    assert text == f"@EXPLICIT\n{URL}#sha256:{HASH}\n"


@pytest.mark.parametrize("separator", ["#sha256:", "#sha256=", "#"])
def test_other_ways_to_write_the_hash_are_read(separator):
    text = f"# platform: linux-64\n@EXPLICIT\n\n{URL}{separator}{HASH}\n"
    assert parse_explicit(text) == Solution((LockedPackage(URL, HASH),))


@pytest.mark.parametrize("line", [URL, f"{URL}#0123", "numpy >=1"])
def test_a_line_without_its_sha256_is_an_error_with_its_number(line):
    with pytest.raises(UsageError, match=r"line 2: .*no package URL with its sha256"):
        parse_explicit(f"@EXPLICIT\n{line}\n")


@pytest.mark.parametrize("text", ["", "# only a comment\n", f"{URL}#{HASH}\n"])
def test_a_file_without_the_mark_is_an_error(text):
    with pytest.raises(UsageError, match="no explicit environment"):
        parse_explicit(text)
