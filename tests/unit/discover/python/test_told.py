import pytest

import projects
from conda_sluice.discover.detect import discover
from conda_sluice.discover.python.told import from_core_metadata

SETUP_PY = "import deps\nsetup(name='trips', install_requires=deps.all(), py_modules=['trips'])"


def told(tmp_path, pkg_info, **egg_info):
    files = {"setup.py": SETUP_PY, "trips.py": "", "PKG-INFO": pkg_info}
    egg = {f"trips.egg-info/{name}.txt": text for name, text in egg_info.items()}
    if egg:
        egg["trips.egg-info/PKG-INFO"] = pkg_info
    return discover(projects.write_files(tmp_path, files | egg)).facts


def test_requirements_of_an_extra_are_kept_apart():
    read = from_core_metadata(
        "Metadata-Version: 2.1\nName: trips\n"
        "Requires-Dist: walks>1\n"
        'Requires-Dist: maps; extra == "maps"\n'
        'Requires-Dist: old; python_version < "3.12" and extra == "maps"\n'
        'Requires-Dist: win; sys_platform == "win32"\n'
    )
    assert read.dependencies == ("walks>1", 'win; sys_platform == "win32"')
    assert dict(read.extras) == {"maps": ("maps", 'old ; python_version < "3.12"')}


@pytest.mark.parametrize(
    ("pkg_info", "is_known"),
    [
        ("Metadata-Version: 2.2\nName: trips\n", True),
        ("Metadata-Version: 2.2\nName: trips\nDynamic: Requires-Dist\n", False),
        ("Metadata-Version: 1.2\nName: trips\n", False),
        ("Metadata-Version: x\nName: trips\n", False),
    ],
)
def test_no_dependency_is_an_answer_only_where_the_format_says_so(tmp_path, pkg_info, is_known):
    facts = told(tmp_path, pkg_info)
    assert facts.dependencies == ()
    assert (facts.doubts == ()) is is_known


def test_older_source_distributions_keep_requirements_in_egg_info(tmp_path):
    facts = told(
        tmp_path,
        "Metadata-Version: 1.2\nName: trips\n",
        requires="walks>1\n\n[:sys_platform == 'win32']\nwin\n\n[maps]\ndraw\n",
        entry_points="[console_scripts]\ntrips = trips:main\n[gui_scripts]\ntripsw = trips:win\n",
        top_level="trips\n",
    )
    assert facts.dependencies == ("walks>1", "win ; sys_platform == 'win32'")
    assert facts.extras == (("maps", ("draw",)),)
    assert facts.entry_points == ("trips = trips:main",)
    assert facts.gui_entry_points == ("tripsw = trips:win",)


def test_egg_info_without_requirements_says_that_there_are_none(tmp_path):
    facts = told(tmp_path, "Metadata-Version: 1.2\nName: trips\n", top_level="trips\n")
    assert (facts.dependencies, facts.doubts) == ((), ())


@pytest.mark.parametrize(
    ("backend", "is_known"), [("maturin", True), ("poetry.core.masonry.api", True), ("own", False)]
)
def test_old_metadata_of_a_backend_that_tells_all_leave_nothing_to_be_asked(
    tmp_path, backend, is_known
):
    files = {
        "pyproject.toml": f'[build-system]\nrequires = []\nbuild-backend = "{backend}"\n',
        "Cargo.toml": '[package]\nname = "trips"\nversion = "1.0"\n',
        "PKG-INFO": "Metadata-Version: 2.1\nName: trips\nVersion: 1.0\n",
        "trips.py": "",
    }
    asked = []
    discover(
        projects.write_files(tmp_path, files),
        ask_backend=lambda root: asked.append(root) or "Name: trips\n",
    )
    assert bool(asked) is not is_known
