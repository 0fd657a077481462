import pytest

import projects
from conda_sluice.discover.detect import discover
from conda_sluice.discover.python.setup_py import read_setup_py
from conda_sluice.errors import ProjectError

OFF_BY_DEFAULT = """
FAST = os.environ.get("FAST") == "1"
modules = []
if FAST:
    modules = cythonize([Extension("x", ["x.c"])])
setup(ext_modules=modules)
"""
ON_BY_DEFAULT = """
if not PYPY and not os.getenv("PURE"):
    modules = [Extension("x", ["x.c"])]
setup(ext_modules=modules)
"""


def read(root, source):
    return read_setup_py(projects.write_files(root, {"setup.py": source}))


def test_literals_are_read_through_names_sums_and_dicts(tmp_path):
    setup = read(
        tmp_path,
        """
base = ["a>=1"]
options = dict(python_requires=">=3.9")
setup(name="tr" + "ips", install_requires=base + ["b"], **options)
""",
    )
    assert setup.metadata.name == "trips"
    assert setup.metadata.dependencies == ("a>=1", "b")
    assert setup.metadata.requires_python == ">=3.9"


@pytest.mark.parametrize(
    ("asked", "requires"),
    [
        ("'release' in sys.argv", ()),
        ("'release' in sys.argv[1:]", ()),
        ("{'release', 'upload'}.intersection(sys.argv)", ()),
        ("not {'release'}.isdisjoint(sys.argv)", ()),
        ("{'release'} & set(sys.argv)", ()),
        ("{'bdist_wheel', 'install'}.intersection(sys.argv)", ("a",)),
        ("{'release'}.intersection(asked_for())", ("a",)),
    ],
)
def test_setup_py_is_called_to_make_a_wheel_and_for_nothing_else(tmp_path, asked, requires):
    setup = read(tmp_path, f"r = []\nif {asked}:\n  r.append('a')\nsetup(setup_requires=r)\n")
    assert setup.requires == requires


def test_nothing_of_setup_py_runs(tmp_path):
    read(tmp_path, f"open({str(tmp_path / 'ran')!r}, 'w')\nimport os\nos._exit(3)\n")
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("source", ["def (", "\0", "(" * 5000])
def test_what_is_no_python_names_its_line(tmp_path, source):
    with pytest.raises(ProjectError, match="no Python 3") as caught:
        read(tmp_path, source)
    assert "setup.py:" in caught.value.where


@pytest.mark.parametrize(
    ("setup_py", "is_compiled", "languages"),
    [
        ('setup(ext_modules=[Extension("x", ["x.c"])])', True, ("c",)),
        ('setup(ext_modules=[Extension("x", ["x.cpp"])])', True, ("c", "cxx")),
        ('setup(ext_modules=[Extension("x", ["x.pyx"], language="c++")])', True, ("c", "cxx")),
        ('setup(rust_extensions=[RustExtension("x")])', True, ("c", "rust")),
        ('setup(ext_modules=[Pybind11Extension("x", sorted(glob("*.cpp")))])', True, ("c", "cxx")),
        ('setup(cffi_modules=["build.py:ffi"])', True, ("c",)),
        (OFF_BY_DEFAULT, False, ()),
        (ON_BY_DEFAULT, True, ("c",)),
        ("setup(ext_modules=[])", False, ()),
        ("setup()", False, ()),
    ],
)
def test_compiling_is_told_from_what_setup_py_declares(tmp_path, setup_py, is_compiled, languages):
    project = discover(projects.an_extension_project(tmp_path, setup_py=setup_py))
    assert project.is_compiled is is_compiled
    assert project.compile.languages == languages


def test_linked_libraries_name_their_place(tmp_path):
    (link,) = discover(projects.an_extension_project(tmp_path)).compile.links
    assert (link.kind, link.name, link.because) == ("library", "trips", "setup.py")


@pytest.mark.parametrize(
    ("source", "dependencies"),
    [
        ("setup(name='t')", ()),
        ("more = {'url': 'x'}\nsetup(name='t', **more)", ()),
        ("more = {'install_requires': ['a']}\nsetup(name='t', **more)", ("a",)),
        ("setup(name='t', **more())", None),
        ("setup(name='t', install_requires=needs())", None),
    ],
)
def test_silence_about_dependencies_counts_where_nothing_is_computed(
    tmp_path, source, dependencies
):
    assert read(tmp_path, source).metadata.dependencies == dependencies


@pytest.mark.parametrize(
    ("source", "imports"),
    [
        ("setup(name='t', py_modules=['t.__init__', 't._main'])", ("t",)),
        ("setup(name='t', py_modules=['test_t'], ext_modules=[Extension('t', ['t.c'])])", ("t",)),
        ("setup(name='t', packages=['t', 't/data'])", ("t",)),
    ],
)
def test_modules_are_named_by_their_top(tmp_path, source, imports):
    files = {"setup.py": source, "test_t.py": "", "t.c": ""}
    assert discover(projects.write_files(tmp_path, files)).facts.imports == imports


@pytest.mark.parametrize(
    ("source", "asked"),
    [
        ("run(['pkg-config', '--libs', 'icu-i18n'])", {("pkg-config", "icu-i18n")}),
        (
            "def ask(more):\n  run(('pkg-config',) + more + ('icu-i18n',))\nask(x)",
            {("pkg-config", "icu-i18n")},
        ),
        (
            "for one in ['mysqlclient', 'mariadb']:\n  run(f'pkg-config --exists {one}')",
            {("pkg-config", "mysqlclient")},
        ),
        ("run([os.environ.get('GEOS_CONFIG', 'geos-config'), '--libs'])", {("system", "geos")}),
        (
            "pkgconfig_extension(Extension('x', ['x.c']), 'libusb-1.0 >= 1.0.9')",
            {("pkg-config", "libusb-1.0")},
        ),
        ("use_pkg_config(flags, '--cflags', 'CFLAGS')", set()),
        ("pkgconfig.configure_extension(e, 'libpng')", {("pkg-config", "libpng")}),
        ("run(['pkg-config', '--version'])", set()),
    ],
)
def test_libraries_are_known_from_the_programs_that_are_asked(tmp_path, source, asked):
    setup_py = f"{source}\nsetup(name='t', ext_modules=[Extension('t', ['t.c'])])\n"
    project = discover(projects.write_files(tmp_path, {"setup.py": setup_py, "t.c": ""}))
    assert {(one.kind, one.name) for one in project.compile.links} == asked
