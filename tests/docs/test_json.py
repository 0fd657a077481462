"""The page about JSON names every form, every key and every word that the reports use."""

import ast
from pathlib import Path

from conda_sluice.model.outcome import (
    PromotionResult,
    RecipeState,
    RecoveredState,
    UploadResult,
    Verdict,
)
from conda_sluice.report import as_json, comparison_json, explain_json, recipe_json

MODULES = (as_json, comparison_json, explain_json, recipe_json)
SOURCES = [Path(one.__file__).read_text(encoding="utf-8") for one in MODULES]
PAGE = (Path(__file__).parents[2] / "docs/reference/json.md").read_text(encoding="utf-8")


def keys_in_code():
    return {
        key.value
        for source in SOURCES
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Dict)
        for key in node.keys
        if isinstance(key, ast.Constant)
    }


def test_every_schema_is_listed():
    source = "".join(SOURCES)
    schemas = {part.partition('"')[0] for part in source.split('"schema": "')[1:]}
    assert len(schemas) == 14
    assert {schema for schema in schemas if f"`{schema}`" not in PAGE} == set()


def test_every_key_is_explained():
    history = {"kind", "channel", "when", "who", "data", "url"}
    assert {key for key in keys_in_code() if f"`{key}`" not in PAGE} <= history


def test_every_result_and_verdict_is_explained():
    words = [*PromotionResult, *Verdict, *RecipeState, *RecoveredState, *UploadResult]
    assert [word for word in words if f"`{word.value}`" not in PAGE] == []
