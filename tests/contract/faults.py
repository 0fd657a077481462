"""Run as a program: commands that are cut off at one of their calls to the disk, or at any time.

`faults.py <folder> <seed> <count> <verb>…` draws so many faults for each verb and prints as JSON
how many there were of each kind. A case is: the channels as they were, the command with its fault
in a process of its own, then another command, which recovers. Afterwards the channels are as
before the command or as after it, `sluice verify` finds nothing, nothing is left over, nothing is
told twice, and the command, run again, comes to its end.
"""

import builtins
import errno
import importlib
import io
import itertools
import json
import os
import pkgutil
import random
import shutil
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import conda_sluice
from conda_sluice.cli.app import run
from conda_sluice.ledger.directory import DirectoryLedger
from factories import an_artifact

CONFIG = """\
version: 1
upstream: []
ladder:
  - {name: unstable, url: ./channels/unstable, retention: {keep: 1}}
  - {name: testing, url: ./channels/testing}
  - {name: stable, url: ./channels/stable}
projects: []
"""
TRIPS = (
    ("libtrips", "linux-64", ()),
    ("trips", "noarch", ("libtrips",)),
    ("pytrips", "linux-64", ("trips",)),
    ("mactrips", "osx-arm64", ("trips",)),
)
CHANGING = ("write", "fsync", "fchmod", "link", "replace", "mkdir", "unlink", "rmdir")
BROKEN = 70
ERRORS = (errno.ENOSPC, errno.EIO, errno.EROFS)


@dataclass(frozen=True)
class Verb:
    """A command, and the commands that make the channels ready for it."""

    argv: Sequence[str]
    before: Sequence[Sequence[str]] = ()


PROMOTE = ("promote", "*trips", "--to", "testing")
OTHER_COMMAND = ("promote", "hills ==2.0", "--to", "testing")
VERBS = {
    "upload": Verb(("upload", "dist/new")),
    "promote": Verb(PROMOTE),
    "undo": Verb(("undo",), [PROMOTE]),
    "copy": Verb(("copy", "unstable", "stable", "*trips")),
    "yank": Verb(("yank", "*trips", "--why", "no"), [PROMOTE]),
    "unyank": Verb(("unyank", "*trips"), [PROMOTE, ("yank", "*trips", "--why", "no")]),
    "prune": Verb(("prune", "unstable")),
}


@dataclass(frozen=True)
class Fault:
    """What befalls a command: at its n-th call to the disk, from then on, or after some time."""

    kind: str
    at: float

    def befall(self, root: Path) -> None:
        """Let it befall this process."""
        if self.kind == "time":
            signal.signal(signal.SIGALRM, lambda *_: os.kill(os.getpid(), signal.SIGKILL))
            signal.setitimer(signal.ITIMER_REAL, self.at)
            return
        count_calls(root, self._strike, is_reading=self.kind.startswith("read"))

    def _strike(self, call: int) -> None:
        word, _, code = self.kind.partition(" ")
        if word == "kill" and call == self.at:
            os.kill(os.getpid(), signal.SIGKILL)
        is_hit = call >= self.at if word == "from" else call == self.at
        if word != "kill" and is_hit:
            raise OSError(getattr(errno, code), os.strerror(getattr(errno, code)))


def count_calls(root: Path, at: Callable[[int], None], *, is_reading: bool = False) -> None:
    """Call `at` with its number before each call that changes the disk below `root`.

    With `is_reading` it is the calls that open a file to read that are counted.
    """
    calls = itertools.count(1)

    def counted(function, reads):
        def wrapped(place, *args, **kwargs):
            if _is_below(place, root) and reads(*args, **kwargs) is is_reading:
                at(next(calls))
            return function(place, *args, **kwargs)

        return wrapped

    for name in CHANGING:
        setattr(os, name, counted(getattr(os, name), lambda *_, **__: False))
    os.open = counted(os.open, lambda flags, *_, **__: not flags & os.O_ACCMODE)
    io.open = builtins.open = counted(
        io.open, lambda mode="r", *_, **__: not set(mode) & set("wax+")
    )


def _is_below(place: int | str | Path, root: Path) -> bool:
    if isinstance(place, int):
        return place not in {1, 2}
    return Path(place).is_relative_to(root)


