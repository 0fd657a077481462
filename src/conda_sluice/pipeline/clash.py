"""Two files of one name: the same content built twice, of which the first stays, or a clash."""

from collections.abc import Iterable

from conda_sluice.effects.artifact import read_about
from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.package import Artifact, PackageRecord
from conda_sluice.model.refusals import conflict
from conda_sluice.pipeline.origins import read_origin
from conda_sluice.plan.origin import parse_origin
from conda_sluice.ports import Store


def find_twin(
    artifact: Artifact, held: Iterable[tuple[PackageRecord, ChannelRef]], store: Store
) -> PackageRecord | None:
    """Return the record that stands under this package's name already, None where none does.

    Builds are not bit-identical: a file with the same content key is the same package. Raise
    ConflictError where another content has the name.
    """
    for record, channel in held:
        if record.path != artifact.record.path:
            continue
        if record.sha256 != artifact.record.sha256 and not _is_same(
            artifact, record, channel, store
        ):
            raise conflict(artifact.record, str(channel), held=record.sha256)
        return record
    return None


def _is_same(artifact: Artifact, record: PackageRecord, channel: ChannelRef, store: Store) -> bool:
    ours, theirs = (
        parse_origin(read_about(artifact.path), artifact.record.name),
        read_origin(record, channel, store),
    )
    return ours is not None and theirs is not None and ours.key == theirs.key
