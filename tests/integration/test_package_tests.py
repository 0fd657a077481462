"""A package's own tests, of either builder, run for real in a fresh environment."""

import pytest

from conda_sluice.environments.rattler import RattlerEnvironments
from conda_sluice.model.environment import ChannelSource
from conda_sluice.pipeline.test_one import TestTask, test_one
from conda_sluice.stores.directory.store import DirectoryStore
from factories import a_channel, an_artifact
from plans import LINUX

pytestmark = pytest.mark.integration


def a_task(folder, record, channel):
    return TestTask(
        record=record,
        target="testing",
        platform=LINUX,
        strategy="highest",
        sources=(ChannelSource(channel.url),),
        digest="",
        source=None,
        command="",
        compilers=(),
        folder=folder,
        timeout=60,
    )


def report_of(tmp_path, info):
    channel, store = a_channel(tmp_path), DirectoryStore()
    artifact = an_artifact(tmp_path, info=info)
    store.put([artifact], channel)
    task = a_task(tmp_path / "results", artifact.record, channel)
    return test_one(task, channel, store, RattlerEnvironments(tmp_path / "cache"))


def test_the_scripts_of_a_package_made_by_conda_build_run_beside_their_files(tmp_path):
    report = report_of(
        tmp_path,
        {
            "info/test/run_test.sh": b"test -d $PREFIX/conda-meta\ncat data/expected\n",
            "info/test/data/expected": b"here\n",
        },
    )
    assert (report.has_passed, report.tests, report.reason) == (True, 1, "")
    assert "here" in report.log.read_text()


def test_scripts_find_the_package_and_the_places_of_its_environment(tmp_path):
    script = b"""test "$PKG_NAME-$PKG_VERSION-$PKG_BUILD_STRING" = trips-1.2.3-h0123456_0
test "$PREFIX" = "$CONDA_PREFIX"
test $CPU_COUNT -gt 0
test $SHLIB_EXT = .so
test -z "$PYTHON"
"""
    report = report_of(tmp_path, {"info/test/run_test.sh": script})
    assert (report.has_passed, report.reason) == (True, "")


def test_a_script_of_a_package_made_by_conda_build_that_fails_is_not_passed(tmp_path):
    report = report_of(tmp_path, {"info/test/run_test.sh": b"echo no luck; exit 3\n"})
    assert not report.has_passed
    assert report.reason == "run_test.sh ended with exit code 3: no luck"


def test_requirements_of_the_tests_are_installed_or_the_tests_have_not_passed(tmp_path):
    report = report_of(
        tmp_path,
        {
            "info/test/run_test.sh": b"true\n",
            "info/test/test_time_dependencies.json": b'["nowhere"]',
        },
    )
    assert not report.has_passed
    assert "nowhere" in report.reason


def test_the_tests_of_a_v1_package_run(tmp_path):
    report = report_of(tmp_path, {"info/tests/tests.yaml": b"- script:\n  - test -n $PREFIX\n"})
    assert (report.has_passed, report.tests) == (True, 1)


def test_a_package_without_tests_has_not_passed(tmp_path):
    report = report_of(tmp_path, {})
    assert not report.has_passed
    assert "there are no tests" in report.reason


def test_a_file_that_the_solver_does_not_take_is_not_tested_by_its_twin(tmp_path):
    channel, store = a_channel(tmp_path), DirectoryStore()
    tests = {"info/tests/tests.yaml": b"- script:\n  - test -n $PREFIX\n"}
    twins = [
        an_artifact(tmp_path / "made", info=tests, extension=extension)
        for extension in (".conda", ".tar.bz2")
    ]
    store.put(twins, channel)
    reports = [
        test_one(
            a_task(tmp_path / one.record.file, one.record, channel),
            channel,
            store,
            RattlerEnvironments(tmp_path / "cache"),
        )
        for one in twins
    ]
    assert sorted(report.has_passed for report in reports) == [False, True]
    assert {report.reason for report in reports if not report.has_passed} == {
        "the solver takes another file of this name, version and build"
    }
