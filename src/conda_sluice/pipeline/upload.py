"""Put package files into the lowest channel."""

from collections.abc import Sequence
from pathlib import Path

from conda_sluice.effects.artifact import check_members, read_artifact
from conda_sluice.model.package import Artifact, PackageRecord
from conda_sluice.pipeline.bench import Bench
from conda_sluice.pipeline.ladder import open_ladder


def upload(
    bench: Bench, files: Sequence[Path], *, dry_run: bool = False
) -> tuple[tuple[PackageRecord, bool], ...]:
    """Check and upload package files; return each record with whether it was new there.

    All files are read before the first one is put: a bad one leaves the channel as it was.
    Raise PackageError for a file that is no sound package, ConflictError when the channel holds
    another file of the same name.
    """
    artifacts = [_read(file) for file in files]
    lowest = bench.config.channels[0]
    present = {
        record.path
        for subdir in bench.store.subdirs(lowest)
        for record in bench.store.records(lowest, subdir)
    }
    new = [one for one in artifacts if one.record.path not in present]
    if not dry_run:
        open_ladder(bench.config, bench.store, [one.record.name for one in artifacts])
        bench.store.put(artifacts, lowest)
        bench.recorder.uploads([one.record for one in new], lowest)
    return tuple((one.record, one.record.path not in present) for one in artifacts)


def _read(file: Path) -> Artifact:
    artifact = read_artifact(file)
    check_members(file)
    return artifact
