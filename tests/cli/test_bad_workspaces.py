"""Workspaces that cannot be packaged as they are: refused before anything is built."""

import pytest

import projects
from workspaces import (
    a_config,
    a_project,
    a_recipe,
    a_workspace,
    snapshot,
    two_projects,
)

PLANNING = (["plan"], ["build"], ["run"], ["run", "--dry-run"])


def refuses_to_plan(sluice, *, says):
    """Check that whatever would plan is refused, and leaves no channel behind."""
    for argv in PLANNING:
        answer = sluice.refuses(*argv, code=2, says=says)
        assert len(answer.err.splitlines()) <= 2
    assert not sluice.channels.exists()


def test_a_project_outside_git(sluice):
    for name, text in {**a_project("hills"), "channels.yaml": a_config("hills")}.items():
        (sluice.root / name).parent.mkdir(exist_ok=True)
        (sluice.root / name).write_text(text)
    refuses_to_plan(sluice, says="in no git repository")
    assert sluice("status").code == 0


def test_a_repository_without_commits(sluice):
    clone = a_workspace(sluice.root, a_project("hills"), a_config("hills"))
    clone.git("update-ref", "-d", "HEAD")
    refuses_to_plan(sluice, says="no commit yet")


def test_a_dirty_tree(sluice):
    clone = two_projects(sluice.root)
    clone.write({"hills/data.txt": "changed"})
    refuses_to_plan(sluice, says="hills has changes that are not committed")
    assert sluice("plan", "--allow-dirty").code == 0
    assert sluice("status").code == 0


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("{% set version = %}\npackage:\n  name: hills\n", 1, "Jinja: Expected an expression"),
        ("package:\n  name: hills\n  version: {{ nothing }}\n", 3, "'nothing' is undefined"),
        ("package:\n  name: hills\n  version: {{ 1 / 0 }}\n", 3, "Jinja: division by zero"),
        ("package:\n  name: hills\n{% if true %}\n", 3, "Jinja:"),
        ("package:\n  name: hills\n  version: {{ ''.__class__ }}\n", 3, "unsafe"),
        ("package:\n  name: hills\n  version: {{ 'x' * 10**10 }}\n", 3, "repeated too often"),
        ("package:\n  name: hills\n  skip: true  # [__import__('os')]\n", 3, "not allowed"),
        ("package:\n  name: [\n", 2, "no valid YAML"),
    ],
)
def test_a_recipe_with_an_error_is_told_with_its_line(sluice, text, line, says):
    a_workspace(
        sluice.root,
        {**a_project("hills"), "recipes/hills/meta.yaml": text},
        a_config("hills"),
    )
    file = sluice.root / "recipes/hills/meta.yaml"
    refuses_to_plan(sluice, says=f"{file}:{line}: ")
    assert says in sluice("plan").err


def test_a_recipe_that_is_no_text_is_told_with_its_line(sluice):
    a_workspace(
        sluice.root,
        {**a_project("hills"), "recipes/hills/meta.yaml": b"package:\n  name: \xff\n"},
        a_config("hills"),
    )
    refuses_to_plan(sluice, says="meta.yaml:2: the byte 0xff is not UTF-8")
    for argv in (["recipe"], ["recipe", "--check"], ["recipe", "--overwrite"]):
        sluice.refuses(*argv, code=2, says="meta.yaml:2: the byte 0xff is not UTF-8")


def test_a_recipe_that_is_no_text_is_told_where_git_says_the_version(sluice):
    project = {"p/pyproject.toml": projects.PYPROJECT, "p/tripcli/__init__.py": ""}
    a_workspace(
        sluice.root,
        {**project, "recipes/tripcli/meta.yaml": b"package:\n  name: \xff\n"},
        a_config("p"),
    )
    sluice.refuses("recipe", code=2, says="meta.yaml:2: the byte 0xff is not UTF-8")


def test_line_ends_of_windows_make_no_difference(sluice):
    a_workspace(sluice.root, {"p/DESCRIPTION": "Package: hills\nVersion: 1.0\n"}, a_config("p"))
    assert sluice("recipe").code == 0
    (file,) = sluice.root.glob("recipes/*/meta.yaml")
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert sluice("recipe", "--check").code == 0


