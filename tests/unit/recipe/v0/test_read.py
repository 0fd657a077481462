import time
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from conda_sluice.errors import RecipeError
from conda_sluice.model.names import Subdir
from conda_sluice.model.recipe import Pin, Source
from conda_sluice.model.variant import VariantConfig
from conda_sluice.recipe.v0.read import read_recipe
from conda_sluice.recipe.variants import parse_variant_config

VARIANTS = """\
python:
  - "3.11"
  - "3.12"
numpy: 1.26
r_base: 4.2
c_compiler: gcc         # [linux]
c_compiler_version: 12  # [linux]
c_stdlib: sysroot       # [linux]
c_stdlib_version: 2.17  # [linux]
openssl:
  - 3.0
  - ">=3.2,<4"
"""

TRIPS = """\
{% set name = "trips" %}
{% set version = environ.get("SLUICE_VERSION", "0.1.0") %}
package:
  name: {{ name }}
  version: {{ version }}
source:
  path: ../../libtrips
build:
  number: 0
  script: {{ PYTHON }} -m pip install . -vv --no-deps --no-build-isolation
  script_env:
    - SLUICE_UPSTREAM_VERSION
  skip: true  # [win]
requirements:
  build:
    - {{ compiler('c') }}
    - {{ stdlib('c') }}
    - cmake
  host:
    - python
    - libtrips
  run:
    - python >=3.10
    - {{ pin_compatible("libtrips", max_pin="x.x") }}
test:
  imports:
    - trips
  commands:
    - pip check
  requires:
    - pip
about:
  home: https://example.org
  license: MIT
  license_file: LICENSE
extra:
  recipe-maintainers:
    - alice
"""


def read_all(text, platform="linux-64", variants=VARIANTS, environ=None, **options):
    subdir = Subdir(platform)
    return read_recipe(
        text,
        where="meta.yaml",
        platform=subdir,
        variants=parse_variant_config(variants, where="cbc.yaml", platform=subdir),
        environ=environ or {},
        **options,
    )


def read(text, **options):
    (recipe,) = read_all(text, **options)
    return recipe


def recipe(body="", *, build="", host="", run=""):
    lists = {"host": host, "run": run}
    needs = "".join(f"  {key}:\n    - {text}\n" for key, text in lists.items() if text)
    return (
        "package:\n  name: trips\n  version: 1.0\n"
        + (f"build:\n{build}\n" if build else "")
        + (f"requirements:\n{needs}" if needs else "")
        + body
    )


def refusal(text, **options):
    with pytest.raises(RecipeError) as caught:
        read_all(text, **options)
    return caught.value


def test_a_recipe_is_read_for_each_variant_that_it_uses():
    first, second = read_all(TRIPS)
    assert first.variant == (
        ("c_compiler", "gcc"),
        ("c_compiler_version", "12"),
        ("c_stdlib", "sysroot"),
        ("c_stdlib_version", "2.17"),
        ("python", "3.11"),
    )
    assert first.requirements.build == ("gcc_linux-64 12.*", "sysroot_linux-64 2.17.*", "cmake")
    assert first.requirements.host == ("python 3.11.*", "libtrips")
    assert first.requirements.run == (
        "python >=3.11,<3.12.0a0",
        Pin("pin_compatible", "libtrips", min_pin="x.x.x.x.x.x", max_pin="x.x"),
    )
    assert second.requirements.host == ("python 3.12.*", "libtrips")
    assert first.source == (Source(path="../../libtrips"),)
    assert first.build.script == ("$PYTHON -m pip install . -vv --no-deps --no-build-isolation",)
    assert first.build.script_env == ("SLUICE_UPSTREAM_VERSION",)
    assert first.about.license_file == ("LICENSE",)
    assert first.about.extra == (("recipe-maintainers", '["alice"]'),)
    assert (first.name, first.version, first.subdir) == ("trips", "0.1.0", "linux-64")


def test_the_version_comes_from_the_given_environment_only(monkeypatch):
    monkeypatch.setenv("SLUICE_VERSION", "9.9")
    assert read_all(TRIPS)[0].version == "0.1.0"
    assert read_all(TRIPS, environ={"SLUICE_VERSION": "1.2.0"})[0].version == "1.2.0"


