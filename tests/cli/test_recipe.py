"""`sluice recipe` from the outside: archives, folders, repositories, edits, and bad input."""

import io
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest
import zstandard

import projects
from conda_sluice.effects.files import sha256_of
from conda_sluice.effects.source_tree import LEFT_BEHIND
from git_clones import Clone
from workspaces import a_config, a_project, a_workspace, snapshot

URL = "https://example.org/releases/1.4.2/old-trips-1.4.2.tar.gz"
OFF = "--no-build-backend"


def meta(sluice, name="old-trips", folder="recipes"):
    return (sluice.root / folder / name / "meta.yaml").read_text(encoding="utf-8")


def an_archive(root, form="gztar", name="old-trips-1.4.2"):
    projects.an_old_python_project(root / "src" / name)
    return Path(shutil.make_archive(str(root / name), form, root / "src", name))


def edit(sluice, old, new, name="old-trips"):
    path = sluice.root / "recipes" / name / "meta.yaml"
    text = meta(sluice, name)
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_an_archive_is_recorded_with_its_url_and_its_hash(sluice):
    archive = an_archive(sluice.root)
    assert sluice("recipe", archive, "--url", URL).code == 0
    text = meta(sluice)
    assert '{% set version = "1.4.2" %}' in text
    assert "releases/{{ version }}/old-trips-{{ version }}.tar.gz" in text
    assert sha256_of(archive) in text


@pytest.mark.parametrize("form", ["tar", "gztar", "bztar", "xztar", "zip"])
def test_archives_of_every_usual_form_are_read(sluice, form):
    assert sluice("recipe", an_archive(sluice.root, form)).code == 0
    assert "name: old-trips" in meta(sluice)


def test_a_file_is_called_what_it_is_called_and_not_what_an_emoji_is(sluice):
    answer = sluice("recipe", sluice.root / ":x:")
    assert f"{sluice.root}/:x: is neither" in answer.err


def test_an_archive_compressed_by_zstd_is_read(sluice):
    plain = an_archive(sluice.root, "tar")
    archive = sluice.root / "old-trips-1.4.2.tar.zst"
    archive.write_bytes(zstandard.compress(plain.read_bytes()))
    assert sluice("recipe", archive).code == 0
    assert "name: old-trips" in meta(sluice)


@pytest.mark.parametrize("name", ["tripcli-1.5", "tripcli_1.5.orig", "v1.5"])
def test_the_name_of_an_archive_says_the_version_that_its_files_do_not(sluice, name):
    projects.a_python_project(sluice.root / "src/tripcli")
    archive = shutil.make_archive(str(sluice.root / name), "gztar", sluice.root / "src", "tripcli")
    assert sluice("recipe", archive, OFF).code == 0
    assert '{% set version = "1.5" %}' in meta(sluice, "tripcli")


def test_a_checkout_is_recorded_by_a_relative_path_and_its_last_tag(sluice):
    clone = Clone(sluice.root / "checkout")
    projects.a_python_project(sluice.root / "checkout")
    clone.git("add", ".")
    clone.commit()
    clone.tag("v1.2")
    assert sluice("recipe", "checkout", "--output", "deep/er").code == 0
    text = meta(sluice, "tripcli", "deep/er")
    assert 'environ.get("SLUICE_VERSION", "1.2")' in text
    assert "path: ../../../checkout\n" in text
    clone.commit({"more.txt": "more"})
    clone.tag("v1.3")
    assert sluice("recipe", "checkout", "--output", "deep/er", "--check").code == 0


def test_every_project_of_a_repository_gets_a_recipe_and_knows_its_siblings(sluice):
    top = sluice.root / "mono"
    projects.a_cmake_project(top / "libtrips")
    projects.an_r_project(top / "bindings/R-package", is_compiled=True)
    projects.an_extension_project(top / "bindings/python")
    assert sluice("recipe", "mono").code == 0
    assert "path: ../../mono/bindings/R-package\n" in meta(sluice, "r-trips")
    for name in ("r-trips", "pytrips"):
        assert "- libtrips\n" in meta(sluice, name)


def test_a_broken_source_is_told_and_the_others_have_their_recipes(sluice):
    projects.an_old_python_project(sluice.root / "good")
    projects.write_files(sluice.root / "bad", {"pyproject.toml": "[project]\nname = \n"})
    answer = sluice("recipe", "bad", "good")
    assert answer.code == 2
    assert "pyproject.toml:2:8: " in answer.err
    assert "name: old-trips" in meta(sluice)


def test_two_sources_of_one_name_are_not_written_over_each_other(sluice):
    projects.an_old_python_project(sluice.root / "one")
    projects.an_old_python_project(sluice.root / "two")
    answer = sluice("recipe", "one", "two")
    assert answer.code == 2
    assert "its recipe would be called old-trips, as that of one" in answer.err


