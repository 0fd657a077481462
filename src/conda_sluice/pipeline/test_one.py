"""Test one published package in a fresh environment, away from its sources."""

import shutil
import textwrap
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from xml.etree import ElementTree as ET

from conda_sluice.discover.detect import discover
from conda_sluice.effects.artifact import read_info, read_info_folder
from conda_sluice.effects.git import export_tree
from conda_sluice.effects.scrub import scrub, scrub_file
from conda_sluice.errors import PackageError, ProjectError
from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.environment import Solution, SolveSource, Unsolvable
from conda_sluice.model.names import Subdir
from conda_sluice.model.outcome import TestReport
from conda_sluice.model.package import PackageRecord
from conda_sluice.model.project import Project, SourceState, TestSetup
from conda_sluice.pipeline.test_prelude import prelude
from conda_sluice.plan.suite import (
    TestCommand,
    TestSuite,
    origin_commands,
    parse_tests,
    parse_v0_tests,
)
from conda_sluice.plan.tally import count_tests
from conda_sluice.ports import Environment, Environments, Store
from conda_sluice.recipe.requirement_text import exact, starred

COMPILER = "compiler:"
LOG, JUNIT = "test.log", "junit.xml"
"""The files that a test leaves in its folder."""
"""Prefix of an abstract requirement: `compiler:c` is whatever the variants say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TestTask:
    """One package file to test in one context.

    `sources` are the target's context, `wider` the same with all of the channel below laid over
    it; `source` says where the project's own tests are taken
    from, None for packages made elsewhere; `command` replaces the project's test command;
    `compilers` maps a language to a match spec; `folder` is where the log, the JUnit file and
    the scratch space go; `timeout` is seconds in all.
    """

    __test__ = False  # not a test class, whatever pytest makes of its name

    record: PackageRecord
    target: str
    platform: Subdir
    strategy: str
    sources: tuple[SolveSource, ...]
    wider: tuple[SolveSource, ...] = ()
    digest: str
    source: SourceState | None
    command: str
    compilers: tuple[tuple[str, str], ...]
    folder: Path
    timeout: float


@dataclass(slots=True)
class _Run:
    """What has happened so far in one test."""

    log: Path
    cases: list[tuple[str, str]] = field(default_factory=list)
    collected: int = 0
    reason: str = ""
    is_waiting: bool = False

    def write(self, text: str) -> None:
        with self.log.open("a", encoding="utf-8") as file:
            file.write(scrub(text).rstrip("\n") + "\n")


def test_one(
    task: TestTask, channel: ChannelRef, store: Store, environments: Environments
) -> TestReport:
    """Test a package of a channel; whatever keeps a test from running makes it not passed."""
    started = time.monotonic()
    if task.folder.exists():
        shutil.rmtree(task.folder)
    task.folder.mkdir(parents=True)
    run = _Run(log=task.folder / LOG)
    run.write(f"testing {task.record.path} for {task.target}")
    locked: tuple[str, ...] = ()
    try:
        suite = _package_tests(
            store.get(task.record, channel, task.folder), task.folder / "recipe-tests"
        )
        own = _lay_out_project_tests(task)
        solution = _solve(task, suite, own, environments, run)
        if isinstance(solution, Unsolvable):
            specs = _specs(task, suite, own)
            wider = environments.solve(specs, task.wider, task.platform)
            _explain_unsolvable(task, solution, wider, run)
        elif task.record.sha256 not in {package.sha256 for package in solution.packages}:
            run.reason = "the solver takes another file of this name, version and build"
        else:
            locked = tuple(str(package) for package in solution.packages)
            with environments.create(solution, task.folder / "env") as environment:
                _run_all(task, suite, own, environment, run)
    except ProjectError as error:
        run.reason = f"the project's tests cannot be taken from its commit: {error.what}"
    count = run.collected
    if not run.reason and count == 0:
        run.reason = "there are no tests: neither the recipe nor the project has one"
    run.write(run.reason or f"passed: {count} tests")
    return TestReport(
        record=task.record,
        target=task.target,
        platform=task.platform,
        strategy=task.strategy,
        has_passed=not run.reason,
        reason=scrub(run.reason),
        tests=count,
        environment=locked,
        digest=task.digest,
        log=run.log,
        junit=_write_junit(task, run),
        seconds=time.monotonic() - started,
        is_waiting=run.is_waiting,
    )


test_one.__test__ = False  # type: ignore[attr-defined]  # pytest must not collect it


def _solve(
    task: TestTask, suite: TestSuite, own: TestSetup, environments: Environments, run: _Run
) -> Solution | Unsolvable:
    """Solve with all that tests need, else without what they look for before they use it."""
    answer = environments.solve(_specs(task, suite, own), task.sources, task.platform)
    if isinstance(answer, Solution) or not own.optional:
        return answer
    needed = tuple(one for one in own.requires if one not in own.optional)
    fewer = _specs(task, suite, replace(own, requires=needed))
    without = environments.solve(fewer, task.sources, task.platform)
    if isinstance(without, Unsolvable):
        return answer
    run.write(f"without {', '.join(own.optional)}, which tests can do without: {answer.reason}")
    return without


def _explain_unsolvable(
    task: TestTask, answer: Unsolvable, wider: Solution | Unsolvable, run: _Run
) -> None:
    """Say why no test can run; what the channel below could help out with is waited for."""
    run.is_waiting = isinstance(wider, Solution)
    run.reason = (
        f"waits for what it needs, which does not climb to {task.target} yet: {answer.reason}"
        if run.is_waiting
        else f"its test environment cannot be solved: {answer.reason}"
    )


def _package_tests(file: Path, folder: Path) -> TestSuite:
    """Return the tests that the package carries, those of conda-build laid out in `folder`."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    info = read_info(file, "info/tests/tests.yaml")
    if info is None:
        files = read_info_folder(file, "info/test")
        _lay_out(files, folder)
        suite = parse_v0_tests(files, str(folder), str(file))
        return replace(suite, requires=tuple(exact(starred(spec)) for spec in suite.requires))
    try:
        return parse_tests(YAML(typ="safe").load(info), str(file))
    except YAMLError as error:
        raise PackageError(f"its tests are no YAML: {error}", where=str(file)) from error


