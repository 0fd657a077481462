"""Compare how sluice reads recipes with what the real conda-build renders, field by field.

    python tools/compare_render.py --conda-build-python PYTHON --variants FILE FOLDER...

FOLDER is searched for meta.yaml files; `--variants` lies below each recipe's own
conda_build_config.yaml. PYTHON has conda and conda-build; sluice is in the Python that runs this.
Prints a table of counts for each platform, and with --verbose every difference.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from conda_sluice.errors import RecipeError
from conda_sluice.model.names import Subdir
from conda_sluice.model.recipe import Pin, RenderedRecipe, Requirement, Source
from conda_sluice.model.variant import VariantConfig
from conda_sluice.recipe.requirement_text import known_bounds, spec_name, starred
from conda_sluice.recipe.v0 import keys as v0_keys
from conda_sluice.recipe.v0.read import read_recipe
from conda_sluice.recipe.variants import layer, parse_variant_config

HERE = Path(__file__).parent
ALWAYS_USED = frozenset(("channel_targets", "CONDA_BUILD_SYSROOT"))
Pairs = tuple[tuple[str, str], ...]
ABOUT = ("home", "license", "license_family", "summary", "description", "doc_url", "dev_url")
LISTS = ("build", "host", "run", "run_constrained")
BUILD_LISTS = (
    *("entry_points", "ignore_run_exports", "ignore_run_exports_from", "script_env", "rpaths"),
    *("always_include_files", "no_link", "skip_compile_pyc", "script"),
)
EXPORTS = ("weak", "strong", "noarch", "weak_constrains", "strong_constrains")
BEYOND = frozenset(v0_keys.BUILD_BEYOND)
TESTS = ("imports", "commands", "requires", "files", "source_files", "downstreams")
PLACES = re.compile(
    r"[$%]\{?(SP_DIR|STDLIB_DIR|PYTHON|BUILD_PREFIX|PREFIX|SRC_DIR|RECIPE_DIR)\}?%?"
)
RUNS_FILE = re.compile(r"(python|bash -e|call|Rscript|perl) \S+$")
HASH = re.compile(r"h[0-9a-f]{7}(?![0-9a-z])|(?<![0-9a-z])[0-9a-f]{7}(?![0-9a-z])")


def main() -> int:
    """Compare on each platform; return 1 where anything differs."""
    options = parse_options()
    folders = sorted(meta.parent for root in options.folder for meta in root.rglob("meta.yaml"))
    differences = 0
    for platform in options.platform:
        counts, reasons = Counter(), Counter()
        theirs = rendered(folders, platform, options)
        for folder in folders:
            verdict, told = compared(folder, platform, options.variants, theirs[str(folder)])
            counts[verdict] += 1
            if verdict == "refused by sluice":
                reasons[told[0]] += 1
            if options.verbose and told:
                print(f"{platform} {folder}: {verdict}", *told, sep="\n    ")
        differences += counts["differ"]
        print(platform, dict(sorted(counts.items())))
        for reason, number in reasons.most_common():
            print(f"  {number:4} refused: {reason}")
    return 1 if differences else 0


def parse_options() -> argparse.Namespace:
    """Return the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="+", type=Path)
    parser.add_argument("--conda-build-python", required=True)
    parser.add_argument("--variants", required=True, type=Path)
    parser.add_argument("--platform", action="append")
    parser.add_argument("--keep", type=Path, help="a folder for conda-build's answers, used again")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    options.folder = [folder.resolve() for folder in options.folder]
    options.platform = options.platform or ["linux-64", "osx-64", "win-64"]
    return options


def rendered(folders: list[Path], platform: str, options: argparse.Namespace) -> dict:
    """Return conda-build's answer for each folder."""
    with tempfile.TemporaryDirectory() as place:
        out = Path(options.keep or place, f"{platform}.jsonl")
        if out.is_file():
            return answers(out)
        subprocess.run(
            [
                options.conda_build_python,
                HERE / "conda_build_render.py",
                platform,
                out,
                *map(str, folders),
            ],
            input=options.variants.read_text(encoding="utf-8"),
            text=True,
            stdout=sys.stderr,
            stderr=subprocess.DEVNULL,
            check=True,
        )
        return answers(out)


