import pytest

from conda_sluice.config.disk import (
    check_file,
    check_possible_file,
    check_possible_folder,
    real_path,
)
from conda_sluice.errors import ConfigError


def test_a_folder_may_be_there_or_be_made_later(tmp_path):
    check_possible_folder(tmp_path, noun="it", where="")
    check_possible_folder(tmp_path / "a" / "b", noun="it", where="")


@pytest.mark.parametrize("below", [".", "deep/down"])
def test_a_folder_cannot_be_where_a_file_is(tmp_path, below):
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match="file' is a file") as caught:
        check_possible_folder(tmp_path / "file" / below, noun="it", where="f:1:1")
    assert caught.value.where == "f:1:1"


def test_a_folder_cannot_be_behind_a_link_to_nothing(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "nothing")
    with pytest.raises(ConfigError, match="link to nothing"):
        check_possible_folder(tmp_path / "link" / "a", noun="it", where="")


@pytest.mark.parametrize("check", [check_possible_folder, check_possible_file, check_file])
def test_a_name_that_the_disk_refuses_is_no_traceback(tmp_path, check):
    with pytest.raises(ConfigError, match="cannot be reached: File name too long"):
        check(tmp_path / ("x" * 300), noun="it", where="")


def test_links_in_a_circle_are_no_traceback(tmp_path):
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    with pytest.raises(ConfigError, match=r"cannot (be reached|be a folder)"):
        check_possible_folder(tmp_path / "a", noun="it", where="")
    with pytest.raises(ConfigError, match="cannot be reached"):
        real_path(tmp_path / "a", noun="it", where="")


def test_a_file_has_to_be_there(tmp_path):
    (tmp_path / "file").touch()
    check_file(tmp_path / "file", noun="it", where="")
    with pytest.raises(ConfigError, match="is not there"):
        check_file(tmp_path / "other", noun="it", where="")


def test_a_file_to_come_needs_its_folder(tmp_path):
    check_possible_file(tmp_path / "later", noun="it", where="")
    with pytest.raises(ConfigError, match="is a folder"):
        check_possible_file(tmp_path, noun="it", where="")
    with pytest.raises(ConfigError, match="the folder of it"):
        check_possible_file(tmp_path / "no" / "later", noun="it", where="")
