"""What other programs rely on, word for word: commands, options, schemas, outcomes."""

import json
import shutil
from pathlib import Path

import pytest

from conda_sluice.effects.files import sha256_of
from conda_sluice.model.outcome import PromotionResult
from factories import an_artifact, write_package
from projects import a_cmake_project, a_python_project, an_r_project
from workspaces import SMALLEST, snapshot

PROMOTION = ("promote", "--from", "unstable", "--to", "testing")
OUTCOMES = {"promoted", "would-promote", "already-there", "waiting", "not-eligible", "refused"}


def of(answer):
    """Return what the one outcome of a promotion is."""
    (outcome,) = answer.json["outcomes"]
    return outcome["outcome"]


@pytest.mark.parametrize("name", ["tripcli", "elsewhere"])
def test_recipe_writes_a_meta_yaml_below_the_conda_name(sluice, name):
    a_python_project(sluice.root / name)
    answer = sluice("recipe", name, "--output", "out")
    assert answer.code == 0
    assert "name: tripcli" in (sluice.root / "out/tripcli/meta.yaml").read_text()


def test_recipe_takes_several_sources_and_needs_no_channels_yaml(sluice):
    a_python_project(sluice.root / "one")
    a_cmake_project(sluice.root / "two")
    assert sluice("recipe", "one", "two", "--output", "out").code == 0
    assert {path.name for path in (sluice.root / "out").iterdir()} == {"tripcli", "libtrips"}


def test_recipe_writes_versions_as_the_language_counts_them(sluice):
    an_r_project(sluice.root / "rtrips")
    assert sluice("recipe", "rtrips", "--output", "out").code == 0
    assert 'version = "0.3_1"' in (sluice.root / "out/r-trips/meta.yaml").read_text()


@pytest.mark.parametrize("form", ["gztar", "xztar", "zip"])
def test_recipe_takes_an_archive(sluice, form):
    a_python_project(sluice.root / "src/tripcli-1.0")
    name = str(sluice.root / "tripcli-1.0")
    archive = Path(shutil.make_archive(name, form, sluice.root / "src", "tripcli-1.0"))
    assert sluice("recipe", archive, "--output", "out").code == 0
    assert sha256_of(archive) in (sluice.root / "out/tripcli/meta.yaml").read_text()


def test_upload_puts_package_files_into_the_lowest_channel(sluice):
    sluice.write()
    conda = sluice.package("trips")
    bz2 = sluice.package("hills", extension=".tar.bz2", subdir="linux-64")
    answer = sluice("upload", conda, bz2)
    assert (answer.code, answer.err) == (0, "")
    assert (sluice.channels / "unstable/noarch" / conda.name).read_bytes() == conda.read_bytes()
    assert (sluice.channels / "unstable/linux-64" / bz2.name).read_bytes() == bz2.read_bytes()
    assert list((sluice.channels / "testing").rglob("*.conda")) == []


def test_promotion_has_its_schema_and_nothing_more(sluice):
    sluice.write()
    package = sluice.package()
    sluice("upload", package)
    answer = sluice(*PROMOTION, "--dry-run", "--format", "json")
    assert answer.code == 0
    assert answer.json.keys() == {"schema", "outcomes", "recovered"}
    assert answer.json["schema"] == "sluice.promotion/1"
    (outcome,) = answer.json["outcomes"]
    assert {"subdir", "file", "sha256", "outcome", "excuses"} <= outcome.keys()
    assert outcome["subdir"] == "noarch"
    assert outcome["file"] == package.name
    assert outcome["sha256"] == sha256_of(package)
    assert outcome["outcome"] == "would-promote"
    assert outcome["excuses"]
    for excuse in outcome["excuses"]:
        assert excuse.keys() == {"gate", "verdict", "text", "needs", "proposal"}
        assert all(excuse[key] for key in ("gate", "verdict", "text"))


def test_a_promotion_tried_changes_nothing_then_it_happens_once(sluice):
    sluice.write()
    sluice("upload", sluice.package())
    before = snapshot(sluice.channels)
    assert of(sluice(*PROMOTION, "--dry-run", "--format", "json")) == "would-promote"
    assert snapshot(sluice.channels) == before
    assert of(sluice(*PROMOTION, "--format", "json")) == "promoted"
    after = snapshot(sluice.channels / "testing")
    assert of(sluice(*PROMOTION, "--format", "json")) == "already-there"
    assert snapshot(sluice.channels / "testing") == after


def test_promotion_takes_match_specs(sluice):
    sluice.write()
    sluice("upload", sluice.package("trips"), sluice.package("hills"))
    answer = sluice("promote", "trips ==1.2.3", "--to", "testing", "--format", "json")
    assert [one["file"] for one in answer.json["outcomes"]] == ["trips-1.2.3-h0123456_0.conda"]
    assert list((sluice.channels / "testing").rglob("hills*")) == []


LADDER = SMALLEST.replace("    url: ./channels/testing\n", "    url: ./channels/testing\n{}")


