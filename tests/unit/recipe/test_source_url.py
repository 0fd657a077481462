"""The URL of an archive, with its version as an expression wherever it stands whole."""

import pytest

from conda_sluice.model.recipe import Entry
from conda_sluice.recipe.generate.generate import RecipeSource, _source


@pytest.mark.parametrize(
    ("version", "path", "written"),
    [
        ("1.2", "x/1.2/a-1.2.tar.gz", "x/{{ version }}/a-{{ version }}.tar.gz"),
        ("1.2", "archive/refs/tags/v1.2.tar.gz", "archive/refs/tags/v{{ version }}.tar.gz"),
        ("1.2", "x/1.2.3/a-11.2.tar.gz", "x/1.2.3/a-11.2.tar.gz"),
        ("1.2", "a-1.2rc1.tar.gz", "a-1.2rc1.tar.gz"),
        ("5", "v5/a-5.tar.gz", "v5/a-5.tar.gz"),
        ("0.3_1", "a_0.3-1.tar.gz", 'a_{{ version | replace("_", "-") }}.tar.gz'),
    ],
)
def test_the_version_is_templated_where_it_stands_whole(version, path, written):
    source = RecipeSource(url=f"https://host-1.2.org/{path}", sha256="0")
    (url, _) = _source(source, version).entries
    assert url == Entry("url", f"https://host-1.2.org/{written}")


def test_an_archive_of_this_machine_is_a_doubt():
    (url, _) = _source(RecipeSource(url="file:///a/b.tar.gz", sha256="0"), "1.0").entries
    assert "--url" in url.doubt
