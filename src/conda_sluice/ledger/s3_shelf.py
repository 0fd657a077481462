"""A shelf in a bucket: one object for each file."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from conda_sluice.effects.leases import Leases, Terms
from conda_sluice.effects.s3.board import ObjectBoard, learn_conditions
from conda_sluice.effects.s3.objects import Objects
from conda_sluice.effects.s3.refusals import AbsentError, SupersededError
from conda_sluice.ledger.shelf import Chain

_LOCK = ".appending"


class S3Shelf(ObjectBoard):
    """Implements `Shelf` for a place in a bucket.

    Where the server ignores conditions, whoever adds files holds a lock.
    """

    def __init__(self, objects: Objects, terms: Terms | None = None) -> None:
        super().__init__(objects)
        self._terms = terms or Terms()

    def names(self, folder: str) -> Sequence[str]:
        """Return the names of the files below a folder, sorted."""
        return sorted(one.path for one in self._objects.list(f"{folder}/" if folder else ""))

    def read(self, names: Sequence[str]) -> Sequence[bytes | None]:
        """Return the files' bytes, None for one that is not there."""
        found = self._objects.server.map(self._objects.read, names)
        return [None if one is None else one.data for one in found]

    def extend(self, chains: Mapping[str, Chain]) -> Mapping[str, int]:
        """Add new files, each chain in its order, up to a name that is taken."""
        with self._adding():
            counts = self._objects.server.map(self._extend, chains.values())
        return dict(zip(chains, counts, strict=True))

    def _extend(self, chain: Chain) -> int:
        for count, (name, data) in enumerate(chain):
            if not self._add(name, data):
                return count
        return len(chain)

    def _add(self, name: str, data: bytes) -> bool:
        objects = self._objects
        if not objects.server.honours_conditions[objects.bucket]:
            is_free = objects.read(name) is None
            if is_free:
                objects.write(name, data)
            return is_free
        writer = secrets.token_hex(8)
        try:
            objects.write(name, data, IfNoneMatch="*", Metadata={"writer": writer})
        except SupersededError:
            # a request whose answer was lost is repeated, and meets what it wrote itself
            try:
                told = objects.call("head_object", name)["Metadata"]
            except AbsentError:  # it went again while we looked: whoever appends looks anew
                return False
            return bool(told.get("writer") == writer)
        return True

    @contextmanager
    def _adding(self) -> Iterator[None]:
        objects = self._objects
        if objects.bucket not in objects.server.honours_conditions:
            probe = f".probe/{secrets.token_hex(8)}.json"
            try:
                self.write(probe, b"{}")
                learn_conditions(objects, probe)
            finally:
                self.drop([probe])
        if objects.server.honours_conditions[objects.bucket]:
            yield
            return
        with Leases(self, self._terms).held(_LOCK, "others have been writing to the ledger"):
            yield