def test_the_evidence_for_each_line_is_told_as_json(sluice):
    an_archive(sluice.root)
    (told,) = sluice("recipe", "src/old-trips-1.4.2", "--format", "json").json["outcomes"]
    assert (told["name"], told["outcome"], told["compiled"]) == ("old-trips", "written", False)
    assert told["license"]["spdx"] == "MIT"
    assert {"claim", "because"} == told["evidence"][0].keys()
    (line,) = [one for one in told["lines"] if one["text"].startswith("requests")]
    assert line["where"] in {"requirements/run", "requirements/host"}
    assert line["because"]
    assert "+package:" in told["diff"]["meta.yaml"]
    assert told["conflicts"] == []


def test_what_fails_stands_in_the_json_too(sluice):
    projects.write_files(sluice.root / "bad", {"pyproject.toml": "[project"})
    answer = sluice("recipe", "bad", "--format", "json")
    (failed,) = answer.json["outcomes"]
    assert (answer.code, failed["outcome"]) == (2, "failed")
    assert failed["where"].endswith("bad/pyproject.toml")


def test_edits_and_new_sources_are_merged_and_conflicts_are_shown_with_both_places(sluice):
    root = projects.an_old_python_project(sluice.root / "p")
    sluice("recipe", "p")
    edit(sluice, "number: 0", "number: 1  # again")
    assert sluice("recipe", "p", "--check").code == 0
    setup = (root / "setup.cfg").read_text()
    (root / "setup.cfg").write_text(setup.replace("requests>=2.0", "requests>=2.9"))
    before = snapshot(sluice.root / "recipes")
    assert sluice("recipe", "p", "--check").code == 1
    answer = sluice("recipe", "p", "--diff")
    assert answer.code == 0
    assert "+    - requests >=2.9" in answer.out
    assert snapshot(sluice.root / "recipes") == before
    assert sluice("recipe", "p").code == 0
    assert "number: 1  # again" in meta(sluice)
    edit(sluice, "requests >=2.9", "requests >=2.5")
    (root / "setup.cfg").write_text(setup.replace("requests>=2.0", "requests>=3"))
    before = snapshot(sluice.root / "recipes")
    answer = sluice("recipe", "p")
    assert answer.code == 1
    assert snapshot(sluice.root / "recipes") == before
    assert "recipes/old-trips/meta.yaml:" in answer.out
    assert "recipes/old-trips/.sluice/meta.yaml:" in answer.out
    (conflict,) = sluice("recipe", "p", "--format", "json").json["outcomes"][0]["conflicts"]
    assert conflict["yours"]["text"].strip() == "- requests >=2.5"
    assert sluice("recipe", "p", "--take", "yours").code == 0
    assert "requests >=2.5" in meta(sluice)
    assert sluice("recipe", "p", "--check").code == 0


def test_a_recipe_written_by_hand_is_shown_and_left_alone(sluice):
    projects.an_old_python_project(sluice.root / "p")
    projects.write_files(sluice.root, {"recipes/old-trips/meta.yaml": "package: {name: mine}\n"})
    answer = sluice("recipe", "p")
    assert answer.code == 0
    assert "-package: {name: mine}" in answer.out
    assert "--adopt" in answer.out
    assert meta(sluice) == "package: {name: mine}\n"
    assert sluice("recipe", "p", "--check").code == 1
    assert sluice("recipe", "p", "--adopt").code == 0
    assert sluice("recipe", "p", "--check").code == 0


def test_what_is_kept_for_merging_is_no_edit_of_a_recipe(sluice):
    files = {**a_project("hills"), "hills/LICENSE": projects.MIT}
    clone = a_workspace(sluice.root, files, a_config("hills"))
    assert sluice("recipe").code == 0
    edit(sluice, "number: 0", "number: 1", "hills")
    clone.git("add", "recipes/hills/meta.yaml", "recipes/hills/build.sh")
    clone.commit()
    before = sluice("plan", "--format", "json").json
    assert len(before["builds"]) == 1
    shutil.rmtree(sluice.root / "recipes/hills/.sluice")
    assert sluice("plan", "--format", "json").json == before


