"""The whole way, in one workspace: from sources to stable, and everything that holds it up."""

import json
import shutil
import subprocess

import pytest

from factories import an_artifact
from git_clones import Clone
from workspaces import GATED, a_config, a_project, a_recipe, a_workspace, snapshot, two_projects

pytestmark = pytest.mark.integration


def name_of(told):
    return told["file"].rsplit("-", 2)[0]


def built(done):
    """Return what became of each build: name to outcome."""
    return {name_of(one): one["outcome"] for one in done.json["builds"]}


def promoted(done, target):
    """Return what became of each package that was to enter a channel: name to outcome."""
    return {
        name_of(one): one["outcome"] for one in done.json["promotions"] if one["target"] == target
    }


def excuses(done, name):
    return [
        excuse["text"]
        for one in done.json["promotions"]
        if name_of(one) == name
        for excuse in one["excuses"]
        if excuse["verdict"] != "pass"
    ]


def run(program, *more):
    return program("run", "--jobs", "2", "--format", "json", *more)


def test_a_workspace_climbs_and_the_second_run_changes_nothing(program):
    two_projects(program.root)
    first = run(program)
    assert (first.code, first.err) == (0, "")
    assert first.json["schema"] == "sluice.run/1"
    assert built(first) == {"hills": "built", "walk": "built"}
    assert [name_of(one) for one in first.json["builds"]] == ["hills", "walk"]
    assert {one["outcome"] for one in first.json["tests"]} == {"passed"}
    both = {"hills": "promoted", "walk": "promoted"}
    assert promoted(first, "testing") == both
    assert promoted(first, "stable") == dict.fromkeys(both, "waiting")  # for a tag
    before = snapshot(program.root)
    second = run(program)
    assert second.code == 0
    assert built(second) == {"hills": "current", "walk": "current"}
    assert second.json["tests"] == []
    assert set(promoted(second, "testing").values()) == {"already-there"}
    assert snapshot(program.root) == before


def test_a_change_in_the_library_rebuilds_what_stands_on_it(program):
    clone = two_projects(program.root)
    run(program)
    clone.commit({"hills/data.txt": "2"})
    done = run(program)
    assert built(done) == {"hills": "built", "walk": "built"}
    clone.commit({"walk/data.txt": "2"})
    done = run(program)
    assert built(done) == {"hills": "current", "walk": "built"}
    clone.commit({"README": "Nothing of theirs."})
    assert set(built(run(program)).values()) == {"current"}
    packages = program("status", "--format", "json").json["packages"]
    numbers = sorted(one["build"].rpartition("_")[2] for one in packages if one["name"] == "walk")
    assert numbers == ["0", "1", "2"]


def test_an_edited_recipe_changes_the_build(program):
    clone = two_projects(program.root)
    run(program)
    clone.commit({"recipes/walk/meta.yaml": a_recipe("walk", needs=["hills"], test=["true"])})
    assert built(run(program)) == {"hills": "current", "walk": "built"}


def test_a_failing_test_holds_a_package_and_what_needs_it(program):
    """`walk` asks for the new `hills`, whose test fails; `lake` needs neither."""
    clone = two_projects(program.root)
    run(program)
    clone.commit(
        {
            "channels.yaml": a_config("hills", "walk", "lake"),
            **a_project("hills", version="2.0"),
            **a_project("lake"),
            "recipes/lake/meta.yaml": a_recipe("lake"),
            "recipes/hills/meta.yaml": a_recipe("hills", test=["echo too steep; false"]),
            "recipes/walk/meta.yaml": a_recipe("walk", needs=["hills"], run=["hills >=2.0"]),
        }
    )
    done = run(program)
    assert done.code == 1
    assert set(built(done).values()) == {"built"}
    outcomes = promoted(done, "testing")
    assert outcomes["hills"] == "refused"
    assert outcomes["lake"] == "promoted"
    assert outcomes["walk"] == "waiting"
    assert any("did not pass" in text and "too steep" in text for text in excuses(done, "hills"))
    assert all(len(text.splitlines()) == 1 for text in excuses(done, "hills"))
    assert any(
        "waits for what it needs" in text and "hills >=2.0" in text
        for text in excuses(done, "walk")
    )
    assert all(len(text.splitlines()) == 1 for text in excuses(done, "walk"))
    testing = next((program.root / "channels/testing").rglob("repodata.json")).read_text()
    assert "hills-2.0" not in testing
    clone.commit({"recipes/hills/meta.yaml": a_recipe("hills")})
    mended = run(program)
    assert mended.code == 0
    assert promoted(mended, "testing")["walk"] == "promoted"


