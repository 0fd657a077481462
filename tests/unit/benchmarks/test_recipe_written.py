import pytest
from benchmarks.recipes.written import UnreadableRecipeError, build_system, facts_of, mended

RECIPE = """
package:
  name: sky
  version: "1.0"
build:
  script: {{ PYTHON }} -m pip install .
  skip: true  # [win]
requirements:
  build:
    - {{ compiler("c") }}
    - {{ stdlib("c") }}
    - ninja  # [unix]
    - msinttypes  # [win]
  host:
    - python
    - numpy >=2
  run:
    - python
test:
  imports:
    - sky
  commands:
    - pip check
    - test -f $PREFIX/lib/libsky.so
    - pytest tests
about:
  license: MIT
"""


def test_a_recipe_becomes_names_as_they_are_on_linux(tmp_path):
    (tmp_path / "meta.yaml").write_text(RECIPE)
    facts = facts_of(tmp_path)
    assert facts.build == {"compiler:c", "stdlib:c", "ninja"}
    assert facts.compilers == {"c"}
    assert facts.host == {"python", "numpy"}
    assert (facts.noarch, facts.licence, facts.pip_check) == ("none", "MIT", True)
    assert facts.imports == {"sky"}
    assert facts.files == {"lib/libsky.so"}
    assert facts.runs == {"pytest"}


def test_a_recipe_that_cannot_be_read_says_where(tmp_path):
    (tmp_path / "meta.yaml").write_text("package: [")
    with pytest.raises(UnreadableRecipeError, match=r"meta\.yaml"):
        facts_of(tmp_path)


def test_a_recipe_skipped_on_linux_is_none(tmp_path):
    (tmp_path / "meta.yaml").write_text(RECIPE.replace("# [win]", "# [unix]", 1))
    with pytest.raises(UnreadableRecipeError, match="skipped"):
        facts_of(tmp_path)


@pytest.mark.parametrize(
    ("script", "system"),
    [
        ("meson setup build\nninja -C build", "meson"),
        ("cmake -G Ninja ..\nmake", "cmake"),
        ("autoreconf -fi\n./configure\nmake install", "autotools"),
        ("# cmake would do as well\nmake install", "make"),
        ("cp -r include $PREFIX", "copy"),
    ],
)
def test_the_build_system_is_what_the_script_calls(script, system):
    assert build_system(script) == system


def test_what_hides_the_names_of_another_tool_is_mended():
    text = '{% set version = "1.0-1" %}\n- psutil  # [not emscripten and not android]\n- android\n'
    assert mended(text) == (
        '{% set version = "1.0_1" %}\n- psutil  # [not emscripten and not False]\n- android\n'
    )
