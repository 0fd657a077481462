from pathlib import Path

from packaging.requirements import Requirement

from conda_sluice.model.completed import Completed
from conda_sluice.seed.pip import download_wheels
from seeding import FakeRun

NONE = "ERROR: Could not find a version that satisfies the requirement x\n"


class Index:
    """A pip that writes an empty wheel for what it has."""

    def __init__(self, *names):
        self.names = names
        self.calls = 0

    def __call__(self, argv, **_):
        self.calls += 1
        asked = argv[argv.index("-q") + 1 :]
        if not set(asked) <= set(self.names):
            return Completed(code=1, output=NONE)
        for name in asked:
            (Path(argv[argv.index("--dest") + 1]) / f"{name}-1-py3-none-any.whl").touch()
        return Completed(code=0, output="")


def test_wheels_are_downloaded_at_one_go(tmp_path):
    index = Index("a", "b")
    found = download_wheels(_requirements("a", "b"), tmp_path / "w", python="python", run=index)
    assert [path.name[0] for path in found.wheels] == ["a", "b"]
    assert found.unavailable == ()
    assert index.calls == 1


def test_one_that_cannot_be_had_does_not_take_the_others_along(tmp_path):
    found = download_wheels(_requirements("a", "x"), tmp_path, python="python", run=Index("a"))
    assert [path.name[0] for path in found.wheels] == ["a"]
    assert [(one.name, one.is_needed) for one in found.unavailable] == [("x", True)]
    assert "Could not find a version" in found.unavailable[0].reason


def test_an_index_that_cannot_be_reached_is_asked_once(tmp_path):
    run = FakeRun({"download": Completed(code=1, output="WARNING: connection broken by 'x'")})
    found = download_wheels(_requirements("a", "b"), tmp_path, python="python", run=run)
    assert {one.reason for one in found.unavailable} == {"the package index cannot be reached"}
    assert len(run.asked) == 1


def test_a_python_without_pip_is_told(tmp_path):
    run = FakeRun({"download": Completed(code=1, output="/usr/bin/python3: No module named pip")})
    found = download_wheels(_requirements("a"), tmp_path, python="python", run=run)
    assert found.unavailable[0].remedy.startswith("python -m ensurepip")


def test_nothing_asked_is_nothing_done(tmp_path):
    assert download_wheels((), tmp_path / "w", python="python", run=FakeRun({})).wheels == ()
    assert not (tmp_path / "w").exists()


def test_only_wheels_are_asked_for(tmp_path):
    run = FakeRun({"download": ""})
    download_wheels(_requirements("a"), tmp_path, python="python", run=run)
    line = " ".join(run.asked[0])
    assert line.startswith("python -m pip download --only-binary :all:")


def _requirements(*names):
    return [Requirement(name) for name in names]
