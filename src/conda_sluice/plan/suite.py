"""What is run to test a package: its recipe's tests and its project's own, as bash scripts."""

import json
import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from conda_sluice.errors import PackageError


@dataclass(frozen=True, slots=True)
class TestCommand:
    """One script with the name under which it is reported.

    `folder` is where it runs: an absolute path, or one relative to the environment's prefix, or
    "" for the folder of the project's tests.
    """

    __test__ = False  # not a test class, whatever pytest makes of its name

    name: str
    script: str
    folder: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TestSuite:
    """Scripts to run, match specs that they need, and what users import (to see where it lies)."""

    __test__ = False  # not a test class, whatever pytest makes of its name

    commands: tuple[TestCommand, ...] = ()
    requires: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()


def parse_tests(tests: object, where: str) -> TestSuite:
    """Read the tests of a v1 package (`info/tests/tests.yaml`, a list).

    Raise PackageError for a kind of test that sluice cannot run: nothing is silently left out.
    """
    suites = [
        _parse_test(index, test, where) for index, test in enumerate(_list(tests, "tests", where))
    ]
    return TestSuite(
        commands=tuple(command for suite in suites for command in suite.commands),
        requires=tuple(spec for suite in suites for spec in suite.requires),
        imports=tuple(name for suite in suites for name in suite.imports),
        libraries=tuple(name for suite in suites for name in suite.libraries),
    )


_V0_SCRIPTS = (
    ("run_test.py", "python -s run_test.py", "python"),
    ("run_test.pl", "perl run_test.pl", "perl"),
    ("run_test.lua", "lua run_test.lua", "lua"),
    ("run_test.r", "Rscript run_test.r", "r-base"),
    ("run_test.sh", "bash -e run_test.sh", ""),
)
"""File, how it is run and what it needs, in the order of conda-build (build.py, get_test_deps)."""

_V0_IMPORT = re.compile(r"""print\("import: ['"]([\w.]+)['"]"\)""")
_V0_LIBRARY = re.compile(r"""print\("library\(['"]([\w.]+)['"]\)"\)""")


def parse_v0_tests(files: Mapping[str, bytes], folder: str, where: str) -> TestSuite:
    """Read the tests of a package that conda-build made: what lies in its `info/test/`.

    The files are laid out in `folder`, where the scripts run; `run_test.bat` is for Windows and
    no test here. Raise PackageError where the list of what they require cannot be read.
    """
    requires = files.get("test_time_dependencies.json", b"[]")
    try:
        specs = json.loads(requires)
    except (ValueError, RecursionError) as error:
        raise PackageError(f"its test requirements are no JSON: {error}", where=where) from error
    scripts = [script for script in _V0_SCRIPTS if script[0] in files]
    return TestSuite(
        commands=tuple(TestCommand(name, script, folder) for name, script, _ in scripts),
        requires=(
            *_strings(specs, "the list of test requirements", where),
            *(need for _, _, need in scripts if need),
        ),
        imports=_named(_V0_IMPORT, files.get("run_test.py")),
        libraries=_named(_V0_LIBRARY, files.get("run_test.r")),
    )


def _named(pattern: re.Pattern[str], script: bytes | None) -> tuple[str, ...]:
    """Return the names that conda-build wrote into a script as imports of the recipe."""
    text = (script or b"").decode("utf-8", "replace")
    return tuple(found[1] for line in text.splitlines() if (found := pattern.fullmatch(line)))


def _parse_test(index: int, test: object, where: str) -> TestSuite:
    match test:
        case {"script": script, **rest}:
            return _script_test(index, script, rest, where)
        case {"python": {"imports": imports, **rest}}:
            suite = _python_test(_strings(imports, "imports", where), rest.get("pip_check", True))
            versions = _strings(rest.get("python_version"), "python_version", where)
            if len(versions) > 1:
                raise PackageError("the package is to be tested with several Pythons", where=where)
            pins = tuple(f"python {version}" for version in versions)
            return replace(suite, requires=(*suite.requires, *pins))
        case {"r": {"libraries": libraries}}:
            return _r_test(_strings(libraries, "libraries", where))
        case {"perl": {"uses": modules}}:
            return _perl_test(_strings(modules, "uses", where))
        case _:
            pass
    kind = next(iter(test), "?") if isinstance(test, Mapping) else test
    raise PackageError(
        f"the package has a test of a kind that cannot be run here: {kind}", where=where
    )


