import pytest

from conda_sluice.errors import RecipeError
from conda_sluice.model.names import Subdir
from conda_sluice.model.recipe import Pin
from conda_sluice.recipe.v0.read import read_recipe
from conda_sluice.recipe.variants import parse_variant_config

VARIANTS = """\
python:
  - "3.11"
  - "3.12"
openssl:
  - "3.0"
  - "3.2"
c_compiler: gcc
c_compiler_version: 12
flavor:
  - plain
  - rich
"""

SPLIT = """\
package:
  name: trips-split
  version: 1.2.3
source:
  path: ..
build:
  number: 4
  script: make
  entry_points:
    - top = top:main
requirements:
  build:
    - {{ compiler('c') }}
  host:
    - openssl
test:
  commands:
    - "true"
  requires:
    - pip
about:
  license: MIT
extra:
  recipe-maintainers:
    - alice
outputs:
  - name: libtrips
    files:
      - lib/*.so
    build:
      run_exports:
        - {{ pin_subpackage("libtrips", max_pin="x.x") }}
    requirements:
      host:
        - openssl
  - name: trips-tools
    version: 2.0
    script: install-tools.sh
    requirements:
      run:
        - {{ pin_subpackage("libtrips", exact=True) }}
    about:
      license: BSD-3-Clause
  - name: pytrips
    build:
      noarch: python
      script: pip install .
      skip: true  # [win]
    requirements:
      host:
        - python
        - libtrips
      run:
        - python
        - pytrips
    test:
      imports:
        - trips
      script: check.py
"""


def read_all(text, platform="linux-64", **options):
    subdir = Subdir(platform)
    return read_recipe(
        text,
        where="meta.yaml",
        platform=subdir,
        variants=parse_variant_config(VARIANTS, where="cbc.yaml", platform=subdir),
        environ={},
        **options,
    )


def by_name(text, **options):
    return {found.name: found for found in read_all(text, **options)}


def refusal(text, **options):
    with pytest.raises(RecipeError) as caught:
        read_all(text, **options)
    return caught.value


def with_outputs(body, top=""):
    return f"package:\n  name: top\n  version: 1.0\n{top}outputs:\n{body}"


def test_each_output_is_a_package_for_each_variant_that_it_uses():
    found = [(one.name, one.version, one.variant) for one in read_all(SPLIT)]
    assert found == [
        ("libtrips", "1.2.3", (("openssl", "3.0"),)),
        ("trips-tools", "2.0", ()),
        ("pytrips", "1.2.3", (("python", "3.12"),)),
        ("libtrips", "1.2.3", (("openssl", "3.2"),)),
    ]


def test_an_output_has_requirements_of_its_own_only():
    found = by_name(SPLIT)
    assert found["libtrips"].requirements.host == ("openssl 3.2.*",)
    assert found["libtrips"].requirements.build == ()
    assert found["trips-tools"].requirements.run == (Pin("pin_subpackage", "libtrips", exact=True),)


def test_an_output_does_not_depend_on_itself():
    assert by_name(SPLIT)["pytrips"].requirements.run == ("python",)


def test_an_output_inherits_what_it_does_not_say_itself():
    tools, pytrips = (by_name(SPLIT)[name] for name in ("trips-tools", "pytrips"))
    assert (tools.build.number, pytrips.build.number) == (4, 4)
    assert (tools.about.license, pytrips.about.license) == ("BSD-3-Clause", "MIT")
    assert tools.about.extra == (("recipe-maintainers", '["alice"]'),)
    assert tools.source == pytrips.source
    assert (tools.test.requires, tools.test.commands) == (("pip",), ())
    assert tools.build.entry_points == ()


def test_an_output_has_its_script_or_takes_files_of_the_shared_build():
    found = by_name(SPLIT)
    assert found["trips-tools"].build.script_file == "install-tools.sh"
    assert found["trips-tools"].build.script == ()
    assert found["pytrips"].build.script == ("pip install .",)
    assert found["libtrips"].files == ("lib/*.so",)
    shared = found["libtrips"].shared
    assert shared.build.script == ("make",)
    assert shared.requirements.build == ("gcc_linux-64 12.*",)
    assert not any(one.is_top_level for one in found.values())
    assert {one.output_of for one in found.values()} == {"trips-split"}


