"""Options and fixtures for all tests."""

import pytest


def pytest_addoption(parser):
    parser.addoption(
        "--update-golden", action="store_true", help="write what golden tests expect anew"
    )


@pytest.fixture
def is_updating_golden(request):
    return request.config.getoption("--update-golden")
