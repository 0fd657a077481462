"""Put package files into the lowest channel."""

from collections.abc import Sequence
from pathlib import Path

from conda_sluice.effects.artifact import check_members, read_artifact
from conda_sluice.model.package import Artifact, PackageRecord
from conda_sluice.pipeline.bench import Bench
from conda_sluice.pipeline.clash import find_twin
from conda_sluice.pipeline.ladder import open_ladder, read_ladder


def upload(
    bench: Bench, files: Sequence[Path], *, dry_run: bool = False
) -> tuple[tuple[PackageRecord, bool], ...]:
    """Check and upload package files; return each record with whether it was new there.

    All files are read before the first one is put: a bad one leaves the channel as it was.
    Raise PackageError for a file that is no sound package, ConflictError when any channel of the
    ladder holds another content under the same name.
    """
    artifacts = [_read(file) for file in files]
    ladder, lowest = read_ladder(bench.config, bench.store), bench.config.channels[0]
    held = [
        (record, rung.channel)
        for rung, records in zip(ladder.rungs, ladder.records, strict=True)
        for record in records
    ]
    twins = [find_twin(artifact, held, bench.store) for artifact in artifacts]
    new = [one for one, twin in zip(artifacts, twins, strict=True) if twin is None]
    if not dry_run:
        open_ladder(bench.config, bench.store, [one.record.name for one in artifacts])
        bench.store.put([*new, *_restorable(artifacts, twins)], lowest)
        bench.recorder.uploads(list(dict.fromkeys(one.record for one in new)), lowest)
    return tuple(
        (twin or one.record, twin is None) for one, twin in zip(artifacts, twins, strict=True)
    )


def _restorable(
    artifacts: Sequence[Artifact], twins: Sequence[PackageRecord | None]
) -> list[Artifact]:
    """Return the very files that are there already: putting one again mends what was deleted."""
    return [
        one
        for one, twin in zip(artifacts, twins, strict=True)
        if twin is not None and twin.sha256 == one.record.sha256
    ]


def _read(file: Path) -> Artifact:
    artifact = read_artifact(file)
    check_members(file)
    return artifact
