"""`sluice lint` on recipes from anywhere, and as a guard before anything is built."""

import pytest

from workspaces import SMALLEST, a_config, a_project, a_recipe, a_workspace

GOOD = """\
package:
  name: trips
  version: 1.2.0

build:
  number: 0

test:
  commands:
    - trips --version

about:
  home: https://trips.example
  license: MIT
  license_file: LICENSE
  summary: Plans trips
"""


@pytest.fixture
def recipe(sluice):
    file = sluice.root / "recipes" / "trips" / "meta.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(GOOD)
    return file


def test_good_recipe_has_no_remarks(sluice, recipe):
    answer = sluice("lint", recipe)
    assert (answer.code, answer.out) == (0, "1 recipe: 0 errors, 0 warnings\n")


def test_remark_names_file_line_and_rule(sluice, recipe):
    recipe.write_text(GOOD.replace("license: MIT", "license: mit"))
    answer = sluice("lint", recipe.parent)
    assert answer.code == 0
    assert f"{recipe}:14: warning SL103 license-not-spdx: SPDX spells 'mit' 'MIT'" in answer.out
    assert answer.out.endswith("1 recipe: 0 errors, 1 warning; --fix repairs 1 of them\n")


def test_error_fails(sluice, recipe):
    recipe.write_text(GOOD + "source:\n  url: https://trips.example/trips-1.2.0.tar.gz\n")
    assert sluice("lint", recipe).code == 1


def test_fix_repairs_and_says_what(sluice, recipe):
    recipe.write_text(GOOD.replace("license: MIT", "license: mit  # as the file says"))
    answer = sluice("lint", recipe.parent.parent, "--fix")
    assert (answer.code, "repaired SL103" in answer.out) == (0, True)
    assert recipe.read_text() == GOOD.replace("MIT", "MIT  # as the file says")


def test_warning_alone_is_no_failure(sluice, recipe):
    recipe.write_text(GOOD.replace("  summary: Plans trips\n", ""))
    answer = sluice("lint", recipe, "--format", "json")
    assert answer.code == 0
    (found,) = answer.json["recipes"][0]["findings"]
    assert (found["id"], found["level"], found["can_be_repaired"]) == ("SL104", "warning", False)
    assert sluice("lint", recipe, "--ignore", "SL104").out.startswith("1 recipe: 0 errors, 0 warn")


def test_recipe_that_cannot_be_read_is_an_error(sluice, recipe):
    recipe.write_text(GOOD.replace("number: 0", "numbr: 0"))
    answer = sluice("lint", recipe)
    assert answer.code == 1
    assert f"error: {recipe}:6: unknown key 'numbr' in build" in answer.out


def test_two_recipes_in_one_folder_are_refused(sluice, recipe):
    (recipe.parent / "recipe.yaml").write_text("package: {name: trips, version: 1.2.0}\n")
    answer = sluice("lint", recipe.parent)
    assert (answer.code, "keep one of them" in answer.out) == (1, True)


def test_folder_without_recipe_is_refused(sluice):
    sluice.refuses("lint", sluice.root, code=2, says="there is no meta.yaml")


def test_unknown_rule_is_refused(sluice, recipe):
    sluice.refuses("lint", recipe, "--ignore", "SL999", code=2, says="there is no rule SL999")


@pytest.mark.parametrize(
    ("setting", "code"),
    [
        ("", 2),
        ("lint: {level: off}\n", 0),
        ("lint: {ignore: [SL201]}\n", 0),
        ("lint: {level: warning, ignore: [SL201]}\n", 2),
    ],
)
def test_nothing_is_planned_while_a_recipe_has_an_error(sluice, setting, code):
    unhashed = "source:\n  url: https://trips.example/trips-1.0.tar.gz"
    recipe = a_recipe("trips").replace("source:\n  path: ../../trips", unhashed)
    files = {**a_project("trips"), "recipes/trips/meta.yaml": recipe}
    a_workspace(sluice.root, files, config=a_config("trips", more=setting))
    answer = sluice("plan")
    assert answer.code == code, answer
    told = "no sha256 [SL201 missing-sha256]" if not setting else "[SL203 version-written-twice]"
    assert (told in answer.err) == bool(code)


def test_variants_of_channels_yaml_give_values_as_in_a_build(sluice, recipe):
    sluice.write(SMALLEST + "variants: [pins.yaml]\n")
    (sluice.root / "pins.yaml").write_text("libtrips:\n- '1.2'\n")
    recipe.write_text(GOOD + "requirements:\n  run:\n    - libtrips {{ libtrips }}\n")
    assert sluice("lint", recipe).code == 0
    assert sluice("lint").code == 0


def test_recipe_that_cannot_be_read_is_named_with_its_file(sluice, recipe):
    recipe.write_text(GOOD.replace("1.2.0", "{{ nothing }}"))
    (found,) = sluice("lint", recipe.parent, "--format", "json").json["recipes"]
    assert found["file"] == str(recipe)
    assert f"{recipe}:3: Jinja: 'nothing' is undefined" in found["error"]
    assert "variants: in channels.yaml" in found["error"]