def test_a_broken_build_blocks_its_dependents_and_the_rest_goes_on(program):
    files = {
        **a_project("hills"),
        **a_project("walk"),
        **a_project("lake"),
        "recipes/hills/meta.yaml": a_recipe("hills", script=["echo no rule; exit 3"]),
        "recipes/walk/meta.yaml": a_recipe("walk", needs=["hills"]),
        "recipes/lake/meta.yaml": a_recipe("lake"),
    }
    clone = a_workspace(program.root, files, a_config("hills", "walk", "lake"))
    done = run(program)
    assert done.code == 1
    assert built(done) == {"hills": "failed", "walk": "blocked", "lake": "built"}
    assert promoted(done, "testing") == {"lake": "promoted"}
    hills = next(one for one in done.json["builds"] if name_of(one) == "hills")
    assert any("no rule" in line for line in hills["tail"])
    text = program("run", "--jobs", "2")
    assert text.code == 1
    assert "blocked: hills-1.0-" in text.out
    assert "log: " in text.out
    clone.commit({"recipes/hills/meta.yaml": a_recipe("hills")})
    assert run(program).code == 0


def test_an_environment_that_cannot_be_solved_says_what_is_missing_and_where_it_looked(program):
    files = {
        **a_project("hills"),
        "recipes/hills/meta.yaml": a_recipe("hills", needs=["no-such-thing >=7"]),
    }
    a_workspace(program.root, files, a_config("hills"))
    done = run(program)
    assert done.code == 1
    (build,) = done.json["builds"]
    assert "no-such-thing" in build["reason"]
    assert f"{(program.root / 'channels').as_uri()}/unstable" in build["reason"]


def test_the_environment_of_a_test_comes_back(program):
    """The very packages: a newer library that came meanwhile is not among them."""
    clone = two_projects(program.root)
    run(program)
    clone.commit({"hills/data.txt": "2", **a_project("walk", version="1.1")})
    run(program)
    prefix = program.root / "env"
    done = program("restore", "walk==1.0", "--prefix", prefix, "--to", "testing")
    assert (done.code, done.err) == (0, "")
    meta = [json.loads(path.read_text()) for path in (prefix / "conda-meta").glob("*.json")]
    assert {one["name"]: one["build_number"] for one in meta} == {"hills": 0, "walk": 0}
    assert (prefix / "share/hills.txt").read_text() == "1"
    assert program("restore", "walk==1.0", "--prefix", prefix).code == 2


SIGNED = GATED.replace(
    "    versions: final\n    gates: [tested, installable]",
    "    versions: final\n    gates: [tested, signed-tag: {allowed-signers: ./signers}]",
)


@pytest.fixture
def signed(program) -> Clone:
    """Return a workspace whose stable channel asks for tags that are signed, and its key."""
    files = {
        **a_project("hills", version="1.0"),
        "recipes/hills/meta.yaml": a_recipe("hills"),
    }
    clone = a_workspace(
        program.root, files, a_config('{path: hills, tag: "hills-v{version}"}', text=SIGNED)
    )
    key = program.root.parent / "key"
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "ada", "-f", str(key)], check=True
    )
    public = key.with_suffix(".pub").read_text()
    clone.commit({"signers": f'ada@example.org namespaces="git" {public}'})
    clone.commit()  # what a commit says of signers counts from the next one on
    clone.git("config", "gpg.format", "ssh")
    clone.git("config", "user.signingkey", str(key))
    return clone


def test_a_candidate_stays_in_testing_and_a_signed_tag_leads_to_stable(program, signed):
    signed.tag("hills-v1.0rc1")
    candidate = run(program)
    assert (candidate.code, candidate.err) == (0, "")
    assert promoted(candidate, "testing") == {"hills": "promoted"}
    assert promoted(candidate, "stable") == {"hills": "not-eligible"}
    signed.git("tag", "-s", "-m", "final", "hills-v1.0")
    final = run(program)
    assert (final.code, final.err) == (0, "")
    assert promoted(final, "stable") == {"hills": "promoted"}
    packages = program("status", "--format", "json").json["packages"]
    assert {one["version"]: one["channels"] for one in packages} == {
        "1.0.0rc1": ["unstable", "testing"],
        "1.0": ["unstable", "testing", "stable"],
    }
    assert built(run(program)) == {"hills": "current"}


def a_twin_config(mode="re-version"):
    """Return a channels.yaml whose stable channel compares final packages with candidates."""
    text = GATED.replace(
        "    versions: final\n    gates: [tested, installable]",
        "    versions: final\n    gates: [tested, installable, same-as-candidate]",
    )
    return a_config(f'{{path: hills, tag: "hills-v{{version}}", mode: {mode}}}', text=text)


COMPILED = (
    "mkdir -p $PREFIX/share $PREFIX/lib",
    "echo $SLUICE_UPSTREAM_VERSION > $PREFIX/share/hills.txt",
    'echo "$PREFIX" > $PREFIX/lib/hills.where',
    "cat data.txt > $PREFIX/lib/data.txt",
)


