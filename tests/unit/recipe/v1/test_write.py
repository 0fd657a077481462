"""Both texts of one recipe mean the same: whatever is written as v0 and as v1 reads alike."""

import json
import string
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conda_sluice.errors import RecipeError
from conda_sluice.model.names import PackageName, Subdir
from conda_sluice.model.recipe import Entry, Item, Recipe, Section
from conda_sluice.model.variant import VariantConfig
from conda_sluice.recipe.requirement_text import starred
from conda_sluice.recipe.v0.read import read_recipe
from conda_sluice.recipe.v0.write import render_v0
from conda_sluice.recipe.v1.expressions import v1_condition, v1_text
from conda_sluice.recipe.v1.render import render_v1
from conda_sluice.recipe.v1.write import v1_files, write_v1
from conda_sluice.recipe.variants import parse_variant_config
from factories import a_package_order
from readings import read_v1

PLATFORMS = ("linux-64", "osx-arm64", "win-64")
VARIANTS = """
python:
  - "3.11"
  - "3.13"
c_compiler:
  - gcc  # [linux]
  - clang  # [osx]
  - vs2022  # [win]
c_stdlib:
  - sysroot  # [linux]
  - macosx_deployment_target  # [osx]
  - vs  # [win]
c_stdlib_version:
  - "2.17"  # [linux]
  - "11.0"  # [osx]
  - "2022"  # [win]
"""
PACKAGE = Section("package", (Entry("name", "trips"), Entry("version", "{{ version }}")))


def a_recipe(*sections, version='"1.2"', scripts=()):
    return Recipe(
        name=PackageName("trips"),
        sets=(("version", version),),
        sections=(PACKAGE, *sections),
        scripts=scripts,
    )


def readings(recipe, platform, environ=None):
    subdir = Subdir(platform)
    variants = parse_variant_config(VARIANTS, where="variants", platform=subdir)
    common = {"platform": subdir, "variants": variants, "environ": environ or {}}
    scripts = dict(recipe.scripts)
    v0 = read_recipe(
        render_v0(recipe), where="meta.yaml", files=list(scripts), scripts=scripts, **common
    )
    v1 = read_v1(write_v1(recipe), where="recipe.yaml", files=list(v1_files(recipe)), **common)
    return set(map(normal, v0)), set(map(normal, v1))


def normal(recipe):
    """Return what counts of a recipe: of one that is skipped, only that it is."""
    if recipe.build.is_skipped:
        return "skipped"
    requires = tuple(map(starred, recipe.test.requires))
    return replace(recipe, test=replace(recipe.test, requires=requires))


def assert_same(recipe, environ=None):
    for platform in PLATFORMS:
        v0, v1 = readings(recipe, platform, environ)
        assert v0 == v1


names = st.text(string.ascii_lowercase, min_size=2, max_size=6).map(lambda text: f"p{text}")
bounds = st.sampled_from(["", " >=1.2", " >=1.2,<2", " 1.2.*", " !=1.3"])
words = st.text(string.ascii_letters + " :#'\"-%[]!&*|>@`,.", min_size=1, max_size=30)
conditions = st.sampled_from(
    [
        *("", "", "linux", "not win", "win or osx", "unix and py<312", "py>=312", "py==311"),
        *("osx and arm64", "build_platform != target_platform", "linux64", "not (win or osx)"),
    ]
)
specs = st.tuples(names, bounds).map("".join)
requirements = st.lists(st.builds(Item, specs, when=conditions), max_size=5, unique=True)


def listed(key, items):
    return (Entry(key, tuple(items)),) if items else ()


@st.composite
def recipes(draw):
    noarch = draw(st.sampled_from(["", "python", "generic"]))
    is_compiled = not noarch and draw(st.booleans())
    compilers = [Item('{{ compiler("c") }}'), Item('{{ stdlib("c") }}')] if is_compiled else []
    conditional = st.builds(Item, specs, when=conditions if not noarch else st.just(""))
    several = st.lists(conditional, max_size=4, unique_by=lambda item: item.text.split()[0])
    python = [Item("python")]
    exported = Item('{{ pin_subpackage("trips", max_pin="x.x") }}')
    build = (
        Entry("number", draw(st.integers(0, 9))),
        *((Entry("noarch", noarch),) if noarch else ()),
        *((Entry(key="skip", value=True, when="py<313 or win"),) if is_compiled else ()),
        Entry("script", "{{ PYTHON }} -m pip install . -vv"),
        *listed("rpaths", [Item("lib/R/lib/"), Item("lib/")] if is_compiled else []),
        *((Section("run_exports", listed("weak", [exported])),) if is_compiled else ()),
    )
    commands = [Item("pip check"), *draw(st.lists(st.builds(Item, words.map(shell)), max_size=2))]
    test = (
        Entry("imports", (Item("trips"), Item("trips.days"))),
        Entry("commands", tuple(commands)),
        *listed(
            "requires",
            [Item("pip"), *draw(st.lists(st.builds(Item, specs), max_size=2, unique=True))],
        ),
    )
    about = (
        Entry("home", "https://example.org/trips"),
        Entry("summary", draw(words.map(sentence))),
        Entry("license", "MIT OR Apache-2.0"),
        Entry("license_file", (Item("LICENSE"),)),
    )
    return a_recipe(
        Section("source", (Entry("path", "../../trips"),)),
        Section("build", build),
        Section(
            "requirements",
            (
                *listed("build", compilers),
                Entry("host", (*python, *draw(several))),
                Entry("run", (*python, *draw(several))),
                *listed("run_constrained", draw(st.lists(st.builds(Item, specs), max_size=2))),
            ),
        ),
        Section("test", test),
        Section("about", about),
        version=draw(st.sampled_from(['"1.2"', '"1.10"', 'environ.get("SLUICE_VERSION", "0.3")'])),
    )


