"""The sections of a concrete meta.yaml, each out of its part of a rendered recipe."""

import json
import re
from collections.abc import Mapping, Sequence

from conda_sluice.errors import RecipeError
from conda_sluice.model.job import PackageOrder
from conda_sluice.model.recipe import (
    About,
    BuildSection,
    Pin,
    Requirement,
    Source,
    TestSection,
)
from conda_sluice.recipe.requirement_text import spec_name, starred
from conda_sluice.recipe.subpackages import subpackage_spec
from conda_sluice.recipe.v0.test_scripts import TEST_SCRIPTS
from conda_sluice.recipe.v0.yaml import Expression, Value
from conda_sluice.recipe.v1.render import spdx_license

_FOR_BASH = re.compile(r'([\\"`$])')
_BOUND = re.compile(r"[A-Za-z0-9._+!*-]*")
_DEFAULT_VARIANTS = frozenset(("python", "numpy", "perl", "lua", "r-base"))

Data = dict[str, Value]


def own_sections(package: PackageOrder, script: Data, exported: Sequence[Value] = ()) -> Data:
    """Return the sections that each package has of its own.

    `script` are keys of build, `exported` is added to what it runs with.
    """
    recipe = package.recipe
    return {
        "build": {
            "number": package.number,
            "string": package.build,
            **filled(script),
            **build_keys(recipe.build),
            **filled({"run_exports": _run_exports(package)}),
            "script_env": script_env(recipe.build, package.env),
        },
        "requirements": _requirements(package, exported),
        "test": _test(recipe.test),
        "about": _about(recipe.about),
        "app": _beyond(recipe.app),
        "extra": extra_keys(package),
    }


def extra_keys(package: PackageOrder) -> Data:
    """Return what the recipe adds about the package, and what is added to it."""
    return {**_beyond(package.recipe.about.extra), **package.extra}


def filled(data: Data) -> Data:
    """Return the pairs that say something; zero and false do."""
    return {key: value for key, value in data.items() if value not in ("", [], {})}


def source_keys(source: Source, sources: Mapping[str, str]) -> Data:
    """Return one source."""
    return filled(
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


def _beyond(pairs: tuple[tuple[str, str], ...]) -> Data:
    """Return pairs, those that are lists or mappings as such again."""
    return {key: json.loads(text) if text[:1] in {"[", "{"} else text for key, text in pairs}


def build_keys(build: BuildSection) -> Data:
    """Return the keys of build, but for number, string and script."""
    flags = {
        "python_version_independent": (build.python_version_independent, False),
        "osx_is_app": (build.osx_is_app, False),
        "binary_relocation": (build.binary_relocation, True),
        "error_overlinking": (build.error_overlinking, False),
        "error_overdepending": (build.error_overdepending, False),
        "detect_binary_files_with_prefix": (build.detect_binary_files_with_prefix, True),
    }
    lists = {
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
    return filled(
        {
            "noarch": build.noarch,
            # said even where it is false: without a word conda-build guesses
            "merge_build_host": build.merge_build_host,
            **{key: value for key, (value, usual) in flags.items() if value != usual},
            **{key: list(texts) for key, texts in lists.items()},
            "ignore_prefix_files": _ignored(build.ignore_prefix_files),
            **_beyond(build.beyond),
        }
    )


def _ignored(files: tuple[str, ...]) -> Value:
    """Return the files in which no prefix is looked for, or true for all of them."""
    if len(files) == 1 and files[0].lower() in {"true", "false"}:
        return True if files[0].lower() == "true" else ""
    return list(files)


def script_env(build: BuildSection, env: Mapping[str, str]) -> list[Value]:
    """Return what a script finds in its environment, beside what conda-build sets."""
    own = dict(line.split("=", 1) for line in build.script_env if "=" in line)
    return [f"{name}={_env_text(name, value)}" for name, value in {**own, **env}.items()]


def _env_text(name: str, value: str) -> str:
    """Return a value that reaches the script as it is: conda-build lets bash read it in quotes."""
    if "\n" in value:
        raise RecipeError(f"the value of {name} in script_env has more than one line")
    return _FOR_BASH.sub(r"\\\1", value)


def _requirements(package: PackageOrder, exported: Sequence[Value]) -> Data:
    needs, pins = package.recipe.requirements, package.pins
    return filled(
        {
            "build": [tied(spec, pins) for spec in needs.build],
            "host": [tied(spec, pins) for spec in needs.host],
            "run": list(dict.fromkeys([*(said(spec, package) for spec in needs.run), *exported])),
            "run_constrained": [said(spec, package) for spec in needs.run_constrained],
            "conflicts": list(needs.conflicts),
        }
    )


def tied(spec: Requirement, pins: Mapping[str, str]) -> Value:
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


def said(spec: Requirement, package: PackageOrder) -> Value:
    """Return a requirement as it is said of this package; of a pin on itself, what it means."""
    if not isinstance(spec, Pin):
        return spec
    return _own_pin(spec, package) or _pin(spec)


def _own_pin(pin: Pin, package: PackageOrder) -> str:
    """Return a pin to the package itself, "" where conda-build has to fill it in.

    conda-build writes a pre-release in the spelling of its own comparisons, `1.0DEV.1`.
    """
    own = package.distribution
    if pin.kind != "pin_subpackage" or pin.name != own.name or not own.version[:1].isdigit():
        return ""
    return subpackage_spec(pin, own)


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


def _run_exports(package: PackageOrder) -> Data:
    exports = package.recipe.build.run_exports
    kinds = {
        "weak": exports.weak,
        "strong": exports.strong,
        "noarch": exports.noarch,
        "weak_constrains": exports.weak_constrains,
        "strong_constrains": exports.strong_constrains,
    }
    return filled({kind: [said(spec, package) for spec in specs] for kind, specs in kinds.items()})


def _test(test: TestSection) -> Data:
    """Return the tests, without the run_test.* beside the recipe: conda-build finds them itself."""
    scripts = {file: f"{runner} {file}" for file, runner in TEST_SCRIPTS if file in test.files}
    return filled(
        {
            "imports": list(test.imports),
            "commands": [one for one in test.commands if one not in scripts.values()],
            "requires": [starred(spec) for spec in test.requires],
            "files": [file for file in test.files if file not in scripts],
            "source_files": list(test.source_files),
            "downstreams": list(test.downstreams),
        }
    )


def _about(about: About) -> Data:
    return filled(
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
