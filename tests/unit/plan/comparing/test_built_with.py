"""What packages say of their own build."""

import pytest

from conda_sluice.plan.comparing.built_with import placeholders, recorded_environment

RENDERED = b"""
finalized_dependencies:
  build: null
  host:
    resolved:
    - {name: numpy, version: '2.0', build: py312_0}
"""


def test_the_environment_is_read_from_the_rendered_recipe():
    assert recorded_environment(RENDERED) == ("host numpy 2.0 py312_0",)
    assert recorded_environment(b"finalized_dependencies: {}") == ()


@pytest.mark.parametrize("text", [None, b"", b"[", b"\xff", b"a: 1", b"finalized_dependencies: 1"])
def test_what_is_not_there_is_not_on_record(text):
    assert recorded_environment(text) is None


@pytest.mark.parametrize("text", [None, b"", b"[]", b"{", b'{"paths": 1}', b'{"paths": [1]}'])
def test_without_paths_there_are_no_placeholders(text):
    assert placeholders(text) == ()


def test_placeholders_are_those_of_the_paths():
    entries = b'{"_path": "a", "prefix_placeholder": "/p"}, {"_path": "b"}'
    assert placeholders(b'{"paths": [%s]}' % entries) == ("/p",)
