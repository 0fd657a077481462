from pathlib import Path

from conda_sluice.model.facts import PythonFacts
from conda_sluice.model.names import PackageName
from conda_sluice.model.project import Language, Project, TestSetup
from conda_sluice.recipe.generate.python_tests import python_tests

OWN = TestSetup(
    commands=("python -m pytest tests",),
    requires=("pytest >=8", "hypothesis"),
    files=("tests", "pyproject.toml"),
)


def section_of(own=OWN, *, with_own=True, is_compiled=False, **facts):
    project = Project(
        name=PackageName("hills"),
        root=Path("hills"),
        language=Language.PYTHON,
        is_compiled=is_compiled,
        tests=own,
    )
    facts = PythonFacts(distribution="hills", backend="", **{"imports": ("hills",), **facts})
    section = python_tests(project, facts, with_own=with_own)
    return {one.key: [item.text for item in one.value] for one in section.entries}, section.notes


def test_archive_brings_the_projects_own_tests():
    lists, notes = section_of()
    assert lists == {
        "imports": ["hills"],
        "source_files": ["tests", "pyproject.toml"],
        "commands": ["pip check", "python -m pytest tests"],
        "requires": ["python {{ python_min }}", "pip", "pytest >=8", "hypothesis"],
    }
    assert notes == ()


def test_source_tree_leaves_its_own_tests_to_sluice_test():
    lists, _ = section_of(with_own=False, is_compiled=True)
    assert lists == {"imports": ["hills"], "commands": ["pip check"], "requires": ["pip"]}


def test_own_tests_that_need_an_unknown_package_are_left_out_and_said():
    lists, notes = section_of(TestSetup(commands=("pytest",), requires=("never-heard-of",)))
    assert lists["commands"] == ["pip check"]
    assert notes == ("left out, pytest: no table of names knows never-heard-of",)


def test_own_tests_that_lack_a_helper_are_left_out_and_said():
    lists, notes = section_of(TestSetup(lacking=("tests.utils", "tests.web")))
    assert lists["commands"] == ["pip check"]
    assert notes == (
        "left out, the project's own tests: they import tests.utils, which is not there",
    )


def test_own_tests_whose_files_would_act_in_the_recipe_are_left_out():
    lists, _ = section_of(TestSetup(commands=("pytest 'x # [win]'",), requires=("pytest",)))
    assert lists["commands"] == ["pip check"]


def test_programs_are_asked_for_help_unless_their_name_is_odd():
    lists, _ = section_of(TestSetup(), entry_points=("up = hills:up", "a b; = hills:no"))
    assert lists["commands"] == ["pip check", "up --help"]


def test_programs_that_need_an_extra_are_left_out_and_said():
    points = ("up = hills.up:main", "serve = hills.serve:main")
    lists, notes = section_of(
        TestSetup(), entry_points=points, programs_of_extras=(("serve", "server"),)
    )
    assert lists["commands"] == ["pip check", "up --help"]
    assert notes == ("left out, serve --help: it needs the extra server",)


def test_nothing_to_import_is_said():
    assert section_of(imports=())[1] == ("no module was found to import: add one",)