def test_a_skipped_platform_says_so_and_asks_for_nothing_more():
    skipped = read(TRIPS, platform="win-64")
    assert skipped.build.is_skipped
    assert skipped.requirements.host == ()


def test_versions_are_text():
    assert read("package:\n  name: a\n  version: 1.10\n").version == "1.10"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("python", "python 3.12.*"),
        ("python >=3.9", "python >=3.9"),
        ("python 3.9", "python 3.9.*"),
        ("numpy x.x", "numpy 1.26.*"),
        ("r-base", "r-base 4.2.*"),
        ("r_base", "r_base 4.2.*"),
        ("openssl", "openssl >=3.2,<4"),
        ("zlib", "zlib"),
        ("zlib 1.2.13 h1_0", "zlib 1.2.13 h1_0"),
        ("zlib   >=1.2", "zlib >=1.2"),
        ("conda-forge::zlib 1.2.*", "conda-forge::zlib 1.2.*"),
    ],
)
def test_host_requirements_get_the_version_of_the_variant(written, meant):
    found = [each.requirements.host for each in read_all(recipe(host=written))]
    assert (meant,) in found


@pytest.mark.parametrize(
    ("host", "run", "meant"),
    [
        ("python 3.11.*", "python", "python >=3.11,<3.12.0a0"),
        ("python 3.11.*", "python >=3.8", "python >=3.11,<3.12.0a0"),
        ("r-base", "r-base", "r-base >=4.2,<4.3.0a0"),
        ("zlib", "python", "python"),
        ("zlib", "zlib 1.2", "zlib 1.2.*"),
        ("numpy x.x", "numpy x.x", "numpy >=1.26,<1.27.0a0"),
    ],
)
def test_run_requirements_are_pinned_as_in_host(host, run, meant):
    assert meant in [each.requirements.run[0] for each in read_all(recipe(host=host, run=run))]


def test_a_pin_that_the_variant_cannot_tell_is_left_to_the_build():
    text = VARIANTS + "pin_run_as_build:\n  openssl: x.x\n"
    found = read_all(recipe(host="openssl", run="openssl"), variants=text)
    assert {each.requirements.run[0] for each in found} == {
        "openssl >=3.0,<3.1.0a0",
        Pin("pin_compatible", "openssl", min_pin="x.x", max_pin="x.x"),
    }


def test_a_noarch_python_package_is_read_once_and_keeps_its_own_bound():
    found = read(recipe(build="  noarch: python", host="python", run="python >=3.9"))
    assert found.requirements.host == ("python 3.12.*",)
    assert found.requirements.run == ("python >=3.9",)
    assert found.subdir == "noarch"


def test_a_stable_abi_package_keeps_its_own_bound():
    found = read_all(
        recipe(build="  python_version_independent: true", host="python", run="python >=3.9")
    )
    assert found[0].requirements.run == ("python >=3.9",)


def test_a_noarch_generic_package_is_pinned_as_conda_build_does():
    found = read(recipe(build="  noarch: generic", host="r-base", run="r-base"))
    assert found.requirements.run == ("r-base >=4.2,<4.3.0a0",)


def test_names_used_in_run_alone_make_no_variants():
    assert read(recipe(run="python")).variant == ()


@pytest.mark.parametrize(
    "body",
    [
        "about:\n  summary: for Python  # [python != '3.0']\n",
        "about:\n  summary: for {{ python }}\n",
        "about:\n  summary: for {{ python.split('.')[0] ~ 'x' }}\n",
        "{% if python == '3.11' %}\nabout:\n  summary: old\n{% endif %}\n",
        "{% set place = 'lib/python' ~ python %}\n",
        "test:\n  requires:\n    - python\n",
    ],
)
def test_names_in_selectors_and_jinja_make_variants(body):
    assert [each.variant for each in read_all(recipe(body))] == [
        (("python", "3.11"),),
        (("python", "3.12"),),
    ]


@pytest.mark.parametrize(
    "body",
    [
        "about:\n  summary: for Python  # [py > 30]\n",
        "about:\n  summary: for {{ CONDA_PY }}\n",
        "about:\n  summary: for {{ 'Python ' ~ python }}\n",
    ],
)
def test_names_that_conda_build_does_not_see_make_none(body):
    assert [each.variant for each in read_all(recipe(body))] == [()]


