import pytest
from packaging.specifiers import SpecifierSet

from conda_sluice.model.recipe import Item
from conda_sluice.recipe.generate.requirements import Reading, items_of, virtual_packages


def lines(*requirements, is_compiled=False, names=None, requires_python=">=3.10"):
    reading = Reading(
        is_compiled=is_compiled,
        requires_python=SpecifierSet(requires_python),
        names=names or {},
        where="pyproject.toml",
    )
    return items_of(requirements, reading, "pyproject.toml [project] dependencies")


def texts(*requirements):
    return [f"{one.text} [{one.when}]" if one.when else one.text for one in lines(*requirements)]


@pytest.mark.parametrize(
    ("requirement", "packages"),
    [
        ("uvicorn[standard]>=0.30", ["uvicorn-standard >=0.30"]),
        ("dask[array]>=2024", ["dask-core >=2024", "numpy"]),
        ("dask", ["dask-core"]),
        ("matplotlib", ["matplotlib-base"]),
        ("bleach[css]!=5.0.0", ["bleach-with-css !=5.0.0"]),
        ("CacheControl[filecache]>=0.14", ["cachecontrol >=0.14", "cachecontrol-with-filecache"]),
        ("setuptools_scm[toml]>=8", ["setuptools-scm >=8"]),
    ],
)
def test_extras_that_conda_forge_knows_become_packages(requirement, packages):
    assert texts(requirement) == packages
    assert not any(one.doubt for one in lines(requirement))


def test_extra_that_nobody_knows_is_left_to_the_reviewer():
    (item,) = lines("rich[sparkle]>=13")
    assert item.text == "rich >=13"
    assert "asked for with the extra sparkle" in item.note


def test_names_of_channels_yaml_come_before_packages_of_extras():
    assert lines("uvicorn[standard]", names={"uvicorn": "our-uvicorn"})[0].text == "our-uvicorn"


def test_every_line_tells_where_it_is_asked_for_and_why_it_has_its_name():
    (item,) = lines("torch>=2")
    assert item.because == (
        "pyproject.toml [project] dependencies asks for torch>=2;"
        " the table of conda-forge's bot has pytorch for PyPI's torch"
    )


def test_name_that_no_table_knows_is_doubtful():
    assert lines("no-such-thing-at-all")[0].doubt == "no table of names knows this package"


def test_name_that_differs_in_spelling_alone_needs_no_note():
    assert lines("typing-extensions")[0] == Item(
        "typing_extensions",
        because="pyproject.toml [project] dependencies asks for typing-extensions;"
        " the table of conda-forge's bot has typing_extensions for PyPI's typing-extensions",
    )


@pytest.mark.parametrize(
    ("requirement", "expected"),
    [
        ("tomli; python_version < '3.10'", []),
        ("tomli; python_version < '3.11'", ["tomli"]),
        ("tomli; python_version >= '3.8'", ["tomli"]),
        ("colorama; sys_platform == 'win32'", ["colorama"]),
        ("pywin32; sys_platform == 'win32'", ["pywin32 [win]"]),
        ("uvloop; sys_platform != 'win32'", ["uvloop [unix]"]),
        ("rich; extra == 'pretty'", []),
    ],
)
def test_markers_in_a_noarch_recipe(requirement, expected):
    assert texts(requirement) == expected


def test_selector_in_a_noarch_recipe_keeps_the_package_on_its_platform():
    windows = virtual_packages(lines("pywin32; sys_platform == 'win32'"))
    assert [(one.text, one.when) for one in windows] == [("__unix", "unix"), ("__win", "win")]
    linux = virtual_packages(lines("secretstorage; sys_platform == 'linux'"))
    assert [one.text for one in linux] == ["__linux", "__osx", "__win"]
    assert virtual_packages(lines("rich")) == ()


def test_channel_with_an_older_python_min_finds_what_that_python_needs():
    old = "importlib-metadata; python_version < '3.10'"
    (kept,) = lines(old, requires_python=">=3.8")
    assert kept.text == "importlib-metadata"
    assert lines(old, requires_python=">=3.8", is_compiled=True) == ()
