"""An index in the cache is not believed for its age."""

import json

from conda_sluice.environments.freshness import distrust


def test_permission_to_believe_an_index_is_taken_out_and_the_rest_stays(tmp_path):
    told = {"url": "https://lab.example/get/x", "etag": '"1"', "cache_control": "max-age=36000"}
    path = tmp_path / "1a2b.info.json"
    path.write_text(json.dumps(told))
    distrust(tmp_path)
    assert json.loads(path.read_text()) == {**told, "cache_control": None}
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_date_of_an_index_is_taken_out_because_it_tells_seconds(tmp_path):
    path = tmp_path / "1a2b.info.json"
    path.write_text(json.dumps({"etag": '"1"', "mod": "Sat, 28 Nov 2026 11:57:30 GMT"}))
    distrust(tmp_path)
    assert json.loads(path.read_text()) == {"etag": '"1"', "mod": None}


def test_what_needs_no_change_is_not_written(tmp_path):
    for name, text in {"a": '{"etag": "1"}', "b": "half a fi", "c": "[1]"}.items():
        (tmp_path / f"{name}.info.json").write_text(text)
    before = {path: path.stat().st_ino for path in tmp_path.iterdir()}
    distrust(tmp_path)
    distrust(tmp_path / "not there yet")
    assert {path: path.stat().st_ino for path in tmp_path.iterdir()} == before
