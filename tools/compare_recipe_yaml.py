"""Compare how sluice reads recipe.yaml files with what rattler-build itself renders, key by key.

    python tools/compare_recipe_yaml.py --variants FILE FOLDER...

FOLDER is searched for files named recipe.yaml (`--name` takes another pattern); `--variants` lies
below each recipe's own conda_build_config.yaml. What sluice has read is rendered once more, as for
a build, so that a key which was lost on the way is a difference. Each reading has a time limit.
Prints a table of counts for each platform, and with --verbose every difference.
"""

import argparse
import json
import re
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Container, Iterator, Mapping
from pathlib import Path

import rattler_build as engine

from conda_sluice.errors import RecipeError
from conda_sluice.model.job import PackageOrder
from conda_sluice.model.names import Subdir
from conda_sluice.model.recipe import RenderedRecipe
from conda_sluice.model.variant import VariantConfig
from conda_sluice.recipe.v1.read import read_v1
from conda_sluice.recipe.v1.render import render_v1
from conda_sluice.recipe.variants import layer, parse_variant_config

SECONDS = 10
OWN_KEYS = frozenset(("target_platform", "build_platform", "host_platform"))
NOT_SAID = frozenset(("schema_version", "context", "build/variant", "build/string"))
STAGED_ENV = "inherits_from/build/script/env/"
NAME = re.compile(r"\$\{\{\s*(\w+)\s*\}\}")
SHELLS = frozenset(("bash", "cmd"))
NOTHINGS = ([], ["exit 0"])
USUAL = frozenset(("build.sh", "build.bat", "build.ps1"))


def main() -> int:
    """Compare on each platform; return 1 where anything differs or crashes."""
    options = parse_options()
    signal.signal(signal.SIGALRM, too_long)
    found = sorted({file for root in options.folder for file in root.rglob(options.name)})
    bad = 0
    for platform in options.platform:
        counts, reasons = Counter(), Counter()
        for file in found:
            verdict, told = compared(file, Subdir(platform), options.variants)
            counts[verdict] += 1
            if verdict == "refused by sluice":
                reasons[told[0]] += 1
            if options.verbose and told:
                print(f"{platform} {file}: {verdict}", *told, sep="\n    ")
        bad += counts["differ"] + counts["crash"] + counts["refused by rattler-build"]
        print(platform, dict(sorted(counts.items())))
        for reason, number in reasons.most_common():
            print(f"  {number:4} refused: {reason}")
    return 1 if bad else 0


def parse_options() -> argparse.Namespace:
    """Return the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="+", type=Path)
    parser.add_argument("--variants", required=True, type=Path)
    parser.add_argument("--name", default="recipe.yaml")
    parser.add_argument("--platform", action="append")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    options.platform = options.platform or ["linux-64", "osx-arm64", "win-64"]
    return options


def compared(file: Path, platform: Subdir, base: Path) -> tuple[str, list[str]]:
    """Return the verdict, and what differs."""
    variants = variants_for(file, platform, base)
    theirs = rendered(file, platform, variants)
    signal.alarm(SECONDS)
    try:
        ours = read(file, platform, variants)
    except RecipeError as error:
        if isinstance(theirs, str):
            return "refused by both", [error.what, theirs]
        return "refused by sluice", [error.what]
    except Exception as error:  # noqa: BLE001 - whatever it is, it is told and counted
        return "crash", [f"{type(error).__name__}: {error}"]
    finally:
        signal.alarm(0)
    if isinstance(theirs, str):
        return "refused by rattler-build", [theirs]
    told = list(differences(ours, theirs, {one.name for one in file.parent.iterdir()}))
    is_skipped = all(one.build.is_skipped for one in ours)
    return ("differ" if told else "skipped" if is_skipped else "agree"), told


def variants_for(file: Path, platform: Subdir, base: Path) -> VariantConfig:
    """Return the variants, those beside the recipe laid over the others."""
    own = file.parent / "conda_build_config.yaml"
    parts = [
        parse_variant_config(one.read_text(encoding="utf-8"), where=str(one), platform=platform)
        for one in ([base, own] if own.is_file() else [base])
    ]
    return layer(parts)


def rendered(file: Path, platform: Subdir, variants: VariantConfig) -> list | str:
    """Return rattler-build's renderings, or why it refuses."""
    try:
        return render_all(engine.Stage0Recipe.from_file(file), platform, variants)
    except (engine.RattlerBuildError, TypeError, UnicodeDecodeError) as error:
        return " ".join(str(error).split())[:200]


