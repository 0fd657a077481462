"""The gates of a channel: as they are written, and what they mean."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import assert_never

from conda_sluice.config.disk import check_possible_file
from conda_sluice.config.locations import folder_of
from conda_sluice.config.nodes import Entries, Node, Scalar
from conda_sluice.config.readers import (
    check_distinct,
    choice_of,
    list_of,
    optional,
    read_positive,
    read_section,
    read_text,
    some_of,
    unknown_word,
    wrong_kind,
)
from conda_sluice.config.schema import (
    AgeItem,
    AgeSettings,
    ApprovedItem,
    ApprovedSettings,
    GateItem,
    LicenseItem,
    LicenseSettings,
    SignedTagItem,
    SignedTagSettings,
    SimpleGate,
)
from conda_sluice.errors import ConfigError
from conda_sluice.model.config import (
    AgeGate,
    ApprovedGate,
    Gate,
    InstallableGate,
    LicenseGate,
    MonotonicGate,
    OwnersGate,
    ReleaseLevel,
    SameAsCandidateGate,
    SignedTagGate,
    TestedGate,
)


def read_gates(node: Node) -> tuple[GateItem, ...]:
    """Return the gates of a channel; a gate stands there once."""
    gates = list_of(_gate)(node)
    check_distinct(node, [_name_of(gate) for gate in gates])
    return gates


def _name_of(gate: GateItem) -> str:
    if isinstance(gate, SimpleGate):
        return gate.value
    return next(name for name, (item, _) in _WITH_SETTINGS.items() if isinstance(gate, item))


def _gate(node: Node) -> GateItem:
    match node:
        case Entries(entries=((key, settings),)):
            return _gate_with_settings(key, settings)
        case Scalar():
            return _gate_without_settings(node)
        case _:
            raise wrong_kind(node, "a gate", "write one gate for each item of the list")


def _gate_without_settings(node: Scalar) -> SimpleGate:
    name = _gate_name(node)
    if name in list(SimpleGate):
        return SimpleGate(name)
    example = fields(_WITH_SETTINGS[name][0])[0].metadata["example"]
    raise ConfigError(
        f"the gate {name!r} needs settings", where=node.where, remedy=f"write {name}: {example}"
    )


def _gate_with_settings(key: Scalar, settings: Node) -> GateItem:
    name = _gate_name(key)
    if name not in _WITH_SETTINGS:
        raise ConfigError(
            f"the gate {name!r} has no settings", where=key.where, remedy=f"write - {name}"
        )
    return _WITH_SETTINGS[name][1](settings)


def _signed_tag(node: Node) -> SignedTagItem:
    section = read_section(node, SignedTagSettings, "the gate 'signed-tag'")
    return SignedTagItem(
        signed_tag=SignedTagSettings(allowed_signers=read_text(section["allowed-signers"]))
    )


def _approved(node: Node) -> ApprovedItem:
    section = read_section(node, ApprovedSettings, "the gate 'approved'")
    return ApprovedItem(
        approved=ApprovedSettings(
            approvers=read_text(section["approvers"]), for_=optional(section, "for", _levels)
        )
    )


def _levels(node: Node) -> tuple[ReleaseLevel, ...]:
    read = some_of(
        choice_of(ReleaseLevel, "release level"),
        empty="this list is empty, so that nobody would be asked",
        remedy="name major, minor or patch, or remove the gate",
    )
    levels = read(node)
    check_distinct(node, levels)
    return levels


def _age(node: Node) -> AgeItem:
    section = read_section(node, AgeSettings, "the gate 'age'")
    return AgeItem(age=AgeSettings(days=read_positive(section["days"])))


def _license(node: Node) -> LicenseItem:
    section = read_section(node, LicenseSettings, "the gate 'license'")
    if not section:
        raise ConfigError(
            "this gate says nothing", where=node.where, remedy="give 'allow', 'deny' or both"
        )
    read = some_of(read_text, empty="this list is empty", remedy="name a licence, or remove it")
    return LicenseItem(
        license=LicenseSettings(
            allow=optional(section, "allow", read), deny=optional(section, "deny", read)
        )
    )


_WITH_SETTINGS: Mapping[str, tuple[type, Callable[[Node], GateItem]]] = {
    "signed-tag": (SignedTagItem, _signed_tag),
    "approved": (ApprovedItem, _approved),
    "age": (AgeItem, _age),
    "license": (LicenseItem, _license),
}


def _gate_name(node: Scalar) -> str:
    name = read_text(node)
    known = (*SimpleGate, *_WITH_SETTINGS)
    if name not in known:
        raise unknown_word("gate", name, known, node.where)
    return name


def resolve_gate(gate: GateItem, root: Path, where: Callable[..., str]) -> Gate:
    """Return what a gate means in the folder `root`; `where` tells the place of its keys."""
    match gate:
        case SimpleGate():
            return _simple(gate)
        case SignedTagItem(signed_tag=settings):
            place = where("signed-tag", "allowed-signers")
            return SignedTagGate(people_file(settings.allowed_signers, root, place))
        case ApprovedItem(approved=settings):
            return ApprovedGate(
                approvers=people_file(settings.approvers, root, where("approved", "approvers")),
                levels=frozenset(settings.for_ or ReleaseLevel),
            )
        case AgeItem(age=settings):
            return AgeGate(settings.days)
        case LicenseItem(license=settings):
            return LicenseGate(allow=settings.allow or (), deny=settings.deny or ())


def _simple(gate: SimpleGate) -> Gate:
    match gate:
        case SimpleGate.TESTED:
            return TestedGate()
        case SimpleGate.INSTALLABLE:
            return InstallableGate()
        case SimpleGate.MONOTONIC:
            return MonotonicGate()
        case SimpleGate.OWNERS:
            return OwnersGate()
        case SimpleGate.SAME_AS_CANDIDATE:
            return SameAsCandidateGate()
    assert_never(gate)


def people_file(text: str, root: Path, where: str) -> Path:
    """Return the path of a file of people who may sign; it may come later, its folder may not."""
    file = folder_of(text, root=root, where=where)
    check_possible_file(file, noun="the file of people who may sign,", where=where)
    return file