def start(work: Callable[[], int], said: Path) -> int:
    """Do `work` in a forked process, whose id is returned; what it prints goes to a file."""
    child = os.fork()
    if child:
        return child
    code = BROKEN
    try:
        out = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(out, 1)
        os.dup2(out, 2)
        code = work()
    except BaseException:
        sys.excepthook(*sys.exc_info())
        raise
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def in_child(work: Callable[[], int], said: Path) -> int:
    """Do `work` in a forked process; return its exit code, or the negative signal."""
    return os.waitstatus_to_exitcode(os.waitpid(start(work, said), 0)[1])


class World:
    """A workspace that is put back to how it was before each case."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "workspace"
        self._base = folder / "base"
        self._said = folder / "said"
        self.root.mkdir(parents=True)
        os.chdir(self.root)
        os.environ["SLUICE_CACHE_DIR"] = str(folder / "cache")
        os.environ["SLUICE_ACTOR"] = "ada"

    def fill(self, verb: Verb) -> None:
        """Make channels that the verb can change, and keep a copy of them."""
        shutil.rmtree(self.root)
        self.root.mkdir()
        os.chdir(self.root)
        (self.root / "channels.yaml").write_text(CONFIG)
        dist = self.root / "dist"
        for name, subdir, depends in TRIPS:
            an_artifact(dist / "new", f"new{name}", subdir=subdir, depends=depends)
            an_artifact(dist, name, subdir=subdir, depends=depends)
        for version in ("1.0", "2.0"):
            an_artifact(dist, "hills", version, subdir="linux-64")
            an_artifact(dist, "walk", version, depends=(f"hills =={version}",))
        self.must("upload", *map(str, sorted(dist.glob("*.conda"))))
        self.must(*OTHER_COMMAND)
        for argv in verb.before:
            self.must(*argv)
        shutil.rmtree(self._base, ignore_errors=True)
        shutil.copytree(self.root, self._base)

    def reset(self) -> None:
        os.chdir("/")
        shutil.rmtree(self.root)
        shutil.copytree(self._base, self.root)
        os.chdir(self.root)

    def words(self, argv: Sequence[str]) -> list[str]:
        """Return the words of a command line, `dist/…` as what lies in that folder."""
        return [
            word
            for one in argv
            for word in (
                sorted(map(str, (self.root / one).glob("*.conda")))
                if one.startswith("dist/")
                else [one]
            )
        ]

    def sluice(self, argv: Sequence[str], fault: Fault | None = None) -> int:
        """Run a command line in a process of its own, with a fault where one is given."""

        def work() -> int:
            if fault is not None:
                fault.befall(self.root)
            return run(self.words(argv))

        return in_child(work, self._said)

    def must(self, *argv: str) -> None:
        if self.sluice(argv) != 0:
            raise SystemExit(f"{argv}: {self.said()}")

    def said(self) -> str:
        return self._said.read_text(errors="replace")

    def channels(self) -> Mapping[str, bytes]:
        """Return what lies in the channels; the index of a subdir without packages is as none."""
        found = {
            str(path.relative_to(self.root)): path.read_bytes()
            for path in sorted((self.root / "channels").rglob("*"))
            if path.is_file() and not {".sluice", ".ledger"} & set(path.parts)
        }
        empty = {
            path.rpartition("/")[0]
            for path, data in found.items()
            if path.endswith("/repodata.json") and not json.loads(data)["packages.conda"]
        }
        return {
            path: data
            for path, data in found.items()
            if path.rpartition("/")[0] not in empty or "repodata.json" not in path
        }

    def left_over(self) -> list[str]:
        """Return temporary files, and what the journal has of transactions under way."""
        return sorted(
            str(path.relative_to(self.root))
            for path in self.root.rglob("*")
            if path.name.endswith(".tmp") or path.parent.name == "open"
        )

    def told_twice(self) -> list[tuple[str, ...]]:
        """Return the events that one transaction has told more than once."""
        told = Counter(
            (str(one.data.get("transaction")), one.kind.value, one.path, one.channel)
            for one in DirectoryLedger(self.root / "channels/.ledger").events()
        )
        return [key for key, times in told.items() if times > 1]


class Cases:
    """All faults of one verb, each followed by everything that has to hold afterwards."""

    def __init__(self, world: World, name: str) -> None:
        self._world, self._name, self._verb = world, name, VERBS[name]
        world.fill(self._verb)
        self._before = world.channels()
        started = time.monotonic()
        world.must(*self._verb.argv)
        self._seconds = time.monotonic() - started
        self._after = world.channels()
        if self._before == self._after:
            raise SystemExit(f"{name} changes nothing")

    def draw(self, count: int, chance: random.Random) -> Iterator[Fault]:
        """Draw faults: two kills for each error, a third of the kills at any time."""
        changes, reads = self._calls(is_reading=False), self._calls(is_reading=True)
        errors = [f"error {errno.errorcode[one]}" for one in ERRORS]
        kinds = itertools.cycle(
            [
                "kill",
                *errors[:1],
                "kill",
                "time",
                *errors[1:2],
                "kill",
                "kill",
                *errors[2:],
                "time",
                "time",
                "from ENOSPC",
                "read EIO",
            ]
        )
        first = chance.randrange(12)
        for kind in itertools.islice(kinds, first, first + count):
            if kind == "time":
                yield Fault(kind, chance.uniform(0, 1.2 * self._seconds))
            else:
                yield Fault(kind, chance.randint(1, reads if kind == "read EIO" else changes))

    def _calls(self, *, is_reading: bool) -> int:
        """Return how many calls to the disk the command makes."""
        self._world.reset()
        counts = self._world.root.with_name("calls")
        counts.write_text("0")
        seen = os.open(counts, os.O_WRONLY)
        report = os.pwrite

        def work() -> int:
            count_calls(
                self._world.root,
                lambda call: report(seen, str(call).encode(), 0),
                is_reading=is_reading,
            )
            return run(self._world.words(self._verb.argv))

        in_child(work, self._world.root.with_name("said"))
        os.close(seen)
        return int(counts.read_text())

    def hold(self, fault: Fault) -> list[str]:
        """Return what does not hold after the fault: nothing, if all is well."""
        world = self._world
        world.reset()
        code = world.sluice(self._verb.argv, fault)
        said = [f"{self._name}, {fault}, ended with {code}: {world.said()}"]
        wrong = [*self._after_the_fault(code), *self._after_recovery(said)]
        is_done = world.channels() == self._after
        if not (is_done and self._name == "undo"):  # that would undo what was before
            wrong += self._after_doing_it_again(must_work=not is_done)
        return [*said, *wrong] if wrong else []

    def _after_the_fault(self, code: int) -> Iterator[str]:
        if code == BROKEN or "Traceback" in self._world.said():
            yield "it ended with a traceback"
        if code == 0 and self._world.channels() != self._after:
            yield "it says that all is well, and it is not"

    def _after_recovery(self, said: list[str]) -> Iterator[str]:
        world = self._world
        world.sluice(OTHER_COMMAND)
        said.append(world.said())
        now = world.channels()
        if now not in (self._before, self._after):
            yield f"neither the old state nor the new one: {self._differences(now)}"
        yield from self._all_is_well()

    def _after_doing_it_again(self, *, must_work: bool) -> Iterator[str]:
        world = self._world
        code = world.sluice(self._verb.argv)
        if code != 0 and must_work:
            yield f"done again: {world.said()}"
        if world.channels() != self._after:
            yield f"done again: {self._differences(world.channels())}"
        yield from self._all_is_well()

    def _all_is_well(self) -> Iterator[str]:
        world = self._world
        if world.sluice(["verify"]) != 0:
            yield f"verify: {world.said()}"
        if left := world.left_over():
            yield f"left over: {left}"
        if twice := world.told_twice():
            yield f"told twice: {twice}"

    def _differences(self, now: Mapping[str, bytes]) -> list[str]:
        """Return the paths that are not as in the state before or after, whichever is nearer."""
        return min(
            (
                [path for path in sorted({*now, *there}) if now.get(path) != there.get(path)]
                for there in (self._before, self._after)
            ),
            key=len,
        )


def load_everything() -> None:
    """Import all that a command may import, so that the processes of the cases need not."""
    importlib.import_module("rattler")
    for module in pkgutil.walk_packages(conda_sluice.__path__, "conda_sluice."):
        if not module.name.endswith("__main__") and ".templates" not in module.name:
            importlib.import_module(module.name)


def main(folder: Path, seed: int, count: int, names: Sequence[str]) -> None:
    load_everything()
    chance = random.Random(seed)
    world = World(folder)
    counts: Counter[str] = Counter()
    wrong = []
    for name in names:
        cases = Cases(world, name)
        for fault in cases.draw(count, chance):
            counts[fault.kind] += 1
            wrong += cases.hold(fault)
    sys.stdout.write(f"{json.dumps(counts)}\n")
    if wrong:
        raise SystemExit("\n".join(wrong))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:])