def test_an_output_is_skipped_alone():
    found = by_name(SPLIT, platform="win-64")
    assert found["pytrips"].build.is_skipped
    assert not found["libtrips"].build.is_skipped


def test_an_output_runs_its_own_test_script():
    test = by_name(SPLIT, files=["run_test.sh", "check.py"])["pytrips"].test
    assert test.commands == ("python check.py",)
    assert test.files == ("check.py",)
    assert test.imports == ("trips",)


def test_the_output_named_as_the_recipe_adds_to_the_recipe():
    text = with_outputs(
        "  - name: top\n    requirements:\n      run:\n        - b\n  - name: other\n",
        top="build:\n  number: 3\n  script: make\nrequirements:\n  host:\n    - a\n",
    )
    top = by_name(text)["top"]
    assert top.is_top_level
    assert (top.build.number, top.build.script) == (3, ("make",))
    assert (top.requirements.host, top.requirements.run) == (("a",), ("b",))
    assert by_name(text)["other"].shared.requirements.host == ("a",)


def test_a_single_output_named_as_the_recipe_shares_nothing():
    (top,) = read_all(with_outputs("  - name: top\n", top="build:\n  script: make\n"))
    assert top.is_top_level
    assert top.shared is None
    assert top.build.script == ("make",)


@pytest.mark.parametrize("need", ["part", "part >=1", "{{ pin_subpackage('part') }}"])
def test_a_recipe_that_needs_an_output_is_a_package_too(need):
    text = with_outputs("  - name: part\n", top=f"requirements:\n  run:\n    - {need}\n")
    assert list(by_name(text)) == ["part", "top"]


def test_a_recipe_that_needs_no_output_is_no_package():
    text = with_outputs("  - name: part\n", top="requirements:\n  run:\n    - other\n")
    assert list(by_name(text)) == ["part"]


def test_a_plain_list_of_requirements_is_for_host_and_run():
    found = by_name(with_outputs("  - name: part\n    requirements:\n      - openssl\n"))["part"]
    assert found.requirements.host == ("openssl 3.2.*",)
    assert found.requirements.run == ("openssl",)


def test_the_recipe_needs_no_version_where_its_outputs_have_one():
    text = "package:\n  name: top\noutputs:\n  - name: a\n    version: 1\n  - name: b\n"
    assert refusal(text).what == "the recipe has no package version"
    assert by_name(text + "    version: 2\n")["b"].version == "2"


def test_outputs_may_come_from_a_loop_and_know_their_lines():
    text = with_outputs(
        "{% for kind in ['a', 'b'] %}\n"
        "  - name: part-{{ kind }}\n"
        "    about:\n"
        "      summary: {{ flavor }}\n"
        "{% endfor %}\n"
        "  - name: plain\n"
    )
    found = [(one.name, one.about.summary, one.variant) for one in read_all(text)]
    assert found == [
        ("part-a", "plain", (("flavor", "plain"),)),
        ("part-b", "plain", (("flavor", "plain"),)),
        ("plain", "", ()),
        ("part-a", "rich", (("flavor", "rich"),)),
        ("part-b", "rich", (("flavor", "rich"),)),
    ]


def test_outputs_know_their_lines_where_jinja_takes_white_space_away():
    text = with_outputs(
        "  - name: a\n"
        "    test:\n"
        "      commands:\n"
        "        - one\n"
        "{%- for tool in ['b', 'c'] %}\n"
        "        - {{ tool }}\n"
        "\n"
        "{%- endfor %}\n"
        "  - name: b\n"
        "    about:\n"
        "      summary: {{ flavor }}\n"
    )
    found = [(one.name, one.variant) for one in read_all(text)]
    assert found == [("a", ()), ("b", (("flavor", "plain"),)), ("b", (("flavor", "rich"),))]
    assert by_name(text)["a"].test.commands == ("one", "b", "c")