def _lay_out(files: Mapping[str, bytes], folder: Path) -> None:
    folder.mkdir()
    for name, data in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)


def _lay_out_project_tests(task: TestTask) -> TestSetup:
    """Put the project's tests and their configuration, and nothing else, into the test folder."""
    tests = task.folder / "tests"
    tests.mkdir()
    if task.source is None:
        return TestSetup()
    # under the folder's own name, by which a project may be told from what lies beside it
    tree = task.folder / "tree" / (task.source.path or task.source.repository.name)
    export_tree(task.source, tree)
    setup = own_tests(discover(tree), task.command)
    for path in _matching(tree, setup.files):
        target = tests / path.relative_to(tree)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target, follow_symlinks=False)
    shutil.rmtree(task.folder / "tree")
    return setup


def own_tests(project: Project, command: str) -> TestSetup:
    """Return how a project tests itself; `command`, where there is one, replaces its commands.

    A command for a project whose tests are of no known kind gets all files, and the compilers:
    it may well compile something against the installed library.
    """
    setup = project.tests
    if not command:
        return setup
    if setup.commands:
        return replace(setup, commands=(command,))
    compilers = tuple(f"{COMPILER}{language}" for language in project.compile.languages)
    return TestSetup(commands=(command,), requires=compilers, files=("*",))


def _matching(tree: Path, patterns: Sequence[str]) -> Iterator[Path]:
    for pattern in patterns:
        for path in tree.glob(pattern):
            if path.is_dir():
                yield from (inner for inner in path.rglob("*") if inner.is_file())
            elif path.is_file():
                yield path