def test_names_in_a_build_script_make_variants():
    found = read_all(recipe(), scripts={"build.sh": "./configure --with-ssl=${openssl}"})
    assert [dict(each.variant)["openssl"] for each in found] == ["3.0", ">=3.2,<4"]


def test_keys_can_be_forced_and_ignored():
    assert len(read_all(recipe(build="  force_use_keys:\n    - openssl"))) == 2
    assert read(recipe(build="  force_ignore_keys:\n    - openssl", host="openssl")).variant == ()


def test_zipped_keys_stay_together():
    text = "python:\n  - 3.11\n  - 3.12\nvc:\n  - 1\n  - 2\nzip_keys:\n  - python\n  - vc\n"
    found = read_all(recipe("about:\n  summary: {{ vc }}\n", host="python"), variants=text)
    assert [(dict(each.variant)["python"], each.about.summary) for each in found] == [
        ("3.11", "1"),
        ("3.12", "2"),
    ]


def test_jinja_has_sets_loops_filters_and_conditions():
    text = """\
{% set deps = ["a", "b"] %}
package:
  name: {{ "TRIPS" | lower }}
  version: {{ "1.2.3".split(".")[:2] | join(".") }}
requirements:
  run:
{% for dep in deps %}
    - {{ dep }} >={{ loop.index }}
{% endfor %}
{% if linux %}
    - only-linux
{% endif %}
    - {{ nothing | default("fallback") }}
"""
    found = read(text)
    assert (found.name, found.version) == ("trips", "1.2")
    assert found.requirements.run == ("a >=1", "b >=2", "only-linux", "fallback")


@pytest.mark.parametrize(
    ("platform", "shown"),
    [("linux-64", "$PREFIX .so linux-64"), ("win-64", "%PREFIX% .dll win-64")],
)
def test_what_only_the_build_knows_stays_a_variable(platform, shown):
    text = recipe(build="  script: {{ PREFIX }} {{ SHLIB_EXT }} {{ target_platform }}")
    assert read(text, platform=platform).build.script == (shown,)


def test_the_recipe_can_name_its_own_package():
    text = recipe("source:\n  url: https://a.b/{{ PKG_NAME }}-{{ PKG_VERSION }}.tar.gz\n")
    assert read(text).source[0].url == ("https://a.b/trips-1.0.tar.gz",)


def test_a_written_build_string_keeps_its_text():
    text = recipe(build="  string: cuda_h{{ PKG_HASH }}_{{ PKG_BUILDNUM }}\n  number: 3")
    assert read(text).build.string == "cuda_hPKG_HASH_3"
    assert read(text, platform="win-64").build.string == "cuda_hPKG_HASH_3"


def test_what_conda_build_has_values_for_by_itself_is_known():
    text = recipe("source:\n  url: {{ cran_mirror }}/a.tgz\n  md5: {{ cpu_optimization_target }}\n")
    (source,) = read(text).source
    assert (source.url, source.md5) == (("https://cran.r-project.org/a.tgz",), "nocona")
    own = read(text, variants="cran_mirror:\n  - https://a.b\n").source
    assert own[0].url == ("https://a.b/a.tgz",)


@pytest.mark.parametrize(("platform", "is_skipped"), [("win-64", False), ("linux-64", False)])
def test_compiler_of_windows_has_its_number(platform, is_skipped):
    text = recipe(build="  skip: true  # [win and vc<14]")
    assert read(text, platform=platform).build.is_skipped is is_skipped


def test_pins_are_values():
    text = """\
package:
  name: a
  version: 1
build:
  run_exports:
    strong:
      - {{ pin_subpackage("a", exact=True) }}
    weak:
      - {{ pin_subpackage("a", min_pin="x.x", max_pin=None) }}
requirements:
  run:
    - {{ pin_compatible("numpy", lower_bound="1.20", upper_bound="3") }}
"""
    found = read(text)
    assert found.build.run_exports.strong == (Pin("pin_subpackage", "a", exact=True),)
    assert found.build.run_exports.weak == (Pin("pin_subpackage", "a", min_pin="x.x"),)
    assert found.requirements.run == (
        Pin("pin_compatible", "numpy", "x.x.x.x.x.x", "x", lower_bound="1.20", upper_bound="3"),
    )


