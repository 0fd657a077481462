"""A rendered recipe as a meta.yaml in which nothing is left to render: for conda-build as a tool.

Its counterpart for rattler-build is render_v1.
"""

import json
import re
from collections.abc import Mapping
from types import MappingProxyType

from conda_sluice.errors import RecipeError
from conda_sluice.model.recipe import (
    About,
    BuildSection,
    Pin,
    RenderedRecipe,
    Requirement,
    Source,
    TestSection,
)
from conda_sluice.recipe.requirement_text import bounds, spec_name, starred
from conda_sluice.recipe.v0.test_scripts import TEST_SCRIPTS
from conda_sluice.recipe.v0.yaml import Expression, Value
from conda_sluice.recipe.v1.render import spdx_license

_EMPTY: Mapping[str, str] = MappingProxyType({})
_FOR_BASH = re.compile(r'([\\"`$])')
_BOUND = re.compile(r"[A-Za-z0-9._+!*-]*")
_DEFAULT_VARIANTS = frozenset(("python", "numpy", "perl", "lua", "r-base"))
_USUAL_SCRIPTS = frozenset(("", "build.sh", "bld.bat"))

_Data = dict[str, Value]


def concrete_v0(
    recipe: RenderedRecipe,
    *,
    build_string: str,
    number: int,
    sources: Mapping[str, str] = _EMPTY,
    pins: Mapping[str, str] = _EMPTY,
    env: Mapping[str, str] = _EMPTY,
    extra: Mapping[str, str] = _EMPTY,
) -> _Data:
    """Return the sections of the meta.yaml; `v0_text` (v0_yaml.py) writes them down.

    `sources` maps a source path as the recipe writes it to the absolute folder to build from;
    a path that is not there stays relative to the recipe. `pins` maps a package name to the exact
    match spec that replaces it in build and host. `env` has values for the build script; `extra`
    is added to the recipe's own. Raise RecipeError where a value cannot be said.
    """
    _check(recipe)
    return _filled(
        {
            "package": {"name": str(recipe.name), "version": recipe.version},
            "source": [_source(source, sources) for source in recipe.source],
            "build": {
                "number": number,
                "string": build_string,
                **_build(recipe, build_string),
                "script_env": _script_env(recipe.build, env),
            },
            "requirements": _requirements(recipe, build_string, pins),
            "test": _test(recipe.test),
            "about": _about(recipe.about),
            "app": _beyond(recipe.app),
            "extra": {**_beyond(recipe.about.extra), **extra},
        }
    )


def _check(recipe: RenderedRecipe) -> None:
    """Raise RecipeError for what sluice does not hand to conda-build, rather than drop it."""
    cannot = {
        "recipes with several outputs": bool(recipe.output_of or recipe.shared),
        "a choice of files": bool(recipe.files or recipe.not_files),
        "a test that only a recipe.yaml can hold": bool(recipe.test.others),
        f"the script file {recipe.build.script_file}": recipe.build.script_file
        not in _USUAL_SCRIPTS,
        f"a script for {recipe.build.script_interpreter}": bool(recipe.build.script_interpreter),
    }
    for what, is_there in cannot.items():
        if is_there:
            raise RecipeError(
                f"{what} cannot be built with conda-build yet",
                str(recipe.name),
                "build it with rattler-build",
            )


def concrete_variant(recipe: RenderedRecipe) -> _Data:
    """Return the one variant as a conda_build_config.yaml: what conda-build shows to scripts."""
    values: _Data = {"target_platform": [str(recipe.platform)]}
    return values | {key: [value] for key, value in recipe.variant}


def _filled(data: _Data) -> _Data:
    """Return the pairs that say something; zero and false do."""
    return {key: value for key, value in data.items() if value not in ("", [], {})}


def _source(source: Source, sources: Mapping[str, str]) -> _Data:
    return _filled(
        {
            "path": sources.get(source.path, source.path),
            "url": [sources.get(url, url) for url in source.url],
            "sha256": source.sha256,
            "md5": source.md5,
            "fn": source.file_name,
            "git_url": source.git_url,
            "git_rev": source.git_rev,
            **({"git_depth": source.git_depth} if source.git_depth else {}),
            "folder": source.folder,
            "patches": list(source.patches),
            **_beyond(source.beyond),
        }
    )


def _beyond(pairs: tuple[tuple[str, str], ...]) -> _Data:
    """Return pairs, those that are lists or mappings as such again."""
    return {key: json.loads(text) if text[:1] in {"[", "{"} else text for key, text in pairs}


def _build(recipe: RenderedRecipe, build_string: str) -> _Data:
    build = recipe.build
    flags = {
        "python_version_independent": (build.python_version_independent, False),
        "osx_is_app": (build.osx_is_app, False),
        "binary_relocation": (build.binary_relocation, True),
        "error_overlinking": (build.error_overlinking, False),
        "error_overdepending": (build.error_overdepending, False),
        "detect_binary_files_with_prefix": (build.detect_binary_files_with_prefix, True),
    }
    lists = {
        "script": build.script,
        "entry_points": build.entry_points,
        "ignore_run_exports": build.ignore_run_exports,
        "ignore_run_exports_from": build.ignore_run_exports_from,
        "rpaths": build.rpaths,
        "missing_dso_whitelist": build.missing_dso_whitelist,
        "runpath_whitelist": build.runpath_whitelist,
        "always_include_files": build.always_include_files,
        "no_link": build.no_link,
        "skip_compile_pyc": build.skip_compile_pyc,
        "has_prefix_files": build.has_prefix_files,
        "binary_has_prefix_files": build.binary_has_prefix_files,
    }
    return _filled(
        {
            "noarch": build.noarch,
            # said even where it is false: without a word conda-build guesses
            "merge_build_host": build.merge_build_host,
            **{key: value for key, (value, usual) in flags.items() if value != usual},
            **{key: list(texts) for key, texts in lists.items()},
            "ignore_prefix_files": _ignored(build.ignore_prefix_files),
            "run_exports": _run_exports(recipe, build_string),
            **_beyond(build.beyond),
        }
    )


