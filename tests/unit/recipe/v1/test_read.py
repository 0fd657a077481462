import json

import pytest

from conda_sluice.errors import RecipeError
from conda_sluice.model.names import PackageName, Subdir
from conda_sluice.model.recipe import About, FilesFrom, Pin, RunExports, Source
from conda_sluice.recipe.variants import parse_variant_config
from readings import read_v1

VARIANTS = """
python:
  - "3.11"
  - "3.12"
numpy:
  - "2"
c_compiler:
  - gcc
c_stdlib:
  - sysroot
c_stdlib_version:
  - "2.17"
"""
HEAD = """\
context:
  version: ${{ env.get("SLUICE_VERSION", default="1.2") }}
package:
  name: trips
  version: ${{ version }}
"""


def read(body, head=HEAD, environ=None, files=(), platform="linux-64"):
    return read_v1(
        head + body,
        where="recipes/trips/recipe.yaml",
        platform=Subdir(platform),
        variants=parse_variant_config(VARIANTS, where="variants", platform=Subdir(platform)),
        environ=environ or {},
        files=files,
    )


def read_one(body, **options):
    (found,) = read(body, **options)
    return found


def requirements(lines, section="run", **options):
    body = f"requirements:\n  {section}:\n" + "".join(f"    - {line}\n" for line in lines)
    return getattr(read_one(body, **options).requirements, section)


def test_environment_gives_the_version():
    assert read_one("").version == "1.2"
    assert read_one("", environ={"SLUICE_VERSION": "3.0dev4"}).version == "3.0dev4"


def test_environment_of_the_process_is_not_seen(monkeypatch):
    monkeypatch.setenv("SLUICE_VERSION", "9")
    assert read_one("").version == "1.2"


def test_environment_by_a_computed_name_is_refused_with_its_line():
    with pytest.raises(RecipeError, match=r"recipe.yaml:2.*cannot be followed"):
        read("", head=HEAD.replace('env.get("SLUICE_VERSION"', "env.get(name"))


def test_each_used_variant_is_a_recipe_with_its_pins():
    found = read("requirements: {host: [python, pip], run: [python]}\n")
    assert [dict(one.variant) for one in found] == [{"python": "3.11"}, {"python": "3.12"}]
    assert found[0].requirements.host == ("python 3.11.*", "pip")
    assert found[0].requirements.run == ("python >=3.11,<3.12.0a0",)


def test_skip_is_known_for_each_variant():
    body = """\
build:
  skip:
    - match(python, "<3.12")
    - if: win
      then: true
requirements: {host: [python]}
"""
    assert [one.build.is_skipped for one in read(body)] == [True, False]
    assert all(one.build.is_skipped for one in read(body, platform="win-64"))


def test_compiler_and_stdlib_are_packages():
    found = requirements(
        ['${{ compiler("c") }}', '${{ stdlib("c") }}'], section="build", files=("build.sh",)
    )
    assert found == ("gcc_linux-64", "sysroot_linux-64 2.17.*")


def test_pins_are_those_of_the_model():
    found = requirements(
        [
            '${{ pin_compatible("numpy", lower_bound="x.x", upper_bound="x") }}',
            '${{ pin_subpackage("trips", exact=True) }}',
            '${{ pin_compatible("libtrips", lower_bound="1.2", upper_bound=none) }}',
        ]
    )
    assert found == (
        Pin("pin_compatible", PackageName("numpy"), min_pin="x.x", max_pin="x"),
        Pin("pin_subpackage", PackageName("trips"), exact=True),
        Pin("pin_compatible", PackageName("libtrips"), lower_bound="1.2"),
    )


def test_exact_version_stays_exact():
    specs = ["a ==1.2", "b >=1,<2", "c 1.2.*"]
    assert requirements(specs) == tuple(specs)
    body = "requirements: {run_constraints: [a ==1.2]}\n"
    assert read_one(body).requirements.run_constrained == ("a 1.2",)  # conda's own spelling