def test_one_project_of_the_workspace_can_be_named(sluice):
    files = {**a_project("hills"), **a_project("walk")}
    a_workspace(sluice.root, files, a_config("hills", "walk"))
    assert sluice("recipe", "hills").code == 0
    assert [one.name for one in (sluice.root / "recipes").iterdir()] == ["hills"]


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (["recipe", "src", "--url", URL], "--url says where one archive comes from"),
        (["recipe", "a.tar.gz", "b.tar.gz", "--url", URL], "--url says where one archive"),
        (["recipe", "trips-1.0.tar.gz", "--url", "x"], "no address of a file"),
        (["recipe", "--output", "x"], "--output is where recipes of named sources go"),
        (["recipe", "trips.whl"], "is a wheel"),
        (["recipe", "src/setup.cfg"], "one file of a project"),
        (["recipe", "pipe"], "neither a folder nor an archive"),
        (["recipe", "$(touch x).tar.gz"], "neither a folder nor an archive"),
    ],
)
def test_what_cannot_be_asked_is_told(sluice, argv, says):
    projects.an_old_python_project(sluice.root / "src")
    (sluice.root / "trips.whl").write_bytes(b"")
    subprocess.run(["mkfifo", "pipe"], cwd=sluice.root, check=True)
    sluice.refuses(*argv, code=2, says=says)


def test_a_name_with_shell_characters_is_a_name(sluice):
    projects.an_old_python_project(sluice.root / "$(touch evil); 'x'")
    assert sluice("recipe", "$(touch evil); 'x'").code == 0
    assert not (sluice.root / "evil").exists()
    assert "$(touch evil); 'x'" in meta(sluice)


def test_a_name_that_a_recipe_cannot_hold_is_refused(sluice):
    projects.an_old_python_project(sluice.root / "{{ x }}")
    sluice.refuses("recipe", "{{ x }}", code=2, says="cannot be written into a recipe")


def test_an_archive_that_unpacks_to_far_more_than_it_is_is_refused(sluice):
    archive = sluice.root / "bomb.tar.gz"
    with tarfile.open(archive, "w:gz") as tar:
        header = tarfile.TarInfo("p/zeros")
        header.size = 80 << 20
        tar.addfile(header, io.BytesIO(bytes(header.size)))
    sluice.refuses("recipe", archive, code=2, says="larger than any source should be")


def packed(root, name, files):
    projects.write_files(root / "src" / name, files)
    return Path(shutil.make_archive(str(root / name), "gztar", root / "src", name))


def test_a_file_that_nobody_expects_to_be_read_is_read_from_the_whole_archive(sluice):
    config = "[project]\nname = 'x'\ndynamic = ['version']\n"
    config += "[tool.setuptools.dynamic]\nversion = {file = 'deep/er/number.odd'}\n"
    files = {"pyproject.toml": config, "deep/er/number.odd": "7.8"}
    assert sluice("recipe", packed(sluice.root, "x-main", files), OFF).code == 0
    assert '"7.8"' in meta(sluice, "x")


def test_a_file_that_pretends_to_be_left_in_the_archive_is_refused(sluice):
    files = {"pyproject.toml": LEFT_BEHIND.decode()}
    for source in (packed(sluice.root, "x-1.0", files), "src/x-1.0"):
        sluice.refuses("recipe", source, code=2, says="x-1.0/pyproject.toml: what stands in this")


def test_a_file_that_may_not_be_read_is_told(sluice, plain_user):
    archive = an_archive(sluice.root)
    archive.chmod(0)
    with plain_user:
        sluice.refuses("recipe", archive, code=2, says="Permission denied")


def test_a_recipe_yaml_is_written_and_stays_one(sluice):
    archive = an_archive(sluice.root)
    assert sluice("recipe", archive, "--dialect", "recipe.yaml").code == 0
    folder = sluice.root / "recipes" / "old-trips"
    assert not (folder / "meta.yaml").exists()
    edited = (folder / "recipe.yaml").read_text().replace("number: 0", "number: 7  # again")
    (folder / "recipe.yaml").write_text(edited)
    assert sluice("recipe", archive, "--check").code == 0
    assert (folder / "recipe.yaml").read_text() == edited
    assert not (folder / "meta.yaml").exists()


def test_a_recipe_changes_its_dialect_only_when_told_to_overwrite(sluice):
    archive = an_archive(sluice.root)
    assert sluice("recipe", archive).code == 0
    refused = sluice("recipe", archive, "--dialect", "recipe.yaml")
    assert (refused.code, "--overwrite" in refused.out + refused.err) == (2, True)
    assert sluice("recipe", archive, "--dialect", "recipe.yaml", "--overwrite").code == 0
    folder = sluice.root / "recipes" / "old-trips"
    assert sorted(one.name for one in folder.iterdir()) == [".sluice", "recipe.yaml"]
    assert sorted(one.name for one in (folder / ".sluice").iterdir()) == ["recipe.yaml"]


