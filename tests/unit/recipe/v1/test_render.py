import json
from dataclasses import replace

import pytest

from conda_sluice.errors import RecipeError
from conda_sluice.model.names import PackageName, Subdir
from conda_sluice.model.recipe import (
    About,
    BuildSection,
    FilesFrom,
    Pin,
    RenderedRecipe,
    Requirements,
    RunExports,
    Source,
    TestSection,
)
from conda_sluice.recipe.canonical import canonical_text
from conda_sluice.recipe.v1.render import render_v1
from factories import a_package_order

TRIPS = RenderedRecipe(
    name=PackageName("trips"),
    version="1.2.0",
    platform=Subdir("linux-64"),
    variant=(("python", "3.11"),),
    source=(Source(path="../../trips"),),
    build=BuildSection(script=("make", "make install && true")),
    requirements=Requirements(
        build=("gcc_linux-64 12.*",),
        host=("python 3.11.*", "libtrips"),
        run=("python >=3.11,<3.12.0a0",),
        run_constrained=("other 1.2",),
    ),
    test=TestSection(
        imports=("trips",), commands=("trips --version", "pip check"), requires=("pip",)
    ),
    about=About(home="https://a.b", license="MIT", license_file=("LICENSE",), summary="Trips"),
)


def rendered(recipe=TRIPS, *, sources=(), is_first=True, **options):
    package = a_package_order(recipe, **options)
    found = render_v1(package, sources=dict(sources), is_first=is_first)
    json.dumps(found)
    return found


def built(**changes):
    return rendered(replace(TRIPS, build=replace(TRIPS.build, **changes)))["build"]


def needing(*specs):
    return rendered(replace(TRIPS, requirements=Requirements(run=specs)))["requirements"]["run"]


def v1_tests(**section):
    return rendered(replace(TRIPS, test=TestSection(**section)))["tests"]


def test_everything_is_concrete():
    found = rendered(
        sources={"../../trips": "/build/trips"}, pins={"libtrips": "libtrips 1.0 h1_0"}
    )
    assert found == {
        "package": {"name": "trips", "version": "1.2.0"},
        "source": [{"path": "/build/trips", "use_gitignore": False}],
        "build": {
            "number": 3,
            "string": "h1234567_3",
            "script": {"content": ["make", "make install && true"]},
        },
        "requirements": {
            "build": ["gcc_linux-64 12.*"],
            "host": ["python 3.11.*", "libtrips ==1.0 h1_0"],
            "run": ["python >=3.11,<3.12.0a0"],
            "run_constraints": ["other ==1.2"],
        },
        "tests": [
            {"python": {"imports": ["trips"], "pip_check": True}},
            {"script": ["trips --version"], "requirements": {"run": ["pip"]}},
        ],
        "about": {
            "homepage": "https://a.b",
            "license": "MIT",
            "license_file": ["LICENSE"],
            "summary": "Trips",
        },
    }


@pytest.mark.parametrize(
    ("spec", "shown"),
    [
        ("gcc 12.2.0", "gcc ==12.2.0"),
        ("gcc 12.2.*", "gcc 12.2.*"),
        ("gcc 12.2.0 h1_0", "gcc ==12.2.0 h1_0"),
        ("gcc 1.2|1.3.*", "gcc ==1.2|1.3.*"),
        ("gcc >=1,<2.0a0", "gcc >=1,<2.0a0"),
        ("gcc =1.2", "gcc =1.2"),
        ("gcc * *_mkl", "gcc * *_mkl"),
        ("gcc", "gcc"),
    ],
)
def test_bare_versions_are_said_to_be_exact(spec, shown):
    assert needing(spec) == [shown]


@pytest.mark.parametrize(
    ("pin", "shown"),
    [
        (
            Pin("pin_subpackage", PackageName("a"), exact=True),
            "${{ pin_subpackage('a', exact=True) }}",
        ),
        (
            Pin("pin_compatible", PackageName("a"), "x.x", "x"),
            "${{ pin_compatible('a', lower_bound='x.x', upper_bound='x') }}",
        ),
        (
            Pin("pin_compatible", PackageName("a"), "x.x"),
            "${{ pin_compatible('a', lower_bound='x.x', upper_bound=None) }}",
        ),
        (
            Pin("pin_compatible", PackageName("a"), "x.x", upper_bound="3"),
            "${{ pin_compatible('a', lower_bound='x.x', upper_bound='3') }}",
        ),
        (
            Pin("pin_compatible", PackageName("a"), "x.x", "x.x", lower_bound="1.2.3"),
            "a >=1.2.3,<1.3.0a0",
        ),
        (
            Pin("pin_compatible", PackageName("a"), lower_bound="1.2", upper_bound="2"),
            "a >=1.2,<2",
        ),
    ],
)
def test_pins_are_expressions_where_only_the_build_knows(pin, shown):
    assert needing(pin) == [shown]


