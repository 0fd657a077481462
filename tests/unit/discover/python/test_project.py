import pytest

import projects
from conda_sluice.discover.detect import discover
from conda_sluice.errors import ProjectError

STATIC = '[project]\nname = "trips"\nversion = "1.2"\n'


def a_project(root, pyproject, **files):
    named = {name.replace("__", "/"): text for name, text in files.items()}
    return discover(projects.write_files(root, {"pyproject.toml": pyproject, **named}))


def test_facts_of_a_pep_621_project(tmp_path):
    project = discover(projects.a_python_project(tmp_path))
    facts = project.facts
    assert facts.build_requires == ("hatchling>=1.27", "hatch-vcs>=0.4")
    assert facts.entry_points == ("trips = tripcli.main:main",)
    assert facts.imports == ("tripcli",)
    assert facts.version_variable == "SETUPTOOLS_SCM_PRETEND_VERSION"
    assert dict(facts.extras)["maps"] == ("matplotlib",)
    assert project.about.home == "https://trips.example"
    assert project.about.dev_url == "https://github.com/trips/tripcli"
    assert (project.about.license, project.about.license_files) == ("MIT", ("LICENSE",))


@pytest.mark.parametrize(
    ("said", "scheme"),
    [
        ("True", "guess-next-dev"),
        ('{"version_scheme": "no-guess-dev"}', "no-guess-dev"),
        ('{"local_scheme": "no-local-version"}', "guess-next-dev"),
    ],
)
def test_scheme_is_read_from_setup_py(tmp_path, said, scheme):
    setup_cfg = projects.SETUP_CFG.replace("version = 1.4.2\n", "")
    projects.an_old_python_project(tmp_path, setup_cfg=setup_cfg)
    projects.write_files(tmp_path, {"setup.py": f"setup(use_scm_version={said})"})
    assert discover(tmp_path).scheme == f"setuptools-scm:{scheme}"


def test_pdm_asks_for_setuptools_where_it_runs_it(tmp_path):
    pyproject = (
        '[build-system]\nrequires = ["pdm-backend", "cython"]\nbuild-backend = "pdm.backend"\n'
        f"{STATIC}[tool.pdm.build]\nrun-setuptools = "
    )
    asked = a_project(tmp_path, pyproject + "true\n").facts.build_requires
    assert asked == ("pdm-backend", "cython", "setuptools")
    asked = a_project(tmp_path, pyproject + "false\n").facts.build_requires
    assert asked == ("pdm-backend", "cython")


@pytest.mark.parametrize(
    ("settings", "asked"),
    [
        ('[tool.hatch.build.hooks.custom]\ndependencies = ["babel>=2"]\n', ("babel>=2",)),
        ('[tool.hatch.build.targets.wheel.hooks.js]\ndependencies = ["js"]\n', ("js",)),
        ('[tool.hatch.build.targets.sdist.hooks.js]\ndependencies = ["js"]\n', ()),
        ("[tool.hatch.build.hooks.a]\nrequire-runtime-dependencies = true\n", ("httpx",)),
        (
            '[tool.hatch.build.hooks.a]\nenable-by-default = false\ndependencies = ["a"]\n',
            (),
        ),
    ],
)
def test_hatchling_asks_for_what_its_hooks_need(tmp_path, settings, asked):
    system = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
    pyproject = f'{system}{STATIC}dependencies = ["httpx"]\n{settings}'
    assert a_project(tmp_path, pyproject).facts.build_requires == ("hatchling", *asked)


def test_setup_cfg_says_what_setuptools_needs_before_it_builds(tmp_path):
    setup_cfg = projects.SETUP_CFG.replace("[options]", "[options]\nsetup_requires = cython>=3")
    projects.an_old_python_project(tmp_path, setup_cfg=setup_cfg)
    assert discover(tmp_path).facts.build_requires == ("setuptools", "cython>=3")


POETRY = """
[build-system]
requires = ["poetry-core"]
build-backend = "poetry.core.masonry.api"
[tool.poetry.dependencies]
python = "^3.10"
requests = "^2.3"
[tool.poetry.scripts]
trips = "trips.main:main"
"""


@pytest.mark.parametrize("more", ["", 'dynamic = ["dependencies", "scripts"]\n'])
def test_poetry_fills_what_a_project_table_leaves_out(tmp_path, more):
    facts = a_project(tmp_path, STATIC + more + POETRY).facts
    assert facts.dependencies == ("requests>=2.3,<3",)
    assert facts.entry_points == ("trips = trips.main:main",)