def render_all(recipe: engine.Stage0Recipe, platform: str, variants: VariantConfig) -> list:
    """Return what the engine makes of a recipe for every variant."""
    config = {key: list(values) for key, values in variants.values}
    groups = [list(group) for group in variants.zip_keys]
    asked = json.dumps({**config, **({"zip_keys": groups} if groups else {})})
    return recipe.render(
        engine.VariantConfig.from_yaml(asked),
        engine.RenderConfig(
            platform=engine.PlatformConfig(target_platform=platform, build_platform=platform)
        ),
    )


def read(file: Path, platform: Subdir, variants: VariantConfig) -> tuple[RenderedRecipe, ...]:
    """Return what sluice reads, with requirements as they are written."""
    beside = [str(one.relative_to(file.parent)) for one in file.parent.rglob("*") if one.is_file()]
    with tempfile.TemporaryDirectory() as scratch:
        return read_v1(
            file.read_bytes().decode("utf-8-sig", errors="replace"),
            where=file.name,
            platform=platform,
            variants=VariantConfig(
                values=variants.values, zip_keys=variants.zip_keys, pin_run_as_build=()
            ),
            environ={},
            files=beside,
            scratch=Path(scratch),
        )


def differences(ours: tuple[RenderedRecipe, ...], theirs: list, files: set[str]) -> Iterator[str]:
    """Yield what differs between the packages of one recipe."""
    mine = {key_of(one.name, dict(one.variant), one.build.noarch): one for one in ours}
    data = [(one.recipe.to_dict(), one.variant) for one in theirs]
    siblings = {said["package"]["name"].replace("-", "_") for said, _ in data}
    real = {}
    for said, used in data:
        variant = {key: value for key, value in used.items() if key not in siblings}
        real[key_of(said["package"]["name"], variant, said["build"].get("noarch", ""))] = said
    for key in sorted(mine.keys() - real.keys()):
        yield f"only sluice has {key}"
    for key in sorted(real.keys() - mine.keys()):
        yield f"only rattler-build has {key}"
    for key in sorted(mine.keys() & real.keys()):
        if not mine[key].build.is_skipped:
            yield from (f"{key[0]} {told}" for told in compared_keys(mine[key], real[key], files))


def key_of(name: str, variant: Mapping[str, object], noarch: str) -> tuple:
    """Return what tells the packages of a recipe apart."""
    left_out = {*OWN_KEYS, *(["python"] if noarch else [])}
    pairs = ((key, str(value)) for key, value in variant.items() if key not in left_out)
    return (name, tuple(sorted(pairs)))


def compared_keys(one: RenderedRecipe, real: dict, files: set[str]) -> Iterator[str]:
    """Yield the keys in which the build that sluice asks for differs from the recipe."""
    try:
        build = one.build
        asked = render_v1(
            PackageOrder(recipe=one, build=build.string or "x_0", number=build.number)
        )
        with tempfile.TemporaryDirectory() as scratch:
            stage0 = engine.Stage0Recipe.from_dict(asked, recipe_dir=Path(scratch))
            exact = VariantConfig(values=tuple((key, (text,)) for key, text in one.variant))
            (again,) = render_all(stage0, one.platform, exact)
    except (RecipeError, engine.RattlerBuildError) as error:
        if one.output_of and "MissingOutput" in str(error):
            return  # an output that pins another cannot be rendered alone, and is not built so
        yield f"cannot be built as it was read: {error}"
        return
    mine = plain(again.recipe.to_dict(), one.platform, {}, files)
    variant = {"target_platform": one.platform, **dict(one.variant)}
    theirs = plain(real, one.platform, variant, files)
    for path in sorted(mine.keys() | theirs.keys()):
        left, right = mine.get(path), theirs.get(path)
        if path.startswith(STAGED_ENV) and left == variant.get(path.removeprefix(STAGED_ENV)):
            continue  # a build is asked for without variants; its scripts are told theirs so
        if not is_same(path, left, right):
            yield f"{path}: sluice {left!r}, rattler-build {right!r}"