def test_a_final_build_that_is_its_candidate_climbs(program):
    files = {**a_project("hills"), "recipes/hills/meta.yaml": a_recipe("hills", script=COMPILED)}
    clone = a_workspace(program.root, files, a_twin_config())
    clone.tag("hills-v1.0rc1")
    assert promoted(run(program), "testing") == {"hills": "promoted"}
    clone.tag("hills-v1.0")
    done = run(program)
    assert promoted(done, "stable") == {"hills": "promoted"}
    (word,) = [
        one
        for each in done.json["promotions"]
        for one in each["excuses"]
        if one["gate"] == "same-as-candidate"
    ]
    assert word["text"] == "is the tested candidate 1.0.0rc1 but for the version"
    assert program("diff", "hills==1.0.0rc1", "stable::hills").code == 0


def test_a_final_build_with_another_file_is_blocked_and_the_file_named(program):
    """The sources are the same; what the build makes of them is not."""
    changing = (
        *COMPILED,
        'case $PKG_VERSION in *rc*) ;; *) echo 2 > "$PREFIX/lib/data.txt";; esac',
    )
    files = {**a_project("hills"), "recipes/hills/meta.yaml": a_recipe("hills", script=changing)}
    clone = a_workspace(program.root, files, a_twin_config())
    clone.tag("hills-v1.0rc1")
    run(program)
    clone.tag("hills-v1.0")
    done = run(program)
    assert (done.code, promoted(done, "stable")) == (1, {"hills": "refused"})
    (text,) = excuses(done, "hills")
    assert "lib/data.txt differs in line 1" in text
    assert "share/hills.txt" not in text
    told = program("explain", "hills")
    assert "lib/data.txt differs in line 1" in told.out


def test_a_final_build_is_made_with_what_its_candidate_was_made_with(program):
    """A newer library came meanwhile; where the old one is gone, the gate says what differs."""
    recipe = a_recipe("hills").replace("requirements:", "requirements:\n  host:\n    - lake")
    files = {**a_project("hills"), "recipes/hills/meta.yaml": recipe}
    clone = a_workspace(program.root, files, a_twin_config())
    lakes = [an_artifact(program.root.parent, "lake", version).path for version in ("1", "2")]
    assert program("upload", lakes[0]).code == 0
    clone.tag("hills-v1.0rc1")
    run(program)
    assert program("upload", lakes[1]).code == 0
    clone.tag("hills-v1.0")
    assert promoted(run(program), "stable") == {"hills": "promoted"}
    found = program("diff", "hills==1.0.0rc1", "hills==1.0", "--format", "json").json
    assert (found["outcome"], found["environment"]) == ("same-but-version", [])
    clone.commit({"recipes/hills/meta.yaml": recipe.replace("- lake", "- lake >=2")})
    rebuilt = run(program)
    assert promoted(rebuilt, "stable") == {"hills": "promoted"}
    assert any(
        "they were built with other packages: lake" in excuse["text"]
        for one in rebuilt.json["promotions"]
        for excuse in one["excuses"]
    )


def test_without_a_candidate_a_final_build_waits(program):
    files = {**a_project("hills"), "recipes/hills/meta.yaml": a_recipe("hills")}
    clone = a_workspace(program.root, files, a_twin_config())
    clone.tag("hills-v1.0rc1")
    run(program)
    clone.commit({"hills/data.txt": "another tree"})
    clone.tag("hills-v1.0")
    done = run(program)
    assert (done.code, promoted(done, "stable")) == (0, {"hills": "waiting"})
    assert any("no release candidate of 1.0" in text for text in excuses(done, "hills"))


def test_by_relabel_the_very_file_of_testing_climbs_once_the_final_tag_is_there(program):
    files = {**a_project("hills"), "recipes/hills/meta.yaml": a_recipe("hills")}
    clone = a_workspace(program.root, files, a_twin_config("relabel"))
    clone.tag("hills-v1.0rc1")
    first = run(program)
    assert promoted(first, "testing") == {"hills": "promoted"}
    assert promoted(first, "stable") == {"hills": "waiting"}
    clone.tag("hills-v1.0")
    done = run(program)
    assert built(done) == {"hills": "current"}
    assert promoted(done, "stable") == {"hills": "promoted"}
    (package,) = program("status", "--format", "json").json["packages"]
    assert (package["version"], len(package["channels"])) == ("1.0", 3)


def test_a_final_tag_without_a_signature_waits_for_one_and_says_so(program, signed):
    signed.tag("hills-v1.0")
    done = run(program)
    assert promoted(done, "testing") == {"hills": "promoted"}
    assert (done.code, promoted(done, "stable")) == (0, {"hills": "waiting"})
    assert any("hills-v1.0" in text for text in excuses(done, "hills"))
    signed.git("tag", "-s", "-f", "-m", "final", "hills-v1.0")
    assert promoted(run(program), "stable") == {"hills": "promoted"}