def answers(file: Path) -> dict:
    """Return conda-build's answers of an earlier run by folder."""
    found = map(json.loads, file.read_text(encoding="utf-8").splitlines())
    return {answer["recipe"]: answer for answer in found}


def compared(folder: Path, platform: str, base: Path, theirs: dict) -> tuple[str, list[str]]:
    """Return the verdict, and what differs."""
    try:
        ours = [one for one in read(folder, platform, base) if not one.build.is_skipped]
    except RecipeError as error:
        if "error" in theirs:
            return "refused by both", [error.what, theirs["error"][:200]]
        return "refused by sluice", [error.what]
    if "error" in theirs:
        return "refused by conda-build", [theirs["error"][:300]]
    if not ours and not theirs["packages"]:
        return "skipped by both", []
    told = list(differences(ours, theirs["packages"], platform))
    return ("differ" if told else "agree"), told


def read(folder: Path, platform: str, base: Path) -> tuple[RenderedRecipe, ...]:
    """Return what sluice reads, with run requirements as they are written."""
    subdir = Subdir(platform)
    own = folder / "conda_build_config.yaml"
    files = [base, own] if own.is_file() else [base]
    parts = [
        parse_variant_config(file.read_text(encoding="utf-8"), where=str(file), platform=subdir)
        for file in files
    ]
    variants = layer(parts)
    beside = [str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()]
    return read_recipe(
        (folder / "meta.yaml").read_text(encoding="utf-8"),
        where="meta.yaml",
        platform=subdir,
        # environments are not solved there, so run requirements are not pinned yet
        variants=VariantConfig(
            values=variants.values, zip_keys=variants.zip_keys, pin_run_as_build=()
        ),
        environ={},
        files=[name for name in beside if not name.startswith("run_test")],
        scripts={
            name: (folder / name).read_text(encoding="utf-8", errors="replace")
            for name in beside
            if name.endswith((".sh", ".bat"))
        },
    )


def differences(ours: list[RenderedRecipe], theirs: list[dict], platform: str) -> Iterator[str]:
    """Yield what differs between the packages of one recipe."""
    versions = {one.name: one.version for one in ours}
    # conda-build drops the tests of an output that bears the recipe's name; sluice keeps them
    kept = {one.name for one in ours if one.is_top_level}
    mine = {(one.name, used(one.variant, platform)): told_by_sluice(one, versions) for one in ours}
    real = {
        (one["meta"]["package"]["name"], used(one["used"].items(), platform)): told_by_conda(one)
        for one in theirs
    }
    for key in sorted(mine.keys() - real.keys()):
        yield f"only sluice has {key}"
    for key in sorted(real.keys() - mine.keys()):
        yield f"only conda-build has {key}"
    for key in sorted(mine.keys() & real.keys()):
        for field in sorted(mine[key].keys() | real[key].keys()):
            left, right = mine[key].get(field), real[key].get(field)
            if field.startswith("test/") and key[0] in kept and right is None:
                continue
            if not is_same(left, right):
                yield f"{key[0]} {field}: sluice {left!r}, conda-build {right!r}"


def used(pairs: Iterable[tuple[str, object]], platform: str) -> Pairs:
    """Return a variant for comparison: the keys that decide about the package."""
    return tuple(
        sorted(
            (key, str(value))
            for key, value in pairs
            if key not in ALWAYS_USED and (key, value) != ("target_platform", platform)
        )
    )


def is_same(left: object, right: object) -> bool:
    """Tell whether two values mean the same; pins are as good as what conda-build makes of them."""
    if not (isinstance(left, list) and isinstance(right, list) and len(left) == len(right)):
        return left == right
    if not all(isinstance(item, str) for item in (*left, *right)):
        return left == right
    waiting = list(right)
    for item in sorted(left, key=lambda text: text.startswith("PIN ")):
        found = next((other for other in waiting if is_same_text(item, other)), None)
        if found is None:
            return False
        waiting.remove(found)
    return True


