import pytest

import projects
from conda_sluice.discover.detect import discover
from conda_sluice.errors import ProjectError, RecipeError
from conda_sluice.model.names import Subdir
from conda_sluice.model.variant import VariantConfig
from conda_sluice.recipe.generate.generate import RecipeSource, generate
from conda_sluice.recipe.v0.read import read_recipe
from conda_sluice.recipe.v0.write import render_v0

VARIANTS = VariantConfig(
    values=(
        ("c_compiler", ("gcc",)),
        ("c_compiler_version", ("12",)),
        ("c_stdlib", ("sysroot",)),
        ("c_stdlib_version", ("2.36",)),
        ("python", ("3.11",)),
        ("r_base", ("4.2",)),
    )
)


def recipe_of(root, *workspace, version="0.3.0", is_git=False, names=None):
    return generate(
        discover(root),
        [discover(other) for other in workspace],
        source=RecipeSource(path="../.."),
        names=names or {},
        default_version=version,
        is_versioned_by_git=is_git,
    )


def text_of(root, *workspace, **settings):
    return render_v0(recipe_of(root, *workspace, **settings))


def read_back(text, environ=None):
    (recipe,) = read_recipe(
        text,
        where="meta.yaml",
        platform=Subdir("linux-64"),
        variants=VARIANTS,
        environ=environ or {},
    )
    return recipe


@pytest.mark.parametrize(
    "write",
    [
        projects.a_python_project,
        projects.an_old_python_project,
        projects.an_extension_project,
        projects.an_r_project,
        projects.a_cmake_project,
        projects.a_make_project,
    ],
)
def test_every_generated_recipe_reads_back(tmp_path, write):
    recipe = read_back(text_of(write(tmp_path / "hills"), version="1.10"))
    assert (recipe.name, recipe.version) == (discover(tmp_path / "hills").name, "1.10")


def test_version_by_git_comes_from_outside_and_has_a_default(tmp_path):
    text = text_of(projects.a_python_project(tmp_path), is_git=True)
    assert read_back(text).version == "0.3.0"
    assert read_back(text, {"SLUICE_VERSION": "0.4.0dev2"}).version == "0.4.0dev2"


def test_extension_gets_the_c_library_of_the_workspace(tmp_path):
    library = projects.a_cmake_project(tmp_path / "lib")
    text = text_of(projects.an_extension_project(tmp_path / "py"), library)
    assert "libtrips" in read_back(text).requirements.host


def test_r_package_gets_the_c_library_of_the_workspace(tmp_path):
    library = projects.a_cmake_project(tmp_path / "lib")
    text = text_of(projects.an_r_project(tmp_path / "r", is_compiled=True), library)
    assert "libtrips" in read_back(text).requirements.host


def test_library_that_nobody_provides_is_a_note(tmp_path):
    text = text_of(projects.an_extension_project(tmp_path))
    assert "# setup.py asks for trips: add its package to host" in text


def test_names_of_channels_yaml_come_first(tmp_path):
    root = projects.a_python_project(tmp_path)
    assert (
        "rich-text >=13,<15"
        in read_back(text_of(root, names={"rich": "rich-text"})).requirements.run
    )


def test_run_dependencies_of_noarch_python(tmp_path):
    recipe = read_back(text_of(projects.a_python_project(tmp_path)))
    assert recipe.build.noarch == "python"
    assert recipe.requirements.run == ("python >=3.11", "rich >=13,<15", "tomli >=2", "colorama")


@pytest.mark.parametrize(("version", "pin"), [("0.3.0", "x.x"), ("1.2.0", "x"), ("10.1", "x")])
def test_libraries_export_a_pin_that_fits_their_age(tmp_path, version, pin):
    text = text_of(projects.a_cmake_project(tmp_path), version=version)
    assert f'pin_subpackage("libtrips", max_pin="{pin}")' in text


def test_makefile_without_a_way_to_install_gives_a_script_that_says_so(tmp_path):
    root = projects.a_make_project(tmp_path / "hills", makefile="all:\n\tcc hills.c\n")
    script = dict(recipe_of(root).scripts)["build.sh"]
    assert "no install target" in script
    assert script.endswith("exit 1\n")


EVIL = "{{ environ['HOME'] }} {% set x = 1 %} # [win]"


def test_words_of_a_project_cannot_act_in_the_recipe(tmp_path):
    pyproject = projects.PYPROJECT.replace("Print how long a trip is", EVIL)
    pyproject = pyproject.replace("https://trips.example", f"https://x/{EVIL}")
    pyproject = pyproject.replace('license = "MIT"', f'license = {{text = "{EVIL}"}}')
    recipe = read_back(text_of(projects.a_python_project(tmp_path, pyproject=pyproject)))
    assert recipe.about.summary == "{ { environ('HOME') } } { % set x = 1 % } # (win)"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("rich>=13,<15", "rich >= =13", "is no requirement"),
        (">=3.11", "newest", "no version bound"),
        ("rich>=13,<15", f"{'x' * 80}", "no conda package name"),
    ],
)
def test_what_a_project_says_wrongly_is_an_error(tmp_path, old, new, message):
    root = projects.a_python_project(tmp_path, pyproject=projects.PYPROJECT.replace(old, new))
    with pytest.raises(ProjectError, match=message):
        recipe_of(root)


@pytest.mark.parametrize("path", ["../{{ x }}", "../a\nb", "../x # [win]"])
def test_path_that_would_act_in_the_recipe_is_refused(tmp_path, path):
    project = discover(projects.a_python_project(tmp_path))
    with pytest.raises(RecipeError, match="cannot be written"):
        generate(
            project,
            source=RecipeSource(path=path),
            default_version="1.0",
            is_versioned_by_git=False,
        )


def test_what_pypi_cannot_say_is_constrained_in_the_tools_own_table(tmp_path):
    root = projects.a_python_project(tmp_path / "project")
    pyproject = root / "pyproject.toml"
    pyproject.write_text(
        pyproject.read_text() + '\n[tool.sluice]\nrun-constrained = ["conda-build >=26"]\n'
    )
    recipe = read_back(text_of(root))
    assert recipe.requirements.run_constrained == ("conda-build >=26",)


def test_every_requirement_tells_the_file_and_field_that_asks_for_it(tmp_path):
    recipe = recipe_of(projects.a_python_project(tmp_path))
    (section,) = (one for one in recipe.sections if one.name == "requirements")
    told = {item.text.split(" ")[0]: item.because for one in section.entries for item in one.value}
    assert told["hatchling"].startswith("pyproject.toml [build-system] requires asks for hatchling")
    assert told["rich"].startswith("pyproject.toml [project] dependencies asks for rich")
    assert told["python"] == "requires-python is >=3.11"
    assert all(told.values())