@pytest.mark.parametrize(
    ("platform", "line"), [("linux-64", "$PYTHON -m pip"), ("win-64", "%PYTHON% -m pip")]
)
def test_what_only_the_build_knows_is_a_variable_of_the_shell(platform, line):
    found = read_one("build: {script: '${{ PYTHON }} -m pip'}\n", platform=platform)
    assert found.build.script == (line,)


def test_expressions_in_scripts_are_evaluated_for_each_variant():
    body = """\
build:
  script:
    - 'tar xf trips-${{ version }}.tgz; ${{ PYTHON }} a.py ${{ python }} ${{ "-v" if unix }}'
    - if: win
      then: echo ${{ not_there }}
tests:
  - script: trips --version | grep ${{ version }}
requirements: {host: [python]}
"""
    found = read(body)
    line = "tar xf trips-1.2.tgz; $PYTHON a.py {} -v"
    assert [one.build.script for one in found] == [(line.format(v),) for v in ("3.11", "3.12")]
    assert found[0].test.commands == ("trips --version | grep 1.2",)
    assert found[0].about.extra == ()


@pytest.mark.parametrize(
    ("platform", "script", "file"),
    [
        ("linux-64", "install.sh", "install.sh"),
        ("linux-64", "install", "install.sh"),
        ("win-64", "install", "install.bat"),
        ("linux-64", "make.sh", ""),
    ],
)
def test_script_that_names_a_file_beside_the_recipe_is_that_file(platform, script, file):
    files = ("install.sh", "install.bat")
    build = read_one(f"build: {{script: {script}}}\n", files=files, platform=platform).build
    assert build.script_file == file
    assert build.script == (() if file else (script,))


def test_interpreter_is_kept_where_the_ending_does_not_tell():
    def interpreter(script):
        return read_one(f"build: {{script: {script}}}\n", files=("a.py",)).build.script_interpreter

    assert interpreter("{interpreter: python, content: print(1)}") == "python"
    assert not interpreter("{interpreter: python, file: a.py}")
    assert not interpreter("{file: a.py}")


def test_choice_of_files_is_kept():
    plain = read_one("build: {files: [lib/**]}\n")
    assert (plain.files, plain.not_files) == (("lib/**",), ())
    chosen = read_one("build: {files: {include: [lib/**], exclude: ['*.a']}}\n")
    assert (chosen.files, chosen.not_files) == (("lib/**",), ("*.a",))


@pytest.mark.parametrize("digits", ["0" * 64, "1" * 64])
def test_checksum_of_digits_alone_is_no_number(digits):
    source = f"source: {{url: 'https://a.b/c.tgz', sha256: {digits}}}\n"
    assert read_one(source).source[0].sha256 == digits


@pytest.mark.parametrize(
    ("value", "said"), [("${{ 1 == 2 }}", "no"), ("'${{ 1 == 2 }}'", "yes"), ("false", "no")]
)
def test_quotes_tell_a_text_from_a_truth(value, said):
    head = HEAD.replace("context:\n", f"context:\n  a: {value}\n")
    assert read_one('about: {summary: \'${{ "yes" if a else "no" }}\'}\n', head=head).about == (
        About(summary=said)
    )


def test_key_that_stands_there_twice_is_refused_with_its_line():
    with pytest.raises(RecipeError, match=r"recipe.yaml:8: 'summary' .* line 7"):
        read("about:\n  summary: a\n  summary: b\n")


def test_outputs_are_known_as_such_and_skipped_ones_left_out():
    head = """\
context: {name: trips}
recipe: {name: '${{ name }}', version: "1"}
"""
    body = """\
outputs:
  - package: {name: trips}
    build: {string: own}
  - package: {name: trips-data}
    build: {skip: linux}
  - package: {name: trips-doc}
"""
    found = read(body, head=head)
    assert [(one.name, one.output_of, one.is_top_level) for one in found] == [
        ("trips", "trips", True),
        ("trips-doc", "trips", False),
    ]
    assert found[0].build.string == "own"


def test_script_beside_the_recipe_is_the_usual_one():
    assert read_one("", files=("build.sh",)).build.script_file == "build.sh"
    assert read_one("", files=("build.bat",), platform="win-64").build.script_file == "build.bat"


