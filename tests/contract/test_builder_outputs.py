"""What every builder makes of a recipe with several outputs, for real.

The rules are conda-build's; rattler-build is brought to keep them. Without conda-build its half
of this suite does not exist.
"""

import json
from dataclasses import replace

import pytest

from builders_here import BUILDERS
from conda_sluice.effects.artifact import read_about, read_artifact, read_info
from conda_sluice.errors import BuildError, RecipeError
from conda_sluice.model.config import BuilderName
from conda_sluice.model.job import BuildOrder
from conda_sluice.model.names import Subdir
from conda_sluice.model.package import Distribution
from conda_sluice.model.variant import VariantConfig
from conda_sluice.plan.origin import parse_origin
from conda_sluice.recipe.requirement_text import inexact
from conda_sluice.recipe.subpackages import with_siblings
from conda_sluice.recipe.v0.concrete import concrete_v0
from conda_sluice.recipe.v0.read import read_recipe
from conda_sluice.wiring.tasks import open_builder
from factories import a_package_order
from readings import read_v1

pytestmark = pytest.mark.integration

LINUX = Subdir("linux-64")
TOOLS = """\
test -f $PREFIX/lib/deep/more
mkdir -p $PREFIX/bin
cp built/tool $PREFIX/bin/tool
exit 0
"""


SPLIT = """\
package:
  name: trips-split
  version: "1.4"
source:
  path: src
build:
  script:
    - mkdir -p $PREFIX/lib/deep $PREFIX/include built
    - echo $PREFIX > $PREFIX/lib/libtrips.so
    - echo deep > $PREFIX/lib/deep/more
    - echo header > $PREFIX/include/trips.h
    - ln -s libtrips.so $PREFIX/lib/trips-link
    - cat route > built/tool
outputs:
  - name: libtrips
    files:
      - lib/*.so
      - lib/deep
    build:
      string: h1_PKG_BUILDNUM
      run_exports:
        - {{ pin_subpackage("libtrips", max_pin="x.x") }}
  - name: trips-dev
    files:
      include:
        - include/*
        - lib/*
      exclude:
        - lib/*.so
    requirements:
      host:
        - {{ pin_subpackage("libtrips", exact=True) }}
      run:
        - {{ pin_subpackage("libtrips", exact=True) }}
  - name: trips-tools
    script: install-tools.sh
    requirements:
      host:
        - libtrips
      run_constrained:
        - {{ pin_subpackage("trips-dev", min_pin="x", max_pin="x") }}
  - name: trips-notes
    build:
      noarch: generic
      script:
        - mkdir -p $PREFIX/share
        - cp built/tool $PREFIX/share/notes-$PKG_NAME
  - name: trips-all
    requirements:
      run:
        - {{ pin_subpackage("trips-tools", exact=True) }}
about:
  license: MIT
  summary: Trips in parts
"""


@pytest.fixture
def split(tmp_path):
    """Return how to order what a recipe with outputs makes, named as a plan names it."""

    def order(text, scripts=()):
        folder = tmp_path / "recipes" / "split"
        (folder / "src").mkdir(parents=True)
        (folder / "src" / "route").write_text("to the sea\n")
        for name, script in dict(scripts).items():
            (folder / name).write_text(script)
        recipes = read_recipe(
            text,
            where="meta.yaml",
            platform=LINUX,
            variants=VariantConfig(),
            environ={},
            files=list(dict(scripts)),
        )
        named = [Distribution(one.name, one.version, f"h{one.name[-1]}_7") for one in recipes]
        packages = tuple(
            a_package_order(with_siblings(recipe, named), name.build, 7)
            for recipe, name in zip(recipes, named, strict=True)
        )
        pinned = tuple(
            replace(one, pins={n.name: f"{n.name} =={n.version} {n.build}" for n in named})
            for one in packages
        )
        work = tmp_path / "split-work"
        work.mkdir()
        return BuildOrder(
            packages=pinned, recipe_dir=folder, workspace=work, log=tmp_path / "split.log"
        )

    return order


