import io
import tarfile

import pytest
from benchmarks.recipes.described import agrees
from benchmarks.recipes.facts import Facts, Project

DESCRIPTION = """\
Package: sky
Depends: R (>= 3.5), methods
Imports: data.table (>= 1.2),
 S4Vectors, stats
LinkingTo: Rcpp
"""
PKG_INFO = """\
Metadata-Version: 2.1
Name: sky
Requires-Dist: torch>=2
Requires-Dist: tomli; python_version < "3.11"
Requires-Dist: sphinx; extra == "docs"
"""


def agreement(folder, language, run, **files):
    archive = folder / "sky-1.0.tar.gz"
    with tarfile.open(archive, "w:gz") as content:
        for name, text in files.items():
            member = tarfile.TarInfo(f"sky-1.0/{name.replace('__', '/').replace('_', '.', 1)}")
            member.size = len(text.encode())
            content.addfile(member, io.BytesIO(text.encode()))
    accepted = Facts(run=frozenset(run.split()))
    return agrees(Project("sky", language, "1.0", "", "", accepted), archive)


@pytest.mark.parametrize(
    ("run", "is_equal"),
    [
        ("r-base r-data.table bioconductor-s4vectors", True),
        ("r-base r-data.table bioconductor-s4vectors r-rcpp libxml2", True),
        ("r-base r-data.table", False),
        ("r-base r-data.table bioconductor-s4vectors r-ellipsis", False),
    ],
)
def test_a_recipe_of_r_agrees_with_depends_and_imports(tmp_path, run, is_equal):
    assert agreement(tmp_path, "r", run, DESCRIPTION=DESCRIPTION) is is_equal


@pytest.mark.parametrize(
    ("run", "is_equal"),
    [
        ("python pytorch", True),
        ("python pytorch tomli __unix", True),
        ("python", False),
        ("python pytorch sphinx", False),
    ],
)
def test_a_recipe_of_python_agrees_with_what_no_extra_asks_for(tmp_path, run, is_equal):
    assert agreement(tmp_path, "python", run, **{"PKG-INFO": PKG_INFO}) is is_equal


def test_requirements_of_an_older_kind_of_archive_count_too(tmp_path):
    files = {"PKG-INFO": "Metadata-Version: 1.1\nName: sky\n"}
    assert agreement(tmp_path, "python", "python", **files) is None
    files["sky_egg-info__requires.txt"] = "torch\n[:python_version<'3']\nenum34\n[docs]\nsphinx\n"
    assert agreement(tmp_path, "python", "python pytorch", **files) is True


def test_an_archive_that_says_nothing_is_not_judged(tmp_path):
    assert agreement(tmp_path, "r", "r-base") is None
    assert agreement(tmp_path, "c", "zlib", DESCRIPTION=DESCRIPTION) is None