def test_a_bound_cannot_smuggle_an_expression():
    pin = Pin("pin_compatible", PackageName("a"), "x", upper_bound="1') }} ${{ env.get('HOME")
    with pytest.raises(RecipeError, match="bounds no version"):
        needing(pin)


def test_text_of_the_recipe_is_never_an_expression():
    recipe = replace(TRIPS, about=replace(TRIPS.about, summary="${{ env.get('HOME') }}"))
    assert rendered(recipe)["about"]["summary"] == "${{ '${{' }} env.get('HOME') }}"


def test_sources_of_every_kind():
    sources = (
        Source(path="here", folder="sub"),
        Source(url=("https://a/b.tar.gz",), sha256="0" * 64, patches=("a.patch",), file_name="c"),
        Source(url=("../b.tar.gz",)),
        Source(git_url="https://a/b.git", git_rev="v1", git_depth=1),
        Source(url=("https://a/b.zip",), md5="0" * 32),
    )
    assert rendered(replace(TRIPS, source=sources))["source"] == [
        {"path": "here", "use_gitignore": False, "target_directory": "sub"},
        {
            "url": ["https://a/b.tar.gz"],
            "sha256": "0" * 64,
            "file_name": "c",
            "patches": ["a.patch"],
        },
        {"path": "../b.tar.gz"},
        {"git": "https://a/b.git", "rev": "v1", "depth": 1},
        {"url": ["https://a/b.zip"], "md5": "0" * 32},
    ]


def test_a_script_beside_the_recipe_gets_its_environment():
    recipe = replace(
        TRIPS, build=BuildSection(script_file="build.sh", script_env=("A", "B=two", "C"))
    )
    found = rendered(recipe, env={"A": "1", "C": "a$b`c`"})
    assert found["build"]["script"] == {
        "file": "build.sh",
        "env": {"B": "two", "A": "1", "C": "a\\$b\\`c\\`"},
    }


def test_a_value_of_several_lines_is_refused():
    with pytest.raises(RecipeError, match="more than one line"):
        rendered(env={"A": "1\n2"})


def test_a_recipe_without_script_has_none():
    assert "script" not in built(script=())


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({"noarch": "python"}, {"noarch": "python"}),
        ({"entry_points": ("a = b:c",)}, {"python": {"entry_points": ["a = b:c"]}}),
        ({"python_version_independent": True}, {"python": {"version_independent": True}}),
        ({"rpaths": ("lib/R/lib/",)}, {"dynamic_linking": {"rpaths": ["lib/R/lib/"]}}),
        ({"binary_relocation": False}, {"dynamic_linking": {"binary_relocation": False}}),
        ({"error_overlinking": True}, {"dynamic_linking": {"overlinking_behavior": "error"}}),
        ({"merge_build_host": True}, {"merge_build_and_host_envs": True}),
        ({"ignore_prefix_files": ("True",)}, {"prefix_detection": {"ignore": True}}),
        ({"ignore_prefix_files": ("a",)}, {"prefix_detection": {"ignore": ["a"]}}),
        (
            {"has_prefix_files": ("a",)},
            {"prefix_detection": {"force_file_type": {"text": ["a"]}}},
        ),
        (
            {"detect_binary_files_with_prefix": False},
            {"prefix_detection": {"ignore_binary_files": True}},
        ),
        ({"no_link": ("a",)}, {"always_copy_files": ["a"]}),
    ],
)
def test_build_settings_have_their_v1_names(changes, shown):
    assert shown.items() <= built(**changes).items()


def test_exports_and_what_is_ignored_of_others():
    build = BuildSection(
        run_exports=RunExports(weak=("a 1.2",), strong_constrains=("b",)),
        ignore_run_exports=("c >=1",),
        ignore_run_exports_from=("d",),
    )
    needs = rendered(replace(TRIPS, build=build))["requirements"]
    assert needs["run_exports"] == {"weak": ["a ==1.2"], "strong_constraints": ["b"]}
    assert needs["ignore_run_exports"] == {"by_name": ["c"], "from_package": ["d"]}


