"""Which packages can stand in one environment at all, as far as that is plain to see."""

from collections import defaultdict
from collections.abc import Sequence

from conda_sluice.model.package import PackageRecord

Variant = frozenset[str]


def apart(records: Sequence[PackageRecord]) -> list[list[PackageRecord]]:
    """Return groups of records: no name twice in one, and no two builds that want different pins.

    What a package and another build of it ask differently of one name tells variants apart:
    `python >=3.12,<3.13` here, `python >=3.13,<3.14` there.
    """
    pins = _pins(records)
    groups: dict[tuple[Variant, int], list[PackageRecord]] = defaultdict(list)
    counts: dict[tuple[str, Variant], int] = defaultdict(int)
    for record in records:
        variant = frozenset(spec for spec in record.depends if spec.partition(" ")[0] in pins)
        place = counts[record.name, variant]
        counts[record.name, variant] += 1
        groups[variant, place].append(record)
    return list(groups.values())


def _pins(records: Sequence[PackageRecord]) -> frozenset[str]:
    """Return the names that builds of one version ask for differently."""
    asked: dict[tuple[str, str, str], dict[str, set[str]]] = {}
    for record in records:
        release = record.name, record.version, record.subdir
        needs = asked.setdefault(release, defaultdict(set))
        for spec in record.depends:
            needs[spec.partition(" ")[0]].add(spec)
    builds: dict[tuple[str, str, str], int] = defaultdict(int)
    for record in records:
        builds[record.name, record.version, record.subdir] += 1
    return frozenset(
        name
        for release, needs in asked.items()
        for name, specs in needs.items()
        if 1 < len(specs) == builds[release]
    )
