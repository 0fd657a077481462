"""Channels in folders: one package into a big index, and many packages from one into another.

The yardsticks are rattler's own indexer, which only indexes where sluice also verifies and copies
the file, and `cp`, which verifies nothing. Measured are whole processes: seconds of the clock, and
of the processors, which a busy machine changes less.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from big_channel import SUBDIR, records, write_heavy_packages, write_index, write_package
from measuring import Contender, Usage, tell, use_in_turns

ROUNDS = 3
CALL = [sys.executable, str(Path(__file__).with_name("store_call.py"))]


def main(folder: Path) -> bool:
    packages = _new_packages(folder / "new")
    kept = [
        *_into_20_000(folder, packages),
        *_into_200_000(folder, packages),
        *_a_thousand(folder),
    ]
    return all(kept)


def _into_20_000(folder: Path, packages: Sequence[Path]) -> Sequence[bool]:
    ours, theirs = folder / "ours", folder / "theirs"
    (theirs / SUBDIR).mkdir(parents=True)
    for file, index in records(20_000):
        write_package(theirs / SUBDIR, file, index)
    _call("index_fs", theirs)
    shutil.copytree(theirs, ours, copy_function=os.link)
    (ours / SUBDIR / "repodata.json").unlink()
    shutil.copy(theirs / SUBDIR / "repodata.json", ours / SUBDIR)
    new = iter(packages)
    _call("put", ours, next(new))  # takes the index over: once, and not measured
    used = use_in_turns(
        [
            lambda: Contender("sluice", [*CALL, "put", str(ours), str(next(new))]),
            lambda: Contender("rattler", _bring(next(new), theirs)),
        ],
        ROUNDS,
    )
    _print("one package into 20,000", used)
    ratio = _ratio(used, "sluice", "rattler")
    return [tell("  sluice / rattler index_fs (json and zst), CPU", ratio, 0.1)]


def _bring(package: Path, channel: Path) -> Sequence[str]:
    shutil.copy(package, channel / SUBDIR)
    return [*CALL, "index_fs", str(channel)]


def _into_200_000(folder: Path, packages: Sequence[Path]) -> Sequence[bool]:
    channel = folder / "big"
    size = write_index(channel / SUBDIR, 200_000)
    new = iter(packages)
    _call("put", channel, next(new))
    put = lambda: Contender("sluice", [*CALL, "put", str(channel), str(next(new))])  # noqa: E731
    used = use_in_turns([put], ROUNDS)
    _print(f"one package into 200,000 ({size / 1e6:.0f} MB of repodata.json)", used)
    return [
        tell("  sluice", used["sluice"].seconds, 1.2, " s"),
        tell("  sluice, memory", used["sluice"].megabytes, 500, " MB"),
    ]


def _a_thousand(folder: Path) -> Sequence[bool]:
    source, target, copies = folder / "source", folder / "target", folder / "copies"
    write_heavy_packages(folder / "heavy", 1000, 1_000_000)
    _call("put", source, *(folder / "heavy").iterdir())
    shutil.rmtree(folder / "heavy")

    def forget(place: Path) -> None:
        shutil.rmtree(place, ignore_errors=True)

    def ours() -> Contender:
        forget(target)
        return Contender("sluice", [*CALL, "copy", str(source), str(target)])

    def theirs() -> Contender:
        forget(copies)
        copies.mkdir()
        return Contender("cp", ["cp", "-r", "--reflink=auto", str(source / SUBDIR), str(copies)])

    used = use_in_turns([ours, theirs], ROUNDS)
    _print("a copy of 1,000 packages of 1 MB", used)
    return [
        tell("  sluice / cp --reflink=auto", used["sluice"].seconds / used["cp"].seconds, 1.0),
    ]


def _new_packages(folder: Path) -> Sequence[Path]:
    folder.mkdir()
    count = 4 * ROUNDS + 4
    return [write_package(folder, file, index) for file, index in records(count, seed=7)]


def _call(verb: str, channel: Path, *arguments: Path) -> None:
    use_in_turns([lambda: Contender(verb, [*CALL, verb, str(channel), *map(str, arguments)])], 1)


def _ratio(used: dict[str, Usage], ours: str, theirs: str) -> float:
    return used[ours].processor / used[theirs].processor


def _print(title: str, used: dict[str, Usage]) -> None:
    figures = ", ".join(
        f"{name} {one.seconds:.2f} s (CPU {one.processor:.2f} s, {one.megabytes:.0f} MB)"
        for name, one in used.items()
    )
    print(f"{title}, medians of {ROUNDS}: {figures}")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="sluice-bench-") as name:
        is_kept = main(Path(name))
    sys.exit(0 if is_kept else 1)
