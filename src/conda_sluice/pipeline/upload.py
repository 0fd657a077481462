"""Put package files into the lowest channel."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from conda_sluice.effects.artifact import check_members, read_artifact
from conda_sluice.errors import ConflictError
from conda_sluice.model.outcome import Recovered, Uploaded, UploadResult
from conda_sluice.model.package import Artifact, PackageRecord
from conda_sluice.pipeline.bench import Bench
from conda_sluice.pipeline.clash import find_twin
from conda_sluice.pipeline.exclusive import exclusively
from conda_sluice.pipeline.ladder import Ladder, read_ladder
from conda_sluice.pipeline.open_ladder import open_ladder
from conda_sluice.plan.transactions import upload as uploading
from conda_sluice.ports import Store


def upload(
    bench: Bench, files: Sequence[Path], *, dry_run: bool = False
) -> Iterator[Uploaded | Recovered]:
    """Check and upload package files; yield what became of each.

    All files are read before the first one is put: a bad one leaves the channel as it was.
    Raise PackageError for a file that is no sound package, ConflictError when any channel of the
    ladder holds another content under the same name.
    """
    artifacts = [_read(file) for file in files]
    _refuse_twice(artifacts)
    names = sorted({one.record.name for one in artifacts})
    if dry_run:
        twins = _twins(artifacts, read_ladder(bench.config, bench.store, names), bench.store)
    else:
        with exclusively(bench) as recovered:
            yield from recovered
            twins = _twins(artifacts, read_ladder(bench.config, bench.store, names), bench.store)
            open_ladder(bench, names, names=names)
            _put(bench, artifacts, twins)
    new = UploadResult.WOULD_UPLOAD if dry_run else UploadResult.UPLOADED
    for artifact, twin in zip(artifacts, twins, strict=True):
        yield Uploaded(twin or artifact.record, UploadResult.ALREADY_THERE if twin else new)


def _twins(
    artifacts: Sequence[Artifact], ladder: Ladder, store: Store
) -> list[PackageRecord | None]:
    held = [
        (record, rung.channel)
        for rung, records in zip(ladder.rungs, ladder.records, strict=True)
        for record in records
    ]
    held += [(record, ladder.rungs[0].channel) for record in ladder.hidden[0]]
    return [find_twin(artifact, held, store) for artifact in artifacts]


def _put(
    bench: Bench, artifacts: Sequence[Artifact], twins: Sequence[PackageRecord | None]
) -> None:
    lowest = bench.config.channels[0]
    pairs = list(zip(artifacts, twins, strict=True))
    new = {one.record: one for one, twin in pairs if twin is None}
    bench.store.put(_restorable(artifacts, twins), lowest)
    bench.transactor.carry_out(
        uploading(tuple(new), lowest, bench.stamp()),
        {record.path: artifact for record, artifact in new.items()},
    )


def _refuse_twice(artifacts: Sequence[Artifact]) -> None:
    """Raise ConflictError for two different files that would have one name in the channel."""
    first: dict[str, Artifact] = {}
    for one in artifacts:
        there = first.setdefault(one.record.path, one)
        if there.record.sha256 != one.record.sha256:
            raise ConflictError(
                f"is another file named {one.record.path} than {there.path}",
                str(one.path),
                "upload one of the two, or give one of them another build number",
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
