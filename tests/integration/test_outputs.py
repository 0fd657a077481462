"""Recipes with several outputs all the way: planned, built, uploaded, tested, promoted as one."""

import json

import pytest

from workspaces import GATED, a_config, a_project, a_workspace

pytestmark = pytest.mark.integration

RECIPE = """\
{% set version = environ.get("SLUICE_VERSION", "0") %}
package:
  name: hills
  version: {{ version }}
source:
  path: ../../hills
build:
  number: 0
  script:
    - mkdir -p $PREFIX/lib $PREFIX/include
    - cp data.txt $PREFIX/lib/libhills.so
    - cp hills.c $PREFIX/include/hills.h
    - echo built once for all > state
outputs:
  - name: libhills
    files:
      - lib/*.so
    build:
      run_exports:
        - {{ pin_subpackage("libhills", max_pin="x.x") }}
    test:
      commands:
        - test -s $PREFIX/lib/libhills.so
        - test ! -e $PREFIX/include
  - name: hills-dev
    files:
      - include
    requirements:
      run:
        - {{ pin_subpackage("libhills", exact=True) }}
    test:
      commands:
        - test -s $PREFIX/include/hills.h
        - test -s $PREFIX/lib/libhills.so
  - name: hills-tools
    script: install-tools.sh
    requirements:
      host:
        - {{ pin_subpackage("libhills", exact=True) }}
    test:
      commands:
        - test "$(cat $PREFIX/bin/tool)" = "built once for all {{ greeting }}"
  - name: hills-notes
    build:
      noarch: generic
      script:
        - mkdir -p $PREFIX/share
        - echo notes > $PREFIX/share/notes
    test:
      commands:
        - test -s $PREFIX/share/notes
  - name: hills
    requirements:
      run:
        - {{ pin_subpackage("hills-dev", exact=True) }}
    test:
      commands:
        - test -s $PREFIX/include/hills.h
about:
  summary: Hills in parts
  license: MIT
"""
TOOLS = 'mkdir -p $PREFIX/bin\necho "$(cat state) $greeting" > $PREFIX/bin/tool\n'
NAMES = {"libhills", "hills-dev", "hills-tools", "hills-notes", "hills"}


@pytest.fixture
def workspace(program):
    files = {
        **a_project("hills"),
        "recipes/hills/meta.yaml": RECIPE,
        "recipes/hills/install-tools.sh": TOOLS,
        "greetings.yaml": "greeting:\n  - hello\n  - hi\n",
    }
    config = a_config("hills", text=GATED, more="variants: [greetings.yaml]\n")
    return a_workspace(program.root, files, config)


def run(program):
    return program("run", "--format", "json")


def name_of(path):
    return path.rsplit("-", 2)[0]


def promoted(done, target="testing"):
    return {
        one["file"]
        for one in done.json["promotions"]
        if (one["target"], one["outcome"]) == (target, "promoted")
    }


def test_all_outputs_come_out_as_planned_and_climb_as_one_release(program, workspace):
    planned = {one["file"] for one in program("plan", "--format", "json").json["builds"]}
    assert sorted(map(name_of, planned)) == sorted([*NAMES, "hills-tools"])  # two greetings
    done = run(program)
    assert (done.code, done.err) == (0, "")
    assert {one["file"] for one in done.json["builds"]} == planned
    assert all(one["outcome"] == "built" for one in done.json["builds"])
    assert promoted(done) == planned
    again = run(program)
    assert {one["outcome"] for one in again.json["builds"]} == {"current"}
    assert {one["outcome"] for one in again.json["promotions"]} == {"already-there", "waiting"}


def test_an_output_climbs_by_the_tag_of_its_project(program, workspace):
    workspace.tag("v1.0")
    done = run(program)
    assert (done.code, done.err) == (0, "")
    assert set(map(name_of, promoted(done, "stable"))) == NAMES


def test_one_output_that_fails_its_tests_keeps_all_others(program, workspace):
    text = RECIPE.replace("test -s $PREFIX/share/notes", "exit 5")
    workspace.commit({"recipes/hills/meta.yaml": text})
    done = run(program)
    assert done.code == 1
    assert promoted(done) == set()
    held = {name_of(one["file"]): one for one in done.json["promotions"]}
    assert held.keys() == NAMES
    assert held["hills-notes"]["outcome"] == "refused"
    assert any("of the same release stays" in one["text"] for one in held["libhills"]["excuses"])


def test_one_output_that_does_not_build_keeps_all_of_its_build_out_of_the_channel(
    program, workspace
):
    workspace.commit({"recipes/hills/install-tools.sh": "exit 3\n"})
    done = run(program)
    assert done.code == 1
    by_outcome = {}
    for one in done.json["builds"]:
        by_outcome.setdefault(one["outcome"], []).append(name_of(one["file"]))
    assert by_outcome["failed"] == ["hills-tools"]
    assert set(by_outcome["blocked"]) == NAMES
    assert list((program.root / "channels").rglob("*.conda")) == []


def test_an_edited_output_is_built_again_with_those_that_name_its_build(program, workspace):
    run(program)
    text = RECIPE.replace("- include\n", "- include/*.h\n")
    workspace.commit({"recipes/hills/meta.yaml": text})
    done = run(program)
    assert (done.code, done.err) == (0, "")
    built = {name_of(one["file"]) for one in done.json["builds"] if one["outcome"] == "built"}
    assert built == {"hills-dev", "hills"}
    assert {name_of(file) for file in promoted(done)} == built


def test_a_promotion_by_name_takes_the_whole_release_along(program, workspace):
    assert program("build").code == 0
    assert program("test", "--to", "testing").code == 0
    done = program("promote", "libhills", "--to", "testing", "--format", "json")
    assert done.code == 0
    found = {name_of(one["file"]) for one in done.json["outcomes"] if one["outcome"] == "promoted"}
    assert found == NAMES


def test_every_output_can_be_explained(program, workspace):
    assert run(program).code == 0
    told = json.loads(program("explain", "libhills", "--format", "json").out)
    assert told["project"] == str(program.root / "hills")
    assert told["channels"]["testing"]
    assert {one["outcome"] for one in told["next"]} == {"already-there", "waiting"}
    assert {event["kind"] for event in told["history"]} >= {"built", "tested", "promoted"}
