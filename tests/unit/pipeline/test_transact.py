"""Whatever stops a transaction, afterwards all of it came about, or nothing did."""

from dataclasses import dataclass, field, replace

import pytest

from conda_sluice.errors import ConflictError, DamagedError, StoreError
from conda_sluice.model.event import EventKind
from conda_sluice.model.outcome import RecoveredState
from conda_sluice.model.transaction import Act, Deed, Item, Step, Transaction, items_of
from conda_sluice.model.transaction_text import named
from conda_sluice.pipeline.transact import Transactor
from conda_sluice.plan.transactions import Stamp, event_of, promotion, upload
from factories import a_channel, an_artifact
from fakes import FakeJournal, FakeLedger, FakeStore

STAMP = Stamp(who="ada", when="2026-01-01T00:00:00.000Z")


class Crash(BaseException):
    """The process is no more."""


@dataclass
class Deadly:
    """Passes calls on to a port until it has been called `lives` times."""

    port: object
    lives: list[int]
    error: type[BaseException] = Crash
    calls: tuple[str, ...] = field(
        default=("put", "copy", "remove", "hide", "show", "append", "begin", "end", "drop")
    )

    def __getattr__(self, name):
        method = getattr(self.port, name)
        if name not in self.calls:
            return method

        def counted(*arguments, **options):
            if self.lives[0] == 0:
                raise self.error("no more")
            self.lives[0] -= 1
            return method(*arguments, **options)

        return counted


@dataclass
class World:
    """Ports in memory, two channels, packages of two subdirs in the lower one."""

    store: FakeStore
    ledger: FakeLedger
    journal: FakeJournal
    low: object
    high: object
    artifacts: tuple

    def transactor(self, lives=-1, error=Crash):
        left = [lives]
        ports = (self.store, self.ledger, self.journal)
        return Transactor(*(Deadly(port, left, error) for port in ports))

    def held(self, channel):
        return {
            record.path
            for subdir in self.store.subdirs(channel)
            for record in self.store.records(channel, subdir)
        }

    def told(self, kind):
        return {event.path for event in self.ledger.events() if event.kind is kind}

    def promotion(self):
        records = [one.record for one in self.artifacts]
        return promotion([(one, ()) for one in records], self.low, self.high, STAMP)


@pytest.fixture
def world(tmp_path):
    low, high = a_channel(tmp_path), a_channel(tmp_path, "testing")
    artifacts = tuple(
        an_artifact(tmp_path / "in", name, subdir=subdir, depends=depends)
        for name, subdir, depends in (
            ("libtrips", "linux-64", ()),
            ("trips", "noarch", ("libtrips",)),
            ("pytrips", "linux-64", ("trips",)),
        )
    )
    world = World(FakeStore(), FakeLedger(), FakeJournal(), low, high, artifacts)
    world.store.put(artifacts, low)
    return world


def test_a_promotion_copies_tells_and_ends(world):
    one = world.promotion()
    assert len(one.steps) == 3
    world.transactor().carry_out(one)
    assert world.held(world.high) == world.held(world.low)
    assert world.told(EventKind.PROMOTED) == world.held(world.high)
    assert list(world.journal.carried_out()) == [one]


@pytest.mark.parametrize("lives", range(6))
def test_after_a_crash_and_recovery_there_is_all_or_nothing(world, lives):
    """The calls are: begin, three copies, append, end."""
    with pytest.raises(Crash):
        world.transactor(lives).carry_out(world.promotion())
    world.journal.crash()
    states = [one.state for one in world.transactor().recover()]
    completed = [RecoveredState.COMPLETED]
    assert states == [[], [RecoveredState.DROPPED], *[completed] * 4][lives]
    assert world.held(world.high) == (world.held(world.low) if states == completed else set())
    assert world.told(EventKind.PROMOTED) == world.held(world.high)
    assert world.transactor().recover() == ()


@pytest.mark.parametrize("lives", range(1, 6))
def test_a_crash_of_the_recovery_is_recovered_too(world, lives):
    with pytest.raises(Crash):
        world.transactor(2).carry_out(world.promotion())
    world.journal.crash()
    with pytest.raises(Crash):
        world.transactor(lives - 1).recover()
    world.journal.crash()
    world.transactor().recover()
    assert world.held(world.high) == world.held(world.low)
    events = [one for one in world.ledger.events() if one.kind is EventKind.PROMOTED]
    assert len(events) == len(world.artifacts)


@pytest.mark.parametrize("lives", range(1, 4))
def test_after_an_error_nothing_is_left_of_it(world, lives):
    with pytest.raises(StoreError, match="no more"):
        Transactor(
            Deadly(world.store, [lives - 1], StoreError, ("copy",)), world.ledger, world.journal
        ).carry_out(world.promotion())
    assert world.held(world.high) == set()
    assert list(world.ledger.events()) == []
    world.journal.crash()
    assert world.transactor().recover() == ()


