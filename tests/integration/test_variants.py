"""Variants for real, and a project that is its own repository: built, tested, promoted."""

import pytest

from git_clones import Clone
from workspaces import GATED, a_config, a_project, a_recipe, a_workspace

pytestmark = pytest.mark.integration

VARIANTS = "greeting:\n  - hello\n  - hi\n"


def a_greeting(program, script):
    """Make a workspace with one project, built once for each greeting."""
    recipe = a_recipe("hills", script=script).replace("noarch: generic\n  ", "")
    return a_workspace(
        program.root,
        {
            **a_project("hills"),
            "recipes/hills/meta.yaml": recipe,
            "greetings.yaml": VARIANTS,
        },
        a_config("hills", more="variants: [greetings.yaml]\n"),
    )


def run(program):
    return program("run", "--format", "json")


def test_a_script_reads_its_variant_and_both_variants_climb_as_one_release(program):
    a_greeting(program, ["mkdir -p $PREFIX/share", "echo {{ greeting }} > $PREFIX/share/hills.txt"])
    done = run(program)
    assert (done.code, done.err) == (0, "")
    files = {one["file"] for one in done.json["builds"]}
    promoted = {
        one["file"]
        for one in done.json["promotions"]
        if (one["target"], one["outcome"]) == ("testing", "promoted")
    }
    assert len(files) == 2
    assert promoted == files


def test_a_variant_that_does_not_build_keeps_the_other_from_climbing(program):
    script = 'test "$greeting" = {{ greeting }} && test "$greeting" != hi'
    write = "mkdir -p $PREFIX/share && echo $greeting > $PREFIX/share/hills.txt"
    a_greeting(program, [script, write])
    done = run(program)
    assert done.code == 1
    assert sorted(one["outcome"] for one in done.json["builds"]) == ["built", "failed"]
    (held,) = done.json["promotions"]
    assert held["outcome"] == "waiting"
    assert any("of the same release" in one["text"] for one in held["excuses"])


def test_a_project_at_the_top_of_its_own_repository_climbs_to_stable(program):
    files = a_project("hills") | {"recipes/hills/meta.yaml": a_recipe("hills")}
    own = Clone(program.root / "hills")
    own.commit(
        {name.removeprefix("hills/"): text for name, text in files.items() if "recipes" not in name}
    )
    own.tag("v1.0")
    workspace = a_workspace(program.root, {}, a_config("hills", text=GATED))
    workspace.commit({"recipes/hills/meta.yaml": files["recipes/hills/meta.yaml"]})
    done = run(program)
    assert (done.code, done.err) == (0, "")
    assert [one["outcome"] for one in done.json["promotions"]] == ["promoted", "promoted"]
