"""A recipe on disk: written, merged, adopted, left alone; and after a crash the old or the new."""

import os

import pytest

from conda_sluice.effects import files
from conda_sluice.errors import RecipeError
from conda_sluice.model.merge import Take
from conda_sluice.model.names import PackageName
from conda_sluice.model.outcome import RecipeState
from conda_sluice.pipeline.recipe_files import Manner, settle
from workspaces import snapshot

META = "package:\n  name: trips\n\nrequirements:\n  run:\n    - python\n    - rich\n"
FIRST = {"meta.yaml": META, "build.sh": "make\n"}
SECOND = {"meta.yaml": META.replace("rich", "rich >=13"), "build.sh": "make\n"}


def bring(folder, generated, **manner):
    return settle(PackageName("trips"), folder, generated, Manner(**manner))


def text(folder, file="meta.yaml"):
    return (folder / file).read_text(encoding="utf-8")


def edit(folder, old, new, file="meta.yaml"):
    path = folder / file
    assert old in text(folder, file)
    path.write_text(text(folder, file).replace(old, new), encoding="utf-8")


@pytest.fixture
def folder(tmp_path):
    """Return a recipe that was written once."""
    bring(tmp_path / "trips", FIRST)
    return tmp_path / "trips"


def test_what_is_generated_is_kept_beside_the_recipe(folder):
    assert text(folder) == META
    assert text(folder, ".sluice/meta.yaml") == META
    assert text(folder, ".sluice/build.sh") == "make\n"
    assert bring(folder, FIRST).state is RecipeState.CURRENT


def test_edits_are_no_drift_and_stay(folder):
    edit(folder, "- python", "- python  # mine")
    before = snapshot(folder)
    assert bring(folder, FIRST).state is RecipeState.CURRENT
    assert snapshot(folder) == before


def test_what_the_sources_change_is_merged_into_the_edits(folder):
    edit(folder, "- python", "- python  # mine")
    assert bring(folder, SECOND, dry_run=True).state is RecipeState.WOULD_MERGE
    assert bring(folder, SECOND).state is RecipeState.MERGED
    assert "- python  # mine\n    - rich >=13\n" in text(folder)
    assert text(folder, ".sluice/meta.yaml") == SECOND["meta.yaml"]
    assert bring(folder, SECOND).state is RecipeState.CURRENT


def test_a_conflict_writes_nothing_and_once_resolved_is_gone(folder):
    edit(folder, "- rich", "- rich <15")
    before = snapshot(folder)
    outcome = bring(folder, SECOND)
    assert outcome.state is RecipeState.CONFLICT
    assert [one.where for one in outcome.conflicts] == ["requirements/run"]
    assert snapshot(folder) == before
    assert bring(folder, SECOND, take=Take.YOURS).state is RecipeState.MERGED
    assert "- rich <15" in text(folder)
    assert bring(folder, SECOND).state is RecipeState.CURRENT


def test_a_recipe_written_by_hand_is_left_alone_until_it_is_adopted(tmp_path):
    (tmp_path / "meta.yaml").write_text("package:\n  name: mine\n")
    before = snapshot(tmp_path)
    assert bring(tmp_path, FIRST).state is RecipeState.DIFFERS
    assert snapshot(tmp_path) == before
    assert bring(tmp_path, FIRST, adopt=True).state is RecipeState.ADOPTED
    assert text(tmp_path) == "package:\n  name: mine\n"
    assert bring(tmp_path, FIRST).state is RecipeState.CURRENT
    assert bring(tmp_path, FIRST, overwrite=True).state is RecipeState.WRITTEN
    assert text(tmp_path) == META


def test_a_recipe_as_generated_but_without_a_record_of_it_gets_one(tmp_path):
    for name, content in FIRST.items():
        (tmp_path / name).write_text(content)
    assert bring(tmp_path, FIRST, dry_run=True).state is RecipeState.CURRENT
    assert not (tmp_path / ".sluice").exists()
    assert bring(tmp_path, FIRST).state is RecipeState.CURRENT
    assert text(tmp_path, ".sluice/meta.yaml") == META


def test_a_script_that_was_removed_stays_away_and_a_recipe_that_was_removed_is_written_anew(folder):
    (folder / "build.sh").unlink()
    assert bring(folder, SECOND).state is RecipeState.MERGED
    assert not (folder / "build.sh").exists()
    (folder / "meta.yaml").unlink()
    assert bring(folder, SECOND).state is RecipeState.WRITTEN
    assert text(folder) == SECOND["meta.yaml"]


def test_a_script_that_is_generated_no_more_goes(folder):
    assert bring(folder, {"meta.yaml": META}).state is RecipeState.MERGED
    assert not (folder / "build.sh").exists()
    assert not (folder / ".sluice/build.sh").exists()


def test_line_ends_and_modes_of_files_stay(folder):
    (folder / "meta.yaml").write_bytes(META.replace("\n", "\r\n").encode())
    (folder / "build.sh").chmod(0o755)
    edit(folder, "make", "make -j2", "build.sh")
    assert bring(folder, SECOND | {"build.sh": "make\nmake install\n"}).conflicts
    bring(folder, SECOND | {"build.sh": "make\n# done\n"}, take=Take.GENERATED)
    assert b"- rich >=13\r\n" in (folder / "meta.yaml").read_bytes()
    assert (folder / "build.sh").stat().st_mode & 0o777 == 0o755


def test_a_file_in_the_middle_of_a_merge_is_told_with_its_line(folder):
    edit(folder, "    - rich", "<<<<<<< HEAD\n    - rich")
    with pytest.raises(RecipeError, match=r"meta\.yaml:7: git left a merge conflict here"):
        bring(folder, SECOND)


def test_after_a_crash_every_file_is_old_or_new_and_the_next_run_ends_in_the_same(
    folder, monkeypatch
):
    edit(folder, "- python", "- python  # mine")
    edit(folder, "make", "make -j2", "build.sh")
    third = SECOND | {"build.sh": "#!/bin/sh\n\nmake\n", "new.txt": "new\n"}
    bring(folder, third, take=Take.YOURS)  # what it should be in the end
    whole = snapshot(folder)
    replace = os.replace
    for steps in range(5):
        bring(folder, FIRST, overwrite=True)
        edit(folder, "- python", "- python  # mine")
        edit(folder, "make", "make -j2", "build.sh")
        left = [steps]

        def break_off(old, new, left=left):
            if left[0] == 0:
                raise KeyboardInterrupt
            left[0] -= 1
            replace(old, new)

        monkeypatch.setattr(files.os, "replace", break_off)
        with pytest.raises(KeyboardInterrupt):
            bring(folder, third, take=Take.YOURS)
        monkeypatch.setattr(files.os, "replace", replace)
        bring(folder, third, take=Take.YOURS)
        assert snapshot(folder) == whole
