"""Shared ledgers and journals in a bucket behind a bad network: nothing is lost or twice."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import pytest

from conda_sluice.effects.leases import Terms
from conda_sluice.effects.s3.objects import Objects
from conda_sluice.effects.s3.server import S3Server
from conda_sluice.errors import StoreError
from conda_sluice.ledger.s3_shelf import S3Shelf
from conda_sluice.ledger.shared import SharedLedger
from conda_sluice.ledger.shared_journal import SharedJournal
from factories import a_record, a_transaction, an_event
from servers.s3 import ENVIRONMENT, QUICK, S3Place, shared_s3
from servers.weather import BadWeather, Forecast, as_s3

pytestmark = pytest.mark.integration

WRITERS = 4
TERMS = Terms(lease=1.5, grace=1.0, timeout=120.0, poll=0.02)
STORM = Forecast(
    seed=2,
    gusts=0.002,
    cut_request=0.07,
    cut_answer=0.07,
    lose_answer=0.07,
    statuses={409: 0.03, 429: 0.03, 500: 0.03},
    words=as_s3,
)
LENGTHS = [3, pytest.param(60, marks=pytest.mark.soak)]


@dataclass
class Far:
    """A place in a bucket, behind the weather for writers and without it for who looks."""

    place: S3Place
    url: str
    endpoint: str
    tries: int
    told: Counter[str] = field(default_factory=Counter)

    @property
    def is_told_with_a_remedy(self):
        return not [words for words in self.told if words.startswith("no remedy")]

    def shelf(self):
        """Return the shelf as a machine of its own sees it through the weather."""
        server = S3Server(
            S3Place(self.endpoint).options, 4, patience=replace(QUICK, tries=self.tries)
        )
        return S3Shelf(Objects(self.url, server), TERMS)

    def calm(self):
        server = S3Server(self.place.options, 8)
        server._client = self.place.client
        return S3Shelf(Objects(self.url, server), TERMS)

    def until_done(self, step):
        """Carry a step out, again where an error was told."""
        for _ in range(40):
            try:
                return step()
            except StoreError as error:  # any other error is a wrong one, and the test's end
                self.told[error.what[:60] if error.remedy else f"no remedy: {error}"] += 1
        raise AssertionError(f"still failing: {self.told}")


@pytest.fixture(params=["moto", "rclone"])
def far(request, tmp_path, monkeypatch):
    """Return what opens a place behind weather that is bad so many times in a row."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    place = shared_s3(request.param)
    url = place.channel(tmp_path, ".ledger").url
    with BadWeather(place.endpoint) as proxy:

        def opened(in_a_row):
            proxy.forecast = replace(STORM, in_a_row=in_a_row)
            # writers share the spells of a path, and one of them may get more than one spell
            tries = QUICK.tries if in_a_row >= QUICK.tries else 4 * QUICK.tries
            return Far(place, url, proxy.url, tries)

        yield opened
        assert len(proxy.troubles) > 3


def everybody(work):
    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(work, range(WRITERS)))


@pytest.mark.parametrize("events", LENGTHS)
def test_a_ledger_keeps_every_event_once_where_nothing_was_told(far, events):
    there = far(in_a_row=3)

    def write(writer):
        ledger = SharedLedger(there.shelf())
        for number in range(events):
            said = {"by": f"{writer}-{number}"}
            ledger.append([an_event(f"mine{writer}", data=said), an_event("shared", data=said)])

    everybody(write)
    assert held(there) == every_one(events)


@pytest.mark.parametrize("events", LENGTHS)
def test_a_ledger_keeps_every_event_once_where_who_was_told_looks_first(far, events):
    there = far(in_a_row=8)

    def write(writer):
        ledger, calm = SharedLedger(there.shelf()), SharedLedger(there.calm())
        for number in range(events):
            said = {"by": f"{writer}-{number}"}
            wanted = [an_event(f"mine{writer}", data=said), an_event("shared", data=said)]

            def append(said=said, wanted=wanted):
                seen = {one.name for one in calm.events() if one.data == said}
                ledger.append([one for one in wanted if one.name not in seen])

            there.until_done(append)

    everybody(write)
    assert held(there) == every_one(events)
    assert there.is_told_with_a_remedy


def held(there):
    """Return what each event says, with its package; the ledger checks the chains."""
    events = SharedLedger(there.calm()).events()
    return sorted((one.name, one.data["by"]) for one in events)


def every_one(events):
    numbered = [(writer, number) for writer in range(WRITERS) for number in range(events)]
    shared = [("shared", f"{writer}-{number}") for writer, number in numbered]
    return sorted([*((f"mine{one}", f"{one}-{number}") for one, number in numbered), *shared])


@pytest.mark.parametrize("in_a_row", [3, 8])
@pytest.mark.parametrize("transactions", LENGTHS)
def test_a_journal_notes_every_transaction_once(far, transactions, in_a_row):
    there = far(in_a_row)
    made = {
        (writer, number): a_transaction(records=(a_record(f"p{writer}-{number}"),))
        for writer in range(WRITERS)
        for number in range(transactions)
    }

    def write(writer):
        journal = SharedJournal(there.shelf(), TERMS)
        for number in range(transactions):
            mine, taken_over = made[writer, number], []

            def begin(mine=mine, taken_over=taken_over):
                with journal.exclusive():
                    taken_over += journal.abandoned()
                    if mine not in taken_over:
                        journal.begin(mine)

            there.until_done(begin)
            for one in {one.id: one for one in (mine, *taken_over)}.values():
                there.until_done(lambda one=one: journal.end(one))

    everybody(write)
    journal = SharedJournal(there.calm(), TERMS)
    noted = Counter(one.id for one in journal.carried_out())
    assert noted == Counter(one.id for one in made.values())
    with journal.exclusive():
        assert list(journal.abandoned()) == []
    assert list(there.calm().names(".journal/open")) == []
    assert there.is_told_with_a_remedy