def test_waiting_is_told_with_the_gate_that_waits(sluice):
    sluice.write(LADDER.format("    gates: [tested]\n"))
    sluice("upload", sluice.package())
    answer = sluice(*PROMOTION, "--format", "json")
    assert (answer.code, of(answer)) == (0, "waiting")
    excuses = {one["gate"]: one for one in answer.json["outcomes"][0]["excuses"]}
    assert excuses["tested"]["verdict"] == "waiting"
    assert "not tested" in excuses["tested"]["text"]


def test_not_eligible_is_told_for_what_the_channel_does_not_take(sluice):
    sluice.write(LADDER.format("    versions: final\n"))
    sluice("upload", sluice.package(version="1.2.3dev1"))
    answer = sluice(*PROMOTION, "--format", "json")
    assert (answer.code, of(answer)) == (0, "not-eligible")


def test_refused_is_told_where_the_target_holds_another_file_of_the_name(sluice):
    sluice.write(SMALLEST.replace("name: testing", "name: other").replace("/testing", "/other"))
    sluice("upload", sluice.package(text="theirs", folder="theirs"))
    sluice("promote", "--to", "other")
    sluice.write(
        SMALLEST.replace("/unstable", "/fresh")
        .replace("name: testing", "name: other")
        .replace("/testing", "/other")
    )
    lowest = sluice.channels / "fresh/noarch"
    a_foreign_channel(lowest, an_artifact(sluice.root / "ours", text="ours"))
    answer = sluice("promote", "--to", "other", "--dry-run", "--format", "json")
    assert (answer.code, of(answer)) == (1, "refused")


def test_every_outcome_is_one_of_six():
    assert {one.value for one in PromotionResult} == OUTCOMES


def test_status_of_an_empty_ladder_is_no_error(sluice):
    sluice.write()
    answer = sluice("status", "--format", "json")
    assert (answer.code, answer.err) == (0, "")
    assert answer.json["schema"] == "sluice.status/1"
    assert answer.json["packages"] == []
    assert [one["name"] for one in answer.json["channels"]] == ["unstable", "testing"]
    assert {one["packages"] for one in answer.json["channels"]} == {0}
    assert sluice("status").code == 0


def test_status_shows_all_variants_of_the_newest_build(sluice):
    sluice.write()
    builds = {"h0_0": 0, "ha_1": 1, "hb_1": 1}
    for build, number in builds.items():
        sluice("upload", sluice.package(build=build, build_number=number))
    shown = " ".join(sluice("status").out.split())
    assert "trips 1.2.3 ha_1, hb_1 -" in shown


def test_status_makes_nothing(sluice):
    sluice.write()
    sluice("status")
    assert [path.name for path in sluice.root.iterdir()] == ["channels.yaml"]


def test_the_smallest_channels_yaml_serves_every_command(sluice):
    sluice.write()
    for argv in (["plan"], ["run"], ["build"], ["test"], ["promote"], ["status"], ["recipe"]):
        answer = sluice(*argv)
        assert (answer.code, answer.err) == (0, ""), argv


def a_foreign_channel(folder, artifact):
    """Make a channel as another tool would: the file and a terse index, nothing else."""
    folder.mkdir(parents=True)
    (folder / artifact.path.name).write_bytes(artifact.path.read_bytes())
    record = artifact.record
    entry = {"name": record.name, "version": record.version, "build": record.build}
    entry |= {"build_number": 0, "depends": [], "sha256": record.sha256, "size": record.size}
    index = {
        "info": {"subdir": folder.name},
        "packages": {},
        "packages.conda": {artifact.path.name: entry},
    }
    (folder / "repodata.json").write_text(json.dumps(index))


def test_a_channel_made_by_somebody_else_is_a_channel(sluice):
    sluice.write()
    a_foreign_channel(sluice.channels / "unstable/noarch", an_artifact(sluice.root / "dist"))
    (package,) = sluice("status", "--format", "json").json["packages"]
    assert package["channels"] == ["unstable"]
    assert of(sluice(*PROMOTION, "--format", "json")) == "promoted"
    assert sluice("upload", sluice.package("hills")).code == 0
    packages = sluice("status", "--format", "json").json["packages"]
    assert {one["name"]: one["channels"] for one in packages} == {
        "trips": ["unstable", "testing"],
        "hills": ["unstable"],
    }


def test_a_package_without_any_metadata_of_ours_climbs(sluice):
    """Nothing but info/index.json: what other tools made carries no about.json of sluice's."""
    sluice.write()
    index = json.dumps(
        {"name": "bare", "version": "1", "build": "0", "build_number": 0, "subdir": "noarch"}
    )
    bare = write_package(
        sluice.root / "bare-1-0.tar.bz2", info={"info/index.json": index.encode()}, pkg={}
    )
    assert sluice("upload", bare).code == 0
    assert of(sluice(*PROMOTION, "--format", "json")) == "promoted"
