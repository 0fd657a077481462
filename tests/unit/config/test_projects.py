import pytest

from conda_sluice.config.parse import parse_channels
from conda_sluice.config.projects import resolve_projects
from conda_sluice.errors import ConfigError
from conda_sluice.model.config import ProjectEntry

HEAD = "version: 1\nladder: [{name: a, url: ./a}]\n"


def is_project(folder):
    return (folder / "DESCRIPTION").exists()


@pytest.fixture
def root(tmp_path):
    for name in ("libs/b", "libs/a", "libs/.hidden", "libs/a/deep", "apps/t", "[x]"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "DESCRIPTION").touch()
    (tmp_path / "libs" / "notes").mkdir()
    (tmp_path / "libs" / "file").touch()
    return tmp_path


def resolve(root, projects):
    parsed = parse_channels(HEAD + projects)
    return resolve_projects(parsed, root=root, is_project=is_project)


def found(root, projects):
    return [str(entry.root.relative_to(root)) for entry in resolve(root, projects)]


def mistake(root, projects):
    with pytest.raises(ConfigError) as caught:
        resolve(root, projects)
    return caught.value


def test_without_the_key_this_directory_is_the_project(root):
    assert found(root, "") == ["."]


def test_an_empty_list_is_no_project(root):
    assert found(root, "projects: []") == []


def test_a_glob_finds_projects_in_order_and_nothing_hidden(root):
    assert found(root, "projects: [libs/*]") == ["libs/a", "libs/b"]
    assert found(root, "projects: ['**']") == ["[x]", "apps/t", "libs/a", "libs/a/deep", "libs/b"]


def test_a_folder_is_taken_once_where_it_is_named_first(root):
    assert found(root, "projects: [libs/b, 'libs/*', '*/b']") == ["libs/b", "libs/a"]


def test_settings_hold_for_a_folder_that_a_glob_finds_too(root):
    entries = resolve(root, "projects: ['libs/*', {path: libs/a, test: x, mode: re-version}]")
    assert entries == (
        ProjectEntry(root=root / "libs/b"),
        ProjectEntry(root=root / "libs/a", test="x"),
    )


def test_a_path_with_settings_is_no_glob(root):
    assert found(root, "projects: [{path: '[x]'}]") == ["[x]"]


def test_a_folder_named_by_itself_is_a_project_whatever_it_holds(root):
    assert found(root, "projects: [libs/notes]") == ["libs/notes"]


@pytest.mark.parametrize(
    ("projects", "where", "what"),
    [
        ("projects: [libs/x]", "3:12", "'libs/x' is not there"),
        ("projects: [libs/file]", "3:12", "'libs/file' is a file"),
        ("projects: [{path: 'libs/*'}]", "3:19", "'libs/*' is not there"),
        ("projects: [libs/a, {path: ./libs/a/}]", "3:27", "named twice"),
        ("projects: [libs/c*]", "3:12", "no project is found at 'libs/c*'"),
        ("projects: [nothing/*]", "3:12", "no project is found at 'nothing/*'"),
        ("projects: ['https://h/*']", "3:12", "expected a path, found the URL"),
        ("projects: ['~/x']", "3:12", "means another folder for each user"),
    ],
)
def test_a_mistake_names_its_line_and_column(root, projects, where, what):
    error = mistake(root, projects)
    assert error.where == f"channels.yaml:{where}"
    assert what in error.what


def test_a_glob_with_settings_is_told_what_to_do(root):
    assert "settings are for one folder" in mistake(root, "projects: [{path: 'libs/*'}]").remedy


def test_a_folder_that_cannot_be_looked_into_is_no_traceback(root):
    def refuse(folder):
        raise PermissionError(13, "Permission denied", str(folder))

    parsed = parse_channels(HEAD + "projects: ['libs/*']")
    with pytest.raises(ConfigError, match=r"cannot be followed: .*Permission denied") as caught:
        resolve_projects(parsed, root=root, is_project=refuse)
    assert caught.value.where == "channels.yaml:3:12"