def test_a_list_in_the_project_table_counts_before_poetrys(tmp_path):
    facts = a_project(tmp_path, STATIC + 'dependencies = ["httpx"]\n' + POETRY).facts
    assert facts.dependencies == ("httpx",)


def test_tables_of_poetry_say_nothing_to_another_backend(tmp_path):
    pyproject = STATIC + POETRY.replace("poetry.core.masonry.api", "hatchling.build")
    assert a_project(tmp_path, pyproject).facts.dependencies == ()


def test_poetry_tables_are_said_in_pep_508(tmp_path):
    project = a_project(
        tmp_path,
        """
[build-system]
requires = ["poetry-core"]
build-backend = "poetry.core.masonry.api"
[tool.poetry]
name = "Trips_Poems"
version = "0.2"
packages = [{ include = "trips", from = "src" }]
[tool.poetry.dependencies]
python = "^3.10"
requests = "^2.3"
zero = "^0.4.1"
tilde = "~1.2.3"
any = "*"
extra = { version = ">=1", optional = true }
old = { version = "1.0", python = "<3.12" }
[tool.poetry.extras]
more = ["extra"]
[tool.poetry.scripts]
trips = "trips:main"
""",
        src__trips____init___py="",
    )
    assert project.name == "trips-poems"
    assert project.facts.requires_python == ">=3.10,<4"
    assert project.facts.dependencies == (
        "requests>=2.3,<3",
        "zero>=0.4.1,<0.5",
        "tilde>=1.2.3,<1.3",
        "any",
        'old==1.0 ; (python_version < "3.12")',
    )
    assert project.facts.extras == (("more", ("extra>=1",)),)


@pytest.mark.parametrize(
    ("pyproject", "file", "content"),
    [
        (
            '[tool.hatch.version]\npath = "src/trips/about.py"',
            "src/trips/about.py",
            '__version__ = "1.2"',
        ),
        (
            '[tool.setuptools.dynamic]\nversion = {attr = "trips.version"}',
            "trips/__init__.py",
            "version: str = '1.2'",
        ),
        ('[tool.setuptools.dynamic]\nversion = {file = "VERSION"}', "VERSION", "1.2\n"),
        ('[tool.pdm.version]\nsource = "file"\npath = "v.py"', "v.py", "__version__ = '1.2'"),
        ("", "src/trips/__init__.py", '"""Trips."""\n__version__ = "1.2"'),
        ("", "Cargo.toml", '[package]\nversion = "1.2"'),
        ("", "PKG-INFO", "Metadata-Version: 2.1\nName: trips\nVersion: 1.2\n"),
    ],
)
def test_dynamic_version_is_found_where_the_project_keeps_it(tmp_path, pyproject, file, content):
    head = '[project]\nname = "trips"\ndynamic = ["version"]\n'
    projects.write_files(tmp_path, {file: content})
    assert a_project(tmp_path, head + pyproject).static_version == "1.2"


@pytest.mark.parametrize(
    ("files", "pyproject", "imports"),
    [
        (("src/trips/__init__.py",), "", ("trips",)),
        (("trips/__init__.py", "tests/__init__.py", "docs/conf.py"), "", ("trips",)),
        (("trips.py", "setup.py"), "", ("trips",)),
        (("src/space/trips/__init__.py",), "", ("space.trips",)),
        (("other/__init__.py",), "", ("other",)),
        (("src/trips/__init__.py", "src/c/notes.py"), "", ("trips",)),
        (("lib/a/__init__.py",), '[tool.hatch.build.targets.wheel]\npackages = ["lib/a"]', ("a",)),
        (("x.py", "y.py"), '[tool.setuptools]\npy-modules = ["x", "y"]', ("x", "y")),
        (
            ("trips/__init__.py", "_private/__init__.py"),
            "[tool.setuptools.packages.find]",
            ("trips",),
        ),
        ((), "", ()),
        (
            ("space/trips/__init__.py", "space/_trips/__init__.py", "samples/a/b.py"),
            "",
            ("space.trips",),
        ),
        (
            ("space/trips/__init__.py", "extra/a/__init__.py"),
            '[tool.setuptools.packages.find]\ninclude = ["space*"]',
            ("space.trips",),
        ),
        (
            ("src/trips/__init__.py", "src/other/__init__.py"),
            '[tool.setuptools.packages.find]\nwhere = ["src"]\ninclude = ["trips", "trips.*"]',
            ("trips",),
        ),
    ],
)
def test_imports_are_the_real_top_modules(tmp_path, files, pyproject, imports):
    projects.write_files(tmp_path, dict.fromkeys(files, ""))
    assert a_project(tmp_path, STATIC + pyproject).facts.imports == imports


