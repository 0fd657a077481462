"""`sluice diff`: two packages, as files or from channels."""

import pytest

from factories import an_artifact
from workspaces import SMALLEST


@pytest.fixture
def pair(sluice):
    """Return a candidate and its final package, which is the same."""
    return (
        sluice.package(version="1.0.0rc1", text="trips 1.0.0rc1"),
        sluice.package(version="1.0", text="trips 1.0.0"),
    )


def test_two_files_need_no_configuration(sluice, pair):
    done = sluice("diff", *pair)
    assert (done.code, done.err) == (0, "")
    assert "share/trips.txt" in done.out
    assert "nothing else differs" in done.out


def test_what_differs_is_named_and_ends_with_one(sluice, pair):
    other = sluice.package(version="1.0", text="trips 1.0.0, changed", folder="other")
    done = sluice("diff", pair[0], other)
    assert (done.code, done.err) == (1, "")
    assert "1 is different" in done.out
    found = sluice("diff", pair[0], other, "--format", "json").json
    assert (found["schema"], found["outcome"]) == ("sluice.diff/1", "different")
    (file,) = [one for one in found["differences"] if one["likeness"] == "different"]
    assert file == {
        "file": "share/trips.txt",
        "likeness": "different",
        "text": "differs in line 1",
    }


def test_what_is_said_of_long_paths_and_short_ones_stands_in_one_column(sluice):
    name = "trips-of-a-name-that-takes-more-room-than-most-others"
    two = [sluice.package(name, version=one, text=one, folder=one) for one in ("1.0", "2.0")]
    lines = sluice("diff", *two).out.splitlines()[1:-2]
    columns = {line.index("only names") for line in lines if line.startswith("version")}
    assert len(columns) == 1, lines


def test_specs_mean_packages_of_the_ladder(sluice, pair):
    sluice.write()
    assert sluice("upload", *pair).code == 0
    done = sluice("diff", "trips==1.0.0rc1", "trips", "--format", "json")
    assert done.json["second"]["version"] == "1.0"
    assert done.code == 0
    assert sluice("diff", "unstable::trips==1.0.0rc1", pair[1]).code == 0
    sluice.refuses("diff", "stable::trips", pair[1], code=2, says="has no channel stable")
    sluice.refuses("diff", "testing::trips", pair[1], code=2, says="no package matches")
    sluice.refuses("diff", "walk", pair[1], code=2, says="no package matches")


def test_a_spec_that_means_several_variants_is_refused(sluice):
    sluice.write()
    variants = [sluice.package(build=f"py{py}h0123456_0") for py in ("311", "312")]
    assert sluice("upload", *variants).code == 0
    answer = sluice.refuses("diff", "trips", variants[0], code=2, says="means several packages")
    assert "py311" in answer.err
    assert sluice("diff", "trips=1.2.3=py312*", variants[0]).code == 0


def test_what_is_no_package_is_an_error(sluice, pair):
    sluice.refuses("diff", pair[0], "nothing-1.0-0.conda", code=2, says="there is no such file")
    (sluice.root / "bad-1.0-0.conda").write_bytes(b"PK")
    sluice.refuses("diff", pair[0], "bad-1.0-0.conda", code=2, says="no sound package")
    sluice.refuses("diff", pair[0], "trips", code=2, says="channels.yaml")


def test_names_from_packages_are_shown_as_they_are(sluice):
    sluice.write(SMALLEST)
    first = an_artifact(sluice.root / "one", info={"info/[red]x": b"1"}).path
    second = an_artifact(sluice.root / "two", info={"info/[red]x": b"2"}).path
    assert "info/[red]x" in sluice("diff", first, second).out
