"""Backends other than plain setuptools: what they compile, in which languages, by which tools."""

import pytest

import projects
from conda_sluice.discover.detect import discover

PROJECT = '[project]\nname = "trips"\nversion = "1"\n'


def a_project(tmp_path, system, **files):
    named = {name.replace("__", "/").replace("_dot_", "."): text for name, text in files.items()}
    pyproject = f"{PROJECT}\n{system}"
    return discover(projects.write_files(tmp_path, {"pyproject.toml": pyproject, **named}))


def test_rust_is_linked_by_the_c_compiler_and_collects_licences(tmp_path):
    project = a_project(
        tmp_path,
        '[build-system]\nrequires = ["maturin"]\nbuild-backend = "maturin"\n',
        Cargo_dot_toml='[package]\nname = "trips-py"\n[lib]\nname = "trips"\n'
        '[dependencies.pyo3]\nversion = "1"\nfeatures = ["abi3-py39"]\n',
    )
    assert project.compile.languages == ("c", "rust")
    assert project.compile.tools == ("cargo-bundle-licenses",)
    assert project.facts.imports == ("trips",)
    assert project.facts.abi3 == "3.9"


def test_setuptools_rust_is_declared_in_pyproject(tmp_path):
    project = a_project(
        tmp_path,
        '[build-system]\nrequires = ["setuptools-rust"]\nbuild-backend = "setuptools.build_meta"\n'
        '[[tool.setuptools-rust.ext-modules]]\ntarget = "trips._rust"\n',
    )
    assert project.compile.languages == ("c", "rust")


@pytest.mark.parametrize(
    ("declared", "languages"),
    [
        ("'trips', 'c', 'cython'", ("c",)),
        ("'trips', 'cpp', version: '1'", ("cxx",)),
        ("'trips', ['c', 'fortran']", ("c", "fortran")),
        ("'trips', 'rust'", ("c", "rust")),
    ],
)
def test_meson_compiles_in_the_languages_that_it_declares(tmp_path, declared, languages):
    project = a_project(
        tmp_path,
        '[build-system]\nrequires = ["meson-python", "numpy"]\nbuild-backend = "mesonpy"\n',
        meson_dot_build=f"project({declared})\ndependency('libpng')\ndependency('numpy')\n",
    )
    assert project.compile.languages == languages
    assert project.compile.tools == ("ninja", "pkg-config")
    assert [one.name for one in project.compile.links] == ["libpng"]
    assert [one.name for one in project.facts.abi_partners] == ["numpy"]


def test_a_meson_project_without_compiled_language_is_pure(tmp_path):
    project = a_project(
        tmp_path,
        '[build-system]\nrequires = ["meson-python"]\nbuild-backend = "mesonpy"\n',
        meson_dot_build="project('trips', version: '1')\n",
    )
    assert not project.is_compiled


@pytest.mark.parametrize(
    ("hook", "is_compiled"),
    [
        ("[tool.hatch.build.targets.wheel.hooks.mypyc]", True),
        ("[tool.hatch.build.targets.wheel.hooks.mypyc]\nenable-by-default = false", False),
        ("[tool.hatch.build.hooks.jupyter-builder]", False),
        ("[tool.hatch.build.hooks.custom]", True),
    ],
)
def test_build_hooks_of_hatchling_may_compile(tmp_path, hook, is_compiled):
    project = a_project(
        tmp_path,
        f'[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n{hook}\n',
        hatch_build_dot_py="class CustomBuildHook:\n  def initialize(self, version, data):\n"
        "    data['pure_python'] = False\n",
        src__trips__fast_dot_c="",
    )
    assert project.is_compiled is is_compiled


def test_a_build_script_of_poetry_is_read_like_setup_py(tmp_path):
    project = a_project(
        tmp_path,
        '[build-system]\nrequires = ["poetry-core", "cython"]\n'
        'build-backend = "poetry.core.masonry.api"\n[tool.poetry.build]\nscript = "build.py"\n',
        build_dot_py="def build(kwargs):\n  kwargs['ext_modules'] = cythonize('trips/*.pyx')\n",
        trips__fast_dot_pyx="# distutils: language = c++\n# distutils: libraries = geos_c\n",
    )
    assert project.compile.languages == ("c", "cxx")


