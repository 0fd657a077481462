"""A rendered recipe as rattler-build's v1 recipe: one mapping, everything in it concrete."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from conda_sluice.errors import RecipeError
from conda_sluice.model.job import PackageOrder
from conda_sluice.model.recipe import (
    About,
    BuildSection,
    FilesFrom,
    RenderedRecipe,
    RunExports,
    SharedBuild,
    Source,
    TestSection,
)
from conda_sluice.recipe.requirement_text import exact, spec_name, starred
from conda_sluice.recipe.v1.outputs import (
    has_script,
    output_script,
    shared_script,
    staged,
    takes_shared,
)
from conda_sluice.recipe.v1.refusals import refuse_for_v1
from conda_sluice.recipe.v1.scripts import NOTHING
from conda_sluice.recipe.v1.specs import Expression, v1_spec

_Data = dict[str, object]
_EMPTY: Mapping[str, str] = MappingProxyType({})
_PIP_CHECK = frozenset(("pip check", "python -m pip check", "$PYTHON -m pip check"))
_LIBRARIES = {"r-": ("r", "libraries"), "perl-": ("perl", "uses")}
_NOT_FOR_LICENSE = re.compile(r"[^A-Za-z0-9.-]+")
_URL = re.compile(r"[a-z][a-z0-9+.-]*://\S+", re.IGNORECASE)


def render_v1(
    package: PackageOrder, *, sources: Mapping[str, str] = _EMPTY, is_first: bool = True
) -> _Data:
    """Return the recipe of a package for `Stage0Recipe.from_dict(recipe, recipe_dir=...)`.

    `sources` maps a source path as the recipe writes it to the absolute folder to build from;
    a path that is not there stays relative to the recipe. `is_first` tells that the package is the
    first that is made of its recipe. Raise RecipeError where a value cannot be said in v1.
    """
    recipe = package.recipe
    refuse_for_v1(recipe)
    said: _Data = {
        "package": {"name": str(recipe.name), "version": recipe.version},
        "source": [_source(source, sources) for source in recipe.source],
        "build": {
            "number": package.number,
            "string": package.build,
            **_build(recipe, package.env),
        },
        "requirements": _requirements(recipe, package.pins),
        "tests": list(_tests(recipe)),
        "about": _about(recipe.about),
        "extra": {**_extra(recipe.about), **package.extra},
    }
    if recipe.shared is None or not takes_shared(recipe, is_first=is_first):
        return _escaped(_filled(said))
    staging = _filled(
        {
            "source": [_source(source, sources) for source in recipe.shared.source],
            "build": _shared_build(recipe, recipe.shared, package.env),
            "requirements": _staging_requirements(recipe.shared, package.pins),
        }
    )
    if recipe.files_from is not FilesFrom.NEW:
        said = {**said, "source": []}  # the shared build has them, and what it made of them
    return _escaped(staged(_filled(said), staging, exports_run=recipe.shared.exports_run))


def _filled(data: Mapping[str, object]) -> _Data:
    """Return the pairs that say something; zero and false do."""
    return {key: value for key, value in data.items() if value not in ("", [], {}, (), None)}


def _escaped(data: _Data) -> _Data:
    """Return the data with every `${{` of the recipe's author as text, but for our own pins."""
    return {key: _escape(value) for key, value in data.items()}


def _escape(value: object) -> object:
    match value:
        case Expression():
            return str(value)
        case str():
            return value.replace("${{", "${{ '${{' }}")
        case dict():
            return {key: _escape(item) for key, item in value.items()}
        case list() | tuple():
            return [_escape(item) for item in value]
        case _:
            return value


def _source(source: Source, sources: Mapping[str, str]) -> _Data:
    common: _Data = {"patches": list(source.patches), "target_directory": source.folder}
    if source.path:
        folder = sources.get(source.path, source.path)
        return _filled({"path": folder, "use_gitignore": False, **common})
    if source.git_url:
        return _filled(
            {
                "git": source.git_url,
                "rev": source.git_rev,
                "depth": source.git_depth or None,
                **common,
            }
        )
    if len(source.url) == 1 and not _URL.fullmatch(source.url[0]):
        # v0 takes an archive beside the recipe for a URL
        found = {"path": sources.get(source.url[0], source.url[0]), "sha256": source.sha256}
        return _filled({**found, "file_name": source.file_name, **common})
    return _filled(
        {
            "url": list(source.url),
            "sha256": source.sha256,
            "md5": "" if source.sha256 else source.md5,
            "file_name": source.file_name,
            **common,
        }
    )


