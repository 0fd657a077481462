"""Walk the example workspace from source to the stable channel with sluice's own commands.

Run it with `make demo`. The workspace is copied into a git repository of its own, build/demo.
A second run finds everything in its place and builds nothing.
"""

import asyncio
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
DEMO = BUILD / "demo"
KEY = BUILD / "demo-release-key"
ENVIRONMENT = BUILD / "demo-environment"
CANDIDATE, FINAL = "v0.3.0rc1", "v0.3.0"


def main() -> None:
    """Run the demo; on the second time only what repeats."""
    if not DEMO.exists():
        prepare()
    say("A channel out of this machine's own Python, R and compilers")
    show("sluice seed")
    say("Every project, from source as far up the ladder as its rules allow")
    show("sluice run")
    if not is_tagged(CANDIDATE):
        say("The recipes are ours to keep; this commit becomes the release candidate")
        show("git add recipes")
        show("git commit --quiet -m 'Keep the recipes'")
        show(f"git tag {CANDIDATE}")
        show("sluice run")
    if not is_tagged(FINAL):
        say("The candidate is good: the same commit gets the final tag, signed")
        show(f"git tag --sign {FINAL} -m 'Trips 0.3.0'")
        show("sluice run")
    say("Where every package stands")
    show("sluice status")
    say("An environment from the stable channel, made by py-rattler as by any conda client")
    install("tripcli", "r-trips")
    show("trips tripcli/examples/to-the-sea.csv")
    show("Rscript -e 'library(trips); trip_distance(c(52.52, 13.405), c(48.8566, 2.3522))'")


def prepare() -> None:
    """Copy the workspace into a new repository with a past release and a key to sign the next."""
    new = BUILD / "demo.new"
    shutil.rmtree(new, ignore_errors=True)
    KEY.unlink(missing_ok=True)
    BUILD.mkdir(exist_ok=True)
    quiet("git", "init", "--quiet", "--initial-branch=main", str(new))
    keygen = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "demo@example.org"]
    quiet(*keygen, "-f", str(KEY))
    settings = {
        "user.name": "Demo",
        "user.email": "demo@example.org",
        "user.signingkey": f"{KEY}.pub",
        "gpg.format": "ssh",
        "commit.gpgsign": "false",
        "tag.gpgsign": "false",
    }
    for name, value in settings.items():
        quiet("git", "config", name, value, cwd=new)
    shutil.copytree(ROOT / "examples" / "workspace", new, dirs_exist_ok=True)
    public = KEY.with_suffix(".pub").read_text(encoding="utf-8")
    signers = f'demo@example.org namespaces="git" {public}'
    (new / "release-signers").write_text(signers, encoding="utf-8")
    quiet("git", "add", "README.md", "channels.yaml", ".gitignore", "release-signers", cwd=new)
    quiet("git", "commit", "--quiet", "-m", "Begin the workspace", cwd=new)
    quiet("git", "tag", "v0.2.0", cwd=new)
    quiet("git", "add", ".", cwd=new)
    quiet("git", "commit", "--quiet", "-m", "Work on what becomes 0.3.0", cwd=new)
    new.rename(DEMO)


def install(*names: str) -> None:
    """Make an environment that holds the newest of these packages in the stable channel."""
    channels = [(DEMO / "channels" / name).as_uri() for name in ("stable", "host")]
    shutil.rmtree(ENVIRONMENT, ignore_errors=True)
    asyncio.run(create(channels, names))


async def create(channels: list[str], names: tuple[str, ...]) -> None:
    """Do what `conda create -c stable -c host NAME...` does."""
    from rattler import Channel, Gateway, VirtualPackage, install, solve

    cache = BUILD / "demo-cache"
    packages = await solve(
        [Channel(url) for url in channels],
        list(names),
        gateway=Gateway(cache_dir=cache / "repodata"),
        virtual_packages=VirtualPackage.detect(),
    )
    await install(
        packages, target_prefix=ENVIRONMENT, cache_dir=cache / "packages", show_progress=False
    )
    for package in sorted(packages, key=lambda package: package.name.normalized):
        print(f"  {package.name.normalized} {package.version}")


def say(sentence: str) -> None:
    """Print what comes next."""
    print(f"\n# {sentence}.", flush=True)


def show(command: str) -> None:
    """Print a command and run it; end the demo with its exit code if it fails."""
    print(f"$ {command}", flush=True)
    programs = [ENVIRONMENT / "bin", Path(sys.executable).parent, os.environ["PATH"]]
    env = {**os.environ, "PATH": os.pathsep.join(map(str, programs))}
    code = subprocess.run(shlex.split(command), cwd=DEMO, env=env, check=False).returncode
    if code:
        print(f"\nThe demo stops here: `{command}` ended with {code}.", file=sys.stderr)
        sys.exit(code)


def quiet(*command: str, cwd: Path = ROOT) -> None:
    """Run a command whose output matters only if it fails."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{shlex.join(command)} failed:\n{done.stdout}{done.stderr}")


def is_tagged(tag: str) -> bool:
    """Tell whether the demo has come as far as this tag."""
    found = subprocess.run(
        ["git", "tag", "--list", tag], cwd=DEMO, capture_output=True, text=True, check=True
    )
    return bool(found.stdout.strip())


if __name__ == "__main__":
    main()
    # py-rattler may abort while the interpreter shuts down, after all work is done.
    sys.stdout.flush()
    os._exit(0)