@pytest.mark.parametrize(
    ("platform", "language", "package"),
    [
        ("linux-64", "c", "gcc_linux-64 12.*"),
        ("linux-64", "cxx", "gxx_linux-64"),
        ("osx-arm64", "c", "clang_osx-arm64"),
        ("osx-64", "fortran", "gfortran_osx-64"),
        ("win-64", "cxx", "vs2017_win-64"),
        ("linux-64", "rust", "rust_linux-64"),
    ],
)
def test_compilers_have_the_names_of_the_platform(platform, language, package):
    text = "package: {name: a, version: 1}\nrequirements:\n  build:\n    - {{ compiler('%s') }}\n"
    assert read(text % language, platform=platform).requirements.build == (package,)


def test_core_dependency_trees_are_named_as_conda_build_does():
    text = recipe(host="{{ cdt('libx11-devel') }}")
    assert read(text, variants="cdt_name: cos7\n").requirements.host == (
        "libx11-devel-cos7-x86_64",
    )


def test_a_recipe_without_host_environment_has_one_environment():
    lists = "requirements:\n  build:\n    - python\n  run:\n    - python\n"
    found = read_all(recipe(lists))[0]
    assert found.build.merge_build_host
    assert found.requirements.run == ("python >=3.11,<3.12.0a0",)
    assert not read_all(TRIPS)[0].build.merge_build_host


def test_files_beside_the_recipe_count():
    found = read(recipe(), files=["build.sh", "run_test.py", "run_test.sh"])
    assert found.build.script_file == "build.sh"
    assert found.test.commands == ("bash -e run_test.sh", "python run_test.py")
    assert found.test.files == ("run_test.sh", "run_test.py")


def test_of_a_key_given_twice_the_last_one_counts():
    text = recipe(build="  number: 0\n  number: 100  # [linux]")
    assert read(text).build.number == 100
    assert read(text, platform="osx-64").build.number == 0


def test_every_build_key_arrives():
    text = """\
package: {name: a, version: 1}
build:
  noarch_python: yes
  entry_points:
    - a = a:main
  ignore_run_exports: b
  ignore_run_exports_from:
    - {{ compiler('c') }}
  rpaths:
    - lib/
  missing_dso_allowlist: /usr/lib/*
  runpath_whitelist: /opt
  detect_binary_files_with_prefix: no
  binary_relocation: false
  always_include_files: x
  no_link: y
  skip_compile_pyc: z
  error_overlinking: true
  ignore_prefix_files: True
"""
    build = read(text).build
    assert (build.noarch, build.entry_points) == ("python", ("a = a:main",))
    assert (build.ignore_run_exports, build.ignore_run_exports_from) == (("b",), ("gcc_linux-64",))
    assert (build.rpaths, build.missing_dso_whitelist) == (("lib/",), ("/usr/lib/*",))
    assert (build.runpath_whitelist, build.always_include_files) == (("/opt",), ("x",))
    assert (build.no_link, build.skip_compile_pyc) == (("y",), ("z",))
    assert (build.detect_binary_files_with_prefix, build.binary_relocation) == (False, False)
    assert (build.error_overlinking, build.ignore_prefix_files) == (True, ("True",))


