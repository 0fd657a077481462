"""Rules on how a package is built."""

import re
from collections.abc import Iterator

from conda_sluice.model.lint import Edit, Level
from conda_sluice.model.recipe import Pin, RenderedRecipe
from conda_sluice.recipe.lint.rule import Remark, Rule
from conda_sluice.recipe.lint.subject import Subject, name_of, names
from conda_sluice.recipe.merge.blocks import Block

_HEAD = "package: {name: trips, version: 1.2.0}\n"
_PIP = "{{ PYTHON }} -m pip install ."
_COMPILER = re.compile(r"compiler\(\s*['\"](\w+)['\"]")
_LINKS_TO_LIBC = re.compile(r"compiler\(\s*['\"](?:m2w64_)?(?:c|cxx|fortran|rust)['\"]")
"""Compilers beside which conda-forge asks for stdlib: what others make may need no libc."""
_COMPILER_PACKAGES = re.compile(
    r"(gcc|gxx|gfortran|clang|clangxx|vs20\d\d|gcc_impl|gxx_impl)(_(linux|osx|win)-\w+)?"
)
_PIP_INSTALL = re.compile(r"\bpip3? install\b[^&|;]*")
_OF_PYTHON = re.compile(r"\bpy\s*[<>=!]|\bpy[23]k\b|\bpy\d\d+\b|\bmatch\(\s*python")
_OF_PLATFORM = re.compile(r"\b(linux|osx|win|unix|aarch64|arm64|x86|ppc64le)\w*\b")
_LISTS = ("build", "host", "run")


def _stdlib(subject: Subject) -> Iterator[Remark]:
    for items in subject.lists("requirements", "build"):
        compilers = [one for one in items if _LINKS_TO_LIBC.search(one.line)]
        if compilers and not any("stdlib(" in one.line for one in items):
            last = compilers[-1]
            call = '${{ stdlib("c") }}' if "${{" in last.line else '{{ stdlib("c") }}'
            selectors = {one.selector for one in compilers}
            said = f"  {last.selector}" if len(selectors) == 1 and last.selector else ""
            line = f"{' ' * last.indent}- {call}{said}"
            yield Remark(
                "a compiler without stdlib('c'): nothing says for which systems it builds",
                last.number,
                Edit(last.number, 1, (subject.lines[last.number - 1], line)),
            )


def _compiler_package(subject: Subject) -> Iterator[Remark]:
    for items in subject.lists("requirements", "build"):
        for item in items:
            if _COMPILER_PACKAGES.fullmatch(item.name):
                yield Remark(
                    f"{item.name} fits one platform: ask for {{{{ compiler('c') }}}} or its kin",
                    item.number,
                )


def _noarch_compiler(subject: Subject) -> Iterator[Remark]:
    if any(one.build.noarch == "python" for one in subject.built):
        for item in subject.items("requirements", "build"):
            if found := _COMPILER.search(item.line):
                yield Remark(
                    f"noarch: python, and a compiler for {found[1]}: what it compiles runs on one"
                    " platform only",
                    item.number,
                )


def _noarch_selectors(subject: Subject) -> Iterator[Remark]:
    if not any(one.build.noarch for one in subject.built):
        return
    for section in _LISTS:
        for item in subject.items("requirements", section):
            condition = item.selector or _condition(item)
            if _OF_PYTHON.search(condition) or _OF_PLATFORM.search(condition):
                yield Remark(
                    f"{_said(item)} depends on {condition.strip('# []')}, but one noarch package"
                    " is built once, and serves all",
                    item.number,
                )


def _condition(item: Block) -> str:
    """Return the condition of an item of recipe.yaml, "" where it has none."""
    return item.line.partition("if:")[2] if item.line.lstrip().startswith("- if:") else ""


def _said(item: Block) -> str:
    then = next((one.line.partition(":")[2].strip() for one in item.children), "")
    return then or item.name


def _scripts(subject: Subject) -> Iterator[tuple[str, Block]]:
    """Yield the lines of the inline build script."""
    block = subject.block("build", "script")
    if block is None:
        return
    content = next((one for one in block.children if one.name == "content"), block)
    for one in (content, *content.children):
        yield one.line, one
        for child in one.children:
            yield child.line, child


def _setup_py(subject: Subject) -> Iterator[Remark]:
    for line, block in _scripts(subject):
        if re.search(r"\bsetup\.py\s+(install|develop)\b", line):
            yield Remark(
                "setup.py install writes no metadata that pip understands: use pip", block.number
            )