def _build(recipe: RenderedRecipe, env: Mapping[str, str]) -> _Data:
    build = recipe.build
    return _filled(
        {
            "noarch": build.noarch,
            "script": _script(recipe, env),
            "files": _files(recipe),
            "merge_build_and_host_envs": build.merge_build_host or None,
            "always_include_files": list(build.always_include_files),
            "always_copy_files": list(build.no_link),
            "python": _filled(
                {
                    "entry_points": list(build.entry_points),
                    "skip_pyc_compilation": list(build.skip_compile_pyc),
                    "version_independent": build.python_version_independent or None,
                    "use_python_app_entrypoint": build.osx_is_app or None,
                }
            ),
            "dynamic_linking": _dynamic_linking(build),
            "prefix_detection": _prefix_detection(build),
        }
    )


def _script(recipe: RenderedRecipe, env: Mapping[str, str]) -> object:
    build = recipe.build
    values = _variables(build, env)
    if not recipe.output_of:
        return _script_as_it_is(build, values)
    if recipe.files_from is FilesFrom.NEW:
        return _script_of_its_own(build, values)
    return _filled({"content": list(output_script(recipe)), "env": values})


def _script_as_it_is(build: BuildSection, values: Mapping[str, str]) -> _Data | None:
    told = {"env": values, "interpreter": build.script_interpreter}
    if build.script:
        return _filled({"content": list(build.script), **told})
    if build.script_file or values:
        return _filled({"file": build.script_file or "build.sh", **told})
    return None


def _script_of_its_own(build: BuildSection, values: Mapping[str, str]) -> _Data | None:
    """Return the script of one of several outputs: not one that lies there for the others."""
    is_silent = not has_script(build)
    return _script_as_it_is(replace(build, script=NOTHING) if is_silent else build, values)


def _variables(build: BuildSection, env: Mapping[str, str]) -> dict[str, str]:
    own = dict(line.split("=", 1) for line in build.script_env if "=" in line)
    return {name: _env_text(name, value) for name, value in {**own, **env}.items()}


def _shared_build(recipe: RenderedRecipe, shared: SharedBuild, env: Mapping[str, str]) -> _Data:
    """Return the build section of the staging output; its script sees its own variant."""
    variant = {key: value for key, value in shared.variant if key.isidentifier()}
    values = _variables(shared.build, {**env, **variant})
    if recipe.files_from is FilesFrom.NEW:
        script = _script_of_its_own(shared.build, values)
    else:
        script = {"content": list(shared_script(shared.build)), "env": values}
    merged = shared.build.merge_build_host or None
    return _filled({"script": script, "merge_build_and_host_envs": merged})


def _staging_requirements(shared: SharedBuild, pins: Mapping[str, str]) -> _Data:
    needs, build = shared.requirements, shared.build
    return _filled(
        {
            "build": [v1_spec(spec, pins) for spec in needs.build],
            "host": [v1_spec(spec, pins) for spec in needs.host],
            "ignore_run_exports": _ignored_exports(build),
        }
    )


def _files(recipe: RenderedRecipe) -> _Data:
    """Return the globs that rattler-build reads as they are meant; its script does the others."""
    if recipe.files_from is not FilesFrom.NEW:
        return {}
    return _filled({"include": list(recipe.files), "exclude": list(recipe.not_files)})


def _env_text(name: str, value: str) -> str:
    """Return a value that reaches the script as it is: rattler-build lets bash expand a `$`."""
    if "\n" in value:
        raise RecipeError(f"the value of {name} in script_env has more than one line")
    if "$" not in value:
        return value
    return re.sub(r"([\\`$])", r"\\\1", value)


def _dynamic_linking(build: BuildSection) -> _Data:
    return _filled(
        {
            "rpaths": list(build.rpaths),
            "binary_relocation": None if build.binary_relocation else False,
            "missing_dso_allowlist": list(build.missing_dso_whitelist),
            "rpath_allowlist": list(build.runpath_whitelist),
            "overlinking_behavior": "error" if build.error_overlinking else None,
            "overdepending_behavior": "error" if build.error_overdepending else None,
        }
    )