def test_sdist_needs_no_version_from_outside(tmp_path):
    info = "Metadata-Version: 2.1\nName: tripcli\nVersion: 1.2\n"
    projects.write_files(tmp_path, {"PKG-INFO": info})
    project = discover(projects.a_python_project(tmp_path))
    assert (project.facts.version_variable, project.static_version) == ("", "1.2")
    assert (project.scheme, project.evidence[-1].because.partition(",")[0]) == (
        "static",
        "PKG-INFO",
    )


def test_extensions_inside_of_packages_are_imported_too(tmp_path):
    assert discover(projects.an_extension_project(tmp_path)).facts.imports == (
        "pytrips",
        "pytrips._trips",
    )


def test_extensions_of_pyproject_are_imported_too(tmp_path):
    table = '[[tool.setuptools.ext-modules]]\nname = "trips._fast"\nsources = ["fast.c"]\n'
    projects.write_files(tmp_path, {"trips/__init__.py": "", "fast.c": ""})
    project = a_project(tmp_path, STATIC + table)
    assert project.facts.imports == ("trips", "trips._fast")


@pytest.mark.parametrize(
    ("pyproject", "message"),
    [
        ("[project\n", r":1:\d+: this is no TOML"),
        ('[project]\nversion = "1"\n', "has no name"),
        ('[project]\nname = "$(touch x)"\n', "is no project name"),
        ('[project]\nname = "../up"\n', "is no project name"),
    ],
)
def test_bad_pyproject_is_an_error_that_names_the_file(tmp_path, pyproject, message):
    with pytest.raises(ProjectError, match=message) as caught:
        a_project(tmp_path, pyproject)
    assert "pyproject.toml" in caught.value.where


def test_link_out_of_the_project_is_not_followed(tmp_path):
    outside = projects.write_files(tmp_path / "outside", {"secret.toml": STATIC}) / "secret.toml"
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "pyproject.toml").symlink_to(outside)
    with pytest.raises(ProjectError, match="leads out of the project"):
        discover(tmp_path / "project")


def test_names_in_setup_cfg_are_filled_in_as_setuptools_does(tmp_path):
    setup_cfg = (
        "[metadata]\nname = x\ndescription = 100 %% of trips\n"
        "[options.extras_require]\nfast = numba\nall =\n  %(fast)s\n  dask\n"
        "[flake8]\nformat = %(path)s:%(row)d\n"
    )
    project = discover(projects.write_files(tmp_path, {"setup.cfg": setup_cfg}))
    assert dict(project.facts.extras)["all"] == ("numba", "dask")
    assert project.about.summary == "100 % of trips"


def test_setup_cfg_that_cannot_be_read_is_an_error_with_its_place(tmp_path):
    setup_cfg = "[metadata]\nname = x\n[metadata]\n"
    with pytest.raises(ProjectError, match="cannot be read") as caught:
        discover(projects.an_old_python_project(tmp_path, setup_cfg=setup_cfg))
    assert caught.value.where == f"{tmp_path / 'setup.cfg'}:3"


@pytest.mark.parametrize(
    ("dependencies", "undeclared"),
    [("[]", (("packaging", "trips.py"),)), ('["rich"]', ())],
)
def test_imports_count_where_no_dependency_is_declared(tmp_path, dependencies, undeclared):
    pyproject = f"{STATIC}dependencies = {dependencies}\n"
    project = a_project(tmp_path, pyproject, **{"trips.py": "import packaging\n"})
    assert project.facts.undeclared == undeclared


def test_setup_py_that_takes_some_packages_and_reads_a_file_for_the_version(tmp_path):
    script = """
version = {}
with open(os.path.join(here, "space/trips/version.py")) as file:
    exec(file.read(), version)
packages = [one for one in find_namespace_packages() if one.startswith("space")]
setup(name="trips", version=version["__version__"], packages=packages, install_requires=[])
"""
    files = {
        "setup.py": script,
        "space/trips/__init__.py": "",
        "space/trips/version.py": '__version__ = "3.4.0"',
        "demo/a/__init__.py": "",
        "more/a/__init__.py": "",
    }
    project = discover(projects.write_files(tmp_path, files))
    assert project.static_version == "3.4.0"
    assert project.facts.imports == ("space.trips",)
