"""How a project tests itself: the commands, what they need, the files that they read.

The files are laid into an empty folder, so that tests meet the installed package, never its source.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from conda_sluice.discover.makefile import find_makefile
from conda_sluice.discover.reading import read_text, walk
from conda_sluice.model import cran
from conda_sluice.model.cran import WITH_R
from conda_sluice.model.facts import RFacts
from conda_sluice.model.project import TestSetup
from conda_sluice.model.pypi import conda_spec, parse_requirement

_PYTEST_FILES = (
    "pyproject.toml",
    "pytest.ini",
    "pytest.toml",
    "setup.cfg",
    "tox.ini",
    "conftest.py",
)
_PROJECT = re.compile(r"^\s*project\s*\(", re.MULTILINE | re.IGNORECASE)
_TEST_GROUPS = ("test", "tests", "testing")
Groups = Mapping[str, Sequence[str]]


def tests_of_python(root: Path, distribution: str, groups: Groups, place: str) -> TestSetup:
    """Return pytest on the project's tests folder; nothing where there is none.

    `groups` maps an extra or dependency group to its PEP 508 requirements; the ones that are
    named after tests count, and of `dev` those that the tests import. `place` is named in errors.
    """
    folder = next((one for one in ("tests", "test") if _has_pytest(root / one)), "")
    single = "" if folder else next((path.name for path in sorted(root.glob("test_*.py"))), "")
    if not folder and not single:
        return TestSetup()
    content = _all_text(root, root / (folder or single))
    wanted = _test_requirements(distribution, groups, content)
    specs = [
        conda_spec(requirement)
        for one in wanted
        if (requirement := parse_requirement(one, place)).marker is None
        or requirement.marker.evaluate({"extra": ""})
    ]
    config = [name for name in _PYTEST_FILES if (root / name).is_file()]
    if any("--cov" in read_text(root / name, root) for name in config):
        specs.append("pytest-cov")
    return TestSetup(
        commands=(f"python -m pytest {folder or single}",),
        requires=_once(specs, ("pytest",)),
        files=(folder or single, *config),
    )


def _has_pytest(folder: Path) -> bool:
    """Tell whether there are test modules in `folder`."""
    names = (path.name for path in walk(folder)) if folder.is_dir() else iter(())
    return any(re.fullmatch(r"test_.*\.py|.*_test\.py", name) for name in names)


def _all_text(root: Path, path: Path) -> str:
    files = [one for one in walk(path) if one.suffix == ".py"] if path.is_dir() else [path]
    return "\n".join(read_text(one, root) for one in files)


def _test_requirements(distribution: str, groups: Groups, content: str) -> list[str]:
    named = [one for name in _TEST_GROUPS for one in groups.get(name, ())]
    own = re.compile(
        rf"{re.escape(distribution)}\s*(\[|$)", re.IGNORECASE
    )  # `name[other-extra]` in an extra
    if named:
        return [one for one in named if not own.match(one)]
    dev = groups.get("dev", ())
    return [one for one in dev if not own.match(one) and _is_used(one, content)]


def _is_used(requirement: str, content: str) -> bool:
    """Tell whether tests import what is required, or it is a part of pytest."""
    name = re.split(r"[\s\[<>=!~;(]", requirement, maxsplit=1)[0]
    module = re.escape(re.sub(r"[-.]+", "_", name))
    is_imported = re.search(
        rf"^\s*(import|from)\s+{module}\b", content, re.MULTILINE | re.IGNORECASE
    )
    return name.lower().startswith("pytest-") or is_imported is not None


def _once(specs: Iterable[str], more: Iterable[str]) -> tuple[str, ...]:
    """Return match specs in order, `more` only where their names do not stand there yet."""
    chosen = list(dict.fromkeys(specs))
    names = {one.split(" ")[0] for one in chosen}
    return (*chosen, *(one for one in more if one not in names))


def tests_of_r(root: Path, facts: RFacts) -> TestSetup:
    """Return R's usual tests: every tests/*.R run by itself, as R CMD check does.

    Of the suggested packages those are required that the tests name.
    """
    scripts = sorted(path.name for path in (root / "tests").glob("*.[rR]"))
    if not scripts:
        return TestSetup()
    content = "\n".join(
        read_text(one, root) for one in walk(root / "tests") if one.suffix in (".R", ".r")
    )
    named = [
        need
        for need in facts.suggests
        if need.name not in WITH_R and re.search(rf"\b{re.escape(need.name)}\b", content)
    ]
    return TestSetup(
        commands=tuple(f"(cd tests && Rscript {script})" for script in scripts),
        requires=tuple(cran.conda_spec(need) for need in named),
        files=("tests",),
    )


def tests_of_c(root: Path, languages: Sequence[str]) -> TestSetup:
    """Return the tests of a C or C++ project that can be built against the installed library.

    That is a tests folder which is a CMake project of its own, or has a Makefile that reaches
    for nothing outside of it. `compiler:c` in the requirements stands for the variant's compiler.
    """
    for folder in ("tests", "test"):
        compilers = tuple(f"compiler:{one}" for one in languages)
        cmake = read_text(root / folder / "CMakeLists.txt", root)
        if (
            re.search(r"^\s*project\s*\(", cmake, re.MULTILINE | re.IGNORECASE)
            and "find_package" in cmake
        ):
            return TestSetup(
                commands=(
                    f"cmake -S {folder} -B _build -G Ninja -DCMAKE_PREFIX_PATH=$CONDA_PREFIX",
                    "cmake --build _build",
                    "ctest --test-dir _build --output-on-failure --no-tests=error",
                ),
                requires=("cmake", "ninja", *compilers),
                files=(folder,),
            )
        if setup := _make_tests(root, folder, compilers):
            return setup
    return TestSetup()


def _make_tests(root: Path, folder: str, compilers: tuple[str, ...]) -> TestSetup | None:
    makefile = find_makefile(root / folder)
    content = read_text(makefile, root) if makefile else ""
    target = re.search(r"^(check|test)\s*:(?!=)", content, re.MULTILINE)
    if not target or "../" in content or re.search(r"=\s*\.\.\s*$", content, re.MULTILINE):
        return None
    command = f"make -C {folder} {target[1]} PREFIX=$CONDA_PREFIX prefix=$CONDA_PREFIX"
    return TestSetup(commands=(command,), requires=("make", *compilers), files=(folder,))
