"""Expressions in scripts, which the engine leaves alone until it builds: found and filled in.

Names in capitals, `${{ PYTHON }}`, are what the build environment calls its own; those stay.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

ASKED = "sluice-late"
"""The key in `extra` under which the engine is asked for the values of such expressions."""

_EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_OF_THE_BUILD = re.compile(r"[A-Z_][A-Z0-9_]*")
_KEPT = "="
"""Begins a text that is asked for, so that it comes back as a text whatever it says."""


def late_expressions(recipe: Mapping[str, object]) -> Iterator[str]:
    """Yield the expressions in the scripts of a rendered recipe that only a build evaluates."""
    for text in _texts(_scripts(recipe)):
        for match in _EXPRESSION.finditer(text):
            expression = match[1].strip()
            if not _OF_THE_BUILD.fullmatch(expression):
                yield expression


def asked_for(expressions: Sequence[str]) -> list[str]:
    """Return what stands under `ASKED` so that the engine evaluates the expressions."""
    return [f"{_KEPT}${{{{ {expression} }}}}" for expression in expressions]


def with_answers(
    recipe: Mapping[str, object], expressions: Sequence[str], answers: Sequence[str]
) -> dict[str, object]:
    """Return a rendered recipe with the engine's answers in its scripts."""
    values = {
        expression: answer.removeprefix(_KEPT)
        for expression, answer in zip(expressions, answers, strict=True)
    }
    tests, stagings = recipe.get("tests"), recipe.get("staging_caches")
    filled = _with_script(recipe, values)
    if isinstance(tests, list):
        filled["tests"] = [_filled(test, values) for test in tests]
    if isinstance(stagings, list):
        filled["staging_caches"] = [_with_script(one, values) for one in stagings]
    return filled


def _with_script(part: Mapping[str, object], values: Mapping[str, str]) -> dict[str, object]:
    build = part.get("build")
    if not isinstance(build, dict) or "script" not in build:
        return dict(part)
    return {**part, "build": {**build, "script": _filled(build["script"], values)}}


def _scripts(recipe: Mapping[str, object]) -> list[object]:
    stagings = recipe.get("staging_caches")
    parts = [recipe, *(stagings if isinstance(stagings, list) else ())]
    builds = [part.get("build") for part in parts]
    return [
        *(build.get("script") for build in builds if isinstance(build, dict)),
        recipe.get("tests"),
    ]


def _texts(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            yield from _texts(list(value.values()))
        case list():
            for item in value:
                yield from _texts(item)
        case _:
            return


def _filled(value: object, values: Mapping[str, str]) -> object:
    match value:
        case str():
            return _EXPRESSION.sub(lambda match: values.get(match[1].strip(), match[0]), value)
        case dict():
            return {key: _filled(item, values) for key, item in value.items()}
        case list():
            return [_filled(item, values) for item in value]
        case _:
            return value
