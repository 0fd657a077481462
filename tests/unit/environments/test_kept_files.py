import hashlib
import os

from conda_sluice.environments.kept_files import KeptFiles

ABC = hashlib.sha256(b"content").hexdigest()


def kept_one(folder):
    kept = KeptFiles(folder / "kept")
    with kept.arriving() as path:
        path.write_text("content")
        kept.keep(path, ABC)
    return kept


def test_file_is_placed_as_a_link_as_often_as_it_is_needed(tmp_path):
    kept = kept_one(tmp_path)
    for name in ("one", "two", "one"):
        assert kept.place(ABC, tmp_path / name / "x.conda")
    assert (tmp_path / "two" / "x.conda").read_text() == "content"
    assert (tmp_path / "two" / "x.conda").stat().st_nlink == 3
    assert [path.name for path in (tmp_path / "kept").iterdir()] == [ABC]


def test_what_is_not_kept_is_not_placed(tmp_path):
    assert not kept_one(tmp_path).place("d" * 64, tmp_path / "x.conda")
    assert not (tmp_path / "x.conda").exists()


def test_what_nobody_needed_for_a_month_goes(tmp_path):
    kept = kept_one(tmp_path)
    os.utime(tmp_path / "kept" / ABC, (0, 0))
    with kept.arriving():
        pass
    assert not kept.place(ABC, tmp_path / "x.conda")


def test_what_is_damaged_is_not_placed_and_goes(tmp_path):
    kept = kept_one(tmp_path)
    (tmp_path / "kept" / ABC).write_text("other")
    assert not kept.place(ABC, tmp_path / "x.conda")
    assert not (tmp_path / "kept" / ABC).exists()
