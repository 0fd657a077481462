"""Functions for worker processes: importable there, so not written in the test modules."""

import os
import subprocess
import sys
import time
from pathlib import Path

from conda_sluice.builders.rattler_build import build_v1
from conda_sluice.effects.process import run
from conda_sluice.environments.rattler import RattlerEnvironments
from conda_sluice.executors.local import LocalExecutor
from conda_sluice.model.environment import ChannelSource
from conda_sluice.model.job import BuildOrder, PackageOrder
from conda_sluice.model.names import PackageName, Subdir
from conda_sluice.model.recipe import BuildSection, RenderedRecipe
from conda_sluice.wiring.tasks import open_builder


def add(left, right=0):
    return left + right


def pid():
    return os.getpid()


def fail_with(error):
    raise error


def fail_with_local_exception():
    class OnlyHereError(Exception):
        pass

    raise OnlyHereError("cannot be pickled")


def value_that_does_not_pickle():
    return lambda: None


def print_and_read():
    sys.stdout.write("stray text that is no answer")
    sys.stdout.flush()
    os.write(1, b"more of it")
    return sys.stdin.read()


def say_and_die(signal_number):
    os.write(2, b"famous last words")
    os.kill(os.getpid(), signal_number)


def leave(code):
    os._exit(code)


def write_then_read(one: Path, other: Path):
    """Meet `read_then_write`: neither gets on without the other. Return the own pid."""
    one.write_text("ping")
    other.read_text()
    return os.getpid()


def read_then_write(one: Path, other: Path):
    one.read_text()
    other.write_text("pong")
    return os.getpid()


def wait_forever():
    time.sleep(1000)


def note_and_wait(note: Path, *, in_own_session=False):
    """Start a child and a grandchild, write down all pids, wait for ever."""
    child = subprocess.Popen(
        ["sh", "-c", "sleep 1000 & echo $!; wait"],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=in_own_session,
    )
    grandchild = child.stdout.readline().strip()
    note.write_text(f"{os.getpid()} {os.getppid()} {child.pid} {grandchild}")
    child.wait()


def note_and_wait_in_own_session(note: Path):
    note_and_wait(note, in_own_session=True)


def orphan_and_wait(note: Path):
    """Let a process in a session of its own outlive its parent, then wait for ever."""
    script = "setsid sleep 1000 >/dev/null 2>&1 & echo $!"
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True)
    note.write_text(done.stdout)
    time.sleep(1000)


def run_a_command_for_ever(note: Path):
    """Start a command the way the program does: in a session of its own."""
    run(["sh", "-c", f"echo $$ > {note}; sleep 1000"])


def install_and_list(environments, url, prefix: Path):
    """Solve and install three packages; return the files that came."""
    specs = ["one", "two", "three"]
    solution = environments.solve(specs, [ChannelSource(url)], Subdir("linux-64"))
    with environments.create(solution, prefix):
        return tuple(sorted(path.name for path in (prefix / "share").iterdir()))


def a_recipe(script="mkdir -p $PREFIX; echo hi > $PREFIX/hello"):
    """Return a v1 recipe of a small noarch package."""
    build = {"number": 3, "string": "h0123456_3", "noarch": "generic"}
    if script is not None:
        build["script"] = script
    return {"package": {"name": "hello", "version": "1.0"}, "build": build}


def build_here(folder: Path, channel=None, host=(), script=None, *, cache=None):
    """Build a small package in a folder; the cache lies beside it."""
    recipe = a_recipe(script) if script else a_recipe()
    (folder / "recipe").mkdir(parents=True)
    cache = cache or folder.parent / "cache"
    return build_v1(
        {**recipe, "requirements": {"host": list(host)}},
        recipe_dir=folder / "recipe",
        workspace=folder / "work",
        log=folder / "log",
        channels=[channel] if channel else [],
        platform="linux-64",
        environments=RattlerEnvironments(cache),
        cache_dir=cache,
    )


def build_for_ever(folder: Path):
    return build_here(folder / "job", script=f"echo $$ > {folder}/pid; sleep 1000 & sleep 1000")


def build_for_ever_with(name, folder: Path):
    """Build with the named builder a package whose script tells its pid and does not end."""
    job = folder / "job"
    (job / "recipe").mkdir(parents=True)
    (job / "work").mkdir()
    script = f"echo $$ > {folder}/pid; sleep 1000 & sleep 1000"
    recipe = RenderedRecipe(
        name=PackageName("hello"),
        version="1.0",
        platform=Subdir("linux-64"),
        build=BuildSection(noarch="generic", script=(script,)),
    )
    order = BuildOrder(
        packages=(PackageOrder(recipe=recipe, build="h0_0", number=0),),
        recipe_dir=job / "recipe",
        workspace=job / "work",
        log=job / "log",
    )
    return open_builder(name, folder / "cache").build(order)


def pool_that_waits_for_ever(path: str):
    """Be a program that opens a pool, and is killed from outside."""
    with LocalExecutor(1).open() as executor:
        executor.submit(note_and_wait, Path(path)).result()
