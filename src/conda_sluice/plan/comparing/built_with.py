"""What a package says of its build: its build and host environments, and its placeholders."""

import json

RENDERED_RECIPE = "info/recipe/rendered_recipe.yaml"
_ENVIRONMENTS = ("build", "host")


def recorded_environment(rendered_recipe: bytes | None) -> tuple[str, ...] | None:
    """Return what info/recipe/rendered_recipe.yaml tells: `host numpy 2.0 py312_0` each.

    Only rattler-build records it there; None where it does not stand there.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    if rendered_recipe is None:
        return None
    try:
        dependencies = YAML(typ="safe").load(rendered_recipe)["finalized_dependencies"]
        return tuple(
            f"{environment} {one['name']} {one['version']} {one['build']}"
            for environment in _ENVIRONMENTS
            for one in (dependencies.get(environment) or {}).get("resolved") or ()
        )
    except (YAMLError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None


def placeholders(paths: bytes | None) -> tuple[str, ...]:
    """Return the folders that files hold in place of the prefix, as info/paths.json tells."""
    try:
        entries = json.loads(paths or b"{}").get("paths") or ()
        found = {one.get("prefix_placeholder") or "" for one in entries}
        return tuple(sorted(text for text in found if isinstance(text, str) and text))
    except (ValueError, TypeError, AttributeError, RecursionError):
        return ()
