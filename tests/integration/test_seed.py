"""A channel out of this very machine: made for real, and used from fresh environments."""

import json
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from conda_sluice.builders.rattler_build import build_v1
from conda_sluice.effects import process
from conda_sluice.effects.artifact import check_members, read_about, read_artifact
from conda_sluice.environments.rattler import RattlerEnvironments
from conda_sluice.executors.local import LocalExecutor
from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.environment import ChannelSource, Solution
from conda_sluice.model.names import Subdir
from conda_sluice.seed.bench import SeedBench
from conda_sluice.seed.machine import inspect_machine
from conda_sluice.seed.outcome import AlreadySeeded, Seeded, Unavailable
from conda_sluice.seed.package import SeedPackage
from conda_sluice.seed.python import plan_python
from conda_sluice.seed.seeding import seed_packages, write_variants
from conda_sluice.stores.directory.store import DirectoryStore

pytestmark = [
    pytest.mark.integration,
    pytest.mark.xdist_group("seed"),  # one worker seeds, for all of these tests
]

PLATFORM = Subdir("linux-64")
SPECS = (
    "pip",
    "hatchling",
    "setuptools",
    "zstandard",
    "r-lattice",
    "compiler:c",
    "no-such-thing-of-ours",
)
TOOLS = ("python", "r-base", "gcc_linux-64", "gxx_linux-64", "cmake", "ninja", "make", "pkg-config")


class Seed:
    """A folder with the host channel `host`, an executor and a cache of its own."""

    def __init__(self, root: Path, executor) -> None:
        self.root = root
        self.environments = RattlerEnvironments(root / "cache")
        self.build = partial(
            build_v1,
            environments=self.environments,
            cache_dir=root / "cache",
            compression_level=1,
        )
        self.bench = SeedBench(
            store=DirectoryStore(),
            channel=ChannelRef("host", (root / "host").as_uri()),
            build_v1=self.build,
            executor=executor,
            workspace=root / "work",
            logs=root / "logs",
            python=sys.executable,
            run=process.run,
        )

    def environment(self, *specs, prefix):
        source = ChannelSource(self.bench.channel.url)
        solution = self.environments.solve(specs, (source,), PLATFORM)
        assert isinstance(solution, Solution), solution
        return self.environments.create(solution, prefix)


@pytest.fixture(scope="module")
def seed(tmp_path_factory) -> Iterator[Seed]:
    """Return the channel, seeded once for all tests; `outcomes` is what became of it."""
    root = tmp_path_factory.mktemp("seed")
    with LocalExecutor(2).open() as executor:
        made = Seed(root, executor)
        made.machine = inspect_machine()
        made.outcomes = list(seed_packages(made.machine, SPECS, made.bench))
        write_variants(made.machine, root / "host")
        yield made


@pytest.fixture(scope="module")
def tools(seed) -> Iterator:
    """Return a fresh environment with the machine's Python, R and compilers."""
    with seed.environment(*TOOLS, "pip", "hatchling", prefix=seed.root / "tools") as environment:
        yield environment


def succeed(environment, script, folder):
    done = environment.run(f"set -e\n{script}", cwd=folder, timeout=300)
    assert done.code == 0, done.output
    return done.output


def test_what_the_machine_has_is_seeded_and_what_it_lacks_is_told(seed):
    lacking = [one for one in seed.outcomes if not isinstance(one, Seeded)]
    assert [(type(one), one.name) for one in lacking] == [(Unavailable, "no-such-thing-of-ours")]
    assert {*TOOLS, "pip", "hatchling", "zstandard", "r-lattice"} <= {
        one.name for one in seed.outcomes
    }


def test_seeding_again_changes_nothing_and_takes_no_time(seed):
    specs = [one for one in SPECS if one != "no-such-thing-of-ours"]
    index = seed.root / "host/linux-64/repodata.json"
    before = index.stat()
    start = time.monotonic()
    again = list(seed_packages(seed.machine, specs, seed.bench))
    assert time.monotonic() - start < 5
    assert {type(one) for one in again} == {AlreadySeeded}
    assert (index.stat().st_mtime_ns, index.stat().st_ino) == (before.st_mtime_ns, before.st_ino)


def test_packages_are_sound_and_say_where_they_run(seed):
    packages = list((seed.root / "host").glob("*/*.conda"))
    for path in packages:
        check_members(path)
    (python,) = (path for path in packages if path.name.startswith("python-3"))
    assert "runs only on" in read_about(python)["description"]
    assert seed.machine.os_name in read_about(python)["description"]