def test_what_can_never_be_completed_is_taken_back(world):
    one = world.promotion()
    with pytest.raises(Crash):
        world.transactor(2).carry_out(one)
    world.journal.crash()
    world.store.damage(world.low, world.artifacts[1].record)
    (recovered,) = world.transactor().recover()
    assert recovered.state is RecoveredState.TAKEN_BACK
    assert world.held(world.high) == set()
    assert list(world.ledger.events()) == []


@pytest.mark.parametrize("lives", [4, 5])
def test_what_is_all_there_is_told_whatever_has_become_of_the_source(world, lives):
    """The ledger may know of some of it already, and never forgets."""
    with pytest.raises(Crash):
        world.transactor(lives).carry_out(world.promotion())
    world.journal.crash()
    world.store.damage(world.low, world.artifacts[1].record)
    (recovered,) = world.transactor().recover()
    assert recovered.state is RecoveredState.COMPLETED
    assert world.told(EventKind.PROMOTED) == world.held(world.high)
    assert len(world.ledger.events()) == len(world.artifacts)


def test_what_is_gone_from_the_source_is_an_error_and_nothing_changes(world):
    one = world.promotion()
    world.store.remove([world.artifacts[0].record], world.low)
    with pytest.raises(DamagedError, match="run the command again"):
        world.transactor().carry_out(one)
    assert world.held(world.high) == set()


def test_another_file_of_the_same_name_is_never_overwritten(world, tmp_path):
    other = an_artifact(tmp_path / "other", "trips", text="other")
    world.store.put([other], world.high)
    with pytest.raises(ConflictError):
        world.transactor().carry_out(world.promotion())
    assert world.held(world.high) == {other.record.path}


@pytest.mark.parametrize("lives", range(6))
def test_an_upload_that_a_crash_cut_off_is_there_as_a_whole_or_not_at_all(world, lives):
    records = tuple(one.record for one in world.artifacts)
    one = upload(records, world.high, STAMP)
    with pytest.raises(Crash):
        world.transactor(lives).carry_out(one, {one.record.path: one for one in world.artifacts})
    world.journal.crash()
    states = [one.state for one in world.transactor().recover()]
    dropped, back, whole = (
        RecoveredState.DROPPED,
        RecoveredState.TAKEN_BACK,
        [RecoveredState.COMPLETED],
    )
    assert states == [[], [dropped], [back], [back], whole, whole][lives]
    assert world.held(world.high) == (world.held(world.low) if states == whole else set())
    assert world.told(EventKind.UPLOADED) == world.held(world.high)


def test_what_builds_made_before_a_crash_stays_and_is_told(world):
    records = tuple(one.record for one in world.artifacts)
    named_before = upload(records, world.high, STAMP)
    (step, *_) = named_before.steps
    building = named(
        replace(
            named_before,
            act=Act.BUILD,
            steps=(replace(step, items=tuple(Item(r.subdir, r.file, "") for r in records)),),
            events=tuple(replace(event, sha256="") for event in named_before.events),
        )
    )
    world.journal.begin(building)
    world.store.put(world.artifacts[:1], world.high)
    world.journal.crash()
    (recovered,) = world.transactor().recover()
    assert recovered.state is RecoveredState.COMPLETED
    assert world.told(EventKind.UPLOADED) == world.held(world.high) == {records[0].path}
    assert {event.sha256 for event in world.ledger.events()} == {records[0].sha256}


class LateStore:
    """A store whose change comes about and whose answer is an error all the same."""

    def __init__(self, store, call):
        self._store, self._call = store, call

    def __getattr__(self, name):
        method = getattr(self._store, name)
        if name != self._call:
            return method

        def failing(*arguments, **options):
            method(*arguments, **options)
            raise StoreError("cannot be used: Input/output error")

        return failing


def test_a_step_that_came_about_and_failed_is_taken_back_too(world):
    with pytest.raises(StoreError):
        Transactor(LateStore(world.store, "copy"), world.ledger, world.journal).carry_out(
            world.promotion()
        )
    assert world.held(world.high) == set()
    world.journal.crash()
    assert world.transactor().recover() == ()


def test_a_removal_that_came_about_and_failed_goes_on_later(world):
    one = taking_out(world, Deed.REMOVE)
    with pytest.raises(StoreError):
        Transactor(LateStore(world.store, "remove"), world.ledger, world.journal).carry_out(one)
    world.journal.crash()
    (recovered,) = world.transactor().recover()
    assert recovered.state is RecoveredState.COMPLETED
    assert world.told(EventKind.PRUNED) == {item.path for step in one.steps for item in step.items}