@pytest.mark.parametrize(("default", "is_compiled"), [("", True), ("1", False)])
def test_a_backend_of_the_projects_own_may_ask_for_cython(tmp_path, default, is_compiled):
    project = a_project(
        tmp_path,
        '[build-system]\nrequires = ["setuptools"]\n'
        'build-backend = "own"\nbackend-path = ["hooks"]\n',
        hooks__own_dot_py=f"""
PURE = os.getenv("PURE", "{default}") == "1"
def get_requires_for_build_wheel(settings=None):
    return [] if PURE else ["Cython>=3"]
""",
        trips__fast_dot_pyx="",
    )
    assert project.is_compiled is is_compiled
    assert ("Cython>=3" in project.facts.build_requires) is is_compiled


@pytest.mark.parametrize(
    ("tool", "abi3"),
    [
        ('[tool.distutils.bdist_wheel]\npy-limited-api = "cp310"', "3.10"),
        (
            '[[tool.setuptools.ext-modules]]\nname = "t"\nsources = []\npy-limited-api = true',
            "3.11",
        ),
        ("", ""),
    ],
)
def test_stable_abi_is_told_from_the_settings_of_the_wheel(tmp_path, tool, abi3):
    files = {
        "pyproject.toml": f'{PROJECT}requires-python = ">=3.11"\n{tool}\n',
        "setup.py": 'setup(ext_modules=[Extension("t", ["t.c"])])',
    }
    assert discover(projects.write_files(tmp_path, files)).facts.abi3 == abi3


MATURIN = '[build-system]\nrequires = ["maturin"]\nbuild-backend = "maturin"\n'


@pytest.mark.parametrize(
    ("crates", "languages", "tools", "links"),
    [
        (("pyo3",), ("c", "rust"), ("cargo-bundle-licenses",), []),
        (("openssl-sys",), ("c", "rust"), ("cargo-bundle-licenses",), ["openssl"]),
        (("openssl-sys", "openssl-src"), ("c", "rust"), ("cargo-bundle-licenses",), []),
        (("cmake",), ("c", "rust"), ("cmake", "make", "cargo-bundle-licenses"), []),
        (("tikv-jemalloc-sys",), ("c", "rust"), ("make", "cargo-bundle-licenses"), []),
        (("link-cplusplus",), ("c", "cxx", "rust"), ("cargo-bundle-licenses",), []),
    ],
)
def test_locked_crates_say_what_they_compile_and_link(tmp_path, crates, languages, tools, links):
    lock = "".join(f'[[package]]\nname = "{one}"\nversion = "1.0.0"\n' for one in crates)
    project = a_project(
        tmp_path,
        MATURIN,
        Cargo_dot_toml='[package]\nname = "trips"\n',
        Cargo_dot_lock=lock,
    )
    assert project.compile.languages == languages
    assert project.compile.tools == tools
    assert [one.name for one in project.compile.links] == links


def test_meson_says_which_packages_it_installs(tmp_path):
    project = a_project(
        tmp_path,
        '[build-system]\nrequires = ["meson-python"]\nbuild-backend = "mesonpy"\n',
        meson_dot_build="project('trips', 'c')\npy = import('python').find_installation()\n"
        "py.install_sources(['Modules/__init__.py'], subdir: 'trips')\n"
        "py.extension_module('_fast', 'fast.c', subdir: 'trips/core')\n",
    )
    assert project.facts.imports == ("trips",)


def test_interface_files_are_for_swig(tmp_path):
    project = a_project(
        tmp_path,
        '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n',
        setup_dot_py="from setuptools import Extension, setup\n"
        'setup(ext_modules=[Extension("trips._fast", ["fast.i"])])\n',
    )
    assert project.compile.tools == ("swig",)


def test_packages_of_examples_are_imported_only_where_there_are_no_others(tmp_path):
    names = {"trips.egg-info/top_level.txt": "example_scripts\ntrips\n"}
    packages = {f"{one}/__init__.py": "" for one in ("trips", "example_scripts")}
    files = {"pyproject.toml": PROJECT, **names, **packages}
    assert discover(projects.write_files(tmp_path, files)).facts.imports == ("trips",)


SETUPTOOLS = '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'
MESON = '[build-system]\nrequires = ["meson-python"]\nbuild-backend = "mesonpy"\n'
CMAKE = (
    '[build-system]\nrequires = ["scikit-build-core"]\nbuild-backend = "scikit_build_core.build"\n'
)