def _pip_dependencies(subject: Subject) -> Iterator[Remark]:
    for line, block in _scripts(subject):
        for call in _PIP_INSTALL.findall(line):
            if "--no-deps" not in call:
                fixed = line.replace("pip install", "pip install --no-deps", 1)
                edit = Edit(block.number, 1, (fixed,)) if line.count("pip install") == 1 else None
                yield Remark(
                    "pip install without --no-deps: only the builder's environment holds pip back"
                    " from bringing wheels of others",
                    block.number,
                    edit,
                )


def _pip_isolation(subject: Subject) -> Iterator[Remark]:
    for line, block in _scripts(subject):
        for call in _PIP_INSTALL.findall(line):
            if "--no-build-isolation" not in call and re.search(r"\s\.(\s|$|['\"])", call):
                fixed = line.replace("pip install", "pip install --no-build-isolation", 1)
                edit = Edit(block.number, 1, (fixed,)) if line.count("pip install") == 1 else None
                yield Remark(
                    "pip install without --no-build-isolation: only the builder's environment"
                    " makes pip build with what is in host",
                    block.number,
                    edit,
                )


def _no_pip(subject: Subject) -> Iterator[Remark]:
    for recipe in subject.built:
        if not _runs_pip(recipe):
            continue
        needs = recipe.requirements
        there = names(needs.host) | (frozenset() if needs.host else names(needs.build))
        for package in sorted({"python", "pip"} - there):
            yield Remark(
                f"the script{subject.of(recipe)} runs pip, and {package} is not in host",
                subject.line_of(recipe, "requirements", "host"),
            )


def _runs_pip(recipe: RenderedRecipe) -> bool:
    return any(_PIP_INSTALL.search(line) for line in recipe.build.script)


def _duplicates(subject: Subject) -> Iterator[Remark]:
    for section in (*_LISTS, "run_constrained", "run_constraints"):
        for items in subject.lists("requirements", section):
            seen: set[tuple[str, ...]] = set()
            for item in items:
                if not item.children and item.core in seen:
                    yield Remark(
                        f"{_spelled(item)} stands twice in {section}",
                        item.number,
                        Edit(item.number, 1 + len(item.body), ()),
                    )
                seen.add(item.core)


def _spelled(item: Block) -> str:
    """Return what an item asks for as it is written, without its selector."""
    said = item.core[0].removeprefix("- ").removesuffix(item.selector)
    return " ".join(said.split())


def _language_in_run(subject: Subject) -> Iterator[Remark]:
    for recipe in subject.built:
        host, run = names(recipe.requirements.host), names(recipe.requirements.run)
        for language in ("python", "r-base"):
            if language in host and language not in run and run and _needs_language(recipe):
                yield Remark(
                    f"{language} is in host{subject.of(recipe)} and not in run",
                    subject.line_of(recipe, "requirements", "run"),
                )


def _needs_language(recipe: RenderedRecipe) -> bool:
    """Tell whether a package runs in the interpreter that it is built with.

    One of several outputs may only be made with its help; it needs the interpreter where
    something of it is imported or installed by pip, unless it takes all of another output.
    """
    pins = [one for one in recipe.requirements.run if isinstance(one, Pin)]
    if any(one.exact and one.kind == "pin_subpackage" for one in pins):
        return False
    uses_it = (
        recipe.test.imports
        or recipe.build.noarch == "python"
        or recipe.build.entry_points
        or _runs_pip(recipe)
    )
    return not recipe.output_of or bool(uses_it)


_TOOLS = frozenset(
    (
        *("pip", "wheel", "hatchling", "flit-core", "poetry-core", "pdm-backend", "uv-build"),
        *("setuptools-scm", "setuptools_scm", "hatch-vcs", "scikit-build-core", "meson-python"),
        *("maturin", "setuptools-rust", "cython", "cmake", "ninja", "meson", "make"),
    )
)


def _tools_in_run(subject: Subject) -> Iterator[Remark]:
    for recipe in subject.built:
        for spec in recipe.requirements.run:
            if name_of(spec) in _TOOLS and name_of(spec) != recipe.name:
                yield Remark(
                    f"{name_of(spec)} builds packages; does it belong into run?",
                    subject.line("requirements", "run", name_of(spec)),
                )