def test_what_about_and_extra_say_arrives():
    text = recipe(
        "about:\n  tags:\n    - a\n    - b\n  home: x\nextra:\n  final: true\n  n: {m: 1}\n"
    )
    about = read(text).about
    assert about.home == "x"
    assert about.extra == (("final", "true"), ("n", '{"m": "1"}'), ("tags", '["a", "b"]'))


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("package:\n  name: a\n  versoin: 1\n", 3, "unknown key 'versoin'"),
        (recipe("abuot:\n  home: x\n"), 4, "unknown key 'abuot' in the recipe"),
        ("package:\n  name: a\n", 2, "no package version"),
        ("about:\n  home: a\n", 1, "no package name"),
        ("package:\n  name: A b\n  version: 1\n", 2, "no conda package name"),
        ("package:\n  name: a\n  version: 1-2\n", 3, "no conda version"),
        (recipe("outputs: b\n"), 4, "outputs must be a list"),
        (recipe(build="  number: one"), 5, "whole number"),
        (recipe(build="  noarch: pyhton"), 5, "noarch cannot be 'pyhton'"),
        (recipe(build="  skip: perhaps"), 5, "true or false"),
        (recipe(build="  pin_depends: lax"), 5, "record or strict"),
        (recipe(build="  features: a-b"), 5, "no dash"),
        (recipe(build="  always_include_files: include\\\\a.h"), 5, "has a backslash"),
        (recipe("source:\n  svn_url: x\n  url: y\n"), 5, "one of path, url and git_url"),
        (recipe(host="trips"), 5, "cannot depend on itself"),
        (recipe(run="{{ pin_subpackage('other') }}"), 6, "names no package of this recipe"),
        (recipe("test:\n  requires:\n    - {{ pin_compatible('a') }}\n"), 5, "no version yet"),
        (recipe("source:\n  url: x\n  path: y\n"), 5, "one of path, url and git_url"),
        (recipe("source:\n  git_url: x\n  git_rev: a\n  git_tag: b\n"), 5, "git_rev and git_tag"),
        (recipe(run="foo > 3"), 6, "has a space after '>'"),
        (recipe(run="{pip: [a]}"), 6, "has a mapping (pip: …)"),
        (recipe("test:\n  imports:\n    - {lang: r, imports: [a]}\n"), 6, "imports of r"),
        (recipe("{% for x in [1] %}\n"), 4, "Jinja: Unexpected end of template"),
        (recipe("about:\n  summary: {{ nothing }}\n"), 5, "'nothing' is undefined"),
        (recipe("about:\n  summary: {{ environ['NO'] }}\n"), 5, "no attribute 'NO'"),
        (recipe("about:\n  summary: {{ load_setup_py_data().x }}\n"), 5, "load_setup_py_data()"),
        (recipe("{% include 'other' %}\n"), 4, "other is not read"),
        (recipe(run="{{ pin_compatible('a', max_pin='>1') }}"), 6, "'>1' is no pin"),
        (recipe(run="a{{ pin_compatible('a') }}"), 6, "stands alone"),
        (recipe("about:\n  home: {{ pin_subpackage('trips') }}\n"), 5, "belong in requirements"),
        (recipe("about: [a]\n"), 4, "not for a list"),
        (recipe("about: a\n"), 4, "about must hold"),
        ("a: [\n", 1, "no valid YAML"),
        ("- a\n", 1, "holds no sections"),
    ],
)
def test_a_mistake_is_told_with_file_and_line(text, line, word):
    error = refusal(text)
    assert word in error.what
    assert error.where == f"meta.yaml:{line}"


def test_lines_are_those_of_the_file_whatever_selectors_and_loops_did():
    text = """\
package:
  name: a
  version: 1
{% for key in ("home", "hoem") %}
# a comment
{% set shown = [
  key
] %}
{% if loop.first %}
about:
{% endif %}
  dropped: 1  # [win]
  {{ key }}: x
{% endfor %}
"""
    error = refusal(text)
    assert error.where == "meta.yaml:13"
    assert error.remedy == "did you mean 'home'?"


def test_an_unconfigured_stdlib_is_refused_only_where_it_is_needed():
    text = "package: {name: a, version: 1}\nbuild:\n  skip: true  # [win]\n"
    text += "requirements:\n  build:\n    - {{ stdlib('c') }}\n"
    assert read(text, platform="win-64").build.is_skipped
    error = refusal(text, platform="osx-64")
    assert error.where == "meta.yaml:6"
    assert "c_stdlib" in error.remedy


def test_git_variables_are_told_apart():
    error = refusal(recipe("about:\n  summary: {{ GIT_DESCRIBE_TAG }}\n"))
    assert "SLUICE_VERSION" in error.remedy


@pytest.mark.parametrize(
    "expression",
    [
        "'a' * 10**9",
        "9 ** 9 ** 9",
        "range(10**9) | list",
        "().__class__.__base__.__subclasses__()",
        "environ.__class__",
        "compiler.__globals__",
        "self._TemplateReference__context",
        "1 / 0",
        "[][1].x",
        "compiler()",
        "compiler('c', 1, 2, 3)",
        "pin_compatible(1)",
        "'%d' % 'a'",
        "x.y.z",
    ],
)
def test_hostile_jinja_is_an_error_in_words(expression):
    assert "meta.yaml:" in refusal(recipe(f"about:\n  summary: {{{{ {expression} }}}}\n")).where