def test_variable_handed_through_is_told_by_its_name_alone():
    body = """\
build:
  script:
    content: [make]
    env:
      SLUICE_UPSTREAM_VERSION: ${{ env.get("SLUICE_UPSTREAM_VERSION", default="") }}
      LEVEL: "3"
"""
    for environ in ({}, {"SLUICE_UPSTREAM_VERSION": "1.2+abc"}):
        build = read_one(body, environ=environ).build
        assert build.script_env == ("SLUICE_UPSTREAM_VERSION", "LEVEL=3")


def test_tests_become_the_one_test_of_the_model():
    body = """\
tests:
  - python:
      imports: [trips]
      python_version: 3.11.*
  - script: [trips --help]
    requirements: {run: [pip]}
    files: {source: [tests/], recipe: [a.txt]}
  - downstream: holidays
"""
    test = read_one(body).test
    assert test.imports == ("trips",)
    assert test.commands == ("pip check", "trips --help")
    assert test.requires == ("python 3.11.*", "pip")
    assert (test.source_files, test.files) == (("tests/",), ("a.txt",))
    assert test.downstreams == ("holidays",)
    assert not test.others


def test_tests_that_only_v1_has_are_kept_as_they_are():
    body = "tests:\n  - package_contents: {lib: [trips]}\n"
    assert read_one(body).test.others == ('{"package_contents": {"lib": ["trips"]}}',)


def test_imports_are_not_tried_beside_what_only_commands_need():
    body = """\
tests:
  - python: {imports: [trips]}
  - script: [pytest]
    requirements: {run: [pytest]}
"""
    test = read_one(body).test
    assert (test.commands, test.requires) == (("pytest",), ("pytest",))
    assert test.others == ('{"python": {"imports": ["trips"]}}',)


def test_tools_of_a_test_are_kept():
    body = "tests:\n  - script: [gfortran x.f]\n    requirements: {build: [gfortran]}\n"
    (other,) = read_one(body).test.others
    assert "gfortran" in json.loads(other)["requirements"]["build"]


def test_about_and_extra_are_read():
    body = """\
about: {homepage: 'https://a.b', license: MIT, license_file: LICENSE, summary: Trips}
extra: {recipe-maintainers: [me]}
"""
    about = read_one(body).about
    assert (about.home, about.license, about.license_file) == ("https://a.b", "MIT", ("LICENSE",))
    assert about.extra == (("recipe-maintainers", '["me"]'),)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("build: {skop: true}\n", "skop"),
        ("source: {path: a, filter: ['*.c']}\n", "'filter' in source is not supported"),
        ("build: {script: 'echo ${{ nothing }}'}\n", "nothing"),
        ("build: {files: {only: [lib/**]}}\n", "only"),
        ("about: {license: Nonsense}\n", "Nonsense"),
        ("requirements: {run: ['a 1.2']}\n", "1.2"),
        ("build: {script: '${{ run(this) }}'}\n", "run"),
        ("a: [1\n", "recipe.yaml:"),
    ],
)
def test_what_cannot_be_read_is_refused(body, words):
    with pytest.raises(RecipeError) as refused:
        read(body)
    assert words in str(refused.value)


SPLIT = """\
recipe:
  name: trips-split
  version: "1.2"
source:
  path: ../../trips
build:
  number: 2
outputs:
  - staging:
      name: compiled
    requirements:
      build:
        - ${{ compiler("c") }}
    build:
      script: make install
  - package:
      name: libtrips
    inherit: compiled
    build:
      string: mine_0
      files:
        include:
          - lib/**
        exclude:
          - lib/*.a
    requirements:
      run_exports:
        - ${{ pin_subpackage("libtrips", upper_bound="x.x") }}
  - package:
      name: trips-tools
    inherit:
      from: compiled
      run_exports: false
    build:
      script: install-tools.sh
    requirements:
      host:
        - ${{ pin_subpackage("libtrips", exact=true) }}
  - package:
      name: pytrips
    build:
      script: pip install .
    requirements:
      host:
        - python
  - package:
      name: wintrips
    build:
      skip: linux
about:
  license: MIT
"""


