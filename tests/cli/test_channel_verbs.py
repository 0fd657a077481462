"""Changing channels by hand: copy, undo, yank, prune; and whether all is as it should be."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from conda_sluice.model.channel import ChannelRef
from conda_sluice.stores.directory.store import DirectoryStore
from factories import an_artifact
from workspaces import snapshot

GUARDED = """\
version: 1
upstream: []
ladder:
  - {name: unstable, url: ./channels/unstable, retention: {keep: 2}}
  - {name: testing, url: ./channels/testing, gates: [installable]}
  - {name: stable, url: ./channels/stable}
projects: []
"""
APPROVED = GUARDED.replace("[installable]", "[installable, approved: {approvers: ./approvers}]")


@pytest.fixture
def guarded(sluice):
    sluice.write(GUARDED)
    return sluice


def upload(sluice, name="trips", version="1.0", **more):
    package = sluice.package(name, folder=f"dist/{name}-{version}", version=version, **more)
    answer = sluice("upload", package)
    assert (answer.code, answer.err) == (0, "")


def held(sluice, channel):
    packages = sluice("status", "--format", "json").json["packages"]
    return {f"{one['name']} {one['version']}" for one in packages if channel in one["channels"]}


def damage(package):
    """Give a package other bytes, and no other channel that shares its file."""
    data = package.read_bytes()
    package.unlink()
    package.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))


def files(root):
    """Return what a client of the channels sees: packages and indexes, no notes of our own."""
    return {
        path: content
        for path, content in snapshot(root).items()
        if ".sluice" not in Path(path).parts and ".ledger" not in Path(path).parts
    }


def test_undo_after_promote_is_the_identity(guarded):
    upload(guarded)
    guarded("promote", "--to", "testing", "--dry-run")
    assert guarded("promote", "--to", "testing", "nothing-*").code == 2
    upload(guarded, "hills")
    assert guarded("promote", "hills", "--to", "testing").code == 0
    before = files(guarded.channels)
    assert guarded("promote", "trips", "--to", "testing").code == 0
    assert held(guarded, "testing") == {"hills 1.0", "trips 1.0"}
    dry = guarded("undo", "--dry-run")
    assert (dry.code, "would be taken out of testing" in dry.out) == (0, True)
    done = guarded("undo", "--why", "too early")
    assert (done.code, done.err) == (0, "")
    assert "taken out of testing" in done.out
    assert files(guarded.channels) == before
    assert guarded("verify").code == 0


def test_undo_takes_the_last_one_and_then_the_one_before(guarded):
    for name in ("trips", "hills"):
        upload(guarded, name)
        assert guarded("promote", name, "--to", "testing").code == 0
    assert guarded("undo").code == 0
    assert held(guarded, "testing") == {"trips 1.0"}
    assert guarded("undo").code == 0
    assert held(guarded, "testing") == set()
    guarded.refuses("undo", code=2, says="nothing to undo")


def test_what_has_gone_on_to_a_channel_above_is_not_taken_from_below(guarded):
    upload(guarded)
    assert guarded("promote", "--to", "testing").code == 0
    assert guarded("promote", "--to", "stable").code == 0
    first = json.loads(guarded("history", "trips", "--format", "json").out)["events"][1]
    identity = first["data"]["transaction"]
    guarded.refuses("undo", identity[:6], code=1, says="stands in stable too")
    assert guarded("undo").code == 0
    assert guarded("undo", identity).code == 0
    guarded.refuses("undo", identity, code=2, says="is undone already")


def test_what_others_stand_on_is_not_taken_away(guarded):
    upload(guarded, "hills")
    assert guarded("promote", "hills", "--to", "testing").code == 0
    upload(guarded, "walk", depends=("hills >=1",))
    assert guarded("promote", "walk", "--to", "testing").code == 0
    (event,) = [
        one
        for one in guarded("history", "hills", "--format", "json").json["events"]
        if one["kind"] == "promoted"
    ]
    answer = guarded.refuses("undo", event["data"]["transaction"], code=1, says="walk-1.0")
    assert "hills" in answer.err
    guarded.refuses("yank", "hills", "--why", "old", code=1, says="could not be installed any more")


def test_an_unknown_id_and_an_upload_cannot_be_undone(guarded):
    upload(guarded)
    guarded.refuses("undo", "zzz", code=2, says="no transaction begins")
    (event,) = guarded("history", "trips", "--format", "json").json["events"]
    guarded.refuses("undo", event["data"]["transaction"], code=2, says="cannot be undone")


def test_yank_hides_and_keeps_and_unyank_shows_again(guarded):
    upload(guarded)
    upload(guarded, version="2.0")
    assert guarded("promote", "--to", "testing").code == 0
    before = files(guarded.channels)
    answer = guarded("yank", "trips ==2.0", "--why", "eats files")
    assert (answer.code, answer.err) == (0, "")
    assert held(guarded, "unstable") == held(guarded, "testing") == {"trips 1.0"}
    assert (guarded.channels / "testing/noarch/trips-2.0-h0123456_0.conda").exists()
    assert guarded("verify").code == 0
    assert guarded("promote", "--to", "testing").code == 0, "a yanked package asks for nothing"
    assert guarded("unyank", "trips").code == 0
    assert {path: one for path, one in files(guarded.channels).items() if path in before} == before
    kinds = [one["kind"] for one in guarded("history", "trips", "--format", "json").json["events"]]
    assert kinds.count("yanked") == kinds.count("unyanked") == 2
    guarded.refuses("unyank", "trips", code=2, says="no yanked package matches")


def test_what_is_yanked_already_is_said_to_be_in_the_history(guarded):
    upload(guarded)
    argv = ("yank", "trips", "--why", "eats files")
    assert guarded(*argv).code == 0
    guarded.refuses(*argv, code=2, says="sluice history NAME tells what came, went and was yanked")


@pytest.fixture
def two_releases(guarded):
    for version in ("1.0", "2.0"):
        upload(guarded, version=version)
    assert guarded("promote", "--to", "testing").code == 0
    return guarded


def kinds(sluice):
    events = sluice("history", "trips", "--format", "json").json["events"]
    return [one["kind"] for one in events]


@pytest.mark.parametrize("channel", ["unstable", "testing"])
def test_what_was_yanked_from_one_channel_stays_hidden_there(two_releases, channel):
    """Neither is it promoted again, nor filled back from above, each time somebody looks."""
    assert two_releases("yank", "trips ==2.0", "--why", "no", "--from", channel).code == 0
    before, told = files(two_releases.channels), kinds(two_releases)
    for _ in range(2):
        assert two_releases("promote", "--to", "testing").code == 0
        assert two_releases("verify").code == 0
    assert (files(two_releases.channels), kinds(two_releases)) == (before, told)


def test_a_promotion_says_that_its_target_hides_the_package(two_releases):
    assert two_releases("yank", "trips ==2.0", "--why", "no", "--from", "testing").code == 0
    answer = two_releases("promote", "trips ==2.0", "--to", "testing")
    assert (answer.code, "testing hides it; sluice unyank" in answer.out) == (1, True)


def test_an_upload_or_copy_of_what_is_hidden_is_no_change(two_releases):
    assert two_releases("copy", "testing", "./public", "trips").code == 0
    assert two_releases("yank", "trips ==2.0", "--why", "no").code == 0
    before, told = files(two_releases.channels), kinds(two_releases)
    package = two_releases.root / "dist/trips-2.0/trips-2.0-h0123456_0.conda"
    assert "already" in two_releases("upload", package).out
    answer = two_releases("copy", "./public", "unstable", "trips", "--format", "json").json
    assert answer["changes"][0]["steps"] == []
    assert (files(two_releases.channels), kinds(two_releases)) == (before, told)


def test_the_only_package_of_a_ladder_is_known_as_yanked(guarded):
    upload(guarded)
    assert guarded("promote", "--to", "testing").code == 0
    assert guarded("yank", "trips", "--why", "eats files").code == 0
    assert "1.0 is yanked; see sluice unyank" in guarded("explain", "trips").out
    other = guarded.package("trips", folder="dist/other", version="1.0", text="other")
    guarded.refuses("upload", other, code=1, says="holds another file named")


def test_a_yank_can_be_undone(guarded):
    upload(guarded)
    assert guarded("yank", "trips", "--why", "no", "--dry-run").code == 0
    assert held(guarded, "unstable") == {"trips 1.0"}
    assert guarded("yank", "trips", "--why", "no").code == 0
    assert guarded("undo").code == 0
    assert held(guarded, "unstable") == {"trips 1.0"}
    assert guarded("verify").code == 0


def test_force_yanks_what_others_stand_on(guarded):
    upload(guarded, "hills")
    upload(guarded, "walk", depends=("hills",))
    assert guarded("yank", "hills", "--why", "no", "--force").code == 0
    assert held(guarded, "unstable") == {"walk 1.0"}


def test_prune_keeps_the_newest_and_what_is_above_and_frees_the_rest(guarded):
    for version in ("1.0", "2.0", "3.0", "4.0"):
        upload(guarded, version=version)
    assert guarded("promote", "trips ==1.0", "--to", "testing").code == 0
    dry = guarded("prune", "--dry-run")
    assert (dry.code, dry.err) == (0, "")
    assert "trips-2.0-h0123456_0.conda" in dry.out
    assert "stays in unstable: testing holds it" in dry.out
    assert "would be freed" in dry.out
    assert len(held(guarded, "unstable")) == 4
    done = guarded("prune", "--format", "json").json
    assert [one["act"] for one in done["changes"]] == ["prune"]
    assert done["changes"][0]["freed"] > 0
    assert held(guarded, "unstable") == {"trips 1.0", "trips 3.0", "trips 4.0"}
    assert not (guarded.channels / "unstable/noarch/trips-2.0-h0123456_0.conda").exists()
    assert guarded("prune").out.count("stays in") == 1
    assert guarded("verify").code == 0
    guarded.refuses("prune", "testing", code=2, says="testing keeps everything")


def test_prune_keeps_what_others_stand_on_and_what_a_lock_names(guarded):
    for version in ("1.0", "2.0", "3.0", "4.0"):
        upload(guarded, "hills", version)
    upload(guarded, "walk", depends=("hills ==1.0",))
    lock = guarded.root / "lock.txt"
    lock.write_text("@EXPLICIT\nfile:///c/noarch/hills-2.0-h0123456_0.conda#0123\n")
    guarded.write(GUARDED + "locks: [lock.txt]\n")
    answer = guarded("prune")
    assert (answer.code, answer.err) == (0, "")
    assert "lock.txt names it" in answer.out
    assert "walk-1.0" in answer.out
    assert held(guarded, "unstable") >= {"hills 1.0", "hills 2.0", "hills 3.0", "hills 4.0"}


def test_prune_keeps_what_a_channel_above_hides(guarded):
    """It can be shown there again, and would then stand there without standing below."""
    upload(guarded)
    assert guarded("promote", "--to", "testing").code == 0
    assert guarded("yank", "trips", "--why", "no", "--from", "testing").code == 0
    for version in ("2.0", "3.0"):
        upload(guarded, version=version)
    assert "testing holds it" in guarded("prune").out
    assert guarded("unyank", "trips").code == 0
    assert guarded("verify").code == 0


def test_days_of_retention_count_from_the_arrival(guarded):
    guarded.write(GUARDED.replace("{keep: 2}", "{keep: 1, days: 30}"))
    for version in ("1.0", "2.0"):
        upload(guarded, version=version)
    assert "nothing to prune" in guarded("prune").out


def test_copy_goes_between_ladder_and_folders(guarded):
    upload(guarded, "hills")
    upload(guarded, "walk", depends=("hills",))
    answer = guarded("copy", "unstable", "./public", "walk", "--with-dependencies", "--dry-run")
    assert (answer.code, answer.err) == (0, "")
    assert not (guarded.root / "public").exists()
    assert guarded("copy", "unstable", "./public", "walk", "--with-dependencies").code == 0
    names = {path.name for path in (guarded.root / "public/noarch").glob("*.conda")}
    assert names == {"hills-1.0-h0123456_0.conda", "walk-1.0-h0123456_0.conda"}
    again = guarded("copy", "unstable", "./public", "walk", "--format", "json").json
    assert again["changes"][0]["steps"] == []


def test_copy_never_overwrites_and_never_passes_gates(guarded):
    upload(guarded)
    other = an_artifact(guarded.root / "other", "trips", "1.0", text="other")
    public = guarded.root / "public"
    DirectoryStore().put([other], ChannelRef("public", public.as_uri()))
    before = snapshot(public)
    answer = guarded("copy", "unstable", "./public", "trips")
    assert (answer.code, "holds another file" in answer.err) == (1, True)
    assert snapshot(public) == before
    guarded.refuses("copy", "unstable", "testing", "trips", code=1, says="has gates")
    for more in ((), ("--dry-run",)):
        again = guarded("copy", "unstable", "./copies", "trips", *more)
        assert again.code == 0
    assert "nothing to copy: copies has them already" in again.out
    guarded.refuses("copy", "unstable", "unstable", "trips", code=2, says="onto itself")
    guarded.refuses("copy", "unstable", "./public", "none-*", code=2, says="no package matches")


def test_copy_never_passes_the_versions_of_a_channel_or_a_freeze(guarded):
    guarded.write(GUARDED.replace("/stable}", "/stable, versions: final}"))
    for version in ("1.0", "1.1rc1"):
        upload(guarded, version=version)
    guarded.refuses("copy", "unstable", "stable", "trips", code=1, says="takes final versions only")
    assert held(guarded, "stable") == set()
    assert guarded("freeze", "stable", "--why", "release week").code == 0
    refused = ("copy", "unstable", "stable", "trips ==1.0")
    guarded.refuses(*refused, code=1, says="is frozen: ada: release week")
    assert guarded("thaw", "stable").code == 0
    assert guarded(*refused).code == 0
    assert held(guarded, "stable") == {"trips 1.0"}


def test_copy_leaves_what_was_built_from_uncommitted_changes_in_the_lowest_channel(guarded):
    said = {"sluice-key": "k", "sluice-dirty": "yes"}
    one = an_artifact(guarded.root / "in", "trips", "1.0", about={"extra": said})
    assert guarded("upload", str(one.path)).code == 0
    refused = ("copy", "unstable", "stable", "trips")
    guarded.refuses(*refused, code=1, says="from changes that are not committed")
    assert held(guarded, "stable") == set()
    assert guarded("copy", "unstable", "./public", "trips").code == 0


def test_copy_into_the_ladder_goes_below_too(guarded):
    upload(guarded)
    an = an_artifact(guarded.root / "foreign", "trips", "0.9")
    DirectoryStore().put([an], ChannelRef("elsewhere", (guarded.root / "elsewhere").as_uri()))
    answer = guarded("copy", "./elsewhere", "stable", "trips")
    assert (answer.code, answer.err) == (0, "")
    assert held(guarded, "stable") == {"trips 0.9"}
    assert held(guarded, "unstable") == {"trips 0.9", "trips 1.0"}
    assert guarded("verify").code == 0


def test_copy_needs_no_workspace(sluice):
    one = an_artifact(sluice.root / "in", "trips")
    DirectoryStore().put([one], ChannelRef("a", (sluice.root / "a").as_uri()))
    assert sluice("copy", "./a", "./b", "trips").code == 0
    assert (sluice.root / "b/noarch" / one.path.name).exists()
    assert (sluice.root / ".ledger/trips").is_dir()
    sluice.refuses("copy", "./nowhere", "./b", "trips", code=2, says="no such channel to copy from")


@pytest.mark.parametrize(
    ("harm", "kind", "remedy"),
    [
        (lambda root: (root / "stray-1-0.conda").write_bytes(b"x"), "stray-file", "--repair"),
        (lambda root: next(root.glob("*.conda")).unlink(), "missing-file", "bring this very file"),
        (lambda root: next(root.glob("*.conda")).write_bytes(b"x"), "wrong", "from a copy"),
    ],
)
def test_verify_finds_what_was_changed_by_hand(guarded, harm, kind, remedy):
    upload(guarded)
    assert guarded("verify").code == 0
    harm(guarded.channels / "unstable/noarch")
    answer = guarded("verify", "--format", "json")
    assert answer.code == 1
    (found,) = (one for one in answer.json["found"] if one["kind"].startswith(kind))
    assert remedy in found["remedy"]


def test_a_lost_index_is_one_finding_and_loses_no_package(guarded):
    upload(guarded)
    (guarded.channels / "unstable/noarch/repodata.json").unlink()
    found = guarded("verify", "--format", "json").json["found"]
    assert {one["kind"] for one in found} == {"broken-index"}
    assert guarded("verify", "--repair").code == 0
    assert held(guarded, "unstable") == {"trips 1.0"}


def test_verify_finds_what_the_ledger_does_not_know_and_adopts_it(guarded):
    upload(guarded)
    shutil.rmtree(guarded.channels / ".ledger")
    answer = guarded("verify")
    assert (answer.code, "no-history" in answer.out) == (1, True)
    assert guarded("verify", "--adopt").code == 0
    (event,) = guarded("history", "trips", "--format", "json").json["events"]
    assert event["kind"] == "adopted"


def test_verify_tells_of_all_channels_where_an_index_is_lost(guarded):
    upload(guarded)
    assert guarded("promote", "--to", "testing").code == 0
    (guarded.channels / "unstable/noarch/repodata.json").unlink()
    (package,) = guarded.channels.glob("testing/noarch/*.conda")
    damage(package)
    answer = guarded("verify")
    assert (answer.code, answer.err) == (1, "")
    assert "broken-index: is not there any more" in answer.out
    assert "sluice verify --repair indexes the channel anew" in answer.out
    assert "wrong-hash" in answer.out


def test_repair_mends_one_channel_where_another_is_past_mending(guarded):
    upload(guarded)
    assert guarded("promote", "--to", "testing").code == 0
    (package,) = guarded.channels.glob("unstable/noarch/*.conda")
    damage(package)
    (guarded.channels / "testing/noarch/repodata.json").unlink()
    answer = guarded("verify", "--repair")
    assert (answer.code, answer.err) == (1, "")
    assert "wrong-hash" in answer.out
    assert "broken-index" not in answer.out
    assert held(guarded, "testing") == {"trips 1.0"}


def test_what_is_hidden_is_adopted_too(guarded):
    upload(guarded)
    assert guarded("yank", "trips", "--why", "eats files").code == 0
    shutil.rmtree(guarded.channels / ".ledger")
    assert guarded("verify").code == 1
    assert guarded("verify", "--adopt").code == 0
    assert guarded("verify").code == 0


def test_verify_finds_what_is_lost_and_what_is_hidden_below(guarded):
    upload(guarded)
    assert guarded("promote", "--to", "testing").code == 0
    upload(guarded, version="2.0")
    store, unstable = DirectoryStore(), ChannelRef("u", (guarded.channels / "unstable").as_uri())
    (old,) = [one for one in store.records(unstable, "noarch") if one.version == "1.0"]
    store.remove([old], unstable)
    found = guarded("verify", "--format", "json").json["found"]
    assert {one["kind"] for one in found} == {"lost", "hidden-below"}
    assert guarded("verify", "--repair").code == 0


def test_verify_finds_a_broken_chain(guarded):
    upload(guarded)
    (event,) = (guarded.channels / ".ledger/trips").glob("*.json")
    event.write_text(event.read_text().replace("ada", "eve"))
    answer = guarded("verify")
    assert (answer.code, "broken-ledger" in answer.out) == (1, True)


def test_an_empty_ladder_says_so(guarded):
    assert guarded("history").out == "nothing has happened yet\n"
    assert "stable NAME\n" in guarded("status").out


def test_where_nothing_is_to_be_tested_it_is_said_who_knows_why(guarded):
    answer = guarded("test", "--to", "testing")
    assert (answer.code, "sluice promote --dry-run says" in answer.out) == (0, True)


def test_history_tells_who_and_why(guarded):
    upload(guarded)
    assert guarded("yank", "trips", "--why", "eats files").code == 0
    text = guarded("history", "trips").out
    assert "by ada" in text
    assert "eats files" in text
    guarded.refuses("history", "nobody", code=2, says="the ledger knows no nobody")


def test_what_strangers_wrote_drives_no_terminal(guarded):
    upload(guarded)
    hostile = "eats \x1b[2Jfiles\u202e"
    assert guarded("freeze", "testing", "--why", hostile).code == 0
    told = guarded("promote", "--to", "testing").out
    assert guarded("yank", "trips", "--why", hostile).code == 0
    told += guarded("history", "trips").out
    told += guarded("history", "\x1b[2J").err
    assert told.count("\\x1b[2J") == 3
    assert "\x1b" not in told
    assert "\u202e" not in told


def test_history_puts_what_is_of_one_kind_below_one_another(guarded):
    upload(guarded)
    assert guarded("promote", "--to", "testing").code == 0
    said = ("--gate", "age", "--to", "testing", "--why", "a test", "--until", "2099-01-01")
    assert guarded("override", "trips", *said).code == 0
    lines = guarded("history", "trips").out.splitlines()
    assert len({line.index("noarch/trips") for line in lines}) == 1
    assert len({line.index("by ada") for line in lines}) == 1
    assert "gate age, until 2099-01-01, because: a test" in lines[-1]


def test_a_frozen_channel_lets_nothing_in_until_it_is_thawed(guarded):
    upload(guarded)
    assert guarded("freeze", "testing", "--why", "release week").code == 0
    answer = guarded("promote", "--to", "testing")
    assert (answer.code, "testing is frozen: ada: release week" in answer.out) == (0, True)
    assert guarded("thaw", "testing").code == 0
    assert guarded("promote", "--to", "testing").code == 0
    assert held(guarded, "testing") == {"trips 1.0"}


def test_an_override_lets_pass_what_a_gate_holds_and_every_report_says_so(guarded):
    upload(guarded, "walk", depends=("nowhere",))
    held_back = guarded("promote", "walk", "--to", "testing")
    assert held_back.code == 1
    argv = ["walk", "--gate", "installable", "--to", "testing", "--why", "a test", "--until"]
    assert guarded("override", *argv, "2099-01-01").code == 0
    answer = guarded("promote", "walk", "--to", "testing", "--format", "json")
    assert answer.code == 0
    (excuse,) = [
        one for one in answer.json["outcomes"][0]["excuses"] if one["gate"] == "installable"
    ]
    assert excuse["verdict"] == "overridden"
    assert "overridden by ada until 2099-01-01: a test" in excuse["text"]
    assert held(guarded, "testing") == {"walk 1.0"}


def test_a_plan_is_saved_looked_at_and_applied(guarded):
    upload(guarded)
    saved = guarded("promote", "--to", "testing", "--save", "plan.json")
    assert saved.code == 0
    assert "plan.json is written; it names 1 package; next: sluice promote --apply" in saved.err
    assert held(guarded, "testing") == set()
    plan = json.loads((guarded.root / "plan.json").read_text())
    assert [one["file"] for one in plan["packages"]] == ["noarch/trips-1.0-h0123456_0.conda"]
    assert plan["packages"][0]["gates"] != []
    upload(guarded, "hills")
    done = guarded("promote", "--apply", "plan.json")
    assert (done.code, done.err) == (0, "")
    assert held(guarded, "testing") == {"trips 1.0"}
    guarded.refuses("promote", "--apply", "plan.json", code=1, says="when the plan was made")


def test_a_plan_can_be_approved_between_saving_and_applying(sluice):
    sluice.write(APPROVED)
    key = sluice.root / "key"
    argv = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key]
    subprocess.run(argv, check=True)
    public = key.with_suffix(".pub").read_text()
    (sluice.root / "approvers").write_text(f"qa@example.org {public}")
    upload(sluice)
    saved = sluice("promote", "--to", "testing", "--save", "plan.json")
    assert "names 1 package, 1 without approval; next: sluice approve --plan" in saved.err
    early = sluice("promote", "--apply", "plan.json")
    assert (early.code, "nobody approved it yet" in early.out) == (1, True)
    said = sluice("approve", "--plan", "plan.json", "--key", key, "--why", "seen by QA")
    assert (said.code, said.out.split()[:2]) == (0, ["approve", "trips"])
    assert sluice("promote", "--apply", "plan.json").code == 0
    assert held(sluice, "testing") == {"trips 1.0"}
    sluice("promote", "--to", "testing", "--save", "plan.json")
    sluice.refuses("approve", "--plan", "plan.json", code=2, says="names no package")


def test_a_plan_that_was_edited_or_does_not_fit_any_more_is_refused(guarded):
    upload(guarded)
    upload(guarded, "hills")
    assert guarded("promote", "trips", "--to", "testing", "--save", "plan.json").code == 0
    file = guarded.root / "plan.json"
    text = file.read_text()
    file.write_text(text.replace("trips-1.0", "hills-1.0"))
    guarded.refuses("promote", "--apply", "plan.json", code=2, says="changed after it was made")
    for text_of_none in ("{}", "[" * 100_000):
        file.write_text(text_of_none)
        guarded.refuses("promote", "--apply", "plan.json", code=2, says="no promotion plan")
    guarded.refuses("promote", "--apply", "plan.json", code=2, says="promote --save writes one")
    missing = guarded.refuses("promote", "--apply", "none.json", code=2, says="promote --save")
    assert "cannot read this plan: No such file or directory\n" in missing.err
    guarded.refuses("promote", "--apply", "plan.json", "trips", code=2, says="says itself")
    file.write_text(text)
    assert guarded("promote", "hills", "--to", "testing").code == 0
    guarded.refuses("promote", "--apply", "plan.json", code=1, says="when the plan was made")


def test_a_plan_that_cannot_be_written_is_an_error(guarded):
    upload(guarded)
    (guarded.root / "file").touch()
    argv = ("promote", "--to", "testing", "--save", "file/plan.json")
    guarded.refuses(*argv, code=3, says="file/plan.json: cannot be used")


def test_a_plan_whose_gates_hold_by_now_changes_nothing(guarded):
    upload(guarded)
    assert guarded("promote", "--to", "testing", "--save", "plan.json").code == 0
    assert guarded("freeze", "testing", "--why", "no").code == 0
    answer = guarded("promote", "--apply", "plan.json")
    assert (answer.code, "testing is frozen" in answer.out) == (1, True)
    assert held(guarded, "testing") == set()


def a_report(guarded, **fields):
    (one,) = guarded("status", "--format", "json").json["packages"]
    outcome = {
        "subdir": one["subdir"],
        "file": one["file"],
        "sha256": one["sha256"],
        "target": "testing",
        "platform": "linux-64",
        "strategy": "highest",
        "outcome": "passed",
        "reason": "",
        "tests": 3,
        "log": "/elsewhere/log",
        "environment": [f"file:///c/noarch/{one['file']}#sha256={one['sha256']}"],
        "digest": "d",
    }
    document = {"schema": "sluice.test/1", "outcomes": [outcome | fields]}
    (guarded.root / "report.json").write_text(json.dumps(document))


def test_results_of_another_job_count_here(guarded):
    guarded.write(GUARDED.replace("[installable]", "[tested]"))
    upload(guarded)
    assert guarded("promote", "--to", "testing", "--dry-run").out.count("not tested") == 1
    a_report(guarded)
    answer = guarded("test", "--import", "report.json")
    assert (answer.code, answer.err) == (0, "")
    assert guarded("promote", "--to", "testing").code == 0
    assert held(guarded, "testing") == {"trips 1.0"}


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"sha256": "0" * 64}, "a sha256 that the channel below does not hold"),
        ({"file": "other-1-0.conda"}, "does not hold"),
        ({"target": "unstable"}, "does not hold"),
        ({"target": "nowhere"}, "no channel nowhere"),
        ({"tests": 0}, "passed without a test"),
        ({"environment": []}, "passed without a test or an environment"),
        ({"environment": "x"}, "no list of texts"),
        ({"environment": ["file:///c/noarch/x.conda"]}, "without a sha256"),
        ({"environment": ["file:///c/x.conda#sha256=" + "0" * 64]}, "is not in its environment"),
        ({"outcome": 7}, "is no text"),
    ],
)
def test_results_that_cannot_be_are_refused_whole(guarded, fields, says):
    upload(guarded)
    a_report(guarded, **fields)
    guarded.refuses("test", "--import", "report.json", code=2, says=says)


def test_a_file_that_is_no_report_is_refused(guarded):
    upload(guarded)
    forms = ("", "[]", '{"schema": "sluice.test/1"}', '{"schema": "x", "outcomes": []}')
    for text in (*forms, "[" * 100_000):
        (guarded.root / "report.json").write_text(text)
        guarded.refuses("test", "--import", "report.json", code=2, says="report.json")
