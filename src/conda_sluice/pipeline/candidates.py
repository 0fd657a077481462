"""Find the tested candidate of a final package, and compare the two."""

import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.comparison import Comparison
from conda_sluice.model.evidence import PackageOrigin, TestEvidence
from conda_sluice.model.package import PackageRecord
from conda_sluice.pipeline.compare import compare_files
from conda_sluice.pipeline.origins import Origins
from conda_sluice.plan.candidates import candidates_of
from conda_sluice.ports import Store

Place = tuple[PackageRecord, ChannelRef]
"""A package and a channel that holds it."""


class Candidates:
    """Compares final packages with their candidates, each pair once."""

    def __init__(self, store: Store, origins: Origins) -> None:
        self._store = store
        self._origins = origins
        self._known: dict[tuple[str, str], Comparison] = {}

    def comparison(
        self,
        final: Place,
        origin: PackageOrigin | None,
        beside: Iterable[PackageRecord],
        tests: Sequence[TestEvidence],
    ) -> Comparison | None:
        """Compare a package with its newest tested candidate among those `beside` it.

        Of the candidates only those count that were built from the same source tree; None where
        there is none.
        """
        record, channel = final
        for one in candidates_of(record, beside, tests):
            theirs = self._origins.of(one, channel)
            if origin and theirs and (theirs.tree, theirs.path) == (origin.tree, origin.path):
                return self._compared((one, channel), final)
        return None

    def _compared(self, candidate: Place, final: Place) -> Comparison:
        key = candidate[0].sha256, final[0].sha256
        if key not in self._known:
            self._known[key] = compare_places(self._store, candidate, final)
        return self._known[key]


def compare_places(store: Store, first: Place, second: Place) -> Comparison:
    """Fetch two packages of channels, their hashes checked, and compare them."""
    with tempfile.TemporaryDirectory(prefix="sluice-") as folder:
        ours, theirs = (
            store.get(record, channel, Path(folder) / side)
            for side, (record, channel) in (("first", first), ("second", second))
        )
        return compare_files(ours, theirs)