LAUGHS = "\n".join(
    [
        "extra:",
        "  a: &a [1]",
        *(f"  {b}: &{b} [{', '.join([f'*{a}'] * 9)}]" for a, b in pairwise("abcdefgh")),
    ]
)


@pytest.mark.parametrize(
    "text",
    [
        "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
        "a: " + "[" * 5000 + "]" * 5000,
        "- " * 5000,
        "a: &a [*a]\nextra: {b: *a}\n",
        "a: \x07\n",
        "a: !!python/object:os.system x\n",
        "{% for i in range(9999) %}{% for j in range(9999) %}aaaaaaaaaa{% endfor %}{% endfor %}",
        "x" * 1_000_001,
        "&a a: *a\n? [b]\n: c\n",
        "--- a\n--- b\n",
        LAUGHS,
    ],
)
def test_hostile_yaml_is_an_error_in_words(text):
    assert "meta.yaml" in refusal(text).where


LINES = st.sampled_from([*TRIPS.splitlines(), "{% endif %}", "  - a: &b [c", "x: {{ y", "#", "\t"])


@settings(max_examples=60, deadline=None)
@given(st.lists(LINES, max_size=25).map("\n".join))
@example("")
def test_any_text_is_a_recipe_or_an_error_in_words(text):
    try:
        read_all(text)
    except RecipeError as error:
        assert error.where.startswith("meta.yaml")  # noqa: PT017 - a recipe is as good


def test_a_hundred_recipes_are_read_at_once():
    read_all(TRIPS)
    config = parse_variant_config(VARIANTS, where="cbc.yaml", platform=Subdir("linux-64"))
    texts = [TRIPS.replace('"trips"', f'"trips{number}"') for number in range(100)]
    start = time.process_time()
    for text in texts:
        read_recipe(text, where="m", platform=Subdir("linux-64"), variants=config, environ={})
    assert time.process_time() - start < 2  # seconds; 0.12 on a quiet machine


def test_an_empty_variant_configuration_leaves_names_open():
    found = read_recipe(
        recipe(host="python", run="python"),
        where="m",
        platform=Subdir("linux-64"),
        variants=VariantConfig(),
        environ={},
    )
    assert found[0].requirements.host == ("python",)


@pytest.mark.parametrize(
    ("spec", "is_one"),
    [
        ("a >=1,<2|3.*", True),
        ("a=1.2=h_0", True),
        ("a * *_mkl", True),
        ("a 1.2 h_0", True),
        ("a >=1.0<2.0", False),
        ("a  { b }", False),
        ("a >=1,,<2", False),
    ],
)
def test_what_is_no_match_spec_is_refused(spec, is_one):
    text = recipe(run=f"'{spec}'")
    if is_one:
        assert read(text)
    else:
        assert "is no match spec" in refusal(text).what


def test_a_pin_counts_its_segments_whatever_they_are():
    found = read(recipe(run="{{ pin_compatible('a', min_pin='2.13', max_pin='x.x.x') }}"))
    assert found.requirements.run == (Pin("pin_compatible", "a", "x.x", "x.x.x"),)


def test_a_variant_may_be_for_another_platform_than_the_one_it_is_built_on():
    text = recipe(
        "about:\n  summary: arm  # [arm64 and build_platform == 'osx-64']\n",
        host="{{ compiler('c') }}",
    )
    variants = VARIANTS + "target_platform:\n  - osx-64\n  - osx-arm64\n"
    found = read_all(text, platform="osx-64", variants=variants)
    assert [(one.subdir, one.requirements.host, one.about.summary) for one in found] == [
        ("osx-64", ("clang_osx-64",), ""),
        ("osx-arm64", ("clang_osx-arm64",), "arm"),
    ]


def test_a_compiler_that_is_pinned_stays_what_it_is():
    found = read_all(recipe(run="{{ pin_compatible(compiler('c')) }}"))
    assert found[0].requirements.run == ("gcc_linux-64 12.*",)


def test_space_within_a_bound_is_taken_where_conda_build_takes_it():
    text = recipe("requirements:\n  run_constrained:\n    - reproc < 0\n    - a >= 1.2 h1_0\n")
    assert read(text).requirements.run_constrained == ("reproc <0", "a >=1.2 h1_0")
