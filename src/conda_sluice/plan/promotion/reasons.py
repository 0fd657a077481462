"""Why a package stays behind, in words: what holds it, and whether that may come yet."""

from collections import defaultdict
from dataclasses import replace

from conda_sluice.model.config import VersionPolicy
from conda_sluice.model.outcome import Excuse, Verdict
from conda_sluice.model.package import PackageRecord
from conda_sluice.model.version import allows
from conda_sluice.plan.promotion.ascent import GATE, Ascent, Matter
from conda_sluice.plan.promotion.matching import named, newest
from conda_sluice.plan.promotion.offers import Lack, Offers
from conda_sluice.plan.promotion.questions import is_choosy
from conda_sluice.plan.wording import in_one_line


def explain(matter: Matter, ascent: Ascent) -> Ascent:
    """Return the ascent with what holds each refused package said in full.

    A package that could be installed beside others of the channel below waits for them; one
    that could not even then is blocked.
    """
    refused = [
        one.record
        for one in matter.evidence
        if any(_is_refusal(excuse) for excuse in ascent.excuses[one.record.path])
    ]
    if not refused:
        return ascent
    everything = (*(one.record for one in matter.evidence), *matter.target.below)
    hopeless = matter.questions.refusals(refused, ascent.climbing, everything)
    cases = _Cases(matter, ascent)
    said = dict(ascent.excuses)
    for record in refused:
        verdict = Verdict.BLOCKED if record.path in hopeless else Verdict.WAITING
        said[record.path] = tuple(
            cases.told(excuse, record, verdict) if _is_refusal(excuse) else excuse
            for excuse in said[record.path]
        )
    return Ascent(ascent.climbing, said)


def tell_where(matter: Matter, ascent: Ascent) -> Ascent:
    """Return the ascent with the platforms on which a noarch package climbs and cannot install."""
    if not matter.is_solved:
        return ascent
    has_choice = len(matter.target.platforms) > 1
    noarch = [one for one in ascent.climbing if one.is_noarch and (has_choice or is_choosy(one))]
    refused: dict[str, list[str]] = defaultdict(list)
    for (path, platform), reason in matter.questions.everywhere(noarch, ascent.climbing).items():
        refused[path].append(f"{platform} ({in_one_line(reason)})")
    said = dict(ascent.excuses)
    for path, reasons in refused.items():
        said[path] = tuple(
            replace(excuse, text=f"{excuse.text}, but not on {'; '.join(reasons)}")
            if excuse.gate == GATE
            else excuse
            for excuse in said[path]
        )
    return Ascent(ascent.climbing, said)


class _Cases:
    """Says what holds packages, in the context of those that climb."""

    def __init__(self, matter: Matter, ascent: Ascent) -> None:
        self._matter = matter
        self._matcher = matter.questions.matcher
        self._climbing = ascent.climbing
        self._offers: dict[str, Offers] = {}
        self._below: dict[str, list[PackageRecord]] = defaultdict(list)
        for record in matter.target.below:
            self._below[record.name].append(record)

    def told(self, excuse: Excuse, record: PackageRecord, verdict: Verdict) -> Excuse:
        """Return the excuse with its verdict, its reason put into a sentence, and what it needs."""
        target = self._matter.target.name
        lead = (
            f"waits for what it needs, which does not climb to {target} yet"
            if verdict is Verdict.WAITING
            else f"cannot be installed from {target}"
        )
        platform = self._matter.questions.platforms(record)[0]
        if platform not in self._offers:
            self._offers[platform] = self._matter.questions.offers(platform, self._climbing)
        lack = self._offers[platform].lack(record)
        near = "" if lack is None else self._near(lack)
        return replace(
            excuse,
            verdict=verdict,
            text=f"{lead}: {excuse.text}{f'; {near}' if near else ''}",
            needs="" if lack is None else lack.spec,
        )

    def _near(self, lack: Lack) -> str:
        """Say what the channel below has of the name that is missing."""
        target = self._matter.target
        here = self._below.get(named(lack.spec))
        if not here:
            return ""
        fitting = [one for one in here if self._matcher.matches(lack.spec, one)]
        best = newest(fitting or here)
        what = f"{best.name} {best.version} of {target.source}{_maturity(best)}"
        if fitting:
            return f"{what} would do and does not climb"
        return f"{what} does not satisfy {lack.spec}"


def _maturity(record: PackageRecord) -> str:
    if not allows(VersionPolicy.PRE, record.version):
        return ", a development version,"
    return "" if allows(VersionPolicy.FINAL, record.version) else ", a pre-release,"


def _is_refusal(excuse: Excuse) -> bool:
    return excuse.gate == GATE and excuse.verdict is Verdict.BLOCKED