def test_python_has_its_libraries_and_knows_its_prefix(tools, tmp_path):
    script = """python -c '
import bz2, ctypes, json, lzma, site, sqlite3, ssl, sys, sysconfig, zlib
print(json.dumps([sys.prefix, sysconfig.get_path("purelib"), site.getsitepackages(),
                  sysconfig.get_config_var("INCLUDEPY"), sysconfig.get_config_var("LIBDIR")]))'
    """
    answer = json.loads(succeed(tools, script, tmp_path).splitlines()[-1])
    prefix = str(tools.prefix)
    minor = f"python{sys.version_info.major}.{sys.version_info.minor}"
    packages = f"{prefix}/lib/{minor}/site-packages"
    assert answer == [prefix, packages, [packages], f"{prefix}/include/{minor}", f"{prefix}/lib"]


def test_converted_wheels_run_and_fit_together(tools, tmp_path):
    script = "pip check && hatchling --help && head -1 $(which hatchling)"
    output = succeed(tools, script, tmp_path)
    assert "No broken requirements found" in output
    assert f"{tools.prefix}/bin/python" in output


def test_r_runs_and_compiles_a_package_with_c(seed, tools, tmp_path):
    package = tmp_path / "adder"
    (package / "R").mkdir(parents=True)
    (package / "src").mkdir()
    (package / "DESCRIPTION").write_text(
        "Package: adder\nVersion: 1.0\nTitle: Add\nDescription: Adds.\nLicense: MIT\n"
        "Author: A\nMaintainer: A <a@example.org>\n"
    )
    (package / "NAMESPACE").write_text("useDynLib(adder, c_add)\nexport(add)\n")
    (package / "R/add.R").write_text("add <- function(x, y) .Call(c_add, x, y)\n")
    (package / "src/add.c").write_text(
        "#include <Rinternals.h>\n"
        "SEXP c_add(SEXP x, SEXP y) { return ScalarReal(asReal(x) + asReal(y)); }\n"
    )
    script = """
    Rscript -e 'library(stats); cat(R.version.string, R.home(), .libPaths(), sep="\\n")'
    R CMD INSTALL adder
    Rscript -e 'cat("sum:", adder::add(1, 2), "\\n")'
    """
    output = succeed(tools, script, tmp_path)
    assert f"R version {seed.machine.r.version}" in output
    assert f"{tools.prefix}/lib/R\n{tools.prefix}/lib/R/library\n" in output
    assert "x86_64-conda-linux-gnu-cc" in output
    assert "sum: 3" in output


def test_compilers_find_headers_and_libraries_of_the_environment(tools, tmp_path):
    (tmp_path / "main.c").write_text(
        "#include <assert.h>\n#include <stdio.h>\n"
        'int main(void) { assert(puts("a release does not assert") < 0); puts("hello"); }\n'
    )
    (tmp_path / "main.cc").write_text("#include <iostream>\nint main() { std::cout << 42; }\n")
    script = """
    $CC $CPPFLAGS $CFLAGS main.c -o c $LDFLAGS && ./c
    $CXX $CPPFLAGS $CXXFLAGS main.cc -o cc $LDFLAGS && ./cc
    $READELF -d c
    echo "CC=$CC"
    """
    output = succeed(tools, script, tmp_path)
    assert "hello\n42" in output
    assert "assert" not in output
    assert f"[{tools.prefix}/lib]" in output
    assert f"CC={tools.prefix}/bin/x86_64-conda-linux-gnu-cc" in output


def test_cmake_and_ninja_build_test_and_install_a_project(tools, tmp_path):
    (tmp_path / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.20)\nproject(hello C CXX)\n"
        "add_executable(hello main.c)\ninstall(TARGETS hello)\n"
        "enable_testing()\nadd_test(NAME runs COMMAND hello)\n"
    )
    (tmp_path / "main.c").write_text("int main(void) { return 0; }\n")
    script = """
    cmake -G Ninja -S . -B build $CMAKE_ARGS -DCMAKE_INSTALL_PREFIX=$PWD/out
    cmake --build build && ctest --test-dir build && cmake --install build
    command -v cmake ninja make pkg-config
    """
    output = succeed(tools, script, tmp_path)
    assert "100% tests passed" in output
    assert (tmp_path / "out/bin/hello").is_file()
    assert output.count(f"{tools.prefix}/bin/") >= 4


def test_pkg_config_sees_the_environment_only(tools, tmp_path):
    output = succeed(tools, "pkg-config --list-all", tmp_path)
    assert f"python-{sys.version_info.major}" in output
    assert "x11" not in output