def test_who_needs_a_package_that_may_not_climb_waits_and_nothing_has_failed(program):
    files = {
        **a_project("hills"),
        **a_project("walk"),
        "recipes/hills/meta.yaml": a_recipe("hills"),
        "recipes/walk/meta.yaml": a_recipe("walk", needs=["hills"]),
    }
    tagged = [f'{{path: {name}, tag: "{name}-v{{version}}"}}' for name in ("hills", "walk")]
    clone = a_workspace(program.root, files, a_config(*tagged))
    clone.tag("hills-v1.0rc1", "walk-v1.0")
    done = run(program)
    assert (done.code, done.err) == (0, "")
    assert promoted(done, "testing") == {"hills": "promoted", "walk": "promoted"}
    assert promoted(done, "stable") == {"hills": "not-eligible", "walk": "waiting"}
    assert any("waits for what it needs" in text for text in excuses(done, "walk"))
    clone.tag("hills-v1.0")
    assert promoted(run(program), "stable")["hills"] == "promoted"


def test_what_is_not_committed_is_built_and_stays_in_the_lowest_channel(program):
    clone = two_projects(program.root)
    clone.write({"hills/data.txt": "not committed"})
    assert run(program).code == 2
    done = run(program, "--allow-dirty")
    assert done.code == 0
    assert built(done) == {"hills": "built", "walk": "built"}
    assert promoted(done, "testing") == dict.fromkeys(("hills", "walk"), "not-eligible")
    assert done.json["tests"] == []
    assert not list((program.root / "channels/testing").rglob("*.conda"))
    clone.commit({"hills/data.txt": "committed"})
    done = run(program)
    assert done.code == 0
    assert promoted(done, "testing") == {"hills": "promoted", "walk": "promoted"}


def test_an_edited_recipe_has_to_be_committed_like_any_source(program):
    clone = two_projects(program.root)
    run(program)
    clone.write({"recipes/walk/meta.yaml": a_recipe("walk", needs=["hills"], test=["true"])})
    refused = run(program)
    assert refused.code == 2
    assert "the recipe of walk has changes that are not committed" in refused.err
    done = run(program, "--allow-dirty")
    assert promoted(done, "testing") == {"hills": "already-there", "walk": "not-eligible"}


def test_a_run_stops_at_the_channel_that_was_named_and_another_job_goes_on(program):
    """A packaging job and a testing job apart."""
    two_projects(program.root)
    done = run(program, "--to", "unstable")
    assert done.code == 0
    assert (done.json["tests"], done.json["promotions"]) == ([], [])
    tested = program("test", "--to", "testing", "--format", "json")
    assert tested.code == 0
    assert {one["outcome"] for one in tested.json["outcomes"]} == {"passed"}
    moved = program("promote", "--from", "unstable", "--to", "testing", "--format", "json")
    assert moved.code == 0
    assert {one["outcome"] for one in moved.json["outcomes"]} == {"promoted"}


def test_a_workspace_can_move(program):
    """Nothing that was built has to be built again because the folder has another name."""
    two_projects(program.root)
    run(program)
    moved = program.root.with_name("moved")
    shutil.move(program.root, moved)
    program.root = moved
    assert set(built(run(program)).values()) == {"current"}


def test_two_jobs_at_once_build_the_same_and_both_succeed(program):
    """Two CI jobs on one commit: whichever package comes second is the one that was there."""
    clone = two_projects(program.root)
    clone.commit({"channels.yaml": a_config("hills", "walk").replace("./channels", "../channels")})
    other = program.elsewhere("other")
    clone.git("clone", "-q", str(program.root), str(other.root))
    jobs = [one.start("run", "--to", "unstable", "--jobs", "1") for one in (program, other)]
    for job in jobs:
        out, err = job.communicate(timeout=120)
        assert job.returncode == 0, out + err
    packages = program("status", "--format", "json").json["packages"]
    assert sorted(one["name"] for one in packages) == ["hills", "walk"]
    assert built(run(other)) == {"hills": "current", "walk": "current"}


def test_a_build_string_of_ones_own_is_recognised_without_the_ledger(program):
    """The key that the package carries tells that it is the same, on another machine too."""
    clone = two_projects(program.root)
    recipe = a_recipe("hills").replace("build:\n", "build:\n  string: mine\n", 1)
    clone.commit({"recipes/hills/meta.yaml": recipe})
    assert built(run(program)) == {"hills": "built", "walk": "built"}
    shutil.rmtree(program.root / "channels/.ledger")
    assert built(run(program)) == {"hills": "current", "walk": "current"}
