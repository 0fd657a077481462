import pytest

from conda_sluice.recipe.v1.complaints import complaint

TEXT = """\
about:
  home: https://a.b
requirements:
  run:
    - python 3.11
    - gcc ${{ gcc_version }}
"""


IN_FRONT = "rattler-build cannot read the recipe: "
UNDEFINED = """\
Render error: Parse(JinjaError { message: "Template rendering failed: undefined value \
(in <string>:1) (template: gcc ${{ gcc_version }})", span: Span { start: None } })"""
INVALID = """\
Render error: Parse(InvalidValue { field: "match spec", reason: "Invalid match spec 'python 3.11': \
missing range specifier for '3.11'.", span: Span { start: None } })"""
UNKNOWN = "invalid value for 'about': unknown field 'home'"
MISSING = "missing required field 'python'"


@pytest.mark.parametrize(
    ("message", "told"),
    [
        (UNDEFINED, "r:6: 'gcc_version' has no value here\n  define its names under context"),
        (INVALID, f"r:5: {IN_FRONT}Invalid match spec 'python 3.11': missing range specifier"),
        (f"PyRecipeParseError: {UNKNOWN}", f"r:2: {IN_FRONT}{UNKNOWN}"),
        (MISSING, f"r: {IN_FRONT}{MISSING}"),
    ],
)
def test_complaint_is_told_in_plain_words_with_its_line(message, told):
    assert str(complaint(message, TEXT, "r")).startswith(told)