def is_same_text(ours: str, theirs: str) -> bool:
    """Tell whether two requirements mean the same."""
    if not ours.startswith("PIN "):
        # without a solved environment conda-build leaves the variant's version out of some lists
        return ours == theirs or (" " not in theirs and ours.startswith(f"{theirs} "))
    _, kind, name, *bounds = ours.split(" ", 3)
    if theirs == name or (kind == "pin_compatible" and theirs.split(" ", 1)[0] == name):
        return True  # conda-build would solve an environment, or build the other first
    return theirs.startswith(" ".join([name, *bounds]).strip())


def told_by_sluice(one: RenderedRecipe, versions: Mapping[str, str]) -> dict:
    """Return a package's fields by name, those that say nothing left out."""

    def specs(values: tuple[Requirement, ...]) -> list[str]:
        return sorted(
            pin(each, versions) if isinstance(each, Pin) else starred(each) for each in values
        )

    build, about = one.build, one.about
    return filled(
        {
            "version": one.version,
            "number": build.number,
            "string": HASH.sub("HASH", build.string.replace("PKG_HASH", "1234567")),
            "noarch": build.noarch,
            **{f"requirements/{key}": specs(getattr(one.requirements, key)) for key in LISTS},
            **{f"build/{key}": places(getattr(build, key)) for key in BUILD_LISTS},
            **{f"run_exports/{key}": specs(getattr(build.run_exports, key)) for key in EXPORTS},
            **{f"test/{key}": places(getattr(one.test, key)) for key in TESTS},
            "test/commands": commands(one.test.commands),
            "test/requires": sorted(map(starred, one.test.requires)),
            **{f"about/{key}": squeezed(getattr(about, key)) for key in ABOUT},
            "about/license_file": places(about.license_file),
            "beyond": sorted(key for key, _ in (*about.extra, *build.beyond, *one.app)),
            "source": [source_of_sluice(each) for each in one.source],
        }
    )


def pin(wanted: Pin, versions: Mapping[str, str]) -> str:
    """Return a pin with the bounds that are known without an environment."""
    version = versions.get(wanted.name, "")
    bounds = ""
    if wanted.kind == "pin_subpackage" and version:
        bounds = version if wanted.exact else known_bounds(version, wanted.min_pin, wanted.max_pin)
    return f"PIN {wanted.kind} {wanted.name} {bounds}".strip()


def source_of_sluice(one: Source) -> dict:
    """Return a source in the words of meta.yaml."""
    return filled(
        {
            "path": one.path,
            "url": list(one.url),
            "sha256": one.sha256,
            "md5": one.md5,
            "fn": one.file_name,
            "patches": list(one.patches),
            "folder": one.folder,
            "git_url": one.git_url,
            "git_rev": one.git_rev,
            "git_depth": str(one.git_depth or ""),
            **{key: json.loads(text) if text[:1] in "[{" else text for key, text in one.beyond},
        }
    )