def test_imports_that_need_more_than_the_package_are_commands():
    assert v1_tests(imports=("a", "b"), requires=("pytest 8",)) == [
        {
            "script": ['python -c "import a"', 'python -c "import b"'],
            "requirements": {"run": ["pytest 8.*"]},
        }
    ]


def test_the_name_says_of_which_language_imports_are():
    recipe = replace(TRIPS, name=PackageName("r-trips"), test=TestSection(imports=("trips",)))
    assert rendered(recipe)["tests"] == [{"r": {"libraries": ["trips"]}}]


def test_pip_check_without_imports_stays_a_command():
    assert v1_tests(commands=("pip check",)) == [{"script": ["pip check"]}]


def test_choice_of_files_is_said():
    chosen = replace(TRIPS, files=("lib/**",), files_from=FilesFrom.NEW)
    assert rendered(chosen)["build"]["files"] == {"include": ["lib/**"]}
    chosen = replace(chosen, not_files=("*.a",))
    assert rendered(chosen)["build"]["files"] == {"include": ["lib/**"], "exclude": ["*.a"]}


def test_interpreter_is_said_where_it_is_not_the_usual_one():
    script = built(script=("print(1)",), script_interpreter="python")["script"]
    assert script == {"content": ["print(1)"], "interpreter": "python"}


def test_tests_take_files_of_recipe_and_source():
    found = v1_tests(commands=("a",), files=("b",), source_files=("c",), downstreams=("d",))
    assert found == [
        {"script": ["a"], "files": {"recipe": ["b"], "source": ["c"]}},
        {"downstream": "d"},
    ]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("MIT", "MIT"),
        ("mit or apache-2.0", "MIT OR Apache-2.0"),
        ("GPL (>= 2)", "LicenseRef-GPL-2"),
        ("Proprietary!", "LicenseRef-Proprietary"),
    ],
)
def test_a_licence_is_spdx_or_a_reference(written, shown):
    assert rendered(replace(TRIPS, about=About(license=written)))["about"] == {"license": shown}


def test_a_home_that_is_no_url_is_refused():
    with pytest.raises(RecipeError, match="about/home is no URL"):
        rendered(replace(TRIPS, about=About(home="somewhere")))


def test_extra_keeps_its_structure_and_takes_ours():
    about = About(extra=(("maintainers", '["a"]'), ("note", "text")))
    found = rendered(replace(TRIPS, about=about), extra={"sluice_key": "00"})
    assert found["extra"] == {"maintainers": ["a"], "note": "text", "sluice_key": "00"}


def test_the_canonical_text_is_stable():
    assert canonical_text(TRIPS) == canonical_text(replace(TRIPS))
    assert json.loads(canonical_text(TRIPS))["name"] == "trips"


@pytest.mark.parametrize(
    "same",
    [
        replace(TRIPS, version="1.3.0"),
        replace(TRIPS, build=replace(TRIPS.build, number=4)),
        replace(TRIPS, build=replace(TRIPS.build, string="abc")),
    ],
)
def test_version_number_and_string_are_not_in_the_canonical_text(same):
    assert canonical_text(same) == canonical_text(TRIPS)


@pytest.mark.parametrize(
    "other",
    [
        replace(TRIPS, name=PackageName("other")),
        replace(TRIPS, platform=Subdir("osx-64")),
        replace(TRIPS, variant=(("python", "3.12"),)),
        replace(TRIPS, build=replace(TRIPS.build, script=("make all",))),
        replace(TRIPS, build=replace(TRIPS.build, noarch="python")),
        replace(TRIPS, requirements=Requirements(run=("a",))),
        replace(TRIPS, requirements=Requirements(run=(Pin("pin_compatible", PackageName("a")),))),
        replace(TRIPS, about=replace(TRIPS.about, summary="Other")),
        replace(TRIPS, test=TestSection()),
        replace(TRIPS, source=()),
    ],
)
def test_what_decides_about_the_package_is_in_the_canonical_text(other):
    assert canonical_text(other) != canonical_text(TRIPS)


def test_a_noarch_package_has_one_canonical_text_on_all_platforms():
    noarch = replace(TRIPS, build=replace(TRIPS.build, noarch="generic"))
    assert canonical_text(noarch) == canonical_text(replace(noarch, platform=Subdir("win-64")))
