"""Outputs handed to conda-build: what our own reader makes of the text is what was meant."""

from dataclasses import replace

import pytest

from conda_sluice.errors import RecipeError
from conda_sluice.model.names import Subdir
from conda_sluice.model.package import Distribution
from conda_sluice.model.variant import VariantConfig
from conda_sluice.recipe.subpackages import with_siblings
from conda_sluice.recipe.v0.concrete import concrete_v0, concrete_variant
from conda_sluice.recipe.v0.read import read_recipe
from conda_sluice.recipe.v0.yaml import v0_text
from factories import a_package_order

SPLIT = """\
package:
  name: trips-split
  version: "1.4"
source:
  path: ../../trips
build:
  script:
    - make "{{ PREFIX }}"  # {{ compiler('c') }}
requirements:
  host:
    - zlib
outputs:
  - name: libtrips
    files:
      - lib/*.so
    build:
      run_exports:
        strong:
          - {{ pin_subpackage("libtrips", max_pin="x.x") }}
  - name: trips-dev
    files:
      include:
        - include
      exclude:
        - include/private
    requirements:
      build:
        - libtrips
      run:
        - {{ pin_subpackage("libtrips", exact=True) }}
  - name: trips-tools
    version: "2.0"
    script: install-tools.sh
    test:
      commands:
        - tool --version
  - name: pytrips
    build:
      noarch: python
      script: pip install .
      ignore_run_exports:
        - libtrips
    requirements:
      host:
        - python
        - libtrips
about:
  license: MIT
  summary: Trips in parts
extra:
  recipe-maintainers:
    - ada
"""


def read(text):
    return read_recipe(
        text,
        where="meta.yaml",
        platform=Subdir("linux-64"),
        variants=VariantConfig(values=(("python", ("3.12",)),)),
        environ={},
        files=["install-tools.sh"],
    )


def ordered(text=SPLIT):
    recipes = read(text)
    named = [Distribution(one.name, one.version, f"h{i}_7") for i, one in enumerate(recipes)]
    return [
        a_package_order(with_siblings(one, named), name.build, 7, extra={"sluice-key": name.build})
        for one, name in zip(recipes, named, strict=True)
    ]


def test_the_text_reads_back_as_the_same_outputs():
    packages = ordered()
    for one, back in zip(packages, read(v0_text(concrete_v0(packages))), strict=True):
        wanted = one.recipe
        assert (back.name, back.version, back.subdir) == (
            wanted.name,
            wanted.version,
            wanted.subdir,
        )
        assert (back.build.string, back.build.number) == (one.build, 7)
        assert (back.files, back.not_files, back.files_from) == (
            wanted.files,
            wanted.not_files,
            wanted.files_from,
        )
        assert (back.build.script, back.build.script_file) == (
            wanted.build.script,
            wanted.build.script_file,
        )
        assert back.shared.build.script == wanted.shared.build.script
        assert back.shared.requirements == wanted.shared.requirements
        assert (back.source, back.test, back.output_of) == (
            wanted.source,
            wanted.test,
            wanted.output_of,
        )
        assert back.requirements.host == wanted.requirements.host
        assert back.about.summary == "Trips in parts"
        assert dict(back.about.extra)[f"sluice-key/{one.recipe.name}"] == one.build


def test_what_a_sibling_exports_is_said_since_conda_build_does_not_heed_it():
    found = {one["name"]: one for one in concrete_v0(ordered())["outputs"]}
    assert found["trips-dev"]["requirements"]["run"] == [
        "libtrips 1.4 h0_7",
        "libtrips >=1.4,<1.5.0a0",
    ]
    assert "run" not in found["pytrips"]["requirements"]  # it ignores them


def test_an_output_stands_on_one_line_with_its_dash():
    """conda-build looks for it in the text."""
    lines = v0_text(concrete_v0(ordered())).splitlines()
    assert [line for line in lines if line.startswith('  - name: "')] == [
        f'  - name: "{name}"' for name in ("libtrips", "trips-dev", "trips-tools", "pytrips")
    ]


def test_a_single_output_named_as_its_recipe_is_a_recipe_without_outputs():
    text = """\
package:
  name: trips
  version: "1.4"
build:
  script: make
outputs:
  - name: trips
"""
    assert concrete_v0(ordered(text)).keys() >= {"package", "build"}
    assert "outputs" not in concrete_v0(ordered(text))
    own_script = text.replace("build:\n  script: make\n", "") + "    script: install-tools.sh\n"
    (output,) = concrete_v0(ordered(own_script))["outputs"]
    assert output["script"] == "install-tools.sh"


def test_conda_build_has_one_extra_for_all_outputs():
    found = concrete_v0(ordered())["extra"]
    assert found["recipe-maintainers"] == ["ada"]
    assert found["sluice-key/trips-dev"] == "h1_7"
    assert "sluice-key" not in found


def test_no_output_is_named_as_the_recipe_and_the_first_that_was_takes_all():
    text = SPLIT.replace("  - name: libtrips\n", "  - name: trips-split\n  - name: libtrips\n")
    found = concrete_v0(ordered(text))
    assert found["package"]["name"] == "trips-split-recipe"
    assert "PKG_NAME=trips-split" in found["build"]["script_env"]
    assert found["outputs"][0]["files"] == {"include": ["**", "**/.*"]}


def test_outputs_of_different_sources_are_refused():
    first, *others = ordered()
    other = replace(others[0], recipe=replace(others[0].recipe, source=()))
    with pytest.raises(RecipeError, match="libtrips and trips-dev have different sources"):
        concrete_v0([first, other])


def test_the_variant_is_that_of_all_outputs():
    assert concrete_variant(ordered()) == {"target_platform": ["linux-64"], "python": ["3.12"]}
