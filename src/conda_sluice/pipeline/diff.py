"""Compare any two packages: files on the disk, or what channels hold."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from conda_sluice.errors import UsageError
from conda_sluice.model.comparison import Comparison
from conda_sluice.model.package import EXTENSIONS, PackageRecord
from conda_sluice.model.version import sort_key
from conda_sluice.pipeline.bench import Bench
from conda_sluice.pipeline.candidates import Place
from conda_sluice.pipeline.compare import compare_files
from conda_sluice.pipeline.ladder import read_ladder
from conda_sluice.plan.selection import select


def diff(first: str, second: str, open_bench: Callable[[], Bench]) -> Comparison:
    """Compare two packages, each a file or `[CHANNEL::]SPEC`; the bench is opened for a spec.

    Raise UsageError for what means no package, or several, PackageError for no sound one.
    """
    with tempfile.TemporaryDirectory(prefix="sluice-") as folder:
        ours = _file(first, open_bench, Path(folder) / "first")
        theirs = _file(second, open_bench, Path(folder) / "second")
        return compare_files(ours, theirs)


def _file(text: str, open_bench: Callable[[], Bench], into: Path) -> Path:
    """Return the file that is meant, fetched from its channel where it is none yet."""
    if text.endswith(EXTENSIONS):
        return Path(text)
    bench = open_bench()
    record, channel = _look_up(text, bench)
    return bench.store.get(record, channel, into)


def _look_up(text: str, bench: Bench) -> Place:
    name, _, spec = text.rpartition("::")
    known = [channel.name for channel in bench.config.channels]
    if name not in {"", *known}:
        raise UsageError(f"the ladder has no channel {name}", remedy=f"it has {', '.join(known)}")
    ladder = read_ladder(bench.config, bench.store)
    places: dict[str, Place] = {
        record.sha256: (record, rung.channel)
        for rung, records in zip(ladder.rungs, ladder.records, strict=True)
        if name in {"", rung.channel.name}
        for record in records
    }
    found = select([record for record, _ in places.values()], [spec])
    return places[_newest(text, found).sha256]


def _newest(text: str, found: tuple[PackageRecord, ...]) -> PackageRecord:
    """Return the newest of these packages; raise UsageError where there are several such."""
    newest = max(found, key=lambda one: (sort_key(one.version), one.build_number))
    number = newest.version, newest.build_number
    equal = [
        one for one in found if one.name != newest.name or (one.version, one.build_number) == number
    ]
    if len(equal) > 1:
        files = ", ".join(sorted(one.path for one in equal))
        raise UsageError(
            f"{text!r} means several packages: {files}",
            remedy="name one of them: 'NAME==VERSION=BUILD'",
        )
    return newest
