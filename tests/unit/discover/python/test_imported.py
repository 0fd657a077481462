"""What builds import without declaring it."""

import pytest

import projects
from conda_sluice.discover.detect import discover

SETUP = """
from setuptools import Extension, setup
{imports}
setup(name="trips", version="1", install_requires=["fast-waves"],
      ext_modules=[Extension("trips._fast", ["trips/_fast.{suffix}"], include_dirs=[{include}])])
"""
NAMED = '[project]\nname = "trips"\nversion = "1"\n'
DECLARED = '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'


def requires(tmp_path, *, imports="", suffix="pyx", include="", **files):
    source = SETUP.format(imports=imports, suffix=suffix, include=include)
    named = {name.replace("__", "/").replace("_dot_", "."): text for name, text in files.items()}
    projects.write_files(
        tmp_path,
        {"setup.py": source, f"trips/_fast.{suffix}": "", "trips/__init__.py": "", **named},
    )
    return discover(tmp_path).facts


@pytest.mark.parametrize(
    ("imports", "wanted"),
    [
        ("from Cython.Build import cythonize", ("setuptools", "cython")),
        ("import numpy as np", ("setuptools", "numpy")),
        (
            "try:\n    from Cython.Build import cythonize\nexcept ImportError:\n    pass",
            ("setuptools", "cython"),
        ),
        ("import requests", ("setuptools",)),
    ],
)
def test_what_setup_py_imports_is_a_build_requirement(tmp_path, imports, wanted):
    assert requires(tmp_path, imports=imports).build_requires == wanted


def test_an_import_within_a_function_that_runs_counts(tmp_path):
    facts = requires(
        tmp_path,
        imports="def include():\n    import pybind11\n    return pybind11.get_include()",
        suffix="cc",
        include="include()",
    )
    assert facts.build_requires == ("setuptools", "pybind11")


def test_cython_without_anything_to_translate_does_not_count(tmp_path):
    facts = requires(tmp_path, imports="from Cython.Build import cythonize", suffix="c")
    assert facts.build_requires == ("setuptools",)


def test_python_that_is_compiled_asks_for_cython_without_an_import(tmp_path):
    assert requires(tmp_path, suffix="py").build_requires == ("setuptools", "cython")


def test_a_written_list_of_requirements_is_believed(tmp_path):
    facts = requires(tmp_path, imports="import numpy", pyproject_dot_toml=DECLARED)
    assert facts.build_requires == ("setuptools",)


def test_providers_of_metadata_add_requirements(tmp_path):
    provider = "scikit_build_core.metadata.setuptools_scm"
    system = (
        '[build-system]\nrequires = ["scikit-build-core"]\n'
        'build-backend = "scikit_build_core.build"\n'
        f'[tool.scikit-build]\nmetadata.version.provider = "{provider}"\n'
    )
    project = discover(projects.write_files(tmp_path, {"pyproject.toml": NAMED + system}))
    assert project.facts.build_requires == ("scikit-build-core", "setuptools-scm")


def test_declarations_that_cython_takes_in_come_from_an_abi_partner(tmp_path):
    facts = requires(tmp_path, trips___fast_dot_pyx="from fast_waves.core cimport wave\n")
    (partner,) = facts.abi_partners
    assert partner.name == "fast-waves"
    assert partner.because == "trips/_fast.pyx takes its declarations in"


def test_libraries_of_cython_files_are_found_behind_a_glob(tmp_path):
    setup = 'from setuptools import Extension, setup\nsetup(name="trips", version="1",'
    setup += ' ext_modules=[Extension("*", ["trips/*.pyx"])])'
    pyx = "# distutils: libraries = gmp pari\n"
    project = discover(projects.write_files(tmp_path, {"setup.py": setup, "trips/a.pyx": pyx}))
    assert [one.name for one in project.compile.links] == ["gmp", "pari"]


def test_libraries_stand_in_declarations_beside_a_cython_file(tmp_path):
    setup = 'from setuptools import Extension, setup\nsetup(name="trips", version="1",'
    setup += ' ext_modules=[Extension("trips.a", ["trips/a.pyx"])])'
    files = {"setup.py": setup, "trips/a.pyx": "", "trips/b.pxd": "# distutils: libraries = gmp\n"}
    project = discover(projects.write_files(tmp_path, files))
    assert [(one.name, one.because) for one in project.compile.links] == [("gmp", "trips/b.pxd")]
