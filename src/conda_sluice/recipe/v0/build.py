"""The `build` and `requirements` sections of a rendered meta.yaml, with the variant's pins."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from conda_sluice.errors import RecipeError
from conda_sluice.model.names import PackageName
from conda_sluice.model.recipe import BuildSection, Pin, Requirement, Requirements, RunExports
from conda_sluice.recipe.document import Fields, Listing, Scalar, Table
from conda_sluice.recipe.requirement_text import bounds, is_match_spec, name_of, starred
from conda_sluice.recipe.v0 import keys as v0_keys
from conda_sluice.recipe.v0.jinja import Rendering
from conda_sluice.recipe.v0.outputs import Package
from conda_sluice.recipe.v0.sections import beyond, read_whole, section

_OPERATORS = frozenset((">", ">=", "=", "==", "!=", "<", "<="))
_PATHS = ("always_include_files", "has_prefix_files", "binary_has_prefix_files")
_ENDINGS = frozenset((".sh", ".bat", ".ps1", ".py"))
_AS_VARIABLE = re.compile(r"\$PKG_HASH|%PKG_HASH%")
_NOT_NOARCH = frozenset(("", "false", "no", "off", "n"))
_NOARCH = {"python": "python", "generic": "generic", "true": "generic"}

# conda-build's ignore_build_only_deps: in the build environment alone they decide nothing
_BUILD_ONLY = frozenset(("python", "numpy"))


@dataclass(frozen=True, slots=True)
class Lists:
    """The requirements as they are written, before the variant pins them."""

    build: tuple[Requirement, ...]
    host: tuple[Requirement, ...]
    run: tuple[Requirement, ...]
    run_constrained: tuple[Requirement, ...]
    test: tuple[Requirement, ...]
    conflicts: tuple[str, ...]
    has_host: bool

    def used_keys(self) -> frozenset[str]:
        """Return the variant keys that bare names in build and host stand for."""
        host = _bare(self.host)
        return host | (_bare(self.build) - (_BUILD_ONLY - _bare(self.run)))

    def used_in_build(self, keys: Collection[str]) -> frozenset[str]:
        """Return those of the keys in requirements that decide about the package.

        As conda-build's trim_build_only_deps has it: not what only run needs, and not the Python
        and NumPy that only build tools need.
        """
        build, host = ({_key(name_of(spec)) for spec in specs} for specs in (self.build, self.host))
        run = {spec.name if isinstance(spec, Pin) else spec for spec in self.run}
        return frozenset(
            key
            for key in keys
            if key in host
            or (key in build if key in run else not (key in build and key in _BUILD_ONLY))
        )


def _bare(specs: Collection[Requirement]) -> frozenset[str]:
    """Return the variant keys that specs without a version, or with `x.x`, ask for."""
    texts = (spec.partition(" ") for spec in specs if isinstance(spec, str))
    return frozenset(_key(name) for name, _, rest in texts if rest in {"", "x.x"})


def _key(name: str) -> str:
    return name.replace("-", "_")


def read_lists(root: Fields, rendering: Rendering, *, left_out: str = "") -> Lists:
    """Return the requirements, those on a package of the name `left_out` not among them.

    Raise RecipeError where a line is no match spec.
    """
    fields = section(root, "requirements", v0_keys.REQUIREMENTS)
    test = section(root, "test", v0_keys.OUTPUT_TEST)

    def read(key: str) -> tuple[Requirement, ...]:
        specs = read_specs(fields, key, rendering)
        return tuple(spec for spec in specs if not left_out or name_of(spec) != left_out)

    return Lists(
        build=read("build"),
        host=read("host"),
        run=read("run"),
        run_constrained=read_specs(fields, "run_constrained", rendering),
        test=read_specs(test, "requires", rendering),
        conflicts=fields.texts("conflicts"),
        has_host="host" in fields,
    )


def read_specs(fields: Fields, key: str, rendering: Rendering) -> tuple[Requirement, ...]:
    """Return a list of match specs and pins."""
    _refuse_tables(fields, key)
    return tuple(_spec(line, key, fields, rendering) for line in fields.scalars(key))


def _refuse_tables(fields: Fields, key: str) -> None:
    node = fields.node(key)
    for item in node.items if isinstance(node, Listing) else ():
        if isinstance(item, Table):
            name = item.pairs[0][0].text if item.pairs else ""
            raise RecipeError(
                f"{fields.section}/{key} has a mapping ({name}: …) among its match specs",
                fields.locate(item.line),
                "conda packages only; what pip would install needs a conda package of its own",
            )


def _spec(line: Scalar, key: str, fields: Fields, rendering: Rendering) -> Requirement:
    found = rendering.requirement(line)
    if isinstance(found, Pin):
        return found
    parts = found.split()
    if len(parts) > 1 and parts[1] in _OPERATORS:
        if fields.section == "requirements" and key == "run_constrained":
            # conda-build looks at this list less closely, and conda reads the bound
            return " ".join((parts[0], "".join(parts[1:3]), *parts[3:]))
        raise RecipeError(
            f"{found!r} has a space after {parts[1]!r}",
            fields.locate(line.line),
            f"write {parts[0]} {''.join(parts[1:3])}",
        )
    if not is_match_spec(found):
        raise RecipeError(f"{found!r} is no match spec", fields.locate(line.line))
    return " ".join(parts)


def pinned(
    lists: Lists,
    variant: Mapping[str, str],
    pin_run_as_build: Mapping[str, tuple[str, str]],
    *,
    is_python_free: bool,
) -> Requirements:
    """Return the requirements with the variant's versions, as conda-build applies them.

    Bare names in build and host get the variant's version; names in run that are also in host
    (in build, where there is no host section) are pinned by `pin_run_as_build`, whatever bound
    they had. `is_python_free` leaves python in run as it is (noarch: python, stable ABI).
    """
    build = tuple(_versioned(spec, variant) for spec in lists.build)
    host = tuple(_versioned(spec, variant) for spec in lists.host)
    pins = dict(pin_run_as_build)
    names = {name_of(spec) for spec in (lists.host if lists.has_host else lists.build)}
    if is_python_free:
        pins.pop("python", None)
    return Requirements(
        build=build,
        host=host,
        run=tuple(_run_pin(spec, names, variant, pins) for spec in lists.run),
        run_constrained=lists.run_constrained,
        conflicts=lists.conflicts,
    )


def _versioned(spec: Requirement, variant: Mapping[str, str]) -> Requirement:
    if isinstance(spec, Pin):
        return spec
    name, _, version = spec.partition(" ")
    value = variant.get(name.replace("-", "_"), "")
    return starred(f"{name} {value}") if value and version in {"", "x.x"} else starred(spec)


def _run_pin(
    spec: Requirement,
    names: Collection[str],
    variant: Mapping[str, str],
    pins: Mapping[str, tuple[str, str]],
) -> Requirement:
    if isinstance(spec, Pin):
        return spec
    name, _, rest = spec.partition(" ")
    pin = ("x.x", "x.x") if rest == "x.x" else pins.get(name)
    if pin is None or name not in names:
        return starred(spec)
    value = variant.get(name.replace("-", "_"), "").split(" ")[0]
    bound = bounds(value, *pin)
    if bound is None:
        return Pin("pin_compatible", PackageName(name), min_pin=pin[0], max_pin=pin[1])
    build = rest.split()[1:2]
    return " ".join([name, bound, *build])


def read_build(
    package: Package, rendering: Rendering, files: Collection[str], *, is_legacy: bool
) -> BuildSection:
    """Return the build section; `is_legacy` tells that the recipe knows no host environment."""
    fields = build_fields(package.root)
    is_windows = rendering.scope.platform.startswith("win-")
    script = fields.texts("script")
    _check_build(fields)
    return BuildSection(
        number=read_whole(fields, "number"),
        string=_AS_VARIABLE.sub("PKG_HASH", fields.text("string")),
        noarch=read_noarch(fields),
        is_skipped=fields.flag("skip"),
        script=script,
        script_file=_script_file(package, script, files, is_windows=is_windows),
        script_interpreter=package.own.text("script_interpreter"),
        script_env=fields.texts("script_env"),
        entry_points=fields.texts("entry_points"),
        run_exports=_run_exports(fields, rendering),
        ignore_run_exports=fields.texts("ignore_run_exports"),
        ignore_run_exports_from=tuple(
            name_of(spec) for spec in read_specs(fields, "ignore_run_exports_from", rendering)
        ),
        rpaths=fields.texts("rpaths"),
        missing_dso_whitelist=(
            *fields.texts("missing_dso_whitelist"),
            *fields.texts("missing_dso_allowlist"),
        ),
        detect_binary_files_with_prefix=fields.flag(
            "detect_binary_files_with_prefix", default=True
        ),
        merge_build_host=fields.flag("merge_build_host", default=is_legacy),
        python_version_independent=fields.flag("python_version_independent"),
        osx_is_app=fields.flag("osx_is_app"),
        binary_relocation=fields.flag("binary_relocation", default=True),
        error_overlinking=fields.flag("error_overlinking"),
        error_overdepending=fields.flag("error_overdepending"),
        runpath_whitelist=(
            *fields.texts("runpath_whitelist"),
            *fields.texts("runpath_allowlist"),
        ),
        always_include_files=fields.texts("always_include_files"),
        no_link=fields.texts("no_link"),
        skip_compile_pyc=fields.texts("skip_compile_pyc"),
        has_prefix_files=fields.texts("has_prefix_files"),
        binary_has_prefix_files=fields.texts("binary_has_prefix_files"),
        ignore_prefix_files=fields.texts("ignore_prefix_files"),
        beyond=beyond(fields, v0_keys.BUILD_BEYOND),
    )


def _check_build(fields: Fields) -> None:
    """Refuse what conda-build does: paths with a backslash, an unknown way to pin."""
    for key in _PATHS:
        for line in fields.scalars(key):
            if "\\" in line.text:
                raise RecipeError(
                    f"{line.text!r} in {key} has a backslash",
                    fields.locate(line.line),
                    "write paths with / on every platform",
                )
    if fields.text("pin_depends") not in {"", "record", "strict"}:
        raise RecipeError("pin_depends must be record or strict", fields.where("pin_depends"))
    if "-" in "".join(fields.texts("features")):
        raise RecipeError("a feature has no dash in its name", fields.where("features"))


def _script_file(
    package: Package, script: tuple[str, ...], files: Collection[str], *, is_windows: bool
) -> str:
    """Return the script beside the recipe that is run, "" for none."""
    own = package.own.text("script")
    usual = "bld.bat" if is_windows else "build.sh"
    if own:
        _check_runs(package.own, own)
        return own
    if package.is_output or usual not in files:
        return ""
    if script and not is_windows:
        raise RecipeError(
            "build.sh and build/script are both there",
            build_fields(package.root).where("script"),
            "take one of them out",
        )
    return "" if script else usual


def _check_runs(own: Fields, script: str) -> None:
    if not own.text("script_interpreter") and PurePosixPath(script).suffix not in _ENDINGS:
        raise RecipeError(
            f"nothing is known to run {script}",
            own.where("script"),
            "name a .sh, .bat, .ps1 or .py file, give script_interpreter, or write the commands"
            " as build: script:",
        )


def build_fields(root: Fields) -> Fields:
    """Return the keys of the build section."""
    return section(root, "build", v0_keys.BUILD)


def read_noarch(fields: Fields) -> str:
    """Return `python`, `generic` or ""."""
    if fields.flag("noarch_python"):
        return "python"
    text = fields.text("noarch").lower()
    if text in _NOT_NOARCH:
        return ""
    if text not in _NOARCH:
        raise RecipeError(
            f"noarch cannot be {text!r}", fields.where("noarch"), "write python or generic"
        )
    return _NOARCH[text]


def _run_exports(fields: Fields, rendering: Rendering) -> RunExports:
    """Return what the package exports; a plain list is the weak kind."""
    node = fields.node("run_exports")
    if not isinstance(node, Table):
        return RunExports(weak=read_specs(fields, "run_exports", rendering))
    kinds = Fields(node, "build/run_exports", v0_keys.RUN_EXPORTS, fields.locate)
    return RunExports(
        weak=read_specs(kinds, "weak", rendering),
        strong=read_specs(kinds, "strong", rendering),
        noarch=read_specs(kinds, "noarch", rendering),
        weak_constrains=read_specs(kinds, "weak_constrains", rendering),
        strong_constrains=read_specs(kinds, "strong_constrains", rendering),
    )
