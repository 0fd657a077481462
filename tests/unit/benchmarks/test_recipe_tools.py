import hashlib
import urllib.request

import pytest
from benchmarks.recipes.archives import archive_of
from benchmarks.recipes.facts import Project
from benchmarks.recipes.tools import _cran, recipe_folder


def project(name, language, url="https://example.org/sky-1.0.tar.gz", sha256="0" * 64):
    return Project(name, language, "1.0", url, sha256)


def written(folder):
    folder.mkdir(parents=True)
    (folder / "meta.yaml").touch()
    return folder


def test_the_recipe_of_a_project_is_found_by_name_among_several(tmp_path):
    written(tmp_path / "sky-extras")
    sky = written(tmp_path / "r-sky")
    assert recipe_folder(project("Sky", "r"), tmp_path) == sky
    assert recipe_folder(project("sea", "c"), tmp_path) is None


def test_an_only_recipe_is_the_one_whatever_its_name(tmp_path):
    sky = written(tmp_path / "libsky")
    written(sky / ".sluice")
    assert recipe_folder(project("sky", "c"), tmp_path) == sky


def test_a_wrong_archive_is_refused_and_not_kept(tmp_path):
    source = tmp_path / "sky.tar.gz"
    source.write_bytes(b"sky")
    with pytest.raises(OSError, match="SHA-256"):
        archive_of(project("sky", "c", source.as_uri()), tmp_path / "cache")
    assert not [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]


def test_an_archive_is_downloaded_once(tmp_path):
    source = tmp_path / "sky.tar.gz"
    source.write_bytes(b"sky")
    wanted = project("sky", "c", source.as_uri(), hashlib.sha256(b"sky").hexdigest())
    first = archive_of(wanted, tmp_path / "cache")
    source.unlink()
    assert archive_of(wanted, tmp_path / "cache") == first
    assert first.name == "sky.tar.gz"


def test_a_served_archive_lies_where_cran_has_it(tmp_path):
    archive = tmp_path / "r-cran-sky_1.0.orig.tar.xz"
    archive.write_bytes(b"sky")
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with _cran(project("sky", "r"), archive, tmp_path / "out") as address:
        with opener.open(f"{address}/src/contrib/") as page:
            assert b'href="sky_1.0.tar.gz"' in page.read()
        with opener.open(f"{address}/src/contrib/sky_1.0.tar.gz") as file:
            assert file.read() == b"sky"