def _prefix_detection(build: BuildSection) -> _Data:
    ignored = list(build.ignore_prefix_files)
    if len(ignored) == 1 and ignored[0].lower() in {"true", "false"}:
        ignore: object = ignored[0].lower() == "true" or None
    else:
        ignore = ignored
    forced = {"text": list(build.has_prefix_files), "binary": list(build.binary_has_prefix_files)}
    return _filled(
        {
            "ignore": ignore,
            "force_file_type": _filled(forced),
            "ignore_binary_files": None if build.detect_binary_files_with_prefix else True,
        }
    )


def _requirements(recipe: RenderedRecipe, pins: Mapping[str, str]) -> _Data:
    needs, build = recipe.requirements, recipe.build
    return _filled(
        {
            "build": [v1_spec(spec, pins) for spec in needs.build],
            "host": [v1_spec(spec, pins) for spec in needs.host],
            "run": [v1_spec(spec) for spec in needs.run],
            "run_constraints": [v1_spec(spec) for spec in needs.run_constrained],
            "run_exports": _run_exports(build.run_exports),
            "ignore_run_exports": _ignored_exports(build),
        }
    )


def _ignored_exports(build: BuildSection) -> _Data:
    return _filled(
        {
            "by_name": [spec_name(spec) for spec in build.ignore_run_exports],
            "from_package": list(build.ignore_run_exports_from),
        }
    )


def _run_exports(exports: RunExports) -> _Data:
    kinds = {
        "weak": exports.weak,
        "strong": exports.strong,
        "noarch": exports.noarch,
        "weak_constraints": exports.weak_constrains,
        "strong_constraints": exports.strong_constrains,
    }
    return _filled({kind: [v1_spec(spec) for spec in specs] for kind, specs in kinds.items()})


def _tests(recipe: RenderedRecipe) -> Iterator[_Data]:
    """Yield v1 tests: imports, then commands, then downstreams.

    v1's import tests install nothing beside the package: where Python imports need more, they
    become commands.
    """
    test = recipe.test
    commands = [command for command in test.commands if command not in _PIP_CHECK]
    has_pip_check = len(commands) < len(test.commands)
    imports = list(test.imports)
    own = next((made for head, made in _LIBRARIES.items() if recipe.name.startswith(head)), None)
    if own and imports:
        kind, key = own
        yield {kind: {key: imports}}
    elif imports and {spec_name(spec) for spec in test.requires} - {"pip", "python"}:
        commands = [f'python -c "import {module}"' for module in imports] + commands
    elif imports:
        python = [spec for spec in map(starred, test.requires) if spec_name(spec) == "python"]
        version = {"python_version": _version_of(python[-1])} if python else {}
        yield {"python": _filled({"imports": imports, **version, "pip_check": has_pip_check})}
        has_pip_check = False
    if has_pip_check:
        commands = ["pip check", *commands]
    if commands:
        yield _command_test(test, commands)
    for name in test.downstreams:
        yield {"downstream": name}
    for other in test.others:
        yield json.loads(other)


def _version_of(spec: str) -> str:
    return " ".join(spec.split()[1:])


def _command_test(test: TestSection, commands: list[str]) -> _Data:
    files = {"recipe": list(test.files), "source": list(test.source_files)}
    requires = {"run": [exact(starred(spec)) for spec in test.requires]}
    return _filled({"script": commands, "requirements": _filled(requires), "files": _filled(files)})


def _about(about: About) -> _Data:
    return _filled(
        {
            "homepage": _url("home", about.home),
            "repository": _url("dev_url", about.dev_url),
            "documentation": _url("doc_url", about.doc_url),
            "license": spdx_license(about.license),
            "license_family": about.license_family,
            "license_file": list(about.license_file),
            "summary": about.summary,
            "description": about.description,
        }
    )


def _url(key: str, text: str) -> str:
    if text and not _URL.fullmatch(text):
        raise RecipeError(f"about/{key} is no URL: {text!r}", remedy="begin it with https://")
    return text


def spdx_license(text: str) -> str:
    """Return the licence as SPDX; what is no SPDX expression as a LicenseRef of the same words."""
    from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

    if not text:
        return ""
    try:
        return str(canonicalize_license_expression(text))
    except InvalidLicenseExpression:
        return f"LicenseRef-{_NOT_FOR_LICENSE.sub('-', text).strip('-')}"


def _extra(about: About) -> _Data:
    """Return the pairs, those that were lists or mappings as such again."""
    return {key: json.loads(text) if text[:1] in {"[", "{"} else text for key, text in about.extra}
