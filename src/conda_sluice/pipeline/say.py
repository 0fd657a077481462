"""Say something of packages that want to climb: that they may, or that a gate is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from conda_sluice.effects.git import signing_key
from conda_sluice.effects.signing import check_text, sign_text
from conda_sluice.errors import UsageError
from conda_sluice.model.event import EventKind
from conda_sluice.model.package import PackageRecord
from conda_sluice.model.said import Said
from conda_sluice.model.statement import (
    NAMESPACE,
    Statement,
    StatementKind,
    last_day,
    statement_text,
)
from conda_sluice.model.transaction import items_of
from conda_sluice.pipeline.bench import Bench
from conda_sluice.pipeline.ladder import Ladder, read_ladder
from conda_sluice.pipeline.move import climber_for, target_index
from conda_sluice.pipeline.planned import items_in, read_plan
from conda_sluice.pipeline.run import Options
from conda_sluice.pipeline.trust import Trust
from conda_sluice.plan.gates import (
    age,
    approved,
    frozen,
    licensed,
    monotonic,
    owners,
    same_as_candidate,
    signed_tag,
    tested,
)
from conda_sluice.plan.gates.overriding import NEVER, approvers_of, overriders_of
from conda_sluice.plan.promotion import ascent, hiding
from conda_sluice.plan.selection import select
from conda_sluice.plan.transactions import event_of

_GATES = (
    tested.GATE,
    ascent.GATE,
    hiding.GATE,
    signed_tag.GATE,
    approved.GATE,
    age.GATE,
    monotonic.GATE,
    licensed.GATE,
    owners.GATE,
    same_as_candidate.GATE,
    frozen.GATE,
)
"""What can be overridden, as excuses name it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody wants to say: of which packages, for which channel, signed with which key.

    `plan` is a saved promotion plan that says it instead of `specs` and `to`. `key` is the file
    of an SSH key or `gpg:<id>`, "" for the one that signs git tags; `until` is a day as ISO 8601.
    """

    specs: tuple[str, ...]
    to: str
    why: str
    key: str = ""
    gate: str = ""
    until: str = ""
    plan: Path | None = None


def approve(bench: Bench, wish: Wish) -> Said:
    """Approve the packages for their next channel; raise UsageError where that would not count."""
    if wish.plan:
        if wish.specs or wish.to:
            raise UsageError("a plan says itself what climbs where", remedy="give --plan alone")
        wish = replace(wish, to=read_plan(wish.plan).target)
    elif not wish.specs or not wish.to:
        raise UsageError(
            "it is not said what is approved for where", remedy="give SPEC and --to, or --plan"
        )
    index = target_index(bench.config, wish.to)
    rung = bench.config.ladder[index]
    file = approvers_of(rung)
    if file is None:
        raise UsageError(
            f"{rung.channel} asks nobody for approval",
            where=str(bench.config.file),
            remedy="give it the gate approved, with the file of those who approve",
        )
    return _say(bench, index, file, StatementKind.APPROVAL, wish)


def override(bench: Bench, wish: Wish) -> Said:
    """Say that a gate does not hold the packages, until a day; raise UsageError as `approve`."""
    index = target_index(bench.config, wish.to)
    rung = bench.config.ladder[index]
    if wish.gate in NEVER:
        raise UsageError(f"nobody can override {wish.gate}: it is what a channel is")
    if wish.gate not in _GATES:
        raise UsageError(
            f"there is no gate {wish.gate!r}", remedy=f"the gates are {', '.join(_GATES)}"
        )
    last = last_day(wish.until)
    if not last:
        raise UsageError(f"{wish.until!r} is no day", remedy="write --until 2026-12-31")
    if last < bench.clock()[:10]:
        raise UsageError(f"{wish.until} is over", remedy="name a day to come with --until")
    said = replace(wish, until=last)
    return _say(bench, index, overriders_of(rung), StatementKind.OVERRIDE, said)


def _say(bench: Bench, index: int, file: Path | None, kind: StatementKind, wish: Wish) -> Said:
    ladder = read_ladder(bench.config, bench.store)
    rung = bench.config.ladder[index]
    records = _meant(bench, wish, ladder, index)
    stamp = bench.stamp(wish.why)
    statement = Statement(
        kind=kind,
        target=rung.channel.name,
        items=items_of(records),
        who=stamp.who,
        when=stamp.when,
        why=wish.why,
        gate=wish.gate,
        until=wish.until,
    )
    text = statement_text(statement)
    signature, signer = _signed(bench, text, file, wish.key) if file else ("", "")
    data = {"statement": text, "signature": signature} if signature else {}
    data |= {key: value for key in ("gate", "until") if (value := getattr(wish, key))}
    event = EventKind.APPROVED if kind is StatementKind.APPROVAL else EventKind.OVERRIDDEN
    bench.ledger.append([event_of(event, one, rung.channel, stamp, data) for one in records])
    return Said(statement=statement, records=tuple(records), signer=signer)


def _meant(bench: Bench, wish: Wish, ladder: Ladder, index: int) -> Sequence[PackageRecord]:
    there = ladder.records[index - 1]
    if wish.plan:
        plan = read_plan(wish.plan)
        if not plan.items:
            raise UsageError(
                "this plan names no package", str(wish.plan), "name packages by SPEC and --to"
            )
        return items_in(plan, there)
    chosen = select(there, wish.specs)
    return climber_for(bench, Options()).whole_releases(ladder, index, chosen)


def _signed(bench: Bench, text: str, file: Path, key: str) -> tuple[str, str]:
    """Return a signature under the text and whose it is; raise UsageError where it is nobody's."""
    config = bench.config
    people = Trust(config.root, config.trusted_branch, bench.open_repository).people(file)
    if people.text is None:
        raise UsageError(
            "is not on the trusted branch, so nobody's word would count",
            where=str(file),
            remedy="commit it there: one line for each person, as ssh-keygen's ALLOWED SIGNERS",
        )
    chosen = key or signing_key(config.root)
    if not chosen:
        raise UsageError(
            "there is no key to sign with",
            remedy="name one with --key, or set git's user.signingkey",
        )
    signature = sign_text(text, chosen, NAMESPACE)
    checked = check_text(text, signature, people.text, NAMESPACE)
    if not checked.is_valid:
        raise UsageError(
            f"your signature would not count: {checked.reason}",
            where=str(file),
            remedy="sign with a key of somebody who is listed there",
        )
    return signature, checked.signer