def test_a_selector_within_an_output_is_a_use_of_that_output():
    text = with_outputs(
        "  - name: a\n"
        "    requirements:\n"
        "      run:\n"
        "        - x  # [flavor == 'rich']\n"
        "  - name: dropped  # [flavor == 'nothing']\n"
        "  - name: b\n"
    )
    found = [(one.name, one.variant) for one in read_all(text)]
    assert found == [
        ("a", (("flavor", "plain"),)),
        ("b", ()),
        ("a", (("flavor", "rich"),)),
    ]


def test_an_output_script_that_reads_a_variant_key_uses_it():
    text = with_outputs("  - name: a\n    script: go.sh\n  - name: b\n")
    found = read_all(text, scripts={"go.sh": "echo $flavor"})
    assert [one.name for one in found] == ["a", "b", "a"]


def test_files_may_be_left_out():
    text = with_outputs(
        "  - name: a\n    files:\n      include:\n        - lib\n      exclude:\n        - lib/x\n"
    )
    assert (by_name(text)["a"].files, by_name(text)["a"].not_files) == (("lib",), ("lib/x",))


def test_an_output_can_be_for_another_platform():
    found = by_name(with_outputs("  - name: a\n    target: linux-aarch64\n"))["a"]
    assert found.subdir == "linux-aarch64"


def test_a_pin_in_tests_is_as_good_as_the_version():
    text = with_outputs(
        "  - name: a\n"
        "  - name: b\n"
        "    test:\n"
        "      requires:\n"
        "        - {{ pin_subpackage('a', exact=True) }}\n"
        "        - {{ pin_subpackage('a') }}\n"
    )
    assert by_name(text)["b"].test.requires == ("a ==1.0", "a >=1.0,<2.0a0")


def test_an_output_may_be_named_by_a_pin_where_names_are_asked_for():
    text = with_outputs(
        "  - name: a\n"
        "  - name: b\n"
        "    build:\n"
        "      ignore_run_exports_from:\n"
        "        - {{ pin_subpackage('a', exact=True) }}\n"
    )
    assert by_name(text)["b"].build.ignore_run_exports_from == ("a",)


def test_a_recipe_skipped_as_a_whole_may_leave_names_undefined():
    text = with_outputs("  - name: a\n", top="build:\n  skip: true\nabout:\n  home: {{ no }}\n")
    (found,) = read_all(text)
    assert (found.name, found.build.is_skipped) == ("top", True)


@pytest.mark.parametrize(
    ("body", "line", "word"),
    [
        ("  - nmae: a\n", 5, "unknown key 'nmae' in outputs"),
        ("  - a\n", 5, "outputs must hold"),
        ("  - name: a\n    type: wheel\n", 6, "type 'wheel'"),
        ("  - name: a\n    build: {}\n    noarch: python\n", 7, "beside its `build` section"),
        ("  - name: top\n    number: 1\n", 6, "in the output named as the recipe"),
        ("  - name: top\n    version: 2\n", 6, "has version 2, the recipe 1.0"),
        ("  - name: a\n    script: go.rb\n", 6, "nothing is known to run go.rb"),
        ("  - name: a\n    test: {script: go.rb}\n", 6, "nothing is known to run go.rb"),
        (
            "  - {name: a, requirements: [b]}\n  - {name: b, requirements: [a]}\n",
            5,
            "a and b need each other",
        ),
    ],
)
def test_a_mistake_in_an_output_is_told_with_its_line(body, line, word):
    error = refusal(with_outputs(body))
    assert word in error.what.replace("b and a", "a and b")
    assert error.where == f"meta.yaml:{line}"


@pytest.mark.parametrize("name", ["recipe_append.yaml", "recipe_clobber.yaml"])
def test_what_changes_a_recipe_behind_its_back_is_refused(name):
    assert name in refusal(SPLIT, files=[name]).what


def test_two_build_scripts_are_one_too_many():
    text = "package:\n  name: a\n  version: 1\nbuild:\n  script: make\n"
    assert "both there" in refusal(text, files=["build.sh"]).what
    assert read_all(text, files=["bld.bat"], platform="win-64")