def _specs(task: TestTask, suite: TestSuite, own: TestSetup) -> tuple[str, ...]:
    record = task.record
    compilers = dict(task.compilers)
    requires = [
        compilers.get(spec.removeprefix(COMPILER), spec) if spec.startswith(COMPILER) else spec
        for spec in (*suite.requires, *own.requires)
    ]
    exact = f"{record.name} =={record.version} {record.build}"
    return tuple(dict.fromkeys((exact, *requires)))


def _run_all(
    task: TestTask, suite: TestSuite, own: TestSetup, environment: Environment, run: _Run
) -> None:
    """Run every script; the first that fails says why the package did not pass."""
    deadline = time.monotonic() + task.timeout
    tests = task.folder / "tests"
    from_project = [TestCommand(_title(command), command) for command in own.commands]
    counted = [*suite.commands, *from_project]
    for command in (*counted, *origin_commands(suite)):
        junit = task.folder / f"junit-{len(run.cases)}.xml"
        cwd = environment.prefix / command.folder if command.folder else tests
        left = deadline - time.monotonic()
        run.write(f"$ {command.name}")
        done = environment.run(
            prelude(task.record, task.platform, junit) + command.script,
            cwd=cwd,
            timeout=max(left, 0.1),
        )
        run.write(done.output)
        reason = ""
        if done.is_timeout:
            reason = f"{command.name} took longer than {task.timeout:.0f} s"
        elif done.code != 0:
            reason = f"{command.name} ended with exit code {done.code}{_last(done.output)}"
        count = _count(junit, done.output) if command in counted else 0
        if not reason and not count and command in from_project:
            reason = f"{command.name} ran no test: it found none, or skipped them all"
        reason = scrub(reason)
        run.cases.append((command.name, reason))
        run.collected += count
        run.reason = run.reason or reason


def _title(command: str) -> str:
    """Return a command as one short line."""
    return textwrap.shorten(command, 72, placeholder=" …")


def _count(junit: Path, output: str) -> int:
    """Return how many tests a script ran: as its JUnit file or output says, else one, itself."""
    scrub_file(junit)
    if not junit.is_file():
        told = count_tests(output)
        return 1 if told is None else told
    root = ET.parse(junit).getroot()  # noqa: S314 - written by our own test run
    suites = root.iter("testsuite")
    return sum(int(suite.get("tests", 0)) - int(suite.get("skipped", 0)) for suite in suites)


def _last(output: str) -> str:
    # pytest draws a frame around its closing line
    lines = [text for line in output.splitlines() if (text := line.strip("= \t"))]
    return f": {lines[-1]}" if lines else ""


def _write_junit(task: TestTask, run: _Run) -> Path:
    """Write one JUnit file for the package: a case for each script, those of pytest within."""
    failures = sum(1 for _, reason in run.cases if reason)
    suite = ET.Element(
        "testsuite",
        name=f"{task.record.file} for {task.target}",
        tests=str(len(run.cases)),
        failures=str(failures),
    )
    for name, reason in run.cases or [("environment", run.reason)]:
        case = ET.SubElement(suite, "testcase", name=name, classname=task.record.name)
        if reason:
            ET.SubElement(case, "skipped" if run.is_waiting else "failure", message=reason)
    path = task.folder / JUNIT
    ET.ElementTree(suite).write(path, encoding="utf-8", xml_declaration=True)
    return path


def compilers_of(variants: Mapping[str, tuple[str, ...]], platform: Subdir) -> Mapping[str, str]:
    """Return for each language the match spec of the compiler that the variants name first."""
    specs = {}
    for language, fallback in (("c", "gcc"), ("cxx", "gxx"), ("fortran", "gfortran")):
        name = next(iter(variants.get(f"{language}_compiler", ())), fallback)
        version = next(iter(variants.get(f"{language}_compiler_version", ())), "")
        specs[language] = f"{name}_{platform}" + (f" {version}.*" if version else "")
    return specs