def test_leaving_an_environment_puts_the_variables_back(tools, tmp_path):
    folder = tools.prefix / "etc/conda"
    script = f"""
    for kind in deactivate.d/deactivate activate.d/activate deactivate.d/deactivate; do
      for name in gcc_linux-64 gxx_linux-64; do . {folder}/$kind-$name.sh; done
      echo "CC=${{CC-unset}}" "CXX=${{CXX-unset}}" "CFLAGS=${{CFLAGS-unset}}"
      export CFLAGS=-mine
    done
    """
    for shell in ("bash", "sh"):
        lines = succeed(tools, f"{shell} -c '{script}'", tmp_path).splitlines()
        assert lines[0] == "CC=unset CXX=unset CFLAGS=unset", shell
        assert lines[1].endswith(" -mine")
        assert lines[2] == "CC=unset CXX=unset CFLAGS=-mine"


EXTENSION = {
    "package": {"name": "answer", "version": "1.0"},
    "source": {"path": "src"},
    "build": {"number": 0, "script": ["$PYTHON -m pip install . -v --no-deps"]},
    "requirements": {
        "build": ["${{ compiler('c') }}", "${{ stdlib('c') }}"],
        "host": ["python", "pip", "setuptools"],
        "run": ["python"],
    },
}
ANSWER_C = """\
#include <Python.h>
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "answer", 0, -1, 0};
PyMODINIT_FUNC PyInit_answer(void) { return PyModule_Create(&module); }
"""


def test_the_variants_file_renders_a_recipe_whose_package_depends_rightly(seed, tmp_path):
    from rattler_build import (
        JinjaConfig,
        PlatformConfig,
        RenderConfig,
        Stage0Recipe,
        ToolConfiguration,
        VariantConfig,
    )

    (tmp_path / "src").mkdir()
    (tmp_path / "src/answer.c").write_text(ANSWER_C)
    (tmp_path / "src/setup.py").write_text(
        "from setuptools import Extension, setup\n"
        "setup(name='answer', version='1.0', ext_modules=[Extension('answer', ['answer.c'])])\n"
    )
    platform = PlatformConfig(target_platform=str(PLATFORM))
    variants = VariantConfig.from_conda_build_config(
        seed.root / "host/conda_build_config.yaml", JinjaConfig(platform=platform)
    )
    recipe = Stage0Recipe.from_dict(EXTENSION, recipe_dir=tmp_path)
    (variant,) = recipe.render(variants, RenderConfig(platform=platform))
    result = variant.run_build(
        tool_config=ToolConfiguration(test_strategy="skip"),
        output_dir=tmp_path / "out",
        channels=[seed.bench.channel.url],
    )
    record = read_artifact(Path(result.packages[0])).record
    minor = seed.machine.python.minor
    names = {spec.split()[0]: spec for spec in record.depends}
    assert names["python_abi"] == f"python_abi {minor}.* *_cp{minor.replace('.', '')}"
    assert names["libgcc"] == f"libgcc >={seed.machine.tool('gcc').version.partition('.')[0]}"
    assert names["__glibc"] == f"__glibc >={seed.machine.glibc},<3.0.a0"
    assert "python" in names


INTERPRETERS = sorted(
    {str(Path(one).resolve()) for one in (sys.executable, "/usr/bin/python3") if Path(one).exists()}
)


@pytest.mark.parametrize("python", INTERPRETERS)
def test_any_python_of_the_machine_can_be_packed(seed, tmp_path, python):
    other = Seed(tmp_path, seed.bench.executor)
    package = next(one for one in plan_python(inspect_machine(python)) if one.name == "python")
    assert isinstance(package, SeedPackage)
    made = other.bench.submit(package, PLATFORM).result()
    other.bench.store.put([read_artifact(made.path)], other.bench.channel)
    with other.environment("python", prefix=tmp_path / "env") as environment:
        script = (
            "mkdir -p $CONDA_PREFIX/lib/python*/site-packages\n"
            "folder=$(python -c 'import sysconfig as s; print(s.get_path(\"purelib\"))')\n"
            "echo 'HERE = 1' > $folder/here.py\n"
            "python -c 'import here, sys; print(here.__file__, sys.version_info[:3])'\n"
            "python -I -c 'import ssl, sqlite3, ctypes, sys; print(sys.path)'"
        )
        output = succeed(environment, script, tmp_path)
    assert output.startswith(f"{environment.prefix}/lib/python")
    assert "/usr/lib" not in output
    assert "dist-packages" not in output
