"""The page on exit codes says what the errors do."""

import re
from pathlib import Path

from conda_sluice import errors

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "exit-codes.md"


def test_each_error_stands_on_the_page_with_its_code():
    rows = re.findall(r"^\| `(\w+)` \| (\d+) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    codes = {
        name: value.exit_code
        for name, value in vars(errors).items()
        if isinstance(value, type) and issubclass(value, errors.SluiceError)
    }
    assert {name: int(code) for name, code in rows} == codes


def test_each_code_of_an_error_is_explained_in_the_table():
    text = PAGE.read_text(encoding="utf-8")
    explained = {int(code) for code in re.findall(r"^\| (\d+) \|", text, re.MULTILINE)}
    assert explained == {0, 1, 2, 3, 130}
    assert {int(code) for _, code in re.findall(r"`(\w+)` \| (\d+)", text)} <= explained
