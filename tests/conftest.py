"""Options and fixtures for all tests."""

import atexit
import os
import sys

import pytest
from hypothesis import HealthCheck, settings

from servers import shared

# How quickly inputs are made says how busy the machine is, not whether the code is right.
settings.register_profile("sluice", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("sluice")

_STATUS = pytest.StashKey[int]()


def pytest_addoption(parser):
    parser.addoption(
        "--update-golden", action="store_true", help="write what golden tests expect anew"
    )


@pytest.fixture
def is_updating_golden(request):
    return request.config.getoption("--update-golden")


@pytest.fixture
def moto_s3(monkeypatch):
    """Return moto's S3 server, with its keys in the environment."""
    return _s3("moto", monkeypatch)


@pytest.fixture
def rclone_s3(monkeypatch):
    """Return rclone's S3 server, with its keys in the environment."""
    return _s3("rclone", monkeypatch)


def _s3(kind, monkeypatch):
    from servers.s3 import ENVIRONMENT, shared_s3

    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    return shared_s3(kind)


def pytest_sessionfinish(session, exitstatus):
    shared.stop_all()
    session.config.stash[_STATUS] = int(exitstatus)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config):
    """Leave without the interpreter's own shutdown, in which py-rattler 0.28 can abort.

    Everything has been told by now, and everybody else has tidied up.
    """
    if "rattler" not in sys.modules or hasattr(config, "workerinput"):
        return  # workers of xdist leave in a way of their own
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(config.stash.get(_STATUS, 1))
