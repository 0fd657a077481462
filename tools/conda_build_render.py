"""Render recipes with the real conda-build and write down what it says, one JSON line per recipe.

Run with a Python that has conda and conda-build (it needs nothing of sluice):

    python conda_build_render.py PLATFORM OUT.jsonl RECIPE_FOLDER... < conda_build_config.yaml

The variants on standard input lie below each recipe's own conda_build_config.yaml. Environments are
not solved, so pins on them stay open, and nothing is asked of a channel.
"""

import json
import os
import signal
import sys
import tempfile
from contextlib import redirect_stdout
from pathlib import Path

SECONDS = 30
PLACES = ("SP_DIR", "STDLIB_DIR", "PYTHON", "R", "PERL", "LUA", "BUILD_PREFIX", "PREFIX", "SRC_DIR")
UNSOLVED = ("PackagesNotFoundError", "DependencyNeedsBuildingError", "UnsatisfiableError")
INTERNAL = ("final", "parent_recipe", "copy_test_source_files")


def main() -> None:
    """Write one line for each recipe of the command line."""
    platform, out, *folders = sys.argv[1:]
    variants = sys.stdin.read()
    signal.signal(signal.SIGALRM, _too_long)
    with tempfile.TemporaryDirectory() as place, Path(out).open("w", encoding="utf-8") as lines:
        Path(place, "conda_build_config.yaml").write_text(variants, encoding="utf-8")
        for folder in [str(Path(folder).resolve()) for folder in folders]:
            os.chdir(place)
            lines.write(json.dumps({"recipe": folder} | answer(folder, platform)) + "\n")
            lines.flush()


def answer(folder: str, platform: str) -> dict:
    """Return the packages that conda-build would build, or its error."""
    signal.alarm(SECONDS)
    try:
        with redirect_stdout(sys.stderr):
            return {"packages": packages(folder, platform)}
    except (Exception, SystemExit) as error:  # noqa: BLE001 - it is conda-build's answer
        return {"error": f"{type(error).__name__}: {error}"}
    finally:
        signal.alarm(0)


def packages(folder: str, platform: str) -> list:
    """Return the packages; pins on an environment that would have to be solved stay open."""
    try:
        return rendered(folder, platform, finalize=True)
    except Exception as error:
        if type(error).__name__ not in UNSOLVED:
            raise
        return rendered(folder, platform, finalize=False)


def rendered(folder: str, platform: str, *, finalize: bool) -> list:
    """Render one recipe; with a last, strict pass of Jinja where it is finalized."""
    from conda_build.api import render
    from conda_build.config import Config

    system, _, architecture = platform.partition("-")
    config = Config(
        platform=system,
        arch=architecture,
        override_channels=True,
        channel_urls=(),
        set_build_id=False,
        croot=f"{tempfile.gettempdir()}/croot",
    )
    found = render(folder, config=config, bypass_env_check=True, finalize=finalize)
    return [told(metadata) for metadata, _, _ in found if not metadata.skip()]


def told(metadata: object) -> dict:
    """Return what decides about a package, with paths of this machine as names."""
    meta = {key: section for key, section in metadata.meta.items() if key != "outputs"}
    extra = {key: value for key, value in meta.get("extra", {}).items() if key not in INTERNAL}
    used = {key: metadata.config.variant[key] for key in sorted(metadata.get_used_vars())}
    text = json.dumps({"meta": {**meta, "extra": extra}, "used": used}, default=str)
    for path, name in sorted(_paths(metadata), key=lambda pair: -len(pair[0])):
        text = text.replace(json.dumps(path)[1:-1], f"<{name}>")
    return json.loads(text) | {"dist": metadata.dist()}


def _paths(metadata: object) -> list:
    from conda_build.environ import get_dict

    values = get_dict(m=metadata)
    found = [(values[name], name) for name in PLACES if values.get(name)]
    return [*found, (metadata.path or "\0", "RECIPE_DIR")]


def _too_long(*_: object) -> None:
    raise TimeoutError(f"no answer within {SECONDS} s")


if __name__ == "__main__":
    main()
