"""Plugins of pytest that tests use, and other tools for testing, which often nobody declares."""

import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from conda_sluice.discover.pytest_settings import find_settings
from conda_sluice.discover.reading import read_text

_OPTIONS = (
    ("--cov", "pytest-cov"),
    (r"^\s*asyncio_mode\s*=", "pytest-asyncio"),
    ("--benchmark-", "pytest-benchmark"),
    ("--doctest-plus", "pytest-doctestplus"),
    ("--numprocesses", "pytest-xdist"),
    ("--timeout", "pytest-timeout"),
    (r"\bCython\.Coverage\b", "cython"),
)
"""How options of plugins look, which stand in settings without being named as requirements.

Coverage has plugins too, and fails where one that its settings name is missing.
"""

_MARKS = {
    "asyncio": "pytest-asyncio",
    "benchmark": "pytest-benchmark",
    "django_db": "pytest-django",
    "forked": "pytest-forked",
    "freeze_time": "pytest-freezer",
    "mpl_image_compare": "pytest-mpl",
    "remote_data": "pytest-remotedata",
    "timeout": "pytest-timeout",
    "trio": "pytest-trio",
    "xdist_group": "pytest-xdist",
}
"""Marks, `@pytest.mark.<name>`, that a plugin gives a meaning to."""

_FIXTURES = {
    "aiohttp_client": "pytest-aiohttp",
    "benchmark": "pytest-benchmark",
    "class_mocker": "pytest-mock",
    "data_regression": "pytest-regressions",
    "file_regression": "pytest-regressions",
    "freezer": "pytest-freezer",
    "httpbin": "pytest-httpbin",
    "httpserver": "pytest-httpserver",
    "httpx_mock": "pytest-httpx",
    "image_regression": "pytest-regressions",
    "mocker": "pytest-mock",
    "module_mocker": "pytest-mock",
    "num_regression": "pytest-regressions",
    "qtbot": "pytest-qt",
    "requests_mock": "requests-mock",
    "respx_mock": "respx",
    "script_runner": "pytest-console-scripts",
    "session_mocker": "pytest-mock",
    "shared_datadir": "pytest-datadir",
}
"""Arguments of test functions that a plugin provides, where the project does not do so itself."""

_TOOLS = {
    "ddt": "ddt",
    "factory": "factory-boy",
    "faker": "faker",
    "flaky": "flaky",
    "freezegun": "freezegun",
    "httpretty": "httpretty",
    "hypothesis": "hypothesis",
    "mock": "mock",
    "parameterized": "parameterized",
    "pexpect": "pexpect",
    "pretend": "pretend",
    "pyfakefs": "pyfakefs",
    "pytest-asyncio": "pytest-asyncio",
    "pytest-benchmark": "pytest-benchmark",
    "pytest-mock": "pytest-mock",
    "requests-mock": "requests-mock",
    "responses": "responses",
    "sybil": "sybil",
    "testfixtures": "testfixtures",
    "testtools": "testtools",
    "time-machine": "time-machine",
    "trustme": "trustme",
    "vcr": "vcrpy",
}
"""Modules that nobody imports but to test, normalised like names of distributions."""

_CHECKERS = frozenset(
    {
        *("bandit", "black", "check-manifest", "codecov", "codespell", "coveralls", "docformatter"),
        *("flake8", "isort", "mypy", "nox", "pre-commit", "pycodestyle", "pydocstyle", "pyflakes"),
        *("pylint", "pyright", "pyroma", "ruff", "tox", "tox-uv", "twine", "ty", "vulture"),
        *("pytest-black", "pytest-checkdocs", "pytest-codestyle", "pytest-enabler"),
        *("pytest-flake8", "pytest-isort", "pytest-mypy", "pytest-pycodestyle"),
        *("pytest-pydocstyle", "pytest-pylint", "pytest-ruff"),
    }
)
_OF_CHECKERS = ("flake8-", "pep8-", "types-")
"""Tools that look at sources: no installed package is tested by them."""

_MARK = re.compile(r"\bpytest\.mark\.(\w+)")
_FUNCTION = re.compile(r"\bdef\s+(\w+)\s*\(([^)]*)\)")


def plugins_of_options(root: Path) -> tuple[str, ...]:
    """Return the plugins whose options stand in the settings: pytest refuses them without."""
    content = "\n".join(read_text(root / name, root) for name in find_settings(root))
    return tuple(plugin for sign, plugin in _OPTIONS if re.search(sign, content, re.MULTILINE))


def plugins_of_tests(contents: Iterable[str]) -> tuple[str, ...]:
    """Return the plugins whose marks and fixtures are used in the texts of test modules."""
    texts = tuple(contents)
    functions = [found for text in texts for found in _FUNCTION.findall(text)]
    given = {name for name, _ in functions}
    wanted = {word for _, told in functions for word in re.findall(r"\w+", told)}
    marks = {mark for text in texts for mark in _MARK.findall(text)}
    plugins = (
        *(plugin for mark, plugin in _MARKS.items() if mark in marks),
        *(plugin for name, plugin in _FIXTURES.items() if name in wanted - given),
    )
    return tuple(dict.fromkeys(plugins))


def is_checker(name: str, root: Path, imported: Collection[str]) -> bool:
    """Tell whether a distribution, by its normalised name, only looks at sources.

    What tests import, or settings have an option for, is needed all the same.
    """
    if name in imported or not (name in _CHECKERS or name.startswith(_OF_CHECKERS)):
        return False
    option = re.compile(rf"(?<![\w-])--{re.escape(name.removeprefix('pytest-'))}\b")
    is_plugin = name.startswith("pytest-")
    return not is_plugin or not any(
        option.search(read_text(root / one, root)) for one in find_settings(root)
    )


def tools_imported(imported: Iterable[str]) -> Iterator[str]:
    """Yield the tools for testing among the modules that tests import, normalised."""
    yield from (_TOOLS[name] for name in sorted(imported) if name in _TOOLS)
