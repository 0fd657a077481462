"""What people said of packages, as the ledger keeps it, with each signature checked."""

from collections.abc import Iterable
from dataclasses import replace

from conda_sluice.effects.signing import check_text
from conda_sluice.model.config import Rung
from conda_sluice.model.event import Event, EventKind
from conda_sluice.model.evidence import SignedWord
from conda_sluice.model.package import PackageRecord
from conda_sluice.model.statement import NAMESPACE, StatementKind, parse_statement
from conda_sluice.model.transaction import items_of
from conda_sluice.pipeline.trust import Trust
from conda_sluice.plan.gates.overriding import approvers_of, overriders_of

_KINDS = {
    EventKind.APPROVED: StatementKind.APPROVAL,
    EventKind.OVERRIDDEN: StatementKind.OVERRIDE,
}


def words_about(
    record: PackageRecord, rung: Rung, events: Iterable[Event], trust: Trust
) -> tuple[SignedWord, ...]:
    """Return the approvals and overrides of a file for a channel, oldest first."""
    return tuple(
        _word(record, rung, event, trust)
        for event in events
        if event.kind in _KINDS
        and (event.sha256, event.channel) == (record.sha256, rung.channel.name)
    )


def _word(record: PackageRecord, rung: Rung, event: Event, trust: Trust) -> SignedWord:
    """Return what an event says; where a signature is asked for, only what was signed counts."""
    kind = _KINDS[event.kind]
    said = SignedWord(
        kind=kind,
        signer=event.who,
        why=str(event.data.get("why", "")),
        gate=str(event.data.get("gate", "")),
        until=str(event.data.get("until", "")),
    )
    file = approvers_of(rung) if kind is StatementKind.APPROVAL else overriders_of(rung)
    if file is None:
        unsigned = "the channel names nobody whose approval counts"
        return replace(said, reason=unsigned) if kind is StatementKind.APPROVAL else said
    people = trust.people(file)
    if people.text is None:
        return replace(said, reason=f"{people.file} is not on the trusted branch")
    return _signed(said, record, event, people.text)


def _signed(said: SignedWord, record: PackageRecord, event: Event, signers: str) -> SignedWord:
    text, signature = str(event.data.get("statement", "")), str(event.data.get("signature", ""))
    if not signature:
        return replace(said, reason="it is not signed")
    statement = parse_statement(text)
    asked = (said.kind, event.channel, said.gate)
    if (
        statement is None
        or (statement.kind, statement.target, statement.gate) != asked
        or items_of([record])[0] not in statement.items
    ):
        return replace(said, reason="what was signed is not this, about this file")
    checked = check_text(text, signature, signers, NAMESPACE)
    return replace(
        said,
        signer=checked.signer or event.who,
        why=statement.why,
        until=statement.until,
        reason="" if checked.is_valid else checked.reason,
    )
