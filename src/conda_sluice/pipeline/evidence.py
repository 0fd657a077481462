"""Gather what the gates judge: what a package says of itself, tags in git, tests in the ledger."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from conda_sluice.discover.versions import tags_of_version, version_tags
from conda_sluice.effects.artifact import read_about
from conda_sluice.effects.git import Tag, TagSignature, verify_tag
from conda_sluice.errors import DamagedError, PackageError, VersionError
from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.config import Gate, Rung, SignedTagGate, VersionPolicy
from conda_sluice.model.evidence import Evidence, PackageOrigin, TagEvidence
from conda_sluice.model.package import PackageRecord
from conda_sluice.model.project import SourceState
from conda_sluice.model.version import VersionScheme, conda_version
from conda_sluice.pipeline.record import test_evidence
from conda_sluice.pipeline.workspace import Member
from conda_sluice.plan.origin import parse_origin
from conda_sluice.ports import Ledger, Store


def read_origin(record: PackageRecord, channel: ChannelRef, store: Store) -> PackageOrigin | None:
    """Fetch a package, its hash checked, and read where it came from."""
    with tempfile.TemporaryDirectory(prefix="sluice-") as folder:
        return parse_origin(read_about(store.get(record, channel, Path(folder))))


class Gatherer:
    """Gathers evidence for packages of one channel that want to enter the next."""

    def __init__(self, store: Store, ledger: Ledger, members: Sequence[Member]) -> None:
        self._store = store
        self._ledger = ledger
        self._members = {member.name: member for member in members}
        self._origins: dict[str, PackageOrigin | None] = {}

    def evidence(self, record: PackageRecord, channel: ChannelRef, rung: Rung) -> Evidence:
        """Return what is known of a package of `channel` for the gates of `rung`."""
        try:
            origin = self._origin(record, channel)
        except (DamagedError, PackageError) as error:
            trouble = f"{record.path} in {channel} cannot be read: {error.what}"
            return Evidence(record=record, trouble=trouble)
        signers = _signers(rung.gates)
        is_asked = rung.versions is VersionPolicy.FINAL or signers is not None
        is_missing = signers is not None and not signers.exists()
        present = None if is_missing else signers
        return Evidence(
            record=record,
            origin=origin,
            missing_signers=str(signers) if is_missing else "",
            tags=self._tags(record, origin, present) if origin and is_asked else (),
            tests=test_evidence(self._ledger, record.name),
        )

    def source(self, record: PackageRecord, channel: ChannelRef) -> SourceState | None:
        """Return where the tests of a package's project are to be taken from."""
        member, origin = self._members.get(record.name), self._origin(record, channel)
        if member is None or origin is None:
            return None
        return SourceState(
            repository=member.source.repository,
            commit=origin.sha,
            path=origin.path,
            tree=origin.tree,
        )

    def _origin(self, record: PackageRecord, channel: ChannelRef) -> PackageOrigin | None:
        """Return what a package says of itself, None where that does not fit the package.

        It is the package's own claim: a file made by hand may say what it likes, but not that
        it is another version of the project, or of another project.
        """
        if record.sha256 not in self._origins:
            origin = read_origin(record, channel, self._store)
            member = self._members.get(record.name)
            fits = origin is None or member is None or _fits(origin, record, member)
            self._origins[record.sha256] = origin if fits else None
        return self._origins[record.sha256]

    def _tags(
        self, record: PackageRecord, origin: PackageOrigin, signers: Path | None
    ) -> tuple[TagEvidence, ...]:
        member = self._members.get(record.name)
        if member is None:
            return ()
        language = member.project.language
        tags = version_tags(
            language=language,
            tag_template=member.entry.tag,
            repository=member.repository,
            state=member.source,
            name=member.name,
        )
        return tuple(
            self._tag(tag, member, origin, signers)
            for tag in tags_of_version(origin.version, tags, language)
        )

    def _tag(
        self, tag: Tag, member: Member, origin: PackageOrigin, signers: Path | None
    ) -> TagEvidence:
        signature = TagSignature(is_valid=True)
        if signers is not None:
            signature = verify_tag(member.source.repository, tag.name, signers)
        return TagEvidence(
            tag=tag.name,
            signer=signature.signer,
            reason="" if signature.is_valid else signature.reason,
            is_unsigned=signature.is_absent,
            is_same_tree=member.repository.tree_at(tag.commit, origin.path) == origin.tree,
        )


def _fits(origin: PackageOrigin, record: PackageRecord, member: Member) -> bool:
    if origin.path != member.source.path:
        return False
    return any(_is_said(origin.version, scheme, record.version) for scheme in VersionScheme)


def _is_said(upstream: str, scheme: VersionScheme, version: str) -> bool:
    try:
        return conda_version(upstream, scheme) == version
    except VersionError:
        return False


def _signers(gates: Sequence[Gate]) -> Path | None:
    return next((gate.allowed_signers for gate in gates if isinstance(gate, SignedTagGate)), None)
