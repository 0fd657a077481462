"""Changes of a channel in a folder that are made to fail, or to die, at each of their steps."""

import errno
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from conda_sluice.effects.artifact import read_artifact
from conda_sluice.errors import StoreError
from conda_sluice.index.patches import Instructions
from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.names import Subdir
from conda_sluice.model.package import Artifact
from conda_sluice.stores.directory.store import DirectoryStore
from factories import a_channel, an_artifact

NOARCH, LINUX = Subdir("noarch"), Subdir("linux-64")
FUNCTIONS = ("open", "write", "fsync", "sync", "fchmod", "link", "replace", "mkdir", "unlink")
"""All by which this store changes a disk."""

PATCHES = Instructions({"packages.conda": {"a-1.2.3-h0123456_0.conda": {"depends": ["patched"]}}})


class Scene:
    """Packages, a channel that holds some of them, and another one to copy from."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.packages = folder / "packages"

    def prepare(self) -> None:
        """Make everything; `a` is hidden nowhere, `h` in the channel."""
        for name, subdir in (
            ("a", "noarch"),
            ("b", "linux-64"),
            ("c", "noarch"),
            ("d", "linux-64"),
            ("h", "noarch"),
        ):
            an_artifact(self.packages / name, name, subdir=subdir)
        store = a_store()
        store.put(self.artifacts("abh"), self.channel("start"))
        store.hide([one.record for one in self.artifacts("h")], self.channel("start"))
        store.put(self.artifacts("cd"), self.channel("source"))

    def artifacts(self, names: str) -> list[Artifact]:
        return [read_artifact(next((self.packages / name).iterdir())) for name in names]

    def channel(self, name: str) -> ChannelRef:
        return a_channel(self.folder, name)

    def copy_of_start(self, name: str) -> ChannelRef:
        """Return a channel of that name that is as the one at the start."""
        target = self.folder / name
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(self.folder / "start", target)
        return self.channel(name)


def a_store() -> DirectoryStore:
    return DirectoryStore(shards_from=1)


Verb = Callable[[Scene, ChannelRef, DirectoryStore], None]


def _records(scene: Scene, names: str) -> list[object]:
    return [artifact.record for artifact in scene.artifacts(names)]


VERBS: Mapping[str, Verb] = {
    "put": lambda scene, channel, store: store.put(scene.artifacts("cd"), channel),
    "copy": lambda scene, channel, store: store.copy(
        _records(scene, "cd"), scene.channel("source"), channel
    ),
    "remove": lambda scene, channel, store: store.remove(_records(scene, "abh"), channel),
    "hide": lambda scene, channel, store: store.hide(_records(scene, "ab"), channel),
    "show": lambda scene, channel, store: store.show(_records(scene, "h"), channel),
    "patch": lambda _, channel, store: store.patch(channel, NOARCH, PATCHES),
    "relate": lambda scene, channel, store: store.relate(channel, scene.channel("upper")),
    "reindex": lambda _, channel, store: store.reindex(channel),
}

Seen = Mapping[Subdir, tuple[Sequence[object], Sequence[object]]]


def seen(channel: ChannelRef) -> Seen:
    """Return what a reader sees: records and hidden records of each subdir."""
    store = a_store()
    return {
        subdir: (tuple(store.records(channel, subdir)), tuple(store.hidden(channel, subdir)))
        for subdir in (NOARCH, LINUX)
    }


class Steps:
    """Counts the calls that change the disk, and does something else at one of them."""

    def __init__(self, fatal: int, act: Callable[[], None]) -> None:
        self.fatal = fatal
        self.act = act
        self.calls = 0

    def wrap(self, function: Callable[..., object]) -> Callable[..., object]:
        def call(*args: object, **kwargs: object) -> object:
            self.calls += 1
            if self.calls == self.fatal:
                self.act()
            return function(*args, **kwargs)

        return call


def refuse(number: int) -> Callable[[], None]:
    """Return what fails as a disk does: broken, full, or read-only."""
    code = (errno.EIO, errno.ENOSPC, errno.EROFS)[number % 3]

    def fail() -> None:
        raise OSError(code, os.strerror(code))

    return fail


def end_of(scene: Scene, verb: str) -> tuple[Seen, int]:
    """Return what is seen behind a change, and how many steps it takes."""
    channel = scene.copy_of_start(f"end-{verb}")
    with pytest.MonkeyPatch.context() as patch:
        steps = run_with_steps(patch, scene, verb, channel, Steps(0, lambda: None))
    return seen(channel), steps.calls


def run_with_steps(
    patch: pytest.MonkeyPatch, scene: Scene, verb: str, channel: ChannelRef, steps: Steps
) -> Steps:
    """Make a change whose steps are counted."""
    for name in FUNCTIONS:
        patch.setattr(os, name, steps.wrap(getattr(os, name)))
    VERBS[verb](scene, channel, a_store())
    return steps


def check_failure(scene: Scene, verb: str, number: int, end: Seen) -> None:
    """Let the n-th step of a change fail, and look what has become of the channel."""
    channel = scene.copy_of_start(f"failed-{verb}-{number}")
    with pytest.MonkeyPatch.context() as patch, suppress(StoreError):
        run_with_steps(patch, scene, verb, channel, Steps(number, refuse(number)))
    check_state(scene, channel, verb, end)


def kill(scene: Scene, verb: str, numbers: Sequence[int]) -> None:
    """Change copies of the channel in processes that are killed before these steps."""
    program = [sys.executable, __file__, str(scene.folder), verb]
    path = str(Path(__file__).parent)
    env = {**os.environ, "PYTHONPATH": path}
    subprocess.run([*program, *map(str, numbers)], check=True, env=env)


def check_state(scene: Scene, channel: ChannelRef, verb: str, end: Seen) -> None:
    """Find the old or the new state; after the change again the new one, and nothing else."""
    start = seen(scene.channel("start"))
    now = seen(channel)
    for subdir in (NOARCH, LINUX):
        assert now[subdir] in (start[subdir], end[subdir])
    kinds = {flaw.kind for flaw in a_store().inspect(channel)}
    assert kinds <= {"stray-file", "stale-form"}
    a_store().relate(channel, scene.channel("anything"))
    VERBS[verb](scene, channel, a_store())
    assert seen(channel) == end
    assert list(a_store().inspect(channel)) == []
    assert not list((scene.folder / channel.name).rglob("*.tmp"))
    assert not (scene.folder / channel.name / ".sluice" / "unfinished").exists()


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main(folder: str, verb: str, *fatal: str) -> None:
    """Change copies of the channel, each in a process that is killed before its n-th step."""
    scene = Scene(Path(folder))
    for number in map(int, fatal):
        channel = scene.copy_of_start(f"{verb}-{number}")
        child = os.fork()
        if child == 0:
            steps = Steps(number, _die)
            for name in FUNCTIONS:
                setattr(os, name, steps.wrap(getattr(os, name)))
            VERBS[verb](scene, channel, a_store())
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status) and status:
            sys.exit(f"{verb} failed before step {number}")


if __name__ == "__main__":
    main(*sys.argv[1:])