def test_a_variants_file_that_is_no_text_is_told_with_its_line(sluice):
    a_workspace(
        sluice.root,
        {
            **a_project("hills"),
            "recipes/hills/meta.yaml": a_recipe("hills"),
            "variants.yaml": b"python:\n  - \xe9\n",
        },
        a_config("hills", more="variants: [variants.yaml]\n"),
    )
    refuses_to_plan(sluice, says="variants.yaml:2: the byte 0xe9 is not UTF-8")


def test_a_recipe_for_another_platform_only_is_nothing_to_build(sluice):
    recipe = a_recipe("hills").replace("number: 0\n", "number: 0\n  skip: true  # [linux]\n")
    a_workspace(
        sluice.root, {**a_project("hills"), "recipes/hills/meta.yaml": recipe}, a_config("hills")
    )
    assert sluice("plan", "--format", "json").json["builds"] == []


def test_recipes_that_need_each_other_make_no_plan(sluice):
    two_projects(
        sluice.root,
        **{"recipes/hills/meta.yaml": a_recipe("hills", needs=["walk"])},
    )
    refuses_to_plan(sluice, says="hills")
    assert "walk" in sluice("plan").err


def test_two_projects_of_one_name_make_no_plan(sluice):
    files = {**a_project("hills"), "other/hills/Makefile": "VERSION = 2.0\n", "other/hills/a.c": ""}
    recipe = {"recipes/hills/meta.yaml": a_recipe("hills")}
    a_workspace(sluice.root, files | recipe, a_config("hills", "other/hills"))
    refuses_to_plan(sluice, says="hills")


@pytest.mark.parametrize("tag", ["hills-vfinal", "hills-v1.2.x", "hills-v1/2"])
def test_a_tag_that_is_no_version_under_a_template(sluice, tag):
    clone = a_workspace(
        sluice.root,
        {**a_project("hills"), "recipes/hills/meta.yaml": a_recipe("hills")},
        a_config('{path: hills, tag: "hills-v{version}"}'),
    )
    clone.tag(tag)
    refuses_to_plan(sluice, says=f"tag '{tag}'")
    assert f"git tag -d {tag}" in sluice("plan").err
    clone.git("tag", "-d", tag)
    clone.tag("hills-v1.2", "other-9")
    (build,) = sluice("plan", "--format", "json").json["builds"]
    assert build["version"] == "1.2"


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"p/pyproject.toml": "[project]\nversion = '1'\n"}, "the project has no name"),
        ({"p/pyproject.toml": "[project]\nname = '../x'\nversion = '1'\n"}, "no project name"),
        ({"p/pyproject.toml": "[project\n"}, "no TOML"),
        ({"p/pyproject.toml": b"[project]\nname = '\xff'\n"}, "p/pyproject.toml"),
        ({"p/DESCRIPTION": "Package: p\nVersion: 1.0\n"}, "no name of an R package"),
        ({"p/DESCRIPTION": "Package: hills\nVersion: one\n"}, "'one' is no R version"),
        ({"p/CMakeLists.txt": "add_library(p p.c)\n"}, "p"),
        ({"p/README": "hello\n"}, "nothing here that sluice can package"),
    ],
)
def test_a_project_that_cannot_be_understood_is_told_with_its_place(sluice, files, says):
    a_workspace(sluice.root, files, a_config("p"))
    refuses_to_plan(sluice, says=says)
    assert f"{sluice.root / 'p'}" in sluice("plan").err


def test_recipes_that_cannot_be_written_are_a_store_error(sluice):
    a_workspace(sluice.root, {**a_project("hills"), "recipes": "a file"}, a_config("hills"))
    sluice.refuses("recipe", code=3, says="recipes/hills")


def test_a_state_folder_that_cannot_be_made_is_a_store_error(sluice):
    clone = two_projects(sluice.root)
    clone.write({".sluice": "a file"})
    before = snapshot(sluice.root / "recipes")
    answer = sluice("run", "--jobs", "1")
    assert answer.code == 3
    assert ".sluice: cannot be used" in answer.err
    assert snapshot(sluice.root / "recipes") == before
    assert sluice("plan").code == 0
