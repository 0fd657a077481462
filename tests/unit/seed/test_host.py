import pickle
from dataclasses import replace

import pytest

from conda_sluice.seed.host import find_missing, plan_host
from seeding import PYTHON, TOOLS, R, a_machine

EVERYTHING = {
    *("python", "python_abi", "r-base", "cmake", "ninja", "make", "pkg-config"),
    *("gnuconfig", "autoconf", "automake", "libtool", "m4", "bison", "flex"),
    *("libblas", "liblapack"),
    *("gcc_linux-64", "gxx_linux-64", "gfortran_linux-64", "sysroot_linux-64"),
    *("libgcc", "libstdcxx", "libgfortran"),
}


def named(machine):
    return {one.name: one for one in plan_host(machine)}


def test_a_full_machine_gives_everything():
    assert named(a_machine()).keys() == EVERYTHING
    assert find_missing(a_machine()) == ()


def test_the_plan_is_the_same_each_time_and_pickles():
    assert plan_host(a_machine()) == plan_host(a_machine())
    assert pickle.loads(pickle.dumps(plan_host(a_machine()))) == plan_host(a_machine())


def test_the_linker_is_led_to_the_linear_algebra_of_r():
    linked = replace(R, linear_algebra=(("libblas", "/lib/x/libblas.so.3"),))
    packages = named(a_machine(r=linked))
    assert packages["libblas"].recipe["build"]["script"] == {
        "file": "linked.sh",
        "env": {"HOST_LIBRARY": "/lib/x/libblas.so.3", "HOST_NAME": "libblas"},
    }
    assert packages["liblapack"].recipe["build"]["script"]["file"] == "nothing.sh"


def test_what_is_not_there_is_told_with_what_to_install():
    machine = a_machine(r=None, tools={}, python=replace(PYTHON, has_headers=False))
    missing = {one.name: one.remedy for one in find_missing(machine)}
    assert missing["r-base"].endswith("apt-get install r-base-core")
    assert missing["gcc_linux-64"].endswith("apt-get install gcc")
    assert missing["python headers"].endswith("python3.11-dev")
    assert not any(one.is_needed for one in find_missing(machine))
    assert named(machine).keys() == {"python", "python_abi", "sysroot_linux-64", "gnuconfig"}


@pytest.mark.parametrize("change", [{"os_version": "13"}, {"glibc": "2.41"}])
def test_another_host_gives_other_build_strings(change):
    here, there = named(a_machine()), named(a_machine(**change))
    host_bound = here.keys() - {"python_abi"}
    assert all(here[name].build != there[name].build for name in host_bound)
    assert here["python_abi"] == there["python_abi"]


def test_another_build_of_python_gives_another_build_string_of_python_only():
    other = named(a_machine(python=replace(PYTHON, build="3.11.7 (other)")))
    here = named(a_machine())
    assert {name for name in here if here[name].build != other[name].build} == {"python"}


def test_build_strings_say_host_and_number():
    for package in plan_host(a_machine()):
        if package.name != "python_abi":
            assert package.build.startswith("h")
            assert package.build[8:10] == "_0"
        assert package.recipe["build"]["string"] == package.build


def test_every_host_package_says_where_it_runs():
    for package in plan_host(a_machine()):
        if package.name != "python_abi":
            assert "runs only on Debian GNU/Linux 12" in package.recipe["about"]["description"]
            assert "__glibc >=2.36,<3.0.a0" in package.recipe["requirements"]["run"]


def test_python_exports_its_abi_to_compiled_packages_and_itself_to_noarch_ones():
    exports = named(a_machine())["python"].recipe["requirements"]["run_exports"]
    assert exports == {"weak": ["python_abi 3.11.* *_cp311"], "noarch": ["python"]}


def test_compilers_export_their_runtimes_and_stdlib_the_c_library():
    here = named(a_machine())
    exports = {name: one.recipe["requirements"].get("run_exports") for name, one in here.items()}
    assert exports["gcc_linux-64"] == {"strong": ["libgcc >=12"]}
    assert exports["gxx_linux-64"] == {"strong": ["libgcc >=12", "libstdcxx >=12"]}
    assert exports["sysroot_linux-64"] == {"strong": ["__glibc >=2.36,<3.0.a0"]}


def test_run_paths_are_moved_only_where_there_are_any():
    plain = named(a_machine())["python"].recipe["build"]["dynamic_linking"]
    linked = replace(PYTHON, has_run_path=True)
    moved = named(a_machine(python=linked))["python"].recipe["build"]["dynamic_linking"]
    assert plain["binary_relocation"] is False
    assert "bin/*" in moved["binary_relocation"]


def test_wrappers_are_made_for_the_linkers_family_and_not_for_build_tools():
    script = named(a_machine())["gcc_linux-64"].recipe["build"]["script"]
    wrappers = dict(one.split("=") for one in script["env"]["HOST_PROGRAMS"].split())
    assert wrappers == {
        "cc": "/usr/bin/gcc",
        "gcc": "/usr/bin/gcc",
        "cpp": "/usr/bin/cpp",
        "ar": "/usr/bin/ar",
    }


def test_what_is_written_in_perl_is_called_where_it_lies():
    build = named(a_machine())["automake"].recipe["build"]
    programs = "/usr/bin/automake /usr/bin/aclocal"
    assert build["script"] == {"file": "called.sh", "env": {"HOST_PROGRAMS": programs}}


def test_libtool_is_the_program_that_autoreconf_calls():
    build = named(a_machine())["libtool"].recipe["build"]
    assert build["script"]["env"] == {"HOST_PROGRAMS": "/usr/bin/libtoolize"}


def test_the_slow_packages_are_made_first():
    assert [one.name for one in plan_host(a_machine())][:3] == ["cmake", "python", "r-base"]


def test_a_machine_without_fortran_gives_no_fortran():
    tools = {name: tool for name, tool in TOOLS.items() if name != "gfortran"}
    assert not {"gfortran_linux-64", "libgfortran"} & named(a_machine(tools=tools)).keys()
