import json
from dataclasses import replace

import pytest

from conda_sluice.errors import DamagedError
from conda_sluice.model.transaction_text import named, parse_transaction, to_json
from factories import a_record, a_transaction


def test_text_and_back_is_the_same():
    one = a_transaction(records=(a_record("a"), a_record("b", subdir="linux-64")))
    assert parse_transaction(to_json(one), "here") == one


def test_the_id_names_the_content_and_stands_in_each_event():
    one = a_transaction()
    assert named(one) == one
    assert named(replace(one, why="because")).id != one.id
    assert [event.data["transaction"] for event in one.events] == [one.id]


def change(key, value):
    fields = json.loads(to_json(a_transaction()))
    return json.dumps(fields | {key: value}).encode()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is no transaction"),
        (b"[]", "is no transaction"),
        (b"{}", "is no transaction"),
        (to_json(a_transaction())[:-40], "is no transaction"),
        (change("schema", "sluice.transaction/9"), "its schema is"),
        (change("act", "steal"), "is no transaction"),
        (change("steps", {}), "is no transaction"),
        (change("who", "mallory"), "was changed after it was written"),
        (change("steps", []), "was changed after it was written"),
    ],
)
def test_anything_else_is_damaged_and_says_where(data, says):
    with pytest.raises(DamagedError, match=says) as caught:
        parse_transaction(data, "journal/open/1.json")
    assert caught.value.where == "journal/open/1.json"


@pytest.mark.parametrize(
    "item",
    [
        ["../etc", "a-1-0.conda", "0" * 64],
        ["noarch", "../a-1-0.conda", "0" * 64],
        ["noarch", "shadow", "0" * 64],
        ["noarch", "a-1-0.conda"],
        ["noarch", "a-1-0.conda", 7],
    ],
)
def test_an_item_that_is_no_package_file_of_a_subdir_is_refused(item):
    fields = json.loads(to_json(a_transaction()))
    fields["steps"][0]["items"] = [item]
    with pytest.raises(DamagedError, match="is no transaction"):
        parse_transaction(json.dumps(fields).encode(), "here")
