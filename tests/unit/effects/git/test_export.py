"""Sources come from the commit, whole and exact, and never reach outside."""

import os
import pickle
import stat
from dataclasses import replace

import pytest

from conda_sluice.effects.git import export_tree, export_worktree, open_repository
from conda_sluice.errors import ProjectError
from git_clones import Clone


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """A home whose git settings would change files on their way out if they could."""
    folder = tmp_path / "home"
    (folder / ".config/git").mkdir(parents=True)
    (folder / ".gitconfig").write_text(
        "[core]\nautocrlf = true\neol = crlf\nsymlinks = false\nfileMode = false\n"
        '[filter "shout"]\nsmudge = tr a-z A-Z\n'
    )
    (folder / ".config/git/attributes").write_text("* filter=shout\n")
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return folder


@pytest.fixture
def clone(tmp_path):
    return Clone(tmp_path / "clone")


@pytest.fixture
def into(tmp_path):
    return tmp_path / "sources"


def state_of(clone, path=""):
    return open_repository(clone.root).state(clone.root / path)


def contents(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_files_of_the_commit_are_written_and_nothing_else(clone, into):
    clone.commit({"a/f": "committed", "a/deep/g": "1", "b/f": "other"})
    clone.write({"a/f": "on disk", "a/untracked": "x"})
    export_tree(state_of(clone, "a"), into)
    assert contents(into) == {"f": b"committed", "deep/g": b"1"}


def test_bytes_are_those_of_the_commit_whatever_attributes_say(clone, into):
    files = {
        "unix": b"a\nb\n",
        "dos": b"a\r\nb\r\n",
        "binary": bytes(range(256)),
        "ident": b"$Id$ $Format:%H$\n",
    }
    attributes = b"* text=auto eol=crlf ident filter=shout export-ignore export-subst\n"
    clone.git("config", "filter.shout.smudge", "tr a-z A-Z")
    clone.commit({**files, "latin": b"\xe4"})
    clone.commit({".gitattributes": attributes})
    export_tree(state_of(clone), into)
    assert contents(into) == {**files, "latin": b"\xe4", ".gitattributes": attributes}


def test_modes_are_those_that_git_knows_whatever_the_umask(clone, into):
    clone.write({"script": "#!/bin/sh\n", "text": "x"})
    (clone.root / "script").chmod(0o755)
    clone.git("add", "script", "text")
    clone.commit()
    before = os.umask(0o077)
    try:
        export_tree(state_of(clone), into)
    finally:
        os.umask(before)
    modes = {name: stat.S_IMODE((into / name).stat().st_mode) for name in ("script", "text")}
    assert modes == {"script": 0o755, "text": 0o644}


def test_all_files_are_of_one_time_so_that_none_looks_out_of_date(clone, into):
    clone.commit({"aclocal.m4": "made of configure.ac", "configure.ac": "", "z/Makefile.am": ""})
    export_tree(state_of(clone), into)
    files = [path for path in into.rglob("*") if path.is_file()]
    assert len({path.stat().st_mtime_ns for path in files}) == 1


def test_a_state_that_was_pickled_is_enough(clone, into):
    clone.commit({"f": "1"})
    export_tree(pickle.loads(pickle.dumps(state_of(clone))), into)
    assert contents(into) == {"f": b"1"}


def test_an_older_commit_can_be_written(clone, into):
    clone.commit({"f": "old"})
    state = state_of(clone)
    clone.commit({"f": "new"})
    export_tree(state, into)
    assert contents(into) == {"f": b"old"}


def test_links_within_the_tree_stay_links(clone, into):
    clone.write({"a/f": "1"})
    (clone.root / "a/link").symlink_to("f")
    (clone.root / "a/dangling").symlink_to("made/later")
    clone.git("add", "a")
    clone.commit()
    export_tree(state_of(clone, "a"), into)
    assert (into / "link").readlink().as_posix() == "f"
    assert (into / "dangling").is_symlink()


@pytest.mark.parametrize("target", ["/etc/passwd", "../outside", "d/../../x", "through/../../x"])
@pytest.mark.parametrize("export", [export_tree, export_worktree])
def test_links_that_lead_out_are_refused_and_nothing_stays(clone, into, target, export):
    clone.write({"a/d/f": "1"})
    (clone.root / "a/through").symlink_to("d")
    (clone.root / "a/link").symlink_to(target)
    clone.git("add", "a")
    clone.commit()
    with pytest.raises(ProjectError, match="link: this link leads out of the project"):
        export(state_of(clone, "a"), into)
    assert not into.exists()


def test_a_folder_with_something_in_it_is_left_alone(clone, into):
    clone.commit({"f": "1"})
    into.mkdir()
    (into / "mine").write_text("x")
    with pytest.raises(ProjectError, match="only written into an empty folder"):
        export_tree(state_of(clone), into)
    assert contents(into) == {"mine": b"x"}


@pytest.fixture
def nested(tmp_path):
    """A project with a submodule that has a submodule."""
    inner, outer = Clone(tmp_path / "inner"), Clone(tmp_path / "outer")
    inner.commit({"i.c": "inner"})
    outer.commit({"o.c": "outer"})
    outer.git("submodule", "add", "-q", str(inner.root), "inner")
    outer.commit()
    clone = Clone(tmp_path / "clone")
    clone.commit({"a/f": "1"})
    clone.git("submodule", "add", "-q", str(outer.root), "a/outer")
    clone.commit()
    clone.git("submodule", "update", "-q", "--init", "--recursive")
    return clone


@pytest.mark.parametrize("export", [export_tree, export_worktree])
def test_submodules_are_written_from_their_clones(nested, into, export):
    export(state_of(nested, "a"), into)
    assert {name for name in contents(into) if name.endswith(".c")} == {
        "outer/o.c",
        "outer/inner/i.c",
    }
    assert not list(into.rglob(".git"))


def test_a_submodule_is_taken_from_its_commit_and_not_from_its_work_tree(nested, into):
    nested.write({"a/outer/o.c": "on disk"})
    export_tree(state_of(nested, "a"), into)
    assert (into / "outer/o.c").read_text() == "outer"


@pytest.mark.parametrize("export", [export_tree, export_worktree])
def test_a_submodule_that_is_not_checked_out_names_the_command(nested, into, export):
    nested.git("submodule", "deinit", "-q", "-f", "a/outer")
    with pytest.raises(ProjectError, match="git submodule update --init --recursive"):
        export(state_of(nested, "a"), into)
    assert not into.exists()


def test_a_submodule_whose_commit_is_not_here_names_the_command(nested, into):
    empty = nested.git("rev-parse", "HEAD~1")
    nested.git("update-index", "--cacheinfo", f"160000,{empty},a/outer")
    nested.commit()
    with pytest.raises(ProjectError, match="git submodule update --init --recursive"):
        export_tree(state_of(nested, "a"), into)


def test_a_linked_worktree_has_the_objects_of_its_clone(clone, into, tmp_path):
    clone.commit({"f": "1"})
    clone.git("worktree", "add", "-q", str(tmp_path / "linked"))
    export_tree(open_repository(tmp_path / "linked").state(tmp_path / "linked"), into)
    assert contents(into) == {"f": b"1"}


def test_sha256_objects_are_written_too(tmp_path, into):
    Clone(tmp_path).git("init", "-q", "--object-format=sha256", str(tmp_path / "other"))
    other = Clone(tmp_path / "other")
    other.commit({"f": "1"})
    export_tree(state_of(other), into)
    assert contents(into) == {"f": b"1"}


def test_a_tree_id_that_is_none_never_reaches_git(clone, into):
    clone.commit({"f": "1"})
    with pytest.raises(ProjectError, match="no git object id"):
        export_tree(replace(state_of(clone), tree="--prefix=/tmp"), into)


def test_the_work_tree_as_it_is_on_disk(clone, into):
    clone.commit({"a/f": "1", "a/gone": "1", "a/-x": "1", "b/f": "1"})
    clone.write({"a/f": "changed", "a/staged": "new", "a/untracked": "x"})
    clone.git("add", "a/staged")
    (clone.root / "a/gone").unlink()
    export_worktree(state_of(clone, "a"), into)
    assert contents(into) == {"f": b"changed", "staged": b"new", "-x": b"1"}


def test_tracked_files_behind_a_link_to_elsewhere_are_refused(clone, into, tmp_path):
    clone.commit({"a/d/f": "1"})
    (clone.root / "a/d/f").unlink()
    (clone.root / "a/d").rmdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/f").write_text("secret")
    (clone.root / "a/d").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ProjectError, match="behind a link that leads out"):
        export_worktree(state_of(clone, "a"), into)


def test_a_name_that_is_not_utf_8_is_written_from_the_commit_and_named_on_disk(clone, into):
    clone.commit({os.fsdecode(b"\xe4.txt"): "1"})
    export_tree(state_of(clone), into)
    assert [os.fsencode(path.name) for path in into.iterdir()] == [b"\xe4.txt"]
    with pytest.raises(ProjectError, match="is not UTF-8"):
        export_worktree(state_of(clone), into.parent / "again")
