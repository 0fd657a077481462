import pytest
from packaging.markers import Marker
from packaging.specifiers import SpecifierSet

from conda_sluice.recipe.generate.markers import condition_of


def ask(marker, requires_python=">=3.9"):
    return condition_of(Marker(marker) if marker else None, SpecifierSet(requires_python))


@pytest.mark.parametrize(
    ("marker", "selector"),
    [
        ("sys_platform == 'win32'", "win"),
        ("sys_platform != 'win32'", "unix"),
        ("platform_system == 'Darwin'", "osx"),
        ("os_name == 'posix' and sys_platform != 'darwin'", "linux"),
        ("python_version < '3.11'", "py<311"),
        ("python_version >= '3.12'", "py>=312"),
        ("python_version == '3.12'", "py==312"),
        ("sys_platform == 'win32' and python_version < '3.12'", "win and py<312"),
        ("sys_platform == 'win32' or python_version < '3.12'", "win or py<312"),
        ("python_version >= '3.11' and python_version < '3.13'", "py<313 and py>=311"),
        ("platform_machine == 'aarch64'", ""),
    ],
)
def test_marker_becomes_the_shortest_selector(marker, selector):
    assert ask(marker).selector == selector


@pytest.mark.parametrize(
    "marker",
    [
        None,
        "python_version >= '3'",
        "platform_python_implementation == 'CPython'",
        "implementation_name != 'pypy'",
    ],
)
def test_what_is_true_everywhere_needs_no_selector(marker):
    assert ask(marker).is_always


@pytest.mark.parametrize(
    "marker",
    ["python_version < '3'", "extra == 'test'", "platform_python_implementation == 'PyPy'"],
)
def test_what_is_true_nowhere_is_left_out(marker):
    assert ask(marker).is_never


def test_pythons_that_the_package_leaves_out_are_no_world():
    assert ask("python_version < '3.11'", ">=3.11").is_never
    assert ask("python_version >= '3.11'", ">=3.11").is_always


def test_condition_tells_whether_platforms_differ():
    assert ask("sys_platform == 'win32'").is_by_platform
    assert not ask("python_version < '3.11'").is_by_platform
