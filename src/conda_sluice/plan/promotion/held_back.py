"""Packages that climb, but cannot stand beside the newest of what the target holds."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from conda_sluice.model.outcome import Excuse, Verdict
from conda_sluice.model.package import PackageRecord
from conda_sluice.plan.promotion.ascent import Ascent, Matter
from conda_sluice.plan.promotion.matching import Matcher, named, newest
from conda_sluice.plan.promotion.sets import Release, release_of

GATE = "newest"


def hold_back(matter: Matter, ascent: Ascent) -> Ascent:
    """Return the ascent with an excuse for releases that no newest version can stand beside.

    A release is held back where each of its builds asks for a name, or constrains it, so that the
    newest version in the target is not taken. It climbs all the same.
    """
    there = _Newest((*matter.target.records, *ascent.climbing), matter.questions.matcher)
    releases: dict[Release, list[PackageRecord]] = defaultdict(list)
    for record in ascent.climbing:
        releases[release_of(record)].append(record)
    said = dict(ascent.excuses)
    for files in releases.values():
        excuses = tuple(there.conflicts(files, matter.target.name))
        for record in files if excuses else ():
            said[record.path] = (*said[record.path], *excuses)
    return Ascent(ascent.climbing, said)


class _Newest:
    """The records of the newest version of each name."""

    def __init__(self, records: Sequence[PackageRecord], matcher: Matcher) -> None:
        self._by_name: dict[str, list[PackageRecord]] = defaultdict(list)
        for record in records:
            self._by_name[record.name].append(record)
        self._newest: dict[str, Sequence[PackageRecord]] = {}
        self._matcher = matcher

    def conflicts(self, builds: Sequence[PackageRecord], target: str) -> Iterator[Excuse]:
        """Say for each name of which no build takes the newest what they ask for."""
        refusing = [self._refused(build) for build in builds]
        for name, spec in refusing[0].items():
            if all(name in one for one in refusing):
                latest = self._of(name)[0].version
                text = f"stands only beside an older {name}: asks for {spec}, and {target} has"
                yield Excuse(GATE, Verdict.HELD_BACK, f"{text} {latest}", needs=spec)

    def _refused(self, build: PackageRecord) -> Mapping[str, str]:
        """Return the names whose newest version a build does not take, with what it asks for."""
        return {
            named(spec): spec
            for spec in (*build.depends, *build.constrains)
            if named(spec) != spec and self._is_past(spec, build)
        }

    def _is_past(self, spec: str, build: PackageRecord) -> bool:
        newest_ones = self._of(named(spec))
        if not newest_ones or named(spec) == build.name:
            return False
        return not any(self._matcher.matches(spec, one) for one in newest_ones)

    def _of(self, name: str) -> Sequence[PackageRecord]:
        if name not in self._newest:
            here = self._by_name.get(name, [])
            latest = newest(here).version if here else ""
            self._newest[name] = [one for one in here if one.version == latest]
        return self._newest[name]
