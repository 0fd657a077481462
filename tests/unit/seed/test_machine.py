import json
from pathlib import Path

import pytest

from conda_sluice.errors import ToolError
from conda_sluice.model.completed import Completed
from conda_sluice.seed.machine import inspect_machine
from seeding import PYTHON, FakeRun

FACTS = {
    name: getattr(PYTHON, name)
    for name in PYTHON.__slots__
    if name not in {"has_headers", "has_run_path"}
}
ELF = b"\x7fELF"


@pytest.fixture
def root(tmp_path):
    """Return a small machine: its os-release, a Python and R."""
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/os-release").write_text(
        'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian 12"\n'
    )
    (tmp_path / "python3.11").write_bytes(ELF)
    home = tmp_path / "R"
    for name, priority in (("stats", "base"), ("MASS", "recommended"), ("translations", "base")):
        (home / "library" / name).mkdir(parents=True)
        (home / "library" / name / "DESCRIPTION").write_text(
            f"Package: {name}\nPriority: {priority}\n"
        )
    (home / "bin").mkdir()
    (home / "bin/R").write_text("R_HOME_DIR=/x\nR_SHARE_DIR=/usr/share/R/share\n")
    return tmp_path


@pytest.fixture
def inspect(root):
    """Return a function that looks at the machine, where PATH holds the programs named."""

    def inspected(programs=(), *, python=None, answers=None):
        facts = FACTS | {"executable": str(root / "python3.11")} | (python or {})
        said = {
            "-I -c": json.dumps(facts),
            "RHOME": str(root / "R"),
            "R --version": 'R version 4.2.2 Patched (2022-11-10) -- "x"\nmore',
            "-e cat(.libPaths()": f"/usr/local/lib/R/site-library\n{root}/R/library",
            "-dumpfullversion": "12.2.0",
            "cmake --version": "cmake version 3.25.1\n",
            "make --version": "GNU Make 4.3\n",
            "libtoolize --version": "libtoolize (GNU libtool) 2.4.7\nmore",
        }
        paths = {name: name for name in programs} | {
            path.name: str(path) for path in (root / "bin").glob("*")
        }
        return inspect_machine(
            "python", run=FakeRun(said | (answers or {})), which=paths.get, root=root
        )

    return inspected


def test_a_machine_tells_its_system_and_python(inspect):
    machine = inspect()
    assert (machine.os_id, machine.os_version, machine.os_name) == ("debian", "12", "Debian 12")
    assert machine.python.minor == "3.11"
    assert machine.r is None
    assert machine.tools == ()


def test_headers_and_run_path_are_looked_for(inspect, root):
    include = root / "include"
    include.mkdir()
    (include / "Python.h").touch()
    (root / "python3.11").write_bytes(ELF + b"/opt/py/lib\0")
    python = inspect(python={"include": str(include)}).python
    assert python.has_headers
    assert python.has_run_path
    assert not inspect(python={"include": str(root)}).python.has_headers


def test_libtool_is_known_by_libtoolize(inspect):
    tool = inspect(["libtoolize"]).tool("libtool")
    assert (tool.path, tool.version) == ("libtoolize", "2.4.7")


def test_r_knows_its_own_packages_without_their_translations(inspect, root):
    r = inspect(["R"]).r
    assert r.version == "4.2.2"
    assert r.base == ("stats",)
    assert r.share == "/usr/share/R/share"
    assert r.include == str(root / "R/include")


def test_r_says_itself_where_more_packages_lie(inspect, root):
    r = inspect(["R"]).r
    assert r.libraries == ("/usr/local/lib/R/site-library", str(root / "R/library"))


def test_the_libraries_that_r_is_linked_to_are_looked_up(inspect):
    answers = {
        "libR.so": "\tlibblas.so.3 => /lib/x/libblas.so.3 (0x1)\n\tlibm.so.6 => /l/libm.so.6 (2)\n",
        "modules/lapack.so": "\tliblapack.so.3 => /lib/x/liblapack.so.3 (0x1)\n",
    }
    assert inspect(["R", "ldd"], answers=answers).r.linear_algebra == (
        ("libblas", "/lib/x/libblas.so.3"),
        ("liblapack", "/lib/x/liblapack.so.3"),
    )
    assert inspect(["R"]).r.linear_algebra == ()


def test_a_tool_that_is_a_script_is_not_copied(inspect, root):
    (root / "bin").mkdir()
    (root / "bin/make").write_bytes(ELF)
    (root / "bin/cmake").write_text("#!/usr/bin/python3\n")
    machine = inspect(["gcc"])
    assert machine.tool("gcc").version == "12.2.0"
    assert machine.tool("make").version == "4.3"
    assert machine.tool("cmake") is None


def test_cmake_comes_with_the_folder_beside_its_program(inspect, root):
    (root / "bin").mkdir()
    (root / "bin/cmake").write_bytes(ELF)
    assert inspect().tool("cmake") is None
    (root / "share/cmake-3.25/Modules").mkdir(parents=True)
    (root / "share/cmake-3.25/Modules/CMake.cmake").touch()
    assert inspect().tool("cmake").data == str(root / "share/cmake-3.25")


def test_another_python_than_cpython_is_refused(inspect):
    with pytest.raises(ToolError, match="only CPython"):
        inspect(python={"implementation": "pypy"})


def test_a_python_that_fails_is_named(inspect):
    with pytest.raises(ToolError, match="does not answer: no such module"):
        inspect(answers={"-I -c": Completed(code=1, output="no such module\n")})


def test_this_very_machine_can_be_looked_at():
    machine = inspect_machine(which=lambda _: None)
    assert Path(machine.python.stdlib, "os.py").is_file()
