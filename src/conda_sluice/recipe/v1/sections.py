"""The sections of an evaluated recipe.yaml as values of the model; no key is ever dropped."""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from conda_sluice.model.names import PackageName
from conda_sluice.model.recipe import (
    About,
    BuildSection,
    Pin,
    Requirement,
    RunExports,
    Source,
    TestSection,
)
from conda_sluice.recipe.requirement_text import inexact, spec_name
from conda_sluice.recipe.v1.keys import Keys
from conda_sluice.recipe.v1.scripts import read_script, told_in_shell

_IMPORT = re.compile(r'python -c "import ([\w.]+)"')
_LIBRARIES = {"r-": ("r", "libraries"), "perl-": ("perl", "uses")}
_PYTHON = frozenset(("python", "pip"))
_PIN_OF_X = re.compile(r"x(\.x)*")


def read_specs(keys: Keys, key: str, *, is_open: bool = False) -> tuple[Requirement, ...]:
    """Return match specs and pins.

    `is_open` tells that nobody completes `name 1.2` to `name 1.2.*` here, so that it is exact.
    """
    found = keys.take(key)
    specs = (_spec(item, keys, key) for item in (found if isinstance(found, list) else ()))
    return tuple(inexact(spec) if is_open and isinstance(spec, str) else spec for spec in specs)


def _spec(item: object, keys: Keys, key: str) -> Requirement:
    match item:
        case str():
            return item
        case {"pin_subpackage": dict() as pin}:
            return _pin("pin_subpackage", pin)
        case {"pin_compatible": dict() as pin}:
            return _pin("pin_compatible", pin)
        case _:
            raise keys.refused(key, f"has {json.dumps(item)}, which is no match spec")


def _pin(kind: str, pin: Mapping[str, object]) -> Pin:
    low, high = str(pin.get("lower_bound") or ""), str(pin.get("upper_bound") or "")
    return Pin(
        kind=kind,
        name=PackageName(str(pin["name"])),
        min_pin=low if _PIN_OF_X.fullmatch(low) else "",
        max_pin=high if _PIN_OF_X.fullmatch(high) else "",
        exact=bool(pin.get("exact")),
        lower_bound="" if _PIN_OF_X.fullmatch(low) else low,
        upper_bound="" if _PIN_OF_X.fullmatch(high) else high,
    )


def read_source(keys: Keys) -> Source:
    """Return one source; whether .gitignore counts says nothing about a committed tree."""
    keys.drop("use_gitignore")
    path, urls, sha256 = keys.text("path"), keys.texts("url"), keys.text("sha256")
    if path and sha256:  # an archive beside the recipe, which v0 takes for a URL
        path, urls = "", (path,)
    source = Source(
        path=path,
        url=urls,
        sha256=sha256,
        md5=keys.text("md5"),
        file_name=keys.text("file_name"),
        patches=keys.texts("patches"),
        folder=keys.text("target_directory"),
        git_url=keys.text("git"),
        git_rev=keys.text("rev") or keys.text("tag") or keys.text("branch"),
        git_depth=int(keys.text("depth") or 0),
    )
    keys.end()
    return source


def read_build(
    keys: Keys,
    requirements: Keys,
    files: Collection[str],
    handed: Collection[str],
    *,
    is_windows: bool,
) -> BuildSection:
    """Return the build section, with what v1 keeps among the requirements: run exports.

    `handed` are the names of variables that the script is given from outside.
    """
    python, linking = keys.section("python"), keys.section("dynamic_linking")
    prefix, ignored = keys.section("prefix_detection"), requirements.section("ignore_run_exports")
    forced = prefix.section("force_file_type")
    script = read_script(keys, files, handed, is_windows=is_windows)
    keys.drop("skip", "variant")
    found = BuildSection(
        number=int(keys.text("number") or 0),
        string=keys.text("string"),
        noarch=keys.text("noarch"),
        script=script.lines,
        script_file=script.file,
        script_env=(*sorted(handed), *script.env),
        script_interpreter=script.interpreter,
        entry_points=python.texts("entry_points"),
        run_exports=_run_exports(requirements.section("run_exports")),
        ignore_run_exports=ignored.texts("by_name"),
        ignore_run_exports_from=ignored.texts("from_package"),
        rpaths=linking.texts("rpaths"),
        missing_dso_whitelist=linking.texts("missing_dso_allowlist"),
        detect_binary_files_with_prefix=not prefix.flag("ignore_binary_files"),
        merge_build_host=keys.flag("merge_build_and_host_envs"),
        python_version_independent=python.flag("version_independent"),
        osx_is_app=python.flag("use_python_app_entrypoint"),
        binary_relocation=linking.flag("binary_relocation", default=True),
        error_overlinking=linking.text("overlinking_behavior") == "error",
        error_overdepending=linking.text("overdepending_behavior") == "error",
        runpath_whitelist=linking.texts("rpath_allowlist"),
        always_include_files=keys.texts("always_include_files"),
        no_link=keys.texts("always_copy_files"),
        skip_compile_pyc=python.texts("skip_pyc_compilation"),
        has_prefix_files=forced.texts("text"),
        binary_has_prefix_files=forced.texts("binary"),
        ignore_prefix_files=_ignored_prefixes(prefix),
    )
    for one in (python, linking, forced, prefix, ignored):
        one.end()
    return found


