"""Gather what the gates judge: what a package says of itself, tags in git, tests in the ledger."""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from conda_sluice.effects.artifact import read_about
from conda_sluice.effects.git import GitRepository, verify_tag
from conda_sluice.errors import PackageError
from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.config import Gate, Rung, SignedTagGate, VersionPolicy
from conda_sluice.model.evidence import Evidence, PackageOrigin, TagEvidence
from conda_sluice.model.job import BuildJob
from conda_sluice.model.names import PackageName
from conda_sluice.model.package import PackageRecord
from conda_sluice.model.project import ProjectVersion, SourceState, VersionOrigin
from conda_sluice.pipeline.record import test_evidence
from conda_sluice.pipeline.workspace import Member
from conda_sluice.ports import Ledger, Store

_PREFIX = "sluice-"


def origin_extra(job: BuildJob, version: ProjectVersion) -> Mapping[str, str]:
    """Return what goes into a package's `about.extra`: enough to find its sources again."""
    source = job.source
    return {
        "sha": source.commit if source else "",
        f"{_PREFIX}key": job.key,
        f"{_PREFIX}tree": source.tree if source else "",
        f"{_PREFIX}path": source.path if source else "",
        f"{_PREFIX}version": version.upstream,
        f"{_PREFIX}version-from": version.origin.value,
    }


def parse_origin(about: Mapping[str, object]) -> PackageOrigin | None:
    """Read `about.extra` of a package; None where sluice did not make it."""
    extra = about.get("extra")
    if not isinstance(extra, Mapping) or f"{_PREFIX}key" not in extra:
        return None
    return PackageOrigin(
        key=str(extra[f"{_PREFIX}key"]),
        tree=str(extra.get(f"{_PREFIX}tree", "")),
        sha=str(extra.get("sha", "")),
        path=str(extra.get(f"{_PREFIX}path", "")),
        version=str(extra.get(f"{_PREFIX}version", "")),
        is_static=extra.get(f"{_PREFIX}version-from") != VersionOrigin.GIT.value,
    )


def read_origin(record: PackageRecord, channel: ChannelRef, store: Store) -> PackageOrigin | None:
    """Fetch a package, its hash checked, and read where it came from."""
    with tempfile.TemporaryDirectory(prefix="sluice-") as folder:
        return parse_origin(read_about(store.get(record, channel, Path(folder))))


class Gatherer:
    """Gathers evidence for packages of one channel that want to enter the next."""

    def __init__(
        self,
        store: Store,
        ledger: Ledger,
        members: Sequence[Member],
        repositories: Mapping[PackageName, GitRepository],
    ) -> None:
        self._store = store
        self._ledger = ledger
        self._members = {member.name: member for member in members}
        self._repositories = repositories

    def evidence(self, record: PackageRecord, channel: ChannelRef, rung: Rung) -> Evidence:
        """Return what is known of a package of `channel` for the gates of `rung`."""
        origin = None
        tags: tuple[TagEvidence, ...] = ()
        if rung.versions is VersionPolicy.FINAL or _signers(rung.gates):
            origin = read_origin(record, channel, self._store)
        if origin is not None:
            tags = self._tags(record.name, origin, _signers(rung.gates))
        return Evidence(
            record=record,
            origin=origin,
            tags=tags,
            tests=test_evidence(self._ledger, record.name),
        )

    def source(self, record: PackageRecord, channel: ChannelRef) -> SourceState | None:
        """Return where the tests of a package's project are to be taken from."""
        member = self._members.get(record.name)
        if member is None:
            return None
        origin = read_origin(record, channel, self._store)
        if origin is None:
            return None
        if not origin.tree:
            raise PackageError(f"{record.file} does not say from which tree it was built")
        return SourceState(
            repository=member.source.repository,
            commit=origin.sha,
            path=origin.path,
            tree=origin.tree,
        )

    def _tags(
        self, name: PackageName, origin: PackageOrigin, signers: Path | None
    ) -> tuple[TagEvidence, ...]:
        member, repository = self._members.get(name), self._repositories.get(name)
        if member is None or repository is None:
            return ()
        wanted = _tag_names(member, origin)
        evidence = []
        for tag in repository.tags():
            if tag.name not in wanted:
                continue
            reason, signer = "no signature was asked for", ""
            if signers is not None:
                signature = verify_tag(member.source.repository, tag.name, signers)
                reason = "" if signature.is_valid else signature.reason
                signer = signature.signer
            evidence.append(
                TagEvidence(
                    tag=tag.name,
                    signer=signer,
                    reason=reason,
                    is_same_tree=repository.tree_at(tag.commit, origin.path) == origin.tree,
                )
            )
        return tuple(evidence)


def _signers(gates: Sequence[Gate]) -> Path | None:
    return next((gate.allowed_signers for gate in gates if isinstance(gate, SignedTagGate)), None)


def _tag_names(member: Member, origin: PackageOrigin) -> frozenset[str]:
    """Return how a tag for this version may be called."""
    if member.entry.tag:
        return frozenset({member.entry.tag.replace("{version}", origin.version)})
    forms = ("v{}", "{}", f"{member.name}-{{}}", f"{member.name}-v{{}}")
    return frozenset(form.format(origin.version) for form in forms)
