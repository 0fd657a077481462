"""A package's own tests, of either builder, run for real in a fresh environment."""

import pytest

from conda_sluice.environments.rattler import RattlerEnvironments
from conda_sluice.model.environment import ChannelSource
from conda_sluice.pipeline.test_one import TestTask, test_one
from conda_sluice.stores.directory import DirectoryStore
from factories import a_channel, an_artifact
from plans import LINUX

pytestmark = pytest.mark.integration


def report_of(tmp_path, info):
    channel, store = a_channel(tmp_path), DirectoryStore()
    artifact = an_artifact(tmp_path, info=info)
    store.put([artifact], channel)
    task = TestTask(
        record=artifact.record,
        target="testing",
        platform=LINUX,
        strategy="highest",
        sources=(ChannelSource(channel.url),),
        digest="",
        source=None,
        command="",
        compilers=(),
        folder=tmp_path / "results",
        timeout=60,
    )
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