@pytest.fixture(params=BUILDERS)
def builder(request, tmp_path):
    return open_builder(request.param, tmp_path / "cache")


def index(package):
    return json.loads(read_info(package, "info/index.json"))


def paths(package):
    return {entry["_path"] for entry in json.loads(read_info(package, "info/paths.json"))["paths"]}


def test_each_output_has_what_it_takes_of_the_shared_build_or_adds_itself(builder, split):
    order = split(SPLIT, {"install-tools.sh": TOOLS})
    packages = builder.build(order)
    assert [package.name for package in packages] == [one.file for one in order.packages]
    assert {one["name"]: paths(path) for path in packages for one in [index(path)]} == {
        "libtrips": {"lib/libtrips.so", "lib/deep/more"},
        "trips-dev": {"include/trips.h", "lib/trips-link"},
        "trips-tools": {"bin/tool"},
        "trips-notes": {"share/notes-trips-notes"},
        "trips-all": set(),
    }
    assert [read_artifact(path).record.subdir for path in packages].count("noarch") == 1


def test_outputs_name_each_other_as_they_were_planned(builder, split):
    found = {
        one["name"]: one
        for path in builder.build(split(SPLIT, {"install-tools.sh": TOOLS}))
        for one in [index(path)]
    }
    needs = {name: {inexact(spec) for spec in one["depends"]} for name, one in found.items()}
    exported = "libtrips >=1.4,<1.5.0a0"  # which the exact build implies
    assert needs["trips-dev"] - {exported} == {"libtrips 1.4 hs_7"}
    assert needs["trips-all"] == {"trips-tools 1.4 hs_7"}
    assert needs["trips-tools"] == {exported}
    assert found["trips-tools"]["constrains"] == ["trips-dev >=1,<2.0a0"]
    assert {one["build_number"] for one in found.values()} == {7}


def test_each_output_says_itself_where_it_comes_from_and_carries_its_own_tests(builder, split):
    order = split(NAMED)
    packages = tuple(
        replace(one, extra={"sluice-key": f"key of {one.recipe.name}", "sha": "c"})
        for one in order.packages
    )
    for path in builder.build(replace(order, packages=packages)):
        name = index(path)["name"]
        origin = parse_origin(read_about(path), name)
        assert (origin.key, origin.sha) == (f"key of {name}", "c")
        told = read_info(path, "info/tests/tests.yaml") or read_info(path, "info/test/run_test.sh")
        assert f"test {name}".encode() in told


def test_the_files_of_a_shared_build_are_made_for_any_prefix(builder, split):
    library, *_ = builder.build(split(SPLIT, {"install-tools.sh": TOOLS}))
    entries = json.loads(read_info(library, "info/paths.json"))["paths"]
    (found,) = (one for one in entries if one["_path"] == "lib/libtrips.so")
    assert found["file_mode"] == "text"
    assert len(found["prefix_placeholder"]) > 200


def test_what_is_there_already_is_not_handed_out_again(builder, split):
    order = split(SPLIT, {"install-tools.sh": TOOLS})
    packages = tuple(
        replace(one, is_wanted=one.recipe.name in {"libtrips", "trips-notes"})
        for one in order.packages
    )
    made = builder.build(replace(order, packages=packages))
    assert [index(path)["name"] for path in made] == ["libtrips", "trips-notes"]


def test_a_failing_output_is_named(builder, split):
    with pytest.raises(BuildError) as caught:
        builder.build(split(SPLIT, {"install-tools.sh": "echo wrong here >&2\nexit 3\n"}))
    assert caught.value.package == "trips-tools"
    assert caught.value.what == "its build script failed: Script failed with status 3"
    assert any("wrong here" in line for line in caught.value.tail)