def read_files(build: Keys) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the globs of what is packaged, and of what is not."""
    match build.take("files"):
        case None:
            return (), ()
        case list() | str() as globs:
            return Keys({"files": globs}, "build", build.where).texts("files"), ()
        case dict() as told:
            choice = Keys(told, "build/files", build.where)
            found = choice.texts("include"), choice.texts("exclude")
            choice.end()
            return found
        case _:
            raise build.refused("files", "must be a list of globs")


def _ignored_prefixes(prefix: Keys) -> tuple[str, ...]:
    match prefix.take("ignore"):
        case None | False:
            return ()
        case True:
            return ("true",)
        case list() as paths:
            return tuple(str(path) for path in paths)
        case _:
            raise prefix.refused("ignore", "must be true or a list of files")


def _run_exports(keys: Keys) -> RunExports:
    found = RunExports(
        weak=read_specs(keys, "weak", is_open=True),
        strong=read_specs(keys, "strong", is_open=True),
        noarch=read_specs(keys, "noarch", is_open=True),
        weak_constrains=read_specs(keys, "weak_constraints", is_open=True),
        strong_constrains=read_specs(keys, "strong_constraints", is_open=True),
    )
    keys.end()
    return found


def read_test(tests: Sequence[Keys], name: PackageName, *, is_windows: bool) -> TestSection:
    """Return the tests as the one test of the model: imports, commands, downstreams.

    What has no place there is kept as it is, as JSON, in `others`: also imports, where commands
    need packages that are not to be there when the imports are tried.
    """
    found = TestSection()
    asked = [(test, test.rest()) for test in tests]
    is_alone = any(_needs(data) - _PYTHON for _, data in asked)
    for test, data in asked:
        if is_alone and "python" in data:
            found = _with_other(found, data)
            continue
        found = _with_test(found, data, name)
        told = told_in_shell(found.commands, test, is_windows=is_windows)
        found = replace(found, commands=told)
    return found


def _needs(data: Mapping[str, object]) -> set[str]:
    """Return the names of the packages that a test of commands is run with."""
    match data:
        case {"script": _, "requirements": {"run": list() as specs}}:
            return {spec_name(str(spec)) for spec in specs}
        case _:
            return set()


def _with_other(found: TestSection, data: Mapping[str, object]) -> TestSection:
    return replace(found, others=(*found.others, json.dumps(data, sort_keys=True)))


def _with_test(found: TestSection, data: dict[str, object], name: PackageName) -> TestSection:
    own = next((made for head, made in _LIBRARIES.items() if name.startswith(head)), None)
    match data:
        case {"python": {"imports": list() as imports, **rest}} if not found.imports and (
            set(rest) <= {"pip_check", "python_version"}
            and isinstance(rest.get("python_version", ""), str)
        ):
            return _with_imports(found, imports, rest)
        case {"downstream": str() as package}:
            return replace(found, downstreams=(*found.downstreams, package))
        case {"script": str() | list() as script, **rest} if _is_plain(found, rest):
            return _with_script(found, [script] if isinstance(script, str) else script, rest)
        case _ if own and own[0] in data and set(data) == {own[0]} and not found.imports:
            libraries = data[own[0]]
            if isinstance(libraries, dict) and set(libraries) == {own[1]}:
                return replace(found, imports=tuple(libraries[own[1]]))
    return _with_other(found, data)


def _with_imports(
    found: TestSection, imports: Sequence[str], rest: Mapping[object, object]
) -> TestSection:
    """Return the test with imports, and with what `pip check` and a version of Python need."""
    checks = rest.get("pip_check") is not False
    python = rest.get("python_version")
    needs = (*((f"python {python}",) if python else ()), *(("pip",) if checks else ()))
    return replace(
        found,
        imports=tuple(imports),
        commands=(*(("pip check",) if checks else ()), *found.commands),
        requires=tuple(dict.fromkeys((*needs, *found.requires))),
    )


def _is_plain(found: TestSection, rest: Mapping[str, object]) -> bool:
    """Tell whether a script test is the one that the model has room for."""
    has_script = any(line != "pip check" for line in found.commands)
    needs = rest.get("requirements")
    has_tools = isinstance(needs, dict) and bool(set(needs) - {"run"})
    return not (has_script or has_tools or set(rest) - {"requirements", "files"})


def _with_script(
    found: TestSection, lines: Sequence[str], rest: Mapping[str, object]
) -> TestSection:
    """Return the test with commands; imports that stand among them only to find what they need."""
    imports = [match[1] for line in lines if (match := _IMPORT.fullmatch(line))]
    files, needs = rest.get("files") or {}, rest.get("requirements") or {}
    assert isinstance(files, dict)  # noqa: S101 - the engine's own types
    assert isinstance(needs, dict)  # noqa: S101
    return replace(
        found,
        imports=(*found.imports, *imports),
        commands=(*found.commands, *(line for line in lines if not _IMPORT.fullmatch(line))),
        requires=tuple(
            dict.fromkeys((*found.requires, *(inexact(spec) for spec in needs.get("run", ()))))
        ),
        files=tuple(files.get("recipe", ())),
        source_files=tuple(files.get("source", ())),
    )


def read_about(keys: Keys, extra: Keys) -> About:
    """Return what the recipe says about the package, its `extra` section included."""
    found = About(
        home=_url(keys.text("homepage")),
        license=keys.text("license"),
        license_family=keys.text("license_family"),
        license_file=keys.texts("license_file"),
        summary=keys.text("summary"),
        description=keys.text("description"),
        doc_url=_url(keys.text("documentation")),
        dev_url=_url(keys.text("repository")),
        extra=tuple(sorted((key, _plain(value)) for key, value in extra.rest().items())),
    )
    keys.end()
    return found


def _url(text: str) -> str:
    """Return a URL without the slash that the engine gives to a bare host."""
    return text.removesuffix("/") if text.count("/") == 3 else text  # noqa: PLR2004 - https://host/


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
