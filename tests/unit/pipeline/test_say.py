"""What people sign, from their key to the evidence that a gate sees: real keys, a real clone."""

import subprocess
from dataclasses import replace

import pytest

from benches import NOW, a_bench
from conda_sluice.effects.git import open_repository
from conda_sluice.errors import ConfigError, UsageError
from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.config import AgeGate, ApprovedGate, ReleaseLevel, Rung, TestedGate
from conda_sluice.model.event import EventKind
from conda_sluice.model.statement import StatementKind, parse_statement, statement_text
from conda_sluice.pipeline.closed import closed_by
from conda_sluice.pipeline.evidence import Gatherer
from conda_sluice.pipeline.freeze import freeze, thaw
from conda_sluice.pipeline.say import Wish, approve, override
from conda_sluice.pipeline.trust import Trust
from factories import an_artifact
from fakes import FakeStore
from git_clones import Clone

WISH = Wish(specs=("trips",), to="testing", why="seen by QA")


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    folder = tmp_path_factory.mktemp("keys")
    for name in ("qa", "mallory"):
        argv = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", folder / name]
        subprocess.run(argv, check=True)
    return folder


def signer(keys, name="qa"):
    return f"{name}@example.org {(keys / name).with_suffix('.pub').read_text()}"


@pytest.fixture
def desk(tmp_path, keys):
    """A workspace in git whose testing channel asks for approval; trips lies in unstable."""
    clone = Clone(tmp_path / "work")
    clone.commit({"approvers": signer(keys)})
    clone.git("config", "gpg.format", "ssh")
    clone.git("config", "user.signingkey", str(keys / "qa"))
    names = ("unstable", "testing")
    unstable, testing = (ChannelRef(one, (clone.root / one).as_uri()) for one in names)
    gate = ApprovedGate(approvers=clone.root / "approvers", levels=frozenset(ReleaseLevel))
    rungs = (Rung(channel=unstable), Rung(channel=testing, gates=(gate, AgeGate(1))))
    store = FakeStore()
    store.put([an_artifact(tmp_path / "in", name) for name in ("trips", "hills")], unstable)
    return a_bench(store, clone.root, rungs=rungs, open_repository=open_repository)


def words(desk, name="trips"):
    unstable, testing = desk.config.ladder
    (record,) = desk.store.records(unstable.channel, "noarch", names=[name])
    return Gatherer(desk, []).evidence(record, unstable.channel, testing).words


def test_an_approval_counts_for_the_files_it_names_and_no_others(desk):
    said = approve(desk, WISH)
    assert said.signer == "qa@example.org"
    (word,) = words(desk)
    assert (word.kind, word.signer, word.reason, word.why) == (
        StatementKind.APPROVAL,
        "qa@example.org",
        "",
        "seen by QA",
    )
    assert words(desk, "hills") == ()


def test_nobody_records_a_signature_that_would_not_count(desk, keys):
    with pytest.raises(UsageError, match="your signature would not count"):
        approve(desk, replace(WISH, key=str(keys / "mallory")))
    assert list(desk.ledger.events()) == []


def test_a_key_that_is_not_there_is_an_error(desk):
    with pytest.raises(UsageError, match="the key did not sign"):
        approve(desk, replace(WISH, key="/no/such/key"))


def test_without_a_key_there_is_an_error(desk):
    Clone(desk.config.root).git("config", "--unset", "user.signingkey")
    with pytest.raises(UsageError, match="no key to sign with"):
        approve(desk, WISH)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"signature": ""}, "it is not signed"),
        ({"statement": "{}"}, "what was signed is not this"),
        ({"signature": "-----BEGIN SSH SIGNATURE-----\n"}, "SSH key is not among"),
    ],
)
def test_an_event_that_was_made_up_does_not_count(desk, change, says):
    approve(desk, WISH)
    (event,) = desk.ledger.events("trips")
    desk.ledger.append([replace(event, data={**event.data, **change})])
    first, second = words(desk)
    assert first.reason == ""
    assert says in second.reason


def test_a_signature_of_one_file_does_not_count_for_another(desk):
    approve(desk, WISH)
    approve(desk, replace(WISH, specs=("hills",)))
    (trips,), (hills,) = desk.ledger.events("trips"), desk.ledger.events("hills")
    desk.ledger.append([replace(hills, data=trips.data)])
    assert "not this, about this file" in words(desk, "hills")[-1].reason


def test_what_was_signed_says_until_when_and_not_the_event(desk):
    override(desk, replace(WISH, gate="age", until="2026-02-01"))
    (event,) = desk.ledger.events("trips")
    desk.ledger.append([replace(event, data={**event.data, "until": "2099-01-01"})])
    assert [word.until for word in words(desk)] == ["2026-02-01", "2026-02-01"]


def test_an_approver_who_is_not_on_the_trusted_branch_does_not_count(desk, keys):
    clone = Clone(desk.config.root)
    clone.git("checkout", "-q", "-b", "evil")
    clone.commit({"approvers": signer(keys, "mallory")})
    evil = replace(desk, config=replace(desk.config, trusted_branch="main"))
    with pytest.raises(UsageError, match="would not count"):
        approve(evil, replace(WISH, key=str(keys / "mallory")))
    approve(evil, WISH)


