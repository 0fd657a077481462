import re

from ruamel.yaml import YAML

from conda_sluice.seed.seeding import write_variants
from conda_sluice.seed.variants import render_variants
from seeding import a_machine


def test_each_key_has_the_one_value_of_the_machine():
    values = YAML(typ="safe").load(render_variants(a_machine()))
    pins = values.pop("pin_run_as_build")
    assert pins["python"] == pins["r-base"] == {"min_pin": "x.x", "max_pin": "x.x"}
    assert values == {
        "python": ["3.11"],
        "python_min": ["3.11"],
        "r_base": ["4.2"],
        "c_compiler": ["gcc"],
        "c_compiler_version": ["12"],
        "cxx_compiler": ["gxx"],
        "cxx_compiler_version": ["12"],
        "fortran_compiler": ["gfortran"],
        "fortran_compiler_version": ["12"],
        "c_stdlib": ["sysroot"],
        "c_stdlib_version": ["2.36"],
    }


def test_no_line_can_be_taken_for_a_selector():
    assert not re.search(r"\[.*\]", render_variants(a_machine()))


def test_what_is_not_on_the_machine_has_no_key():
    text = render_variants(a_machine(r=None, tools={}))
    assert "r_base" not in text
    assert "c_compiler" not in text


def test_the_file_is_written_once(tmp_path):
    path = write_variants(a_machine(), tmp_path / "host")
    before = path.stat().st_mtime_ns, path.stat().st_ino
    assert write_variants(a_machine(), tmp_path / "host") == path
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == before