def plain(
    recipe: dict, platform: str, variant: Mapping[str, object], files: set[str]
) -> dict[str, object]:
    """Return the values of a rendered recipe by the path of their keys, each said in one way."""
    known = {**recipe.get("context", {}), **variant}
    recipe = filled(recipe, known, r"%\1%" if platform.startswith("win-") else r"$\1")
    build = {**recipe.get("build", {})}
    build["script"] = script_of(build.get("script"), files)
    tests = [test_of(one) for one in recipe.get("tests") or ()]
    sources = [source_of(one) for one in recipe.get("source") or ()]
    tests = sorted((one for one in tests if one), key=json.dumps)
    shared = staging_of(recipe, files)
    said = {**recipe, "build": build, "tests": tests, "source": sources, "inherits_from": shared}
    said.pop("staging_caches", None)
    return {path: value for path, value in flat(said) if (path, value) != ("build/number", 0)}


def staging_of(recipe: dict, files: Container[str]) -> dict:
    """Return what a package inherits, whatever that is called."""
    inherited = {**(recipe.get("inherits_from") or {})}
    name = inherited.pop("cache_name", None)
    stagings = [one for one in recipe.get("staging_caches") or () if one["name"] == name]
    for one in stagings:
        build = {**one.get("build", {}), "string": None}
        build["script"] = script_of(build.get("script"), files)
        sources = [source_of(each) for each in one.get("source") or ()]
        inherited |= {**one, "name": None, "build": build, "source": sources}
    return inherited


def filled(data: object, known: Mapping[str, object], shell: str) -> object:
    """Return data with `${{ name }}` as its value, and `${{ NAME }}` as a variable of the shell."""
    match data:
        case str():
            told = NAME.sub(lambda found: str(known.get(found[1], found[0])), data)
            return NAME.sub(shell, told)
        case dict():
            return {key: filled(value, known, shell) for key, value in data.items()}
        case list():
            return [filled(item, known, shell) for item in data]
        case _:
            return data


def flat(data: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Yield what stands below a path, keys that say nothing left out."""
    match data:
        case _ if path in NOT_SAID:
            return
        case dict():
            for key, value in data.items():
                yield from flat(value, f"{path}/{key}" if path else key)
        case None | [] | "":
            return
        case _:
            yield path, data


def script_of(script: object, files: Container[str] = ()) -> dict:
    """Return a script in its long form, without the file and shell that are the usual ones."""
    match script:
        case None:
            return {}
        case str() if script in files or f"{script}.sh" in files:
            return script_of({"file": script if script in files else f"{script}.sh"})
        case str() | list():
            return {"content": lines_of(script)} if script not in NOTHINGS else {}
        case _:
            said = {**script, "content": lines_of(script.get("content") or [])}
            shells = {said.get("interpreter")} if "file" in said else SHELLS
            usual = {"file": USUAL, "interpreter": shells}
            usual |= {"content": NOTHINGS}
            return {key: value for key, value in said.items() if value not in usual.get(key, ())}


def lines_of(content: object) -> list[str]:
    """Return the lines of commands."""
    return "\n".join([content] if isinstance(content, str) else content).splitlines()


def test_of(test: dict) -> dict:
    """Return a test with what is meant when nothing is said.

    `pip check` and pip are left out of commands: which of the tests has them means the same.
    """
    if "python" in test:
        return {**test, "python": {"pip_check": True, **test["python"]}}
    if "script" not in test or not test["script"]:
        return {} if "script" in test else test
    script, needs = script_of(test["script"]), test.get("requirements", {})
    script["content"] = [line for line in script.get("content", ()) if line != "pip check"]
    run = [spec for spec in needs.get("run", ()) if spec != "pip"]
    said = {**test, "script": script, "requirements": {**needs, "run": run}}
    return said if script != {"content": []} else {}


def source_of(source: dict) -> dict:
    """Return a source; whether .gitignore counts says nothing about a committed tree."""
    said = {key: value for key, value in source.items() if key != "use_gitignore"}
    return {**said, "url": [said["url"]]} if isinstance(said.get("url"), str) else said


def is_same(path: str, left: object, right: object) -> bool:
    """Tell whether two values mean the same: sluice writes the variant's version into specs."""
    if left == right:
        return True
    path = path.removeprefix("inherits_from/")
    if path.startswith("requirements/") and isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(is_same_spec, left, right))
    return False


def is_same_spec(ours: object, theirs: object) -> bool:
    """Tell whether a spec is the other, but for the version that the variant has for its name."""
    if ours == theirs:
        return True
    if not (isinstance(ours, str) and isinstance(theirs, str)):
        return False
    return re.fullmatch(rf"{re.escape(theirs)} \d[\w.]*\*", ours) is not None


def too_long(*_: object) -> None:
    """Say that an answer takes too long."""
    raise TimeoutError(f"no answer within {SECONDS} s")


if __name__ == "__main__":
    sys.exit(main())
