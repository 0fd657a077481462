from conda_sluice.model.facts import CompileFacts
from conda_sluice.recipe.generate.compilers import build_items


def lines(**facts):
    return [(one.text, one.when) for one in build_items(CompileFacts(**facts))]


def test_every_compiler_wants_the_c_library():
    assert lines(languages=("cxx", "c")) == [
        ('{{ compiler("c") }}', ""),
        ('{{ compiler("cxx") }}', ""),
        ('{{ stdlib("c") }}', ""),
    ]


def test_rust_brings_the_licences_of_its_crates():
    assert ("cargo-bundle-licenses", "") in lines(languages=("c", "rust"))


def test_make_and_its_kin_are_for_unix():
    assert lines(tools=("cmake", "make", "autoconf")) == [
        ("cmake", ""),
        ("make", "unix"),
        ("autoconf", "unix"),
    ]


def test_nothing_to_compile_needs_nothing():
    assert lines() == []


def test_compilers_tell_why():
    items = build_items(CompileFacts(languages=("c",)), "setup.py declares Extension")
    assert items[0].because == "setup.py declares Extension"


def test_openmp_is_the_runtime_of_each_systems_compiler():
    assert lines(tools=("openmp",)) == [("libgomp", "linux"), ("llvm-openmp", "osx")]