BUILD_RULES = (
    Rule(
        id="SL301",
        name="compiler-without-stdlib",
        level=Level.ERROR,
        why="The package then runs on the system it was built on and newer ones, whichever that"
        " was; `stdlib` says it, and makes the solver respect it.",
        bad=_HEAD + 'requirements:\n  build:\n    - {{ compiler("c") }}\n',
        good=_HEAD
        + 'requirements:\n  build:\n    - {{ compiler("c") }}\n    - {{ stdlib("c") }}\n',
        check=_stdlib,
        is_fixable=True,
    ),
    Rule(
        id="SL302",
        name="compiler-by-name",
        level=Level.WARNING,
        why="`compiler()` takes the compiler that the variants say, for each platform.",
        bad=_HEAD + "requirements:\n  build:\n    - gcc\n",
        good=_HEAD
        + 'requirements:\n  build:\n    - {{ compiler("c") }}\n    - {{ stdlib("c") }}\n',
        check=_compiler_package,
    ),
    Rule(
        id="SL303",
        name="noarch-with-compiler",
        level=Level.ERROR,
        why="A noarch package is installed on every platform; what a compiler makes runs on one.",
        bad=_HEAD + "build:\n  noarch: python\n"
        'requirements:\n  build:\n    - {{ compiler("c") }}\n    - {{ stdlib("c") }}\n',
        good=_HEAD + "build:\n  noarch: python\n",
        check=_noarch_compiler,
    ),
    Rule(
        id="SL304",
        name="noarch-with-selector",
        level=Level.WARNING,
        why="The selector is true or false when the one package is built, and that is then so for"
        " everybody who installs it.",
        bad=_HEAD + "build:\n  noarch: python\n"
        "requirements:\n  run:\n    - python\n    - tomli  # [py<311]\n",
        good=_HEAD + "build:\n  noarch: python\nrequirements:\n  run:\n    - python\n    - tomli\n",
        check=_noarch_selectors,
    ),
    Rule(
        id="SL305",
        name="setup-py-install",
        level=Level.ERROR,
        why="It leaves an egg behind, which pip cannot remove and `pip check` does not see.",
        bad=_HEAD + "build:\n  script: python setup.py install\n",
        good=_HEAD + f"build:\n  script: {_PIP} --no-deps --no-build-isolation\n"
        "requirements:\n  host:\n    - python\n    - pip\n  run:\n    - python\n",
        check=_setup_py,
    ),
    Rule(
        id="SL306",
        name="pip-with-dependencies",
        level=Level.WARNING,
        why="What pip downloads the solver did not choose, and the package would bring it along."
        " conda-build and rattler-build forbid it by variables; whoever runs the script by hand"
        " has none of them.",
        bad=_HEAD + f"build:\n  script: {_PIP} --no-build-isolation\n"
        "requirements:\n  host:\n    - python\n    - pip\n",
        good=_HEAD + f"build:\n  script: {_PIP} --no-deps --no-build-isolation\n"
        "requirements:\n  host:\n    - python\n    - pip\n",
        check=_pip_dependencies,
        is_fixable=True,
    ),
    Rule(
        id="SL307",
        name="pip-with-isolation",
        level=Level.WARNING,
        why="With build isolation pip builds with wheels that it downloads, and not with host."
        " conda-build and rattler-build forbid it by variables; whoever runs the script by hand"
        " has none of them.",
        bad=_HEAD + f"build:\n  script: {_PIP} --no-deps\n"
        "requirements:\n  host:\n    - python\n    - pip\n",
        good=_HEAD + f"build:\n  script: {_PIP} --no-deps --no-build-isolation\n"
        "requirements:\n  host:\n    - python\n    - pip\n",
        check=_pip_isolation,
        is_fixable=True,
    ),
    Rule(
        id="SL401",
        name="pip-not-in-host",
        level=Level.ERROR,
        why="The build would run whichever Python is around, not the one it builds for.",
        bad=_HEAD + f"build:\n  script: {_PIP} --no-deps --no-build-isolation\n"
        "requirements:\n  host:\n    - python\n",
        good=_HEAD + f"build:\n  script: {_PIP} --no-deps --no-build-isolation\n"
        "requirements:\n  host:\n    - python\n    - pip\n",
        check=_no_pip,
    ),
    Rule(
        id="SL402",
        name="language-not-in-run",
        level=Level.ERROR,
        why="What was built for an interpreter needs it.",
        bad=_HEAD + "requirements:\n  host:\n    - python\n  run:\n    - rich\n",
        good=_HEAD + "requirements:\n  host:\n    - python\n  run:\n    - python\n    - rich\n",
        check=_language_in_run,
    ),
    Rule(
        id="SL403",
        name="build-tool-in-run",
        level=Level.WARNING,
        why="Everybody who installs the package then installs a tool that only its build needs.",
        bad=_HEAD + "requirements:\n  run:\n    - python\n    - setuptools_scm\n",
        good=_HEAD + "requirements:\n  run:\n    - python\n",
        check=_tools_in_run,
    ),
    Rule(
        id="SL404",
        name="duplicate-requirement",
        level=Level.WARNING,
        why="One of the two is changed some day, and the other one still holds.",
        bad=_HEAD + "requirements:\n  run:\n    - python\n    - rich\n    - rich\n",
        good=_HEAD + "requirements:\n  run:\n    - python\n    - rich\n",
        check=_duplicates,
        is_fixable=True,
    ),
)