def outputs(text=SPLIT):
    return read(text, head="", files=["install-tools.sh"])


def test_each_output_is_a_package_for_each_variant_that_it_uses():
    found = [(one.name, one.variant, one.output_of) for one in outputs()]
    assert found == [
        ("libtrips", (("c_compiler", "gcc"),), "trips-split"),  # of what is staged
        ("trips-tools", (("c_compiler", "gcc"),), "trips-split"),
        ("pytrips", (("python", "3.11"),), "trips-split"),
        ("pytrips", (("python", "3.12"),), "trips-split"),
    ]


def test_an_output_takes_of_what_is_staged():
    library, tools, bindings, _ = outputs()
    assert (library.files, library.not_files) == (("lib/**",), ("lib/*.a",))
    assert library.files_from is tools.files_from is FilesFrom.NEW
    assert library.shared.build.script == ("make install",)
    assert library.shared.requirements.build == ("gcc_linux-64",)
    assert library.shared.source == bindings.source == (Source(path="../../trips"),)
    assert (library.shared.exports_run, tools.shared.exports_run) == (True, False)
    assert bindings.shared is None
    assert (tools.source, tools.build.script_file) == ((), "install-tools.sh")


def test_what_an_output_says_itself_stays_with_it():
    library, tools, bindings, _ = outputs()
    pin = Pin("pin_subpackage", PackageName("libtrips"), min_pin="x.x.x.x.x.x", max_pin="x.x")
    assert library.build.run_exports == RunExports(weak=(pin,))
    assert (library.build.string, tools.build.string) == ("mine_0", "")
    assert tools.requirements.host == (Pin("pin_subpackage", pin.name, exact=True),)
    assert bindings.build.number == 2


def test_a_build_string_of_an_output_with_a_computed_name_is_kept():
    text = SPLIT.replace("name: libtrips\n", 'name: ${{ "lib" + "trips" }}\n')
    assert [one.build.string for one in outputs(text)] == ["mine_0", "", "", ""]
    assert outputs(text) == outputs()


def test_a_build_string_above_the_outputs_is_that_of_all():
    text = SPLIT.replace("build:\n  number: 2\n", "build:\n  string: all_0\n", 1)
    assert [one.build.string for one in outputs(text)] == ["mine_0", "all_0", "all_0", "all_0"]


def test_expressions_in_what_is_staged_are_evaluated():
    text = SPLIT.replace("script: make install", "script: make ${{ version }} ${{ PYTHON }}")
    library, *_ = outputs(f'context: {{version: "1.2"}}\n{text}')
    assert library.shared.build.script == ("make 1.2 $PYTHON",)


def test_the_usual_script_is_that_of_what_is_staged_and_not_of_outputs():
    text = SPLIT.replace("    build:\n      script: make install\n", "")
    library, tools, *_ = read(text, head="", files=["build.sh", "install-tools.sh"])
    assert library.shared.build.script_file == "build.sh"
    assert (library.build.script, library.build.script_file) == (("exit 0",), "")
    assert tools.build.script_file == "install-tools.sh"


def test_what_is_staged_is_pinned_to_the_variant_of_the_package():
    text = SPLIT.replace(
        "    build:\n      script: make", "      host: [python]\n    build:\n      script: make"
    )
    staged = [one.shared.requirements.host for one in outputs(text) if one.name == "libtrips"]
    assert staged == [("python 3.11.*",), ("python 3.12.*",)]


@pytest.mark.parametrize("script", ["[]", "{content: []}", "{content: [], env: {A: b}}"])
def test_an_empty_script_runs_nothing(script):
    build = read_one(f"build: {{script: {script}}}\n", files=("build.sh",)).build
    assert (build.script, build.script_file) == (("exit 0",), "")


def test_a_package_may_choose_its_files_without_outputs():
    (found,) = read("build: {script: make, files: [lib/**]}\n")
    assert (found.files, found.files_from, found.output_of) == (("lib/**",), FilesFrom.NEW, "")