def shell(text):
    return f"trips {text}".strip().replace("[", "(").replace("]", ")").replace("#", "-")


def sentence(text):
    return " ".join(f"Trips {text}".replace("[", "(").replace("]", ")").replace("#", "-").split())


@given(recipes())
@settings(max_examples=40, deadline=None)
def test_both_texts_mean_the_same(recipe):
    assert_same(recipe)
    assert_same(recipe, environ={"SLUICE_VERSION": "9.1.0dev2"})


@given(recipes(), st.sampled_from(PLATFORMS))
@settings(max_examples=20, deadline=None)
def test_rendered_recipe_survives_the_way_through_v1(recipe, platform):
    rendered, _ = readings(recipe, platform)
    for one in rendered:
        if one == "skipped":
            continue
        text = json.dumps(render_v1(a_package_order(one, "h_0", one.build.number)))
        (back,) = read_v1(
            text,
            where="recipe.yaml",
            platform=Subdir(platform),
            variants=VariantConfig(pin_run_as_build=()),
            environ={},
        )
        build = replace(one.build, string="h_0")
        assert replace(back, variant=one.variant) == replace(one, build=build)


def test_script_with_variables_from_outside_means_the_same():
    lines = (Item("export V=$X", when="unix"), Item("set V=%X%", when="win"), Item("make"))
    build = Section(
        "build", (Entry("script_env", (Item("SLUICE_UPSTREAM_VERSION"),)), Entry("script", lines))
    )
    assert_same(a_recipe(build))
    assert_same(a_recipe(build), environ={"SLUICE_UPSTREAM_VERSION": "1+x"})


def test_scripts_beside_the_recipe_bear_the_names_of_their_dialect():
    scripts = (("bld.bat", "make\n"), ("build.sh", "make\n"))
    assert set(v1_files(a_recipe(scripts=scripts))) == {"recipe.yaml", "build.bat", "build.sh"}
    v0, v1 = readings(a_recipe(scripts=scripts), "linux-64")
    assert v0 == v1


@pytest.mark.parametrize(
    ("selector", "condition"),
    [
        ("py<39", 'match(python, "<3.9")'),
        ("py>310", 'match(python, ">=3.11")'),
        ("py!=310", 'not match(python, "3.10.*")'),
        ("linux and (py<39 or osx)", 'linux and (match(python, "<3.9") or osx)'),
    ],
)
def test_selectors_become_conditions(selector, condition):
    assert v1_condition(selector) == condition


@pytest.mark.parametrize("selector", ["vc<14", "environ.get('X')", "py in (39, 310)", "linux ==="])
def test_selector_without_words_in_v1_is_refused(selector):
    with pytest.raises(RecipeError):
        v1_condition(selector)


def test_pins_bear_their_names_of_v1():
    assert v1_text('a {{ pin_subpackage("a", min_pin="x", max_pin="x.x") }}') == (
        'a ${{ pin_subpackage("a", lower_bound="x", upper_bound="x.x") }}'
    )


def test_lowest_python_of_a_noarch_recipe_means_the_same():
    python = Item("python {{ python_min }}")
    recipe = a_recipe(
        Section("build", (Entry("noarch", "python"),)),
        Section("requirements", listed("host", [python, Item("pip")])),
        Section(
            "test",
            (*listed("commands", [Item("hills --help")]), *listed("requires", [python])),
        ),
    )
    sets = (*recipe.sets, ("python_min", 'python_min | default("3.10")'))
    recipe = replace(recipe, sets=sets)
    assert "python ${{ python_min }}.*" in write_v1(recipe)
    assert_same(recipe)