def test_a_ledger_that_cannot_be_read_is_refused_before_anything_changes(world):
    one = world.promotion()
    world.ledger.append([replace(one.events[0], data={})])
    (name,) = world.ledger._chains
    world.ledger._chains[name][0] = replace(world.ledger._chains[name][0], previous="edited")
    with pytest.raises(DamagedError):
        world.transactor().carry_out(one)
    assert world.held(world.high) == set()
    world.journal.crash()
    assert world.transactor().recover() == ()


def taking_out(world, deed):
    steps = tuple(
        Step(deed=deed, channel=world.low, items=items_of([one.record])) for one in world.artifacts
    )
    events = tuple(
        event_of(EventKind.PRUNED, one.record, world.low, STAMP) for one in world.artifacts
    )
    return named(
        Transaction(id="", act=Act.PRUNE, who="a", when=STAMP.when, steps=steps, events=events)
    )


@pytest.mark.parametrize("deed", [Deed.REMOVE, Deed.HIDE])
@pytest.mark.parametrize("lives", range(2, 6))
def test_what_a_crash_cut_off_goes_on_taking_out(world, deed, lives):
    with pytest.raises(Crash):
        world.transactor(lives).carry_out(taking_out(world, deed))
    world.journal.crash()
    world.transactor().recover()
    assert world.held(world.low) == set()
    assert len(list(world.ledger.events())) == len(world.artifacts)


def test_after_an_error_what_was_removed_stays_noted_and_goes_on_later(world):
    one = taking_out(world, Deed.REMOVE)
    with pytest.raises(StoreError):
        Transactor(
            Deadly(world.store, [1], StoreError, ("remove",)), world.ledger, world.journal
        ).carry_out(one)
    world.journal.crash()
    (recovered,) = world.transactor().recover()
    assert recovered.state is RecoveredState.COMPLETED
    assert world.held(world.low) == set()


def test_after_an_error_what_was_hidden_is_shown_again(world):
    before = world.held(world.low)
    with pytest.raises(StoreError):
        Transactor(
            Deadly(world.store, [1], StoreError, ("hide",)), world.ledger, world.journal
        ).carry_out(taking_out(world, Deed.HIDE))
    assert world.held(world.low) == before


class TornStore:
    """A store that changes package by package, and stops after the first one of a call."""

    def __init__(self, store, error):
        self._store, self._error = store, error

    def traits(self, channel):
        return replace(self._store.traits(channel), transactional=False)

    def put(self, artifacts, channel, **options):
        self._store.put(artifacts[:1], channel, **options)
        if self._error:
            raise self._error("in the middle")

    def copy(self, records, source, target, **options):
        self._store.copy(records[:1], source, target, **options)
        if self._error:
            raise self._error("in the middle")

    def __getattr__(self, name):
        return getattr(self._store, name)


def uploading(world):
    records = [one.record for one in world.artifacts]
    step = Step(deed=Deed.PUT, channel=world.high, items=items_of(records))
    return named(replace(upload(records, world.high, STAMP), steps=(step,)))


def promoting(world):
    records = [one.record for one in world.artifacts]
    step = Step(deed=Deed.COPY, channel=world.high, source=world.low, items=items_of(records))
    return named(replace(world.promotion(), steps=(step,)))


@pytest.mark.parametrize("make", [uploading, promoting])
@pytest.mark.parametrize("error", [StoreError, ConflictError])
def test_a_step_that_a_store_left_in_its_middle_is_taken_back(world, make, error):
    files = {one.record.path: one for one in world.artifacts}
    torn = Transactor(TornStore(world.store, error), world.ledger, world.journal)
    with pytest.raises(error):
        torn.carry_out(make(world), files)
    assert world.held(world.high) == set()
    world.journal.crash()
    assert world.transactor().recover() == ()


@pytest.mark.parametrize(
    ("make", "state"),
    [(uploading, RecoveredState.TAKEN_BACK), (promoting, RecoveredState.COMPLETED)],
)
def test_what_a_crash_left_in_the_middle_of_a_step_is_whole_or_gone(world, make, state):
    files = {one.record.path: one for one in world.artifacts}
    torn = Transactor(TornStore(world.store, Crash), world.ledger, world.journal)
    with pytest.raises(Crash):
        torn.carry_out(make(world), files)
    world.journal.crash()
    (recovered,) = world.transactor().recover()
    assert recovered.state is state
    whole = state is RecoveredState.COMPLETED
    assert world.held(world.high) == (world.held(world.low) if whole else set())
    assert {one.path for one in world.ledger.events()} == world.held(world.high)