def test_a_failing_shared_build_is_told(builder, split):
    text = SPLIT.replace("    - cat route", "    - exit 4\n    - cat route")
    with pytest.raises(BuildError) as caught:
        builder.build(split(text, {"install-tools.sh": TOOLS}))
    assert caught.value.what == "its build script failed: Script failed with status 4"


NAMED = """\
package:
  name: trips
  version: "1.4"
source:
  path: src
build:
  script:
    - mkdir -p $PREFIX/share
    - echo $PKG_NAME > $PREFIX/share/one
    - echo 2 > $PREFIX/share/two
outputs:
  - name: trips
    test:
      commands:
        - test trips
  - name: trips-two
    files:
      - share/two
    test:
      commands:
        - test trips-two
about:
  license: MIT
  summary: Trips
"""


def test_the_output_named_as_the_recipe_takes_all_where_it_is_made_first(builder, split):
    packages = builder.build(split(NAMED))
    assert [paths(path) for path in packages] == [{"share/one", "share/two"}, {"share/two"}]


STAGED = """\
recipe:
  name: trips-split
  version: "1.4"
outputs:
  - staging:
      name: compiled
    build:
      script:
        - mkdir -p $PREFIX/lib/deep $PREFIX/include
        - touch $PREFIX/lib/deep/libtrips.so $PREFIX/include/trips.h
        - echo compiled > state
  - package:
      name: libtrips
    inherit: compiled
    build:
      files:
        - lib/*
  - package:
      name: trips-tools
    inherit: compiled
    build:
      script:
        - mkdir -p $PREFIX/bin
        - cp state $PREFIX/bin/tool
    requirements:
      host:
        - ${{ pin_subpackage("libtrips", exact=true) }}
"""


def read_yaml(text, files=()):
    return read_v1(
        text,
        where="recipe.yaml",
        platform=LINUX,
        variants=VariantConfig(),
        environ={},
        files=files,
    )


def test_a_recipe_yaml_with_a_staging_output_is_built_as_it_says(split, tmp_path):
    builder = open_builder(BuilderName.RATTLER_BUILD, tmp_path / "cache")
    order = split(SPLIT, {"install-tools.sh": TOOLS})
    recipes = read_yaml(STAGED)
    named = [Distribution(one.name, one.version, "h0_0") for one in recipes]
    packages = tuple(a_package_order(with_siblings(one, named), "h0_0", 0) for one in recipes)
    made = builder.build(replace(order, packages=packages))
    assert [paths(path) for path in made] == [
        {"lib/deep/libtrips.so"},
        {"bin/tool", "include/trips.h"},
    ]


USUAL = """\
recipe:
  name: trips-split
  version: "1.4"
outputs:
  - staging:
      name: compiled
  - package:
      name: libtrips
    inherit: compiled
  - package:
      name: trips-tools
    inherit: compiled
    build:
      script: install-tools
  - package:
      name: trips-all
"""


def test_the_usual_script_of_a_recipe_yaml_runs_for_what_is_staged(split, tmp_path):
    builder = open_builder(BuilderName.RATTLER_BUILD, tmp_path / "cache")
    scripts = {
        "build.sh": "mkdir -p $PREFIX/lib\ntouch $PREFIX/lib/of-${PKG_NAME:-all}\n",
        "install-tools.sh": "mkdir -p $PREFIX/bin\ntouch $PREFIX/bin/tool\n",
    }
    order = split(NAMED)
    for name, script in scripts.items():
        (order.recipe_dir / name).write_text(script)
    recipes = read_yaml(USUAL, tuple(scripts))
    packages = tuple(a_package_order(one, "h0_0", 0) for one in recipes)
    made = builder.build(replace(order, packages=packages))
    assert [paths(path) for path in made] == [
        {"lib/of-all"},
        {"bin/tool", "lib/of-all"},
        set(),
    ]


def test_what_conda_build_cannot_take_from_a_recipe_yaml_is_refused():
    library, _ = read_yaml(STAGED)
    with pytest.raises(RecipeError, match="files chosen as recipe"):
        concrete_v0((a_package_order(library),))