def _ignored(files: tuple[str, ...]) -> Value:
    """Return the files in which no prefix is looked for, or true for all of them."""
    if len(files) == 1 and files[0].lower() in {"true", "false"}:
        return True if files[0].lower() == "true" else ""
    return list(files)


def _script_env(build: BuildSection, env: Mapping[str, str]) -> list[Value]:
    own = dict(line.split("=", 1) for line in build.script_env if "=" in line)
    return [f"{name}={_env_text(name, value)}" for name, value in {**own, **env}.items()]


def _env_text(name: str, value: str) -> str:
    """Return a value that reaches the script as it is: conda-build lets bash read it in quotes."""
    if "\n" in value:
        raise RecipeError(f"the value of {name} in script_env has more than one line")
    return _FOR_BASH.sub(r"\\\1", value)


def _requirements(recipe: RenderedRecipe, build_string: str, pins: Mapping[str, str]) -> _Data:
    needs = recipe.requirements
    return _filled(
        {
            "build": [_tied(spec, pins) for spec in needs.build],
            "host": [_tied(spec, pins) for spec in needs.host],
            "run": [_spec(spec, recipe, build_string) for spec in needs.run],
            "run_constrained": [
                _spec(spec, recipe, build_string) for spec in needs.run_constrained
            ],
            "conflicts": list(needs.conflicts),
        }
    )


def _tied(spec: Requirement, pins: Mapping[str, str]) -> Value:
    """Return a requirement of build or host.

    A bare name is said with `*` where conda-build has a default version for it, which would pin
    what the variants left open.
    """
    if isinstance(spec, Pin):
        return _pin(spec)
    name = spec_name(spec)
    if name in pins:
        return pins[name].replace(" ==", " ")
    return f"{spec} *" if spec in _DEFAULT_VARIANTS else spec


def _spec(spec: Requirement, recipe: RenderedRecipe, build_string: str) -> Value:
    if not isinstance(spec, Pin):
        return spec
    return _own_pin(spec, recipe, build_string) or _pin(spec)


def _own_pin(pin: Pin, recipe: RenderedRecipe, build_string: str) -> str:
    """Return a pin to the package itself, "" where conda-build has to fill it in.

    conda-build writes a pre-release in the spelling of its own comparisons, `1.0DEV.1`.
    """
    release = re.match(r"\d+(\.\d+)*", recipe.version)
    if pin.kind != "pin_subpackage" or pin.name != recipe.name or release is None:
        return ""
    if pin.exact:
        return f"{recipe.name} {recipe.version} {build_string}"
    is_full = pin.min_pin.count("x") > release[0].count(".")
    low = f">={recipe.version}" if is_full else bounds(release[0], pin.min_pin, "")
    high = bounds(release[0], "", pin.max_pin)
    if low is None or high is None or pin.lower_bound or pin.upper_bound:
        return ""
    sides = ",".join(side for side in (low, high) if side)
    return " ".join(part for part in (str(recipe.name), sides, pin.build) if part)


def _pin(pin: Pin) -> Expression:
    options = {"min_pin": pin.min_pin, "max_pin": pin.max_pin}
    if pin.lower_bound or pin.upper_bound:
        options |= {"lower_bound": pin.lower_bound, "upper_bound": pin.upper_bound}
    if not all(_BOUND.fullmatch(text) for text in (*options.values(), pin.build, pin.name)):
        raise RecipeError(f"the pin of {pin.name} has a bound that is no version")
    # a pin that is open has to be said: without a word conda-build pins both sides
    told = [f"{key}={value or None!r}" for key, value in options.items()]
    arguments = ["exact=True"] if pin.exact else told
    call = f"{{{{ {pin.kind}({', '.join([repr(str(pin.name)), *arguments])}) }}}}"
    return Expression(f"{call} {pin.build}".rstrip())


def _run_exports(recipe: RenderedRecipe, build_string: str) -> _Data:
    exports = recipe.build.run_exports
    kinds = {
        "weak": exports.weak,
        "strong": exports.strong,
        "noarch": exports.noarch,
        "weak_constrains": exports.weak_constrains,
        "strong_constrains": exports.strong_constrains,
    }
    return _filled(
        {
            kind: [_spec(spec, recipe, build_string) for spec in specs]
            for kind, specs in kinds.items()
        }
    )


def _test(test: TestSection) -> _Data:
    """Return the tests, without the run_test.* beside the recipe: conda-build finds them itself."""
    scripts = {file: f"{runner} {file}" for file, runner in TEST_SCRIPTS if file in test.files}
    return _filled(
        {
            "imports": list(test.imports),
            "commands": [one for one in test.commands if one not in scripts.values()],
            "requires": [starred(spec) for spec in test.requires],
            "files": [file for file in test.files if file not in scripts],
            "source_files": list(test.source_files),
            "downstreams": list(test.downstreams),
        }
    )


def _about(about: About) -> _Data:
    return _filled(
        {
            "home": about.home,
            "dev_url": about.dev_url,
            "doc_url": about.doc_url,
            "license": spdx_license(about.license),
            "license_family": about.license_family,
            "license_file": list(about.license_file),
            "summary": about.summary,
            "description": about.description,
        }
    )