def test_a_file_that_is_on_no_branch_is_an_error(desk):
    Clone(desk.config.root).git("rm", "-q", "--cached", "approvers")
    Clone(desk.config.root).commit()
    with pytest.raises(UsageError, match="is not on the trusted branch"):
        approve(desk, WISH)


def test_a_branch_that_is_not_here_is_an_error(desk):
    trust = Trust(desk.config.root, "nowhere", open_repository)
    with pytest.raises(ConfigError, match="no branch 'nowhere'"):
        trust.people(desk.config.root / "approvers")


def test_the_default_is_the_default_branch_of_the_remote(desk, keys, tmp_path):
    clone = Clone(tmp_path / "clone")
    clone.git("remote", "add", "origin", str(desk.config.root))
    clone.git("fetch", "-q", "origin")
    clone.git("checkout", "-q", "-B", "main", "origin/main")
    clone.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main")
    clone.commit({"approvers": signer(keys, "mallory")})
    people = Trust(clone.root, "", open_repository).people(clone.root / "approvers")
    assert people.text == signer(keys)


def test_a_remote_that_does_not_say_which_branch_is_its_default_is_an_error(desk, keys, tmp_path):
    clone = Clone(tmp_path / "checkout")  # as CI services check out one commit
    clone.git("remote", "add", "origin", str(desk.config.root))
    clone.commit({"approvers": signer(keys, "mallory")})
    trust = Trust(clone.root, "", open_repository)
    with pytest.raises(ConfigError, match="default branch of origin"):
        trust.people(clone.root / "approvers")


def test_outside_of_git_the_file_counts_as_it_lies(tmp_path):
    (tmp_path / "approvers").write_text("somebody")
    trust = Trust(tmp_path, "", lambda _path: None)
    assert trust.people(tmp_path / "approvers").text == "somebody"
    assert trust.people(tmp_path / "others").text is None


def test_a_channel_that_asks_nobody_takes_no_approval(desk):
    unstable, testing = desk.config.ladder
    rungs = (unstable, replace(testing, gates=(TestedGate(),)))
    open_desk = replace(desk, config=replace(desk.config, ladder=rungs))
    with pytest.raises(UsageError, match="asks nobody for approval"):
        approve(open_desk, WISH)
    said = override(open_desk, replace(WISH, gate="tested", until="2026-02-01"))
    assert said.signer == ""
    (word,) = words(open_desk)
    assert (word.signer, word.reason) == ("ada", "")


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"gate": "identity", "until": "2026-02-01"}, "nobody can override identity"),
        ({"gate": "tested", "until": "soon"}, "is no day"),
        ({"gate": "tested", "until": "2026-01-30"}, "is over"),
        ({"gate": "tets", "until": "2026-02-01"}, "there is no gate 'tets'"),
    ],
)
def test_an_override_that_cannot_be_is_refused(desk, fields, says):
    with pytest.raises(UsageError, match=says):
        override(desk, replace(WISH, **fields))


def test_a_day_is_written_down_as_all_days_are_however_it_was_given(desk):
    said = override(desk, replace(WISH, gate="age", until="20260201"))
    assert said.statement.until == "2026-02-01"


def test_a_frozen_channel_tells_who_and_why_until_it_is_thawed(desk):
    _, testing = desk.config.ladder
    freeze(desk, "testing", "release week")
    assert closed_by(desk.journal, testing.channel) == "ada: release week"
    later = replace(desk, clock=lambda: NOW.replace("12:", "13:"))
    thaw(later, "testing", "")
    assert closed_by(desk.journal, testing.channel) == ""
    with pytest.raises(UsageError, match="lowest"):
        freeze(desk, "unstable", "why not")


def test_a_channel_that_was_moved_or_renamed_stays_frozen(desk):
    _, testing = desk.config.ladder
    freeze(desk, "testing", "release week")
    for moved in (
        replace(testing.channel, url="file:///other"),
        replace(testing.channel, name="x"),
    ):
        assert closed_by(desk.journal, moved) == "ada: release week"


def test_since_when_a_package_is_there_says_the_ledger(desk):
    from conda_sluice.plan.transactions import Stamp, event_of

    unstable, testing = desk.config.ladder
    (record,) = desk.store.records(unstable.channel, "noarch", names=["trips"])
    for when in ("2026-01-01T00:00:00.000Z", "2026-01-02T00:00:00.000Z"):
        stamp = Stamp(who="ada", when=when)
        desk.ledger.append([event_of(EventKind.UPLOADED, record, unstable.channel, stamp)])
    found = Gatherer(desk, []).evidence(record, unstable.channel, testing)
    assert (found.arrived, found.now) == ("2026-01-02T00:00:00.000Z", NOW)


def test_a_statement_is_read_to_the_letter(desk):
    statement = approve(desk, WISH).statement
    text = statement_text(statement)
    assert parse_statement(text) == statement
    others = (text + " ", text.replace("approval", "denial"), "[]", "", text[:-5], "[" * 100_000)
    untold = text.replace('"until":""', '"until":7')
    for other in (*others, untold):
        assert parse_statement(other) is None