@pytest.mark.parametrize(
    ("system", "file", "content"),
    [
        (
            SETUPTOOLS,
            "setup.py",
            'setup(ext_modules=[Extension("a", ["a.c"], extra_compile_args=["-fopenmp"])])\n',
        ),
        (CMAKE, "CMakeLists.txt", "project(trips C)\nfind_package(OpenMP REQUIRED)\n"),
        (MESON, "meson.build", "project('trips', 'c')\nomp = dependency('openmp')\n"),
    ],
)
def test_openmp_is_seen_in_every_build_system(tmp_path, system, file, content):
    files = {"pyproject.toml": f"{PROJECT}\n{system}", file: content}
    assert "openmp" in discover(projects.write_files(tmp_path, files)).compile.tools


@pytest.mark.parametrize(("default", "is_asked"), [("OFF", False), ("ON", True)])
def test_openmp_counts_where_its_option_is_on(tmp_path, default, is_asked):
    cmake = (
        f'project(trips C)\noption(WITH_OMP "in parallel" {default})\n'
        "if(WITH_OMP)\n  find_package(OpenMP REQUIRED)\nendif()\n"
    )
    files = {"CMakeLists.txt": cmake, "pyproject.toml": f"{PROJECT}\n{CMAKE}"}
    tools = discover(projects.write_files(tmp_path, files)).compile.tools
    assert ("openmp" in tools) is is_asked


def test_openmp_in_a_comment_is_not_asked_for(tmp_path):
    files = {"CMakeLists.txt": "project(trips C)\n# find_package(OpenMP)\n"}
    files |= {"pyproject.toml": f"{PROJECT}\n{CMAKE}"}
    assert "openmp" not in discover(projects.write_files(tmp_path, files)).compile.tools


def test_openmp_that_only_an_environment_asks_for_is_left_out(tmp_path):
    setup = "import os\nfrom setuptools import Extension, setup\n"
    setup += 'flags = ["-fopenmp"] if eval(os.environ.get("OPENMP", "None")) else []\n'
    setup += 'setup(ext_modules=[Extension("a", ["a.c"], extra_compile_args=flags)])\n'
    files = {"pyproject.toml": f"{PROJECT}\n{SETUPTOOLS}", "setup.py": setup}
    assert "openmp" not in discover(projects.write_files(tmp_path, files)).compile.tools


def test_a_library_that_the_build_goes_on_without_is_optional(tmp_path):
    meson = "project('trips', 'c')\ndependency('libpng')\ndependency('libjpeg', required: false)\n"
    files = {"pyproject.toml": f"{PROJECT}\n{MESON}", "meson.build": meson}
    project = discover(projects.write_files(tmp_path, files))
    found = {one.name: one.is_optional for one in project.compile.links}
    assert found == {"libpng": False, "libjpeg": True}


@pytest.mark.parametrize(("module", "requires"), [("trips", ("pluggy>=1",)), ("backend", ())])
def test_a_backend_that_builds_itself_needs_there_what_it_depends_on(tmp_path, module, requires):
    pyproject = (
        f'{PROJECT}dependencies = ["pluggy>=1"]\n'
        f'[build-system]\nrequires = []\nbuild-backend = "{module}.build"\n'
        'backend-path = ["."]\n'
    )
    files = {"pyproject.toml": pyproject, "trips/__init__.py": "", "backend/__init__.py": ""}
    project = discover(projects.write_files(tmp_path, files))
    assert project.facts.build_requires == requires


def test_a_backend_of_ones_own_that_calls_a_compiler_compiles(tmp_path):
    backend = "def build_wheel(folder, *_):\n    call(['c++', '-shared', 'src/core.cc'])\n"
    system = '[build-system]\nrequires = []\nbuild-backend = "ext"\nbackend-path = ["ci"]\n'
    files = {"pyproject.toml": f"{PROJECT}\n{system}", "ci/ext.py": backend, "src/core.cc": ""}
    project = discover(projects.write_files(tmp_path, files))
    assert project.compile.languages == ("c", "cxx")
    assert ("compiled", "ci/ext.py calls a compiler") in {
        (one.claim, one.because) for one in project.evidence
    }


def test_numpys_headers_are_found_without_importing_it(tmp_path):
    setup = "from setuptools import Extension, setup\n"
    setup += 'setup(ext_modules=[Extension("a", ["a.c"], include_dirs=[find("numpy", "include")])])'
    files = {"pyproject.toml": f"{PROJECT}\n{SETUPTOOLS}", "setup.py": setup}
    project = discover(projects.write_files(tmp_path, files))
    assert [one.name for one in project.facts.abi_partners] == ["numpy"]