def test_a_recipe_yaml_is_planned_and_built(sluice):
    recipe = """\
context:
  version: ${{ env.get("SLUICE_VERSION", default="0") }}
package:
  name: hills
  version: ${{ version }}
source:
  path: ../../hills
build:
  noarch: generic
  script:
    - mkdir -p $PREFIX/share
    - cp data.txt $PREFIX/share/hills.txt
tests:
  - script:
      - test -s $PREFIX/share/hills.txt
  - package_contents:
      files: [share/hills.txt]
about:
  license: MIT
  summary: A package for tests
"""
    files = {**a_project("hills"), "recipes/hills/recipe.yaml": recipe}
    a_workspace(sluice.root, files, a_config("hills"))
    answer = sluice("run", "--to", "testing", "--format", "json")
    assert answer.code == 0, answer
    assert list((sluice.channels / "testing" / "noarch").glob("hills-1.0-*.conda"))
    assert sluice("recipe", "--adopt").code == 0
    assert sluice("recipe", "--check").code == 0


def test_contents_that_a_recipe_yaml_promises_are_checked(sluice):
    recipe = "package: {name: hills, version: '1.0'}\nsource: {path: ../../hills}\n"
    recipe += "build: {noarch: generic, script: mkdir -p $PREFIX/share && touch $PREFIX/share/a}\n"
    recipe += "tests:\n  - package_contents:\n      files: [share/hills.txt]\n"
    files = {**a_project("hills"), "recipes/hills/recipe.yaml": recipe}
    a_workspace(sluice.root, files, a_config("hills"))
    answer = sluice("build")
    assert (answer.code, "share/hills.txt" in answer.out + answer.err) == (1, True)


def test_a_version_that_conda_cannot_have_stops_no_other_project(sluice):
    top = sluice.root / "mono"
    projects.an_old_python_project(top / "b")
    script = "project('atrips', 'c', version: '2.0.0-SNAPSHOT')\nlibrary('atrips', 'a.c')\n"
    projects.write_files(top / "a", {"meson.build": script, "a.c": "int a;"})
    answer = sluice("recipe", "mono")
    assert answer.code == 2
    assert "conda has no place for the pre-release 'SNAPSHOT'" in answer.err
    assert "name: old-trips" in meta(sluice)


def test_a_bound_on_a_sibling_is_spelled_as_the_version_of_its_package(sluice):
    top = sluice.root / "mono"
    base = """\
[build-system]
requires = ["flit_core>=3"]
build-backend = "flit_core.buildapi"
[project]
name = "{name}"
version = "{version}"
description = "{name}"
dependencies = [{needs}]
"""
    projects.write_files(
        top,
        {
            "a/pyproject.toml": base.format(name="atrips", version="0.66b0.dev", needs=""),
            "a/atrips/__init__.py": "",
            "b/pyproject.toml": base.format(
                name="btrips", version="1.0", needs='"atrips==0.66b0.dev", "httpx==0.66b0"'
            ),
            "b/btrips/__init__.py": "",
        },
    )
    assert sluice("recipe", "mono").code == 0
    assert '{% set version = "0.66.0b0.dev0" %}' in meta(sluice, "atrips")
    assert "- atrips ==0.66.0b0.dev0\n" in meta(sluice, "btrips")
    assert "- httpx ==0.66b0\n" in meta(sluice, "btrips")


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("[tool.uv]\npackage = false\n[tool.uv.workspace]\n", "package = false"),
        ("[tool.poetry]\npackage-mode = false\n", "package-mode = false"),
    ],
)
def test_the_top_of_a_workspace_that_is_no_package_has_no_recipe(sluice, setting, said):
    top = sluice.root / "mono"
    pyproject = f'[project]\nname = "all"\nversion = "0"\n{setting}'
    projects.write_files(top, {"pyproject.toml": pyproject})
    answer = sluice("recipe", "mono")
    assert (answer.code, f"pyproject.toml says {said}" in answer.err) == (2, True)
    projects.an_old_python_project(top / "one")
    assert sluice("recipe", "mono").code == 0
    assert sorted(one.name for one in (sluice.root / "recipes").iterdir()) == ["old-trips"]


def test_a_recipe_that_cannot_be_written_is_told_and_the_others_are_there(sluice):
    projects.an_old_python_project(sluice.root / "mono/old")
    projects.an_r_project(sluice.root / "mono/r")
    (sluice.root / "recipes/r-trips/meta.yaml").mkdir(parents=True)
    answer = sluice("recipe", "mono")
    assert answer.code == 3
    assert "recipes/r-trips: cannot be used: Is a directory" in answer.err
    assert "a folder is in its place" in answer.err
    assert "name: old-trips" in meta(sluice)


def test_output_into_a_file_says_that_a_folder_is_needed(sluice):
    projects.an_old_python_project(sluice.root / "old")
    (sluice.root / "file").write_text("mine")
    answer = sluice("recipe", "old", "--output", "file")
    assert (answer.code, "a folder is needed there" in answer.err) == (3, True)
    assert (sluice.root / "file").read_text() == "mine"