def told_by_conda(one: dict) -> dict:
    """Return a package's fields by the names of `told_by_sluice`."""
    meta = {key: section or {} for key, section in one["meta"].items()}
    build, about, test = (meta.get(key) or {} for key in ("build", "about", "test"))
    script, runs = texts(build.get("script")), texts(test.get("script"))
    needs, extra = meta.get("requirements") or {}, meta.get("extra") or {}
    noarch = "python" if is_true(build.get("noarch_python")) else build.get("noarch") or ""
    known = {*ABOUT, "license_file"}
    return filled(
        {
            "version": str(meta["package"].get("version") or ""),
            "number": int(build.get("number") or 0),
            "string": HASH.sub("HASH", str(build.get("string") or "")),
            "noarch": {True: "generic", "None": ""}.get(noarch, noarch),
            **{f"requirements/{key}": specs_of_conda(needs.get(key)) for key in LISTS},
            **{f"build/{key}": places(texts(build.get(key))) for key in BUILD_LISTS},
            **exports(build.get("run_exports")),
            "build/script": [] if is_file(script) else places(script),
            **{f"test/{key}": places(texts(test.get(key))) for key in TESTS},
            "test/commands": commands(texts(test.get("commands"))),
            "test/files": [*places(texts(test.get("files"))), *runs],
            "build/ignore_run_exports_from": [
                spec_name(text) for text in texts(build.get("ignore_run_exports_from"))
            ],
            "test/requires": specs_of_conda(test.get("requires")),
            **{f"about/{key}": squeezed(", ".join(texts(about.get(key)))) for key in ABOUT},
            "about/license_file": places(texts(about.get("license_file"))),
            "beyond": sorted(
                [
                    *(key for key, value in about.items() if key not in known and is_said(value)),
                    *(key for key, value in extra.items() if is_said(value)),
                    *(key for key, value in build.items() if key in BEYOND and is_said(value)),
                    *(key for key, value in (meta.get("app") or {}).items() if is_said(value)),
                ]
            ),
            "source": sources_of_conda(meta.get("source")),
        }
    )


def sources_of_conda(section: object) -> list[dict]:
    """Return the sources, each without keys that say nothing."""
    found = []
    for one in section if isinstance(section, list) else [section or {}]:
        told = {
            key: value if isinstance(value, list) else str(value)
            for key, value in one.items()
            if value not in (None, "")
        }
        told |= {key: texts(told[key]) for key in ("url", "patches") if key in told}
        if told.get("path"):
            path = told["path"]
            told["path"] = "." if path == "<RECIPE_DIR>" else path.removeprefix("<RECIPE_DIR>/")
        if told.get("git_depth") in {"-1", "0"}:
            del told["git_depth"]
        if told:
            found.append(filled(told))
    return found


def exports(section: object) -> dict:
    """Return the run_exports by kind; a plain list is the weak kind."""
    kinds = section if isinstance(section, dict) else {"weak": section}
    return {f"run_exports/{key}": specs_of_conda(kinds.get(key)) for key in EXPORTS}


def specs_of_conda(value: object) -> list[str]:
    """Return match specs as sluice writes them."""
    return sorted(starred(" ".join(text.split())) for text in texts(value))


def texts(value: object) -> list[str]:
    """Return a list of texts, whatever YAML made of them."""
    match value:
        case None | "" | False:
            return []
        case list():
            return [text for item in value for text in texts(item)]
        case dict():
            return texts(value.get("imports")) if "lang" in value else [json.dumps(value)]
        case _:
            return [str(value)]


def places(values: Iterable[str]) -> list[str]:
    """Return texts in which paths that only the build knows have one name on every machine."""
    return [" ".join(PLACES.sub(r"<\1>", text).split()) for text in values]


def commands(values: Iterable[str]) -> list[str]:
    """Return the commands but those that run a file, which conda-build keeps as such."""
    return places(text for text in values if not RUNS_FILE.match(text))


def squeezed(text: str) -> str:
    """Return a text without the line breaks that YAML folds."""
    return " ".join(text.split())


def is_file(script: list[str]) -> bool:
    """Tell whether a script is the file that an output names, and no command."""
    return len(script) == 1 and re.fullmatch(r"[\w./-]+\.(sh|bat|py|ps1)", script[0]) is not None


def is_true(value: object) -> bool:
    """Tell whether YAML, or conda-build, takes a value for true."""
    return value is True or str(value).lower() in {"true", "yes", "y", "on"}


def is_said(value: object) -> bool:
    """Tell whether a key has a value."""
    return value is not None and value not in ("", [], {})


def filled(told: dict) -> dict:
    """Return the fields that say something."""
    return {key: value for key, value in told.items() if value not in ("", [], None)}


if __name__ == "__main__":
    sys.exit(main())
