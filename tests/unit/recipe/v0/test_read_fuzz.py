"""Whatever becomes of a recipe on its way to us, it is read, or refused in words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conda_sluice.errors import RecipeError
from conda_sluice.model.names import Subdir
from conda_sluice.recipe.v0.read import read_recipe
from conda_sluice.recipe.variants import layer, parse_variant_config

VARIANTS = """\
python:
  - "3.11"
  - "3.12"
c_compiler: gcc  # [linux]
mpi:
  - nompi
  - mpich
zip_keys:
  -
    - python
    - mpi
pin_run_as_build:
  openssl:
    max_pin: x
"""

RECIPE = """\
{% set name = "trips" %}
{% set version = environ.get("VERSION", "1.2.3") %}
package:
  name: {{ name|lower }}-split
  version: {{ version }}
source:
  - url: https://example.org/{{ name[0] }}/{{ version }}.tar.gz
    sha256: 0000
    patches:
      - one.patch  # [win]
  - git_url: https://example.org/x.git
    git_rev: v{{ version }}
    folder: x
build:
  number: {{ 100 + 1 }}
  string: mpi_{{ mpi }}_h{{ PKG_HASH }}_{{ PKG_BUILDNUM }}
  skip: true  # [py<37 or osx and mpi == 'mpich']
  script_env:
    - HOME
  run_exports:
    strong:
      - {{ pin_subpackage(name, max_pin="x.x") }}
requirements:
  build:
    - {{ compiler('c') }}
    - {{ cdt('libx11') }}  # [linux]
  host:
    - python
    - openssl
  run:
    - {{ pin_compatible("openssl", max_pin="x") }} *_0
    - {{ name }}
outputs:
{% for part in ["lib", "tools"] %}
  - name: {{ name }}-{{ part }}
    script: install.sh  # [unix]
    files:
      include:
        - lib
      exclude:
        - lib/x
    requirements:
      - {{ pin_subpackage(name, exact=True) }}  # [linux]
    test:
      script: check.py
{% endfor %}
  - name: {{ name }}
    build:
      noarch: python
    requirements:
      host:
        - python {{ python }}
      run:
        - python
    about:
      summary: "{% if mpi != 'nompi' %}with{% else %}without{% endif %}"
test:
  imports:
    - a
about:
  license_file:
    - LICENSE
extra:
  deep: {a: [1, {b: c}]}
"""

LINES = tuple(RECIPE.splitlines())
SCRAPS = st.sampled_from(
    [
        *LINES,
        *("", "-", "  -", "outputs:", "  - name:", "{% endfor %}", "{% endif %}", "{{", "}}"),
        *("  # [win", "x  # [nope and]", "\t", "? a", "&a", "*a", "{% set name = none %}", "- - -"),
        *("  - type: wheel", "    build:", "    requirements: 1", "  - {}", "package:", "a: !!x y"),
        *("{{ pin_subpackage() }}", "{{ environ }}", "{% macro a() %}", "{{ PKG_NAME }}", "﻿", "\0"),
    ]
)
PLATFORMS = st.sampled_from(["linux-64", "osx-arm64", "win-64", "noarch", "linux-aarch64"])


@st.composite
def mutated(draw):
    """Return the recipe with lines taken out, put in, moved, cut or pushed aside."""
    lines = list(LINES)
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(lines) - 1))
        match draw(st.integers(0, 5)):
            case 0:
                del lines[at]
            case 1:
                lines.insert(at, draw(SCRAPS))
            case 2:
                lines[at] = draw(SCRAPS)
            case 3:
                lines[at] = lines[at][: draw(st.integers(0, 30))]
            case 4:
                lines[at] = " " * draw(st.integers(0, 8)) + lines[at].lstrip()
            case _:
                lines[at] += draw(st.text(max_size=8))
    return "\n".join(lines)


@settings(max_examples=120, deadline=None)
@given(mutated(), PLATFORMS)
def test_a_mutated_recipe_is_read_or_refused_in_words(text, platform):
    subdir = Subdir(platform)
    variants = parse_variant_config(VARIANTS, where="cbc.yaml", platform=subdir)
    try:
        read_recipe(
            text,
            where="meta.yaml",
            platform=subdir,
            variants=variants,
            environ={},
            files=["install.sh", "run_test.py"],
            scripts={"install.sh": "echo $mpi"},
        )
    except RecipeError as error:
        assert error.where.startswith("meta.yaml")  # noqa: PT017 - a recipe is as good


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([*VARIANTS.splitlines(), "  - [a]", "x: {a: b}", "- ", "{{"])))
def test_a_mutated_variant_configuration_is_read_or_refused_in_words(lines):
    subdir = Subdir("linux-64")
    try:
        layer([parse_variant_config("\n".join(lines), where="cbc.yaml", platform=subdir)])
    except RecipeError as error:
        assert str(error)  # noqa: PT017 - a configuration is as good


def test_the_recipe_that_is_mutated_is_a_recipe():
    with pytest.raises(RecipeError, match="names no package"):
        read_recipe(
            RECIPE.replace("- name: {{ name }}\n", "- name: other\n"),
            where="meta.yaml",
            platform=Subdir("linux-64"),
            variants=parse_variant_config(VARIANTS, where="c", platform=Subdir("linux-64")),
            environ={},
        )
    found = read_recipe(
        RECIPE,
        where="meta.yaml",
        platform=Subdir("linux-64"),
        variants=parse_variant_config(VARIANTS, where="c", platform=Subdir("linux-64")),
        environ={},
    )
    assert {one.name for one in found} >= {"trips", "trips-lib", "trips-tools"}
