import pytest

import projects
from conda_sluice.discover.detect import discover
from conda_sluice.errors import ProjectError


def compiled(tmp_path, setup_py, **more):
    files = {name.replace("__", "/") + ".py": text for name, text in more.items()}
    root = projects.write_files(tmp_path, {"setup.py": setup_py} | files)
    return discover(root)


@pytest.mark.parametrize(
    "setup_py",
    [
        (
            "def find():\n  for one in names:\n    yield Extension(one, [one + '.c'])\n"
            "setup(name='t', ext_modules=list(find()))"
        ),
        (
            "class B(build_ext):\n  def run(self):\n    self.modules = [Extension('t', ['t.c'])]\n"
            "setup(name='t', cmdclass={'build_ext': B})"
        ),
        (
            "try:\n  from Cython.Build import cythonize\n  FAST = True\n"
            "except ImportError:\n  FAST = False\n"
            "setup(name='t', ext_modules=cythonize('t.pyx') if FAST else [])"
        ),
        (
            "if platform.python_implementation() == 'CPython':\n  e = [Extension('t', ['t.c'])]\n"
            "else:\n  e = []\nsetup(name='t', ext_modules=e)"
        ),
        "from skbuild import setup\nsetup(name='t')",
        "setup(name='t', ext_modules=somewhere())",
    ],
)
def test_extensions_are_found_however_they_are_made(tmp_path, setup_py):
    assert compiled(tmp_path, setup_py).is_compiled


@pytest.mark.parametrize(
    "setup_py",
    [
        (
            "FAST = False\nif '--fast' in sys.argv:\n  FAST = True\n"
            "e = []\nif FAST:\n  e.append(Extension('t', ['t.c']))\nsetup(name='t', ext_modules=e)"
        ),
        (
            "def f():\n  return RustExtension('t')\ne = []\nif os.name == 'nt':\n  e = [f()]\n"
            "setup(name='t', ext_modules=e)"
        ),
        (
            "M = None\nif os.getenv('FAST', '0') == '1':\n  M = mypycify(['t.py'])\n"
            "setup(name='t', ext_modules=M)"
        ),
        "setup(name='t', cffi_modules=['make.py:ffi'])",
    ],
)
def test_what_nobody_asked_for_is_not_compiled(tmp_path, setup_py):
    make = "ffi.set_source('_t', None)"
    assert not compiled(tmp_path, setup_py, make=make).is_compiled


def test_helper_modules_of_the_script_are_followed(tmp_path):
    project = compiled(
        tmp_path,
        "sys.path.insert(0, 'tools')\nfrom helper import extensions\n"
        "setup(name='t', ext_modules=extensions())",
        tools__helper="def extensions():\n"
        "  libraries = ['z']\n"
        "  if pkgconfig.exists('libpng'):\n    libraries.append('png')\n"
        "  if sys.platform == 'win32':\n    libraries.append('ws2_32')\n"
        "  return [Extension('t.fast', ['fast.cpp'], libraries=libraries)]\n",
    )
    assert project.compile.languages == ("c", "cxx")
    assert {one.name for one in project.compile.links} == {"z", "png", "libpng"}
    assert "pkg-config" in project.compile.tools


def test_imports_are_claimed_only_for_modules_that_are_surely_built(tmp_path):
    files = {
        "setup.py": """
e = [Extension("t.always", ["t/always.c"]), Extension("t.gone", ["t/gone.c"])]
if have_fast():
    e.append(Extension("t.fast", ["t/always.c"]))
e.append(Extension("t.perhaps", ["t/always.c"], optional=True))
e.append(Extension("t._testcapi", ["t/always.c"]))
setup(name="t", packages=["t"], ext_modules=e)
""",
        "t/__init__.py": "",
        "t/always.c": "",
    }
    assert discover(projects.write_files(tmp_path, files)).facts.imports == ("t", "t.always")


def test_a_script_that_is_nested_too_deeply_names_its_file(tmp_path):
    with pytest.raises(ProjectError, match="no Python 3"):
        compiled(tmp_path, f"setup(name='t')\nx = {'-' * 5000}1\n")
