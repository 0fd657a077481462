"""Walk the example workspace from source to the stable channel with sluice's own commands.

Run it with `make demo`, or as `demo.py FOLDER`. The workspace is copied into a git repository of
its own. A second run finds everything in its place and builds nothing.
"""

import asyncio
import os
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Step:
    """A sentence, and the commands that follow it; done once when they set a tag."""

    sentence: str
    commands: tuple[str, ...]
    tag: str = ""


CLIMB = (
    Step("A channel out of this machine's own Python, R and compilers", ("sluice seed",)),
    Step("Every project as far up the ladder as its rules allow", ("sluice run",)),
    Step(
        "The recipes are ours to keep, and their commit becomes the release candidate",
        (
            "git add recipes",
            "git commit --quiet -m 'Keep the recipes'",
            "git tag v0.3.0rc1",
            "sluice run",
        ),
        tag="v0.3.0rc1",
    ),
    Step(
        "The candidate is good: the same commit gets the final tag, signed",
        ("git tag --sign v0.3.0 -m 'Trips 0.3.0'", "sluice run"),
        tag="v0.3.0",
    ),
    Step("Where every package stands", ("sluice status",)),
)
ARRIVAL = Step(
    "In an environment from the stable channel, made by py-rattler as by any conda client",
    (
        "trips tripcli/examples/to-the-sea.csv",
        "Rscript -e 'library(trips); trip_distance(c(52.52, 13.405), c(48.8566, 2.3522))'",
    ),
)


@dataclass(frozen=True)
class Place:
    """The folders of one demo, all below `base`."""

    base: Path

    @property
    def workspace(self) -> Path:
        """The git repository with the projects and the channels."""
        return self.base / "demo"

    @property
    def key(self) -> Path:
        """The SSH key that signs the release."""
        return self.base / "demo-release-key"

    @property
    def environment(self) -> Path:
        """The environment from the stable channel."""
        return self.base / "demo-environment"


def main(base: Path) -> None:
    """Run the demo below `base`; the second time, only what repeats."""
    place = Place(base)
    if not place.workspace.exists():
        prepare(place)
    for step in CLIMB:
        if not (step.tag and is_tagged(place, step.tag)):
            walk(place, step, Path(sys.executable).parent)
    install(place, "tripcli", "r-trips")
    walk(place, ARRIVAL, place.environment / "bin")


def prepare(place: Place) -> None:
    """Copy the workspace into a new repository with a past release and a key to sign the next."""
    new = place.base / "demo.new"
    shutil.rmtree(new, ignore_errors=True)
    place.key.unlink(missing_ok=True)
    place.base.mkdir(parents=True, exist_ok=True)
    new.mkdir()
    comment = ("-C", "demo@example.org")
    quiet(new, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", *comment, "-f", str(place.key))
    quiet(new, "git", "init", "--quiet", "--initial-branch=main")
    settings = {
        "user.name": "Demo",
        "user.email": "demo@example.org",
        "user.signingkey": f"{place.key}.pub",
        "gpg.format": "ssh",
        "commit.gpgsign": "false",
        "tag.gpgsign": "false",
    }
    for name, value in settings.items():
        quiet(new, "git", "config", name, value)
    shutil.copytree(ROOT / "examples" / "workspace", new, dirs_exist_ok=True)
    public = Path(f"{place.key}.pub").read_text(encoding="utf-8")
    signers = f'demo@example.org namespaces="git" {public}'
    (new / "release-signers").write_text(signers, encoding="utf-8")
    quiet(new, "git", "add", "README.md", "channels.yaml", ".gitignore", "release-signers")
    quiet(new, "git", "commit", "--quiet", "-m", "Begin the workspace")
    quiet(new, "git", "tag", "v0.2.0")
    quiet(new, "git", "add", ".")
    quiet(new, "git", "commit", "--quiet", "-m", "Work on what becomes 0.3.0")
    new.rename(place.workspace)


def walk(place: Place, step: Step, programs: Path) -> None:
    """Print and run the commands of a step, `programs` being the first folder on PATH.

    End the demo with the exit code of a command that fails.
    """
    print(f"\n# {step.sentence}.", flush=True)
    env = {**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}
    for command in step.commands:
        print(f"$ {command}", flush=True)
        code = subprocess.run(
            shlex.split(command), cwd=place.workspace, env=env, check=False
        ).returncode
        if code:
            print(f"\nThe demo stops here: `{command}` ended with {code}.", file=sys.stderr)
            sys.exit(code)


def install(place: Place, *names: str) -> None:
    """Make an environment that holds the newest of these packages in the stable channel."""
    shutil.rmtree(place.environment, ignore_errors=True)
    asyncio.run(create(place, names))


async def create(place: Place, names: tuple[str, ...]) -> None:
    """Do what `conda create -c stable -c host NAME...` does."""
    from rattler import Channel, Gateway, VirtualPackage, install, solve

    cache = place.base / "demo-cache"
    channels = [place.workspace / "channels" / name for name in ("stable", "host")]
    packages = await solve(
        [Channel(folder.as_uri()) for folder in channels],
        list(names),
        gateway=Gateway(cache_dir=cache / "repodata"),
        virtual_packages=VirtualPackage.detect(),
    )
    await install(
        packages, target_prefix=place.environment, cache_dir=cache / "packages", show_progress=False
    )


def quiet(folder: Path, *command: str) -> None:
    """Run a command whose output matters only if it fails."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{shlex.join(command)} failed:\n{done.stdout}{done.stderr}")


def is_tagged(place: Place, tag: str) -> bool:
    """Tell whether the demo has come as far as this tag."""
    command = ["git", "tag", "--list", tag]
    done = subprocess.run(command, cwd=place.workspace, capture_output=True, text=True, check=True)
    return bool(done.stdout.strip())


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT / "build")
    # py-rattler may abort while the interpreter shuts down, after all work is done.
    sys.stdout.flush()
    os._exit(0)
