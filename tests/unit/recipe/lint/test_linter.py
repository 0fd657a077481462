import re

import pytest

from conda_sluice.model.names import Subdir
from conda_sluice.recipe.lint.linter import RULES, lint, repaired
from conda_sluice.recipe.lint.subject import Subject
from conda_sluice.recipe.v0.read import read_recipe
from conda_sluice.recipe.variants import parse_variant_config
from readings import read_v1

LINUX = Subdir("linux-64")
VARIANTS = parse_variant_config(
    'python:\n- "3.11"\nc_stdlib:\n- sysroot\nc_stdlib_version:\n- "2.17"\n',
    where="variants",
    platform=LINUX,
)


def subject_of(text):
    recipes = read_recipe(text, where="meta.yaml", platform=LINUX, variants=VARIANTS, environ={})
    return Subject(text, recipes)


def ids(text, ignored=()):
    return [finding.id for finding in lint(subject_of(text), ignored)]


def test_ids_and_names_stand_for_one_rule_each():
    assert len({rule.id for rule in RULES}) == len({rule.name for rule in RULES}) == len(RULES)
    assert [rule.id for rule in RULES] == sorted(rule.id for rule in RULES)
    assert all(re.fullmatch(r"SL\d{3}", rule.id) for rule in RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_rule_finds_its_bad_example_and_passes_its_good_one(rule):
    assert rule.id in ids(rule.bad)
    assert rule.id not in ids(rule.good)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_rule_repairs_what_it_says_it_can(rule):
    others = [one.id for one in RULES if one is not rule]
    text, done = repaired(rule.bad, subject_of, others)
    assert [one.id for one in done] == [rule.id] * rule.is_fixable
    assert (rule.id in ids(text)) is not rule.is_fixable


def test_finding_names_the_line():
    text = "package:\n  name: trips\n  version: 1.2.0\n\nabout:\n  license: apache-2.0\n"
    (found,) = (one for one in lint(subject_of(text)) if one.id == "SL103")
    assert (found.line, found.name) == (6, "license-not-spdx")


def test_rule_can_be_ignored_and_allowed():
    text = RULES[0].bad
    assert "SL101" not in ids(text, ignored=["SL101"])
    assert "SL101" not in ids(f"# sluice: allow SL101, SL104 (its text is in the sources)\n{text}")
    assert "SL104" not in ids(f"# sluice: allow SL101, SL104 (its text is in the sources)\n{text}")


def test_skipped_recipe_has_nothing_to_remark():
    assert ids("package: {name: trips, version: 1.2.0}\nbuild: {skip: true}\n") == []


def test_repairing_keeps_every_other_line():
    text = """\
{% set version = "1.2.0" %}
package:
  name: trips
  version: {{ version }}

source:
  # the mirror is faster
  - url: https://trips.example/1.2.0/trips.tar.gz  # [unix]
    sha256: 0000000000000000000000000000000000000000000000000000000000000000

requirements:
  build:
    - {{ compiler("c") }}
    - make  # [unix]
"""
    fixed, done = repaired(text, subject_of)
    assert [one.id for one in done] == ["SL203", "SL301"]
    kept = [line for line in text.split("\n") if "1.2.0/" not in line]
    assert [line for line in fixed.split("\n") if line in kept] == kept
    assert "https://trips.example/{{ version }}/trips.tar.gz  # [unix]" in fixed
    assert '    - {{ compiler("c") }}\n    - {{ stdlib("c") }}\n    - make' in fixed


def test_recipe_yaml_is_looked_at_as_well():
    text = """\
context:
  version: "1.2.0"
package:
  name: trips
  version: ${{ version }}
build:
  noarch: python
  script: ${{ PYTHON }} -m pip install .
requirements:
  build:
    - ${{ compiler("c") }}
  host: [python, pip]
  run:
    - python
    - if: win
      then: colorama
"""

    def read(text):
        found = read_v1(text, where="recipe.yaml", platform=LINUX, variants=VARIANTS, environ={})
        return Subject(text, found)

    found = {finding.id for finding in lint(read(text))}
    assert {"SL102", "SL301", "SL303", "SL304", "SL306", "SL307", "SL501"} <= found
    fixed, _ = repaired(text, read)
    assert '    - ${{ stdlib("c") }}\n' in fixed
    assert "pip install --no-build-isolation --no-deps ." in fixed


OUTPUTS = """\
package:
  name: trips
  version: 1.2.0

build:
  script: python -m pip install . --no-deps --no-build-isolation

requirements:
  host:
    - python
    - pip
  run:
    - python

outputs:
  - name: trips
  - name: libtrips
    requirements:
      build:
        - {{ compiler("cxx") }}  # [linux]
      host:
        - python
        - zlib
      run:
        - zlib
  - name: pytrips
    requirements:
      host:
        - python
        - rich
        - rich
      run:
        - rich
    test:
      imports:
        - pytrips
  - name: trips-all
    build:
      noarch: python
    requirements:
      host:
        - python
      run:
        - {{ pin_subpackage("trips", exact=True) }}
"""


def test_outputs_are_looked_at_each_by_itself():
    found = [(one.line, one.id) for one in lint(subject_of(OUTPUTS))]
    assert (20, "SL301") in found
    assert (31, "SL404") in found
    assert [line for line, rule in found if rule == "SL402"] == [32]
    assert "SL401" not in {rule for _, rule in found}


def test_stdlib_gets_the_selector_that_all_compilers_have():
    others = [one.id for one in RULES if one.id != "SL301"]
    fixed, _ = repaired(OUTPUTS, subject_of, others)
    assert '        - {{ stdlib("c") }}  # [linux]\n' in fixed


@pytest.mark.parametrize("language", ["go-nocgo", "go", "cuda", "nim"])
def test_compiler_that_may_need_no_libc_needs_no_stdlib(language):
    text = RULES[0].bad + f'requirements:\n  build:\n    - {{{{ compiler("{language}") }}}}\n'
    assert "SL301" not in ids(text)


def test_requirement_that_stands_twice_is_named_in_full():
    line = "    - cross-python_{{ target_platform }}  # [build_platform != target_platform]\n"
    text = RULES[0].bad + "requirements:\n  build:\n" + line + line
    (found,) = (one for one in lint(subject_of(text)) if one.id == "SL404")
    assert found.message == "cross-python_{{ target_platform }} stands twice in build"


def test_pip_without_flags_that_builders_set_by_variables_stops_no_build():
    text = "package: {name: trips, version: 1.2.0}\nbuild:\n  script: pip install .\n"
    levels = {one.id: str(one.level) for one in lint(subject_of(text))}
    assert (levels["SL306"], levels["SL307"]) == ("warning", "warning")
