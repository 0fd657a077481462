"""A stable text of a rendered recipe: what decides about the package that comes out of it."""

import json
from dataclasses import MISSING, Field, fields, is_dataclass

from conda_sluice.model.recipe import BuildSection, RenderedRecipe

_LEFT_OUT = frozenset(("version", "platform", "build", "shared"))
_LEFT_OUT_OF_SHARED = frozenset(("build", "variant", "version"))
_LEFT_OUT_OF_BUILD = frozenset(("number", "string"))


def canonical_text(recipe: RenderedRecipe) -> str:
    """Return the recipe as JSON for the content key: one text for one meaning.

    Inside: name, subdir, variant, sources, the build section, requirements, tests, about and
    extra, and what is built once for all outputs, each only where it differs from its default, so
    that a new kind of setting changes no old key. Left out: the version (a package is looked up by
    it anyway, and it moves with each commit), the build number and string, the platform of a
    noarch package, and which keys of the variant other outputs use. Not inside:
    the text of build scripts and patches, which lie beside the recipe.
    """
    told = _plain(recipe, _LEFT_OUT)
    told["subdir"] = recipe.subdir
    told |= _with_build(recipe.build)
    if recipe.shared:
        shared = _plain(recipe.shared, _LEFT_OUT_OF_SHARED)
        told["shared"] = shared | _with_build(recipe.shared.build)
    return json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _with_build(build: BuildSection) -> dict[str, object]:
    told = _plain(build, _LEFT_OUT_OF_BUILD)
    return {"build": told} if told else {}


def _plain(value: object, left_out: frozenset[str] = frozenset()) -> dict[str, object]:
    """Return the fields of a dataclass that differ from their defaults."""
    if not is_dataclass(value):
        raise TypeError(value)
    return {
        field.name: _told(found)
        for field in fields(value)
        if field.name not in left_out and (found := getattr(value, field.name)) != _default(field)
    }


def _told(value: object) -> object:
    match value:
        case tuple():
            return [_told(item) for item in value]
        case str() | int():
            return value
        case _:
            return {"is": type(value).__name__, **_plain(value)}


def _default(field: "Field[object]") -> object:
    if field.default_factory is not MISSING:
        return field.default_factory()
    return field.default
