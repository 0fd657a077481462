"""Reading files of a source tree that somebody else wrote."""

import errno

import pytest

from conda_sluice.discover import reading
from conda_sluice.discover.detect import discover
from conda_sluice.discover.reading import one_look, read_text, read_toml, walk
from conda_sluice.errors import ProjectError
from projects import write_files


def test_a_file_is_read_once_within_a_look_and_anew_after_it(tmp_path):
    file = tmp_path / "VERSION"
    file.write_text("1")
    with one_look(tmp_path):
        assert read_text(file, tmp_path) == "1"
        file.write_text("2")
        assert read_text(file, tmp_path) == "1"
    assert read_text(file, tmp_path) == "2"


def test_what_is_kept_is_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "_MOST_KEPT", 3)
    file = tmp_path / "VERSION"
    file.write_text("1.0")
    with one_look(tmp_path):
        read_text(file, tmp_path)
        file.write_text("2.0")
        assert read_text(file, tmp_path) == "2.0"


def test_a_link_is_judged_by_each_project_that_reads_it(tmp_path):
    (tmp_path / "LICENSE").write_text("text")
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "LICENSE").symlink_to("../LICENSE")
    with one_look(tmp_path):
        assert read_text(inner / "LICENSE", tmp_path) == "text"
        with pytest.raises(ProjectError, match="leads out of the project"):
            read_text(inner / "LICENSE", inner)


def test_a_folder_that_leads_out_is_no_way_out_either(tmp_path):
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "x").write_text("text")
    project = tmp_path / "project"
    project.mkdir()
    (project / "below").symlink_to("../secret")
    with pytest.raises(ProjectError, match="leads out of the project"):
        read_text(project / "below" / "x", project)


@pytest.mark.parametrize("name", ["n" * 300, "a\0b", "no/such/file", "loop"])
def test_a_name_that_no_file_can_have_is_that_of_no_file(tmp_path, name):
    (tmp_path / "loop").symlink_to("loop")
    assert read_text(tmp_path / name, tmp_path) == ""


def test_files_are_found_in_a_fixed_order_without_links_and_built_folders(tmp_path):
    write_files(tmp_path, {"b/x": "", "a": "", "c": "", "build/y": "", ".git/z": ""})
    (tmp_path / "link").symlink_to("b")
    assert [one.relative_to(tmp_path).as_posix() for one in walk(tmp_path)] == ["a", "b/x", "c"]


def test_empty_folders_count_against_the_limit_too(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "MAX_FILES", 3)
    write_files(tmp_path, {"a/a/a/a": "", "b": ""})
    assert list(walk(tmp_path)) == []


def test_brackets_without_end_are_no_toml(tmp_path):
    (tmp_path / "pyproject.toml").write_text("x = " + "[" * 100_000)
    with pytest.raises(ProjectError, match=r"pyproject\.toml: this is no TOML"):
        read_toml(tmp_path / "pyproject.toml", tmp_path)


def test_what_the_operating_system_refuses_is_told_with_the_place(tmp_path):
    with (
        pytest.raises(ProjectError, match="x: cannot be read: Permission denied"),
        one_look(tmp_path),
    ):
        raise PermissionError(errno.EACCES, "Permission denied", "x")


def test_a_full_disk_is_no_fault_of_the_project(tmp_path):
    with pytest.raises(OSError, match="full"), one_look(tmp_path):
        raise OSError(errno.ENOSPC, "full")


def test_a_project_of_thousands_of_nested_folders_is_read_all_the_same(tmp_path):
    write_files(tmp_path, {"pyproject.toml": "[project]\nname = 'x'\nversion = '1'\n"})
    folder = tmp_path
    for _ in range(600):
        folder /= "d"
        folder.mkdir()
    assert discover(tmp_path).name == "x"


@pytest.mark.parametrize(
    ("content", "line", "byte"),
    [
        ('[project]\ndescription = "für"\n'.encode("latin-1"), 2, "0xfc"),
        ("[project]\n".encode("utf-16"), 1, "0xff"),
    ],
)
def test_toml_that_is_not_utf8_is_refused_at_its_line_as_build_backends_do(
    tmp_path, content, line, byte
):
    file = tmp_path / "pyproject.toml"
    file.write_bytes(content)
    with pytest.raises(ProjectError, match=f"the byte {byte} is not UTF-8") as caught:
        read_toml(file, tmp_path)
    assert caught.value.where == f"{file}:{line}"


def test_toml_may_hold_the_sign_for_what_cannot_be_shown(tmp_path):
    (tmp_path / "x.toml").write_text('a = "\ufffd"')
    assert read_toml(tmp_path / "x.toml", tmp_path) == {"a": "\ufffd"}
