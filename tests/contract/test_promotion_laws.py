"""The laws of channels, whatever verbs come in whatever order: in memory, and in real folders."""

import itertools
import shutil
import tempfile
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from benches import a_bench
from conda_sluice.errors import ConflictError, RefusedError, UsageError
from conda_sluice.ledger.directory import DirectoryLedger
from conda_sluice.ledger.journal import DirectoryJournal
from conda_sluice.model.config import Retention, Rung
from conda_sluice.model.names import Subdir
from conda_sluice.model.outcome import Changed, PromotionResult
from conda_sluice.pipeline import verify
from conda_sluice.pipeline.copy import CopyWish, copy
from conda_sluice.pipeline.ladder import read_ladder
from conda_sluice.pipeline.move import promote_from
from conda_sluice.pipeline.prune import prune
from conda_sluice.pipeline.undo import undo
from conda_sluice.pipeline.upload import upload
from conda_sluice.pipeline.yank import unyank, yank
from conda_sluice.plan.backfill import plan_backfill
from conda_sluice.stores.directory.store import DirectoryStore
from factories import a_channel, an_artifact
from fakes import FakeJournal, FakeLedger, FakeStore
from reference_judge import ReferenceJudge

KINDS = (
    ("lib", "linux-64", ()),
    ("mid", "noarch", ("lib",)),
    ("app", "linux-64", ("mid",)),
    ("mac", "osx-arm64", ("mid",)),
)
VERSIONS = ("1.0", "2.0", "3.0")
SUBDIRS = tuple(map(Subdir, ("linux-64", "noarch", "osx-arm64")))

kinds = st.sampled_from(KINDS)
versions = st.sampled_from(VERSIONS)
rungs = st.sampled_from(["unstable", "testing", "stable"])
BELOW = {"testing": "unstable", "stable": "testing"}
uppers = st.sampled_from(["testing", "stable"])


@dataclass
class Solver:
    """Environments of which only the judge is asked."""

    def open_judge(self):
        return nullcontext(ReferenceJudge())


