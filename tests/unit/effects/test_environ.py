"""A variable of the process environment lasts as long as its block."""

import os

import pytest

from conda_sluice.effects.environ import environment_variable


def test_the_variable_is_set_within_the_block_only(monkeypatch):
    monkeypatch.delenv("SLUICE_TEST", raising=False)
    with environment_variable("SLUICE_TEST", "inner"):
        assert os.environ["SLUICE_TEST"] == "inner"
    assert "SLUICE_TEST" not in os.environ


def test_the_value_of_before_comes_back_also_after_an_error(monkeypatch):
    monkeypatch.setenv("SLUICE_TEST", "outer")
    with pytest.raises(ZeroDivisionError), environment_variable("SLUICE_TEST", "inner"):
        raise ZeroDivisionError
    assert os.environ["SLUICE_TEST"] == "outer"