def _script_test(
    index: int, script: object, test: Mapping[object, object], where: str
) -> TestSuite:
    content, folder = script, ""
    if isinstance(script, Mapping):
        content, folder = script.get("content", ()), str(script.get("cwd", ""))
    lines = [content] if isinstance(content, str) else _strings(content, "script", where)
    requires: tuple[str, ...] = ()
    match test.get("requirements"):
        case {"run": run}:
            requires = tuple(_strings(run, "requirements", where))
        case _:
            pass
    command = TestCommand(f"recipe test {index + 1}", "\n".join(lines), folder)
    return TestSuite(commands=(command,), requires=requires)


def _python_test(imports: Sequence[str], pip_check: object) -> TestSuite:
    commands = [TestCommand(f"import {name}", _import_script(name)) for name in imports]
    if pip_check:
        commands.append(TestCommand("pip check", "python -m pip check"))
    return TestSuite(
        commands=tuple(commands),
        requires=("pip",) if pip_check else (),
        imports=tuple(imports),
    )


def _r_test(libraries: Sequence[str]) -> TestSuite:
    return TestSuite(
        commands=tuple(
            TestCommand(f"library {name}", f"Rscript -e {shlex.quote(f'library({name!r})')}")
            for name in libraries
        ),
        libraries=tuple(libraries),
    )


def _perl_test(modules: Sequence[str]) -> TestSuite:
    return TestSuite(
        commands=tuple(
            TestCommand(f"use {name}", f"perl -e {shlex.quote(f'use {name};')}") for name in modules
        )
    )


def origin_commands(suite: TestSuite) -> tuple[TestCommand, ...]:
    """Return the scripts that fail unless what is imported lies inside the environment."""
    python = [
        TestCommand(f"{name} lies in the environment", _origin_script(name))
        for name in suite.imports
    ]
    r = [
        TestCommand(
            f"library {name} lies in the environment",
            f"Rscript -e {shlex.quote(_R_ORIGIN.format(name=json.dumps(name)))}",
        )
        for name in suite.libraries
    ]
    return (*python, *r)


def _import_script(name: str) -> str:
    return f"python -c {shlex.quote(f'import {name}')}"


def _origin_script(name: str) -> str:
    return f"python -c {shlex.quote(_PYTHON_ORIGIN.format(name=json.dumps(name)))}"


_PYTHON_ORIGIN = """
import importlib, os, sys
module = importlib.import_module({name})
file = getattr(module, "__file__", None)
places = [file] if file else list(getattr(module, "__path__", []))
prefix = os.path.realpath(sys.prefix) + os.sep
stray = [place for place in places if not os.path.realpath(place).startswith(prefix)]
if stray:
    sys.exit("imported from " + stray[0] + " and not from the environment")
"""

_R_ORIGIN = (
    "place <- normalizePath(find.package({name})); "
    'prefix <- normalizePath(Sys.getenv("CONDA_PREFIX")); '
    "if (!startsWith(place, prefix))"
    ' stop("loaded from ", place, " and not from the environment")'
)


def _list(value: object, what: str, where: str) -> list[object]:
    if value is None:
        return []
    if isinstance(value, list):
        return value
    raise PackageError(f"{what} is no list", where=where)


def _strings(value: object, what: str, where: str) -> list[str]:
    items = [value] if isinstance(value, str) else _list(value, what, where)
    if all(isinstance(item, str) for item in items):
        return [str(item) for item in items]
    raise PackageError(f"{what} is no list of text", where=where)
