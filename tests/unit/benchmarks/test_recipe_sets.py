from collections import Counter
from pathlib import Path

import pytest
from benchmarks.recipes import score
from benchmarks.recipes.facts import read_set

FOLDER = Path(score.__file__).parent


SIZES = {
    "dev": {"python": 15, "r": 10, "c": 10},
    "held": {"python": 15, "r": 10, "c": 10},
    "dev2": {"python": 66, "r": 38},
    "held2": {"python": 66, "r": 37},
    "held3": {"python": 45, "r": 25},
}
SIZES_OF_C = {"dev-c": 44, "held-c": 44, "dev3-c": 50, "held3-c": 50}


@pytest.mark.parametrize("name", SIZES)
def test_a_set_has_its_size_and_archives_that_can_be_checked(name):
    projects = read_set(FOLDER / f"{name}.yaml")
    assert Counter(one.language for one in projects) == SIZES[name]
    assert {len(one.sha256) for one in projects} == {64}
    hosts = {one.url.split("/")[2] for one in projects}
    assert hosts == {"files.pythonhosted.org", "deb.debian.org"}


@pytest.mark.parametrize("name", SIZES_OF_C)
def test_a_set_of_c_projects_has_its_size_and_archives_that_can_be_checked(name):
    projects = read_set(FOLDER / f"{name}.yaml")
    assert [one.language for one in projects] == ["c"] * SIZES_OF_C[name]
    assert {len(one.sha256) for one in projects} == {64}
    assert {one.url.split("/")[2] for one in projects} == {"deb.debian.org"}


def test_no_project_is_in_two_sets():
    names = [
        (one.language, one.name)
        for name in (*SIZES, *SIZES_OF_C)
        for one in read_set(FOLDER / f"{name}.yaml")
    ]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("name", ["held", "held2", "held3", "held-c", "held3-c"])
def test_a_held_out_set_opens_only_on_purpose(name, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["score", name])
    with pytest.raises(SystemExit):
        score.main()
    assert "--open-held" in capsys.readouterr().err
