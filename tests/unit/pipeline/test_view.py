"""What those see who browse: folders as they are now, far channels as they were last seen."""

from benches import a_bench
from conda_sluice.model.event import EventKind
from conda_sluice.model.names import PackageName
from conda_sluice.pipeline.view import Standing, ladder_view, package_view
from explanations import a_step
from factories import a_record, an_artifact, an_event
from fakes import FakeStore

TRIPS = PackageName("trips")


def a_desk(tmp_path):
    """Return a workbench, and the channels that are served by their names."""
    bench = a_bench(FakeStore(), tmp_path)
    unstable, testing, _ = bench.config.channels
    return bench, {unstable: "unstable", testing: "testing"}


def test_what_is_served_is_read_each_time(tmp_path):
    bench, served = a_desk(tmp_path)
    unstable = next(iter(served))
    assert ladder_view(bench, served, Standing()).rungs[0].records == ()
    artifacts = [an_artifact(tmp_path, name) for name in ("trips", "hills")]
    bench.store.put(artifacts, unstable)
    bench.store.hide([artifacts[1].record], unstable)
    view = ladder_view(bench, served, Standing()).rungs[0]
    assert (view.name, view.url) == ("unstable", "")
    assert view.records == (artifacts[0].record,)
    assert view.hidden == (artifacts[1].record,)


def test_what_lies_elsewhere_is_told_as_it_was_last_seen_with_its_own_url(tmp_path):
    bench, served = a_desk(tmp_path)
    stable = bench.config.channels[2]
    here, other = a_record(), a_record("hills")
    known = Standing(far={stable: ((here, other), ())})
    view = ladder_view(bench, served, known).rungs[2]
    assert (view.url, view.records) == (stable.url, (here, other))
    assert ladder_view(bench, served, known, [TRIPS]).rungs[2].records == (here,)
    assert ladder_view(bench, served, Standing()).rungs[2].records == ()


def test_a_package_is_told_with_its_history_and_what_the_gates_say(tmp_path):
    bench, served = a_desk(tmp_path)
    artifact = an_artifact(tmp_path)
    bench.store.put([artifact], next(iter(served)))
    bench.ledger.append([an_event(kind=EventKind.UPLOADED)])
    step = a_step(record=artifact.record, target="testing")
    view = package_view(bench, served, Standing(steps={TRIPS: (step,)}), TRIPS)
    assert dict(view.told.places)["unstable"] == (artifact.record,)
    assert view.told.next_steps == (step,)
    assert [one.kind for one in view.told.history] == [EventKind.UPLOADED]


def test_a_package_that_is_gone_is_known_by_its_history_alone(tmp_path):
    bench, served = a_desk(tmp_path)
    assert package_view(bench, served, Standing(), TRIPS) is None
    bench.ledger.append([an_event(kind=EventKind.PRUNED)])
    assert package_view(bench, served, Standing(), TRIPS) is not None
