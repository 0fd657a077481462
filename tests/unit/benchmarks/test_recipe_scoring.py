from dataclasses import replace

from benchmarks.recipes.facts import Facts, Project
from benchmarks.recipes.report import as_json, misses, table, times
from benchmarks.recipes.scoring import score, total
from benchmarks.recipes.tools import Taken


def project(accepted, name="sky", language="python"):
    return Project(name, language, "1.0", "https://example.org/sky-1.0.tar.gz", "0" * 64, accepted)


def names(*words):
    return frozenset(words)


ACCEPTED = Facts(
    host=names("python", "pip", "hatchling"),
    run=names("python", "numpy"),
    noarch="python",
    licence="MIT",
    imports=names("sky", "sky.stars"),
    pip_check=True,
)


def test_a_recipe_equal_to_the_accepted_one_differs_in_nothing():
    found = score(project(ACCEPTED), ACCEPTED)
    assert all(found.answers.values())
    assert all(part.is_equal for part in found.sections.values())
    assert list(misses([found])) == ["  no difference: sky"]


def test_missing_and_extra_names_are_told_apart():
    written = Facts(host=names("python", "pip", "setuptools"), noarch="python", licence="MIT")
    part = score(project(ACCEPTED), written).sections["host"]
    assert (part.found, part.missing, part.extra) == (
        {"python", "pip"},
        {"hatchling"},
        {"setuptools"},
    )


def test_a_project_without_a_recipe_misses_everything_and_says_why():
    found = score(project(ACCEPTED), None, "no pyproject.toml")
    assert not any(found.answers.values())
    assert found.sections["run"].missing == {"python", "numpy"}
    assert list(misses([found])) == ["  sky 1.0", "    no recipe: no pyproject.toml"]
    assert total([found], "build").equal == 0


def test_shares_are_of_all_names_together_and_not_of_projects():
    large = Facts(run=names("a", "b", "c"))
    scores = [
        score(project(large), large),
        score(project(Facts(run=names("d"))), Facts(run=names("e"))),
    ]
    found = total(scores, "run")
    assert (found.precision, found.recall, found.equal) == (0.75, 0.75, 1)


def test_modules_count_by_their_top_name():
    written = Facts(imports=names("sky"), pip_check=True)
    assert score(project(ACCEPTED), written).sections["tests"].is_equal


def test_a_file_tested_beyond_the_accepted_ones_is_no_mistake():
    accepted = Facts(files=names("lib/libz.so"), build_system="cmake")
    written = Facts(files=names("lib/libz.*", "include/zlib.h"), build_system="make")
    found = score(project(accepted, language="c"), written)
    assert found.sections["tests"].is_equal
    assert not found.answers["build system"]


def test_compilers_are_those_of_build():
    accepted = Facts(build=names("compiler:c", "compiler:cxx", "stdlib:c"))
    found = score(project(accepted), Facts(build=names("compiler:c")))
    assert not found.answers["compilers"]
    assert "    compilers: accepted c cxx, written c" in list(misses([found]))


def test_the_table_has_a_column_for_each_tool():
    right, wrong = score(project(ACCEPTED), ACCEPTED), score(project(ACCEPTED), None, "none")
    rows = list(table("python", {"sluice": [right], "other": [wrong]}))
    assert rows[0] == "Python: 1 projects"
    assert rows[1].split() == ["sluice", "other"]
    assert rows[2].split() == ["recipes", "1/1", "0/1"]
    found = as_json({"sluice": [right]})
    assert found["sluice"]["python"]["totals"]["run"] == {
        "precision": 1.0,
        "recall": 1.0,
        "equal": 1,
    }


def test_times_name_the_project_that_takes_most():
    line = times("sluice", {"sky": Taken(1.0, 0.5), "sea": Taken(3.0, 2.5)})
    assert "median 2.00 s on the wall, 1.50 s of processor" in line
    assert "most for sea, 3.00 s and 2.50 s" in line


def test_recipes_that_agree_with_their_archive_are_counted_apart():
    right = replace(score(project(ACCEPTED), ACCEPTED), agrees=True)
    wrong = replace(score(project(ACCEPTED, "sea"), Facts(run=names("python"))), agrees=False)
    rows = list(table("python", {"sluice": [right, wrong]}))
    assert rows[-1].split() == ["run", "equal,", "of", "those", "that", "agree", "1/1"]
    assert "    the accepted run section is not what the archive says" in list(misses([wrong]))