class Laws(RuleBasedStateMachine):
    """Any verb after any other, by a clock that runs backwards; after each the laws hold."""

    def ports(self):
        raise NotImplementedError

    @initialize()
    def begin(self):
        self.root = Path(tempfile.mkdtemp(prefix="sluice-laws-"))
        channels = [a_channel(self.root, name) for name in ("unstable", "testing", "stable")]
        ladder = (
            Rung(channel=channels[0], retention=Retention(keep=1)),
            *(Rung(channel=channel) for channel in channels[1:]),
        )
        store, ledger, journal = self.ports()
        bench = a_bench(store, self.root, rungs=ladder)
        ticks = itertools.count(999_999, -1)
        self.bench = replace(
            bench,
            ledger=ledger,
            journal=journal,
            environments=Solver(),
            clock=lambda: f"2026-01-31T12:00:00.{next(ticks)}Z",  # it runs backwards
        )
        for version in VERSIONS[:2]:
            list(upload(self.bench, [self.package(kind, version) for kind in KINDS]))
            list(promote_from(self.bench, ["lib", "mid"], "", "testing", dry_run=False))

    def teardown(self):
        if hasattr(self, "root"):
            shutil.rmtree(self.root)

    def state(self):
        """Return what each channel shows and what it hides: path and sha256."""
        ladder = read_ladder(self.bench.config, self.bench.store)
        return {
            rung.channel.name: (
                {one.path: one.sha256 for one in shown},
                {
                    one.path: one.sha256
                    for subdir in SUBDIRS
                    for one in self.bench.store.hidden(rung.channel, subdir)
                },
            )
            for rung, shown in zip(ladder.rungs, ladder.records, strict=True)
        }

    def held(self):
        """Return what any channel shows or hides."""
        everything = [part for parts in self.state().values() for part in parts]
        return {path: sha256 for part in everything for path, sha256 in part.items()}

    def attempt(self, outcomes):
        """Carry a verb out; where it refuses, nothing may have changed."""
        before, told = self.state(), len(self.bench.ledger.events())
        try:
            return list(outcomes)
        except (RefusedError, UsageError):
            assert (self.state(), len(self.bench.ledger.events())) == (before, told)
            return []

    def pick(self, data, channel, *, is_hidden=False):
        """Return a match spec of a package that the channel, or any for "", shows or hides."""
        state = self.state()
        some = state.values() if not channel else [state[channel]]
        paths = sorted({path for parts in some for path in parts[is_hidden]})
        if not paths:
            return "*"
        name, version, _ = Path(data.draw(st.sampled_from(paths))).name.split("-")
        return f"{name} =={version}"

    def package(self, kind, version, text=""):
        name, subdir, depends = kind
        folder = self.root / f"dist{text}"
        return an_artifact(folder, name, version, subdir=subdir, depends=depends, text=text).path

    @rule(chosen=st.lists(st.tuples(kinds, versions), min_size=1, max_size=4))
    def upload(self, chosen):
        files = [self.package(*one) for one in chosen]
        before = self.held()
        self.attempt(upload(self.bench, files))
        after = self.held()
        assert after.items() >= before.items()
        subdirs = [subdir for (_, subdir, _), _ in chosen]
        paths = [f"{one}/{file.name}" for one, file in zip(subdirs, files, strict=True)]
        assert after.keys() >= set(paths)

    @rule(kind=kinds, version=versions)
    def upload_another_file_of_the_name(self, kind, version):
        file = self.package(kind, version, "other")
        before, told = self.state(), len(self.bench.ledger.events())
        if f"{kind[1]}/{file.name}" not in self.held():
            return
        try:
            list(upload(self.bench, [file]))
        except ConflictError:
            assert (self.state(), len(self.bench.ledger.events())) == (before, told)
        else:
            raise AssertionError("another file took the name")

    @rule(data=st.data(), to=uppers)
    def promote(self, data, to):
        self.promote_some(self.pick(data, BELOW[to]), to)

    @rule(to=uppers)
    def promote_all(self, to):
        self.promote_some("*", to)

    def promote_some(self, spec, to):
        before = self.state()
        outcomes = self.attempt(promote_from(self.bench, [spec], "", to, dry_run=False))
        after = self.state()
        promoted = {one.record.path for one in outcomes if one.result is PromotionResult.PROMOTED}
        assert after[to][0].keys() == before[to][0].keys() | promoted
        assert all(after[to][0][path] == before[BELOW[to]][0][path] for path in promoted)
        assert after[to][1] == before[to][1]

    @rule(data=st.data(), to=uppers)
    def promote_and_undo(self, data, to):
        """Undo after promote is the identity; what was filled back from above may stay."""
        filled, spec = self.state(), self.pick(data, BELOW[to])
        outcomes = self.attempt(promote_from(self.bench, [spec], "", to, dry_run=True))
        would = PromotionResult.WOULD_PROMOTE
        moving = {one.record.path for one in outcomes if one.result is would}
        self.promote_some(spec, to)
        if not moving:
            return
        assert self.state()[to][0].keys() >= moving
        if not self.attempt(undo(self.bench, "", "")):
            return  # somebody stands on it by now
        after = self.state()
        assert after[to][0].keys() & moving == set()
        assert after[to][0].items() >= filled[to][0].items()
        assert {one: after[one] for one in after if one != to} == {
            one: filled[one] for one in filled if one != to
        }

    @rule(lower=rungs, into=rungs, data=st.data())
    def copy(self, lower, into, data):
        if lower == into:
            return
        channels = {one.name: one for one in self.bench.config.channels}
        before = self.held()
        wish = CopyWish(
            source=channels[lower], target=channels[into], specs=(self.pick(data, lower),)
        )
        self.attempt(copy(self.bench, wish))
        assert self.held() == before

    @rule(data=st.data(), channel=st.sampled_from(["", "unstable", "testing"]))
    def yank(self, data, channel):
        before = self.held()
        spec, stamp = self.pick(data, channel), self.bench.stamp("bad")
        self.attempt(yank(self.bench, [spec], channel, stamp))
        assert self.held() == before

    @rule(data=st.data())
    def unyank(self, data):
        before, spec = self.held(), self.pick(data, "", is_hidden=True)
        self.attempt(unyank(self.bench, [spec], "", self.bench.stamp("good")))
        assert self.held() == before

    @rule()
    def undo(self):
        self.attempt(undo(self.bench, "", ""))

    @rule()
    def prune(self):
        before = self.state()
        outcomes = self.attempt(prune(self.bench, "unstable", ""))
        after = self.state()
        gone = before["unstable"][0].keys() - after["unstable"][0].keys()
        told = {
            item.path
            for one in outcomes
            if isinstance(one, Changed)
            for step in one.transaction.steps
            for item in step.items
        }
        assert gone == told
        assert not gone & after["testing"][0].keys()
        assert _names(gone) <= _names(after["unstable"][0]), "a channel keeps its newest"

    @invariant()
    def no_channel_hides_a_file_of_one_above(self):
        if hasattr(self, "root"):
            ladder = read_ladder(self.bench.config, self.bench.store)
            assert plan_backfill(ladder.records, hidden=ladder.hidden) == ()

    @invariant()
    def one_name_is_one_file(self):
        if hasattr(self, "root"):
            everything = [
                pair for parts in self.state().values() for part in parts for pair in part.items()
            ]
            assert len(set(everything)) == len({path for path, _ in everything})

    @invariant()
    def the_ledger_explains_every_file(self):
        if hasattr(self, "root"):
            assert list(verify.verify(self.bench)) == []


def _names(paths):
    return {Path(path).name.partition("-")[0] for path in paths}


class InMemory(Laws):
    def ports(self):
        return FakeStore(), FakeLedger(), FakeJournal()


class InFolders(Laws):
    def ports(self):
        ledger = self.root / ".ledger"
        return DirectoryStore(), DirectoryLedger(ledger), DirectoryJournal(ledger / ".journal")


QUICK = settings(deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
TestLawsInMemory = InMemory.TestCase
TestLawsInMemory.settings = settings(QUICK, max_examples=60, stateful_step_count=15)
TestLawsInFolders = InFolders.TestCase
TestLawsInFolders.settings = settings(QUICK, max_examples=10, stateful_step_count=15)
