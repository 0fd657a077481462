"""Promotion plans on records with the structure of Debian's Python and R packages.

`sluice promote --dry-run` as a whole process: 500 candidates over 5,000 records beside a plain
loop of solves, one candidate, and candidates of which many lack something. With `--upstream` also
behind a channel of 500,000 records.
"""

import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

from debian_records import BIG, Paragraph, choose, next_release, read_debian, records_of
from measuring import SLUICE, Contender, take_turns, tell
from promotion_workspace import make_ladder, write_index

from conda_sluice.model.package import PackageRecord
from conda_sluice.plan.promotion.reach import needs_of, reach

HELD, WANTED, UPSTREAM = 5000, 500, 500_000
ROUNDS = 5
FEW, SOME = 5, 60


def main(folder: Path, *, with_upstream: bool) -> bool:
    debian = read_debian()
    held = records_of(debian, choose(debian, HELD))
    candidates = list(_next_releases(held, WANTED))
    print(f"{len(candidates)} candidates over {len(held)} records")
    many = make_ladder(folder / "many", held, candidates)
    one = make_ladder(folder / "one", held, candidates[:1])
    gone = _in_the_middle(held)
    lost = make_ladder(
        folder / "lost",
        [record for record in held if record.name not in gone],
        [record for record in candidates if record.name not in gone],
    )
    specs = folder / "specs"
    specs.write_text("\n".join(f"{one.name} =={one.version} {one.build}" for one in candidates))
    loop = str(Path(__file__).with_name("solve_in_sequence.py"))
    below = (many.parent / "channels" / "unstable").as_uri()
    contenders = [
        Contender("loop", [sys.executable, loop, below, str(specs)]),
        _promote("many", many),
        _promote("one", one),
        _promote("lost", lost, code=1),
    ]
    seconds = take_turns(contenders, ROUNDS, cwd=folder, env=os.environ)
    print(f"sluice promote --dry-run, medians of {ROUNDS}; loop of solves {seconds['loop']:.2f} s")
    kept = [
        tell(f"  {len(candidates)} candidates", seconds["many"], 2.0, " s"),
        tell("  beside the loop", seconds["many"] / seconds["loop"], 0.67),
        tell("  one candidate", seconds["one"], 0.6, " s"),
        tell("  many of which lack something", seconds["lost"], 6.0, " s"),
    ]
    if with_upstream:
        kept.append(_behind(folder, debian, held, candidates))
    return all(kept)


def _behind(
    folder: Path,
    debian: Mapping[str, Paragraph],
    held: Sequence[PackageRecord],
    candidates: Sequence[PackageRecord],
) -> bool:
    """Measure with half of the ladder's records upstream, among all of Debian in old versions."""
    upstream, half = folder / "upstream", len(held) // 2
    everything = records_of(debian, list(debian))
    write_index(upstream, [*held[half:], *_old(everything, UPSTREAM - half)])
    file = make_ladder(folder / "behind", held[:half], candidates, [upstream])
    seconds = take_turns([_promote("behind", file)], 3, cwd=folder, env=os.environ)["behind"]
    return tell(f"  half of it upstream, among {UPSTREAM} records", seconds, 10.0, " s")


def _old(records: Sequence[PackageRecord], count: int) -> Iterator[PackageRecord]:
    for number in range(count):
        record = records[number % len(records)]
        version = f"0.{number // len(records)}"
        file = f"{record.name}-{version}-{record.build}.conda"
        yield replace(record, version=version, file=file)


def _promote(name: str, file: Path, code: int = 0) -> Contender:
    argv = [SLUICE, "promote", "--to", "testing", "--dry-run", "--config", str(file)]
    return Contender(name, argv, code=code)


def _next_releases(held: Sequence[PackageRecord], count: int) -> Iterator[PackageRecord]:
    needs = needs_of(held)
    names = sorted(name for name in needs if len(reach([name], needs)) > BIG)
    Random(1).shuffle(names)
    made = 0
    for name in names:
        builds = [next_release(record) for record in held if record.name == name]
        yield from builds
        made += len(builds)
        if made >= count:
            return


def _in_the_middle(held: Sequence[PackageRecord]) -> frozenset[str]:
    """Return names that some others need, neither few nor nearly all."""
    users = Counter(spec.partition(" ")[0] for one in held for spec in set(one.depends))
    middle = sorted({one.name for one in held if FEW <= users[one.name] <= SOME})
    return frozenset(Random(2).sample(middle, FEW))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="sluice-bench-") as name:
        is_kept = main(Path(name), with_upstream="--upstream" in sys.argv)
    sys.exit(0 if is_kept else 1)
