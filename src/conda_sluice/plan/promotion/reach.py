"""Who may be concerned by a name: dependencies followed name by name, whatever the versions."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from conda_sluice.model.package import PackageRecord
from conda_sluice.plan.promotion.matching import named

Graph = Mapping[str, Iterable[str]]


def needs_of(records: Iterable[PackageRecord]) -> Graph:
    """Return the names that each name may need."""
    found: dict[str, set[str]] = defaultdict(set)
    for record in records:
        found[record.name].update(map(named, record.depends))
    return found


def users_of(records: Iterable[PackageRecord]) -> Graph:
    """Return the names that may need each name."""
    found: dict[str, set[str]] = defaultdict(set)
    for record in records:
        for spec in record.depends:
            found[named(spec)].add(record.name)
    return found


def reach(names: Iterable[str], graph: Graph) -> set[str]:
    """Return the names that can be reached, the first ones among them."""
    seen = set(names)
    stack = list(seen)
    while stack:
        new = set(graph.get(stack.pop(), ())) - seen
        seen |= new
        stack.extend(new)
    return seen


def dependents(
    records: Sequence[PackageRecord], names: Iterable[str], *, is_open: bool
) -> Sequence[PackageRecord]:
    """Return the records that may need one of `names`.

    `is_open` where channels that nobody has read come after these: what leads there may lead
    to anything.
    """
    starts = set(names)
    if is_open:
        there = {record.name for record in records}
        asked = {named(spec) for record in records for spec in record.depends}
        starts |= {name for name in asked - there if not name.startswith("__")}
    reached = reach(starts, users_of(records))
    return [record for record in records if record.name in reached]
