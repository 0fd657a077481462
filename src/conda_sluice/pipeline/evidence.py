"""Gather what the gates judge: origins, tags in git, tests and words in the ledger, the clock."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from conda_sluice.discover.versions import tags_of_version, version_tags
from conda_sluice.effects.git import Tag, verify_tag
from conda_sluice.effects.signing import SignatureCheck
from conda_sluice.errors import DamagedError, PackageError
from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.config import (
    MonotonicGate,
    Rung,
    SameAsCandidateGate,
    SignedTagGate,
    VersionPolicy,
)
from conda_sluice.model.event import Event
from conda_sluice.model.evidence import Evidence, PackageOrigin, TagEvidence
from conda_sluice.model.names import PackageName
from conda_sluice.model.package import PackageRecord
from conda_sluice.model.project import SourceState
from conda_sluice.model.version import is_version, sort_key
from conda_sluice.pipeline.bench import Bench
from conda_sluice.pipeline.candidates import Candidates
from conda_sluice.pipeline.origins import Origins
from conda_sluice.pipeline.record import tests_in
from conda_sluice.pipeline.trust import People, Trust
from conda_sluice.pipeline.words import words_about
from conda_sluice.pipeline.workspace import Member
from conda_sluice.plan.presence import ARRIVALS


class Gatherer:
    """Gathers evidence for packages of one channel that want to enter the next."""

    def __init__(self, bench: Bench, members: Sequence[Member]) -> None:
        self._bench = bench
        self._members: Mapping[PackageName, Member] = {one.name: one for one in members}
        self._origins = Origins(bench.store, bench.ledger, self._members)
        self._candidates = Candidates(bench.store, self._origins)
        config = bench.config
        self._trust = Trust(config.root, config.trusted_branch, bench.open_repository)

    def evidence(
        self,
        record: PackageRecord,
        channel: ChannelRef,
        rung: Rung,
        present: Iterable[PackageRecord] = (),
        *,
        beside: Iterable[PackageRecord] = (),
        frozen: str = "",
    ) -> Evidence:
        """Return what is known of a package of `channel` for the gates of `rung`.

        `present` are the packages that the rung holds, `beside` those of `channel`, and `frozen`
        is why the rung is closed.
        """
        try:
            events = self._bench.ledger.events(record.name)
            tests = tests_in(events)
            origin = self._origins.of(record, channel, events)
            comparison = (
                self._candidates.comparison((record, channel), origin, beside, tests)
                if any(isinstance(gate, SameAsCandidateGate) for gate in rung.gates)
                else None
            )
        except (DamagedError, PackageError) as error:
            trouble = f"{record.path} in {channel} cannot be read: {error.what}"
            return Evidence(record=record, trouble=trouble)
        signers = self._signers(rung)
        is_asked = rung.versions is VersionPolicy.FINAL or signers is not None
        is_missing = signers is not None and signers.text is None
        member = self._member(record, origin)
        is_ordered = any(isinstance(gate, MonotonicGate) for gate in rung.gates)
        return Evidence(
            record=record,
            origin=origin,
            missing_signers=str(signers.file) if signers and is_missing else "",
            tags=self._tags(record, origin, signers) if origin and is_asked else (),
            tests=tests,
            words=words_about(record, rung, events, self._trust),
            arrived=_arrived(record, channel, events),
            now=self._bench.clock(),
            actor=self._bench.who,
            owners=member.entry.owners if member else None,
            comparison=comparison,
            overtaken_by=self._overtaken(record, origin, rung, present) if is_ordered else "",
            frozen=frozen,
        )

    def project(self, record: PackageRecord, channel: ChannelRef) -> Member | None:
        """Return the project that a package comes from, by its name or by what it says itself."""
        try:
            return self._member(record, self._origins.of(record, channel))
        except (DamagedError, PackageError):
            return None

    def release(self, record: PackageRecord, channel: ChannelRef) -> str:
        """Return the name of a package's release, by what the package itself says."""
        try:
            return Evidence(record=record, origin=self._origins.of(record, channel)).release
        except (DamagedError, PackageError):
            return Evidence(record=record).release

    def source(self, record: PackageRecord, channel: ChannelRef) -> SourceState | None:
        """Return where the tests of a package's project are to be taken from."""
        # the project's own tests are those of the package that bears its name
        member, origin = self._members.get(record.name), self._origins.of(record, channel)
        if member is None or origin is None:
            return None
        return SourceState(
            repository=member.source.repository,
            commit=origin.sha,
            path=origin.path,
            tree=origin.tree,
        )

    def _signers(self, rung: Rung) -> People | None:
        gates = (gate.allowed_signers for gate in rung.gates if isinstance(gate, SignedTagGate))
        file: Path | None = next(gates, None)
        return self._trust.people(file) if file else None

    def _overtaken(
        self,
        record: PackageRecord,
        origin: PackageOrigin | None,
        rung: Rung,
        present: Iterable[PackageRecord],
    ) -> str:
        """Return a higher version in the rung that was built from an ancestor of our commit."""
        member = self._member(record, origin)
        if member is None or origin is None or not is_version(record.version):
            return ""
        own = sort_key(record.version)
        for other in present:
            if other.name != record.name or not is_version(other.version):
                continue
            if sort_key(other.version) > own:
                theirs = self._origins.of(other, rung.channel)
                if theirs and member.repository.is_ancestor(theirs.sha, origin.sha):
                    return other.version
        return ""

    def _member(self, record: PackageRecord, origin: PackageOrigin | None) -> Member | None:
        return self._origins.member(record, origin)

    def _tags(
        self, record: PackageRecord, origin: PackageOrigin, signers: People | None
    ) -> tuple[TagEvidence, ...]:
        member = self._member(record, origin)
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
        self, tag: Tag, member: Member, origin: PackageOrigin, signers: People | None
    ) -> TagEvidence:
        signature = self._signature(tag, member, signers)
        return TagEvidence(
            tag=tag.name,
            signer=signature.signer,
            reason="" if signature.is_valid else signature.reason,
            is_unsigned=signature.is_absent,
            is_same_tree=member.repository.tree_at(tag.commit, origin.path) == origin.tree,
        )

    def _signature(self, tag: Tag, member: Member, signers: People | None) -> SignatureCheck:
        if signers is None or signers.text is None:
            return SignatureCheck(is_valid=True)
        repository = member.source.repository
        if self._trust.is_changed_by(tag.commit, repository, signers.file):
            reason = f"its own commit changes {signers.file.name}: sign a later commit"
            return SignatureCheck(is_valid=False, reason=reason)
        return verify_tag(repository, tag.name, signers.text)


def _arrived(record: PackageRecord, channel: ChannelRef, events: Iterable[Event]) -> str:
    """Return when a package came into a channel the last time, "" where nobody knows."""
    times = [
        event.when
        for event in events
        if event.kind in ARRIVALS and (event.sha256, event.channel) == (record.sha256, channel.name)
    ]
    return times[-1] if times else ""
