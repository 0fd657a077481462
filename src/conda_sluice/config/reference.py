"""schema.py -> the JSON Schema of channels.yaml and its reference page (pure).

Both are committed; after a change in schema.py write them anew with `make docs`.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, fields
from enum import StrEnum
from types import NoneType
from typing import get_args, get_origin, get_type_hints

from conda_sluice.config.readers import key_of
from conda_sluice.config.schema import (
    AgeSettings,
    AnacondaItem,
    ApprovedSettings,
    ChannelsFile,
    LicenseSettings,
    LintItem,
    PlatformsItem,
    ProjectItem,
    RetentionItem,
    RungItem,
    S3Item,
    SignedTagSettings,
    StoresItem,
    TestsItem,
)

PAGE = "docs/reference/channels-yaml.md"
SCHEMA = "docs/reference/channels.schema.json"

_INTRO = """\
<!-- Generated from src/conda_sluice/config/schema.py by `make docs`; edit it there. -->

# channels.yaml

One file says which channels there are, what a package must meet to climb from one to the next,
and which projects are packaged. `sluice init` writes one. A mistake in it is an error that names
line and column, and so is a key that nobody knows. A few keys are planned and have no effect yet;
they say so below. Paths are relative to the folder of the file.

The JSON Schema for editors is [channels.schema.json](channels.schema.json).

```yaml
version: 1
upstream: [conda-forge]
ladder:
  - name: unstable
    url: ./channels/unstable
  - name: testing
    url: ./channels/testing
    gates: [tested, installable]
  - name: stable
    url: ./channels/stable
    versions: final
    gates:
      - tested
      - installable
      - signed-tag: {allowed-signers: ./release-signers}
projects:
  - .
```

The smallest file names a ladder and nothing to package:

```yaml
version: 1
upstream: []
ladder:
  - {name: unstable, url: ./channels/unstable}
  - {name: stable, url: ./channels/stable}
projects: []
```
"""

_GATES = """
## Gates

| Gate | A package passes when |
|---|---|
| `tested` | its tests passed for this very file, solved in the channel as it will be |
| `installable` | it can be installed from the channel as it will be |
| `signed-tag` | a tag signed by an allowed signer lies on its very sources |
| `approved` | one of the approvers has signed that it may enter |
| `age` | it has been in the channel below for so many days |
| `monotonic` | the channel holds no higher version that was built from earlier sources |
| `license` | the channel takes its licence |
| `owners` | one of the project's owners promotes it, or has approved it |
| `same-as-candidate` | it holds what its tested release candidate holds, but for the version |

A channel without gates takes everything that its `versions` allow.
"""

_OUTRO = """
## What never stands in this file

Tokens and passwords: a URL that carries one (`https://user:password@…`, `…/t/<token>/…`) is
refused and not repeated in the message. `https://` channels can only be read: they are upstream,
or the source of a copy.
"""

_SECTIONS: tuple[tuple[str, type], ...] = (
    ("The file", ChannelsFile),
    ("A channel: an item of `ladder`", RungItem),
    ("`retention`", RetentionItem),
    ("A project with settings: an item of `projects`", ProjectItem),
    ("`platforms`", PlatformsItem),
    ("`tests`", TestsItem),
    ("`lint`", LintItem),
    ("`stores`", StoresItem),
    ("`s3` of `stores`", S3Item),
    ("`anaconda` of `stores`", AnacondaItem),
)
_GATE_SECTIONS: tuple[tuple[str, type], ...] = (
    ("Settings of `signed-tag`", SignedTagSettings),
    ("Settings of `approved`", ApprovedSettings),
    ("Settings of `age`", AgeSettings),
    ("Settings of `license`", LicenseSettings),
)


def reference_files() -> Mapping[str, str]:
    """Return what `make docs` writes, by path in the repository."""
    return {
        PAGE: render_page(),
        SCHEMA: json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n",
    }


def json_schema() -> dict[str, object]:
    """Return the JSON Schema (2020-12) of channels.yaml."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "channels.yaml of sluice",
        **_schema_of(ChannelsFile),
    }


def render_page() -> str:
    """Return the reference page in Markdown."""
    return "".join(
        [
            _INTRO,
            *(_section(title, schema) for title, schema in _SECTIONS),
            _GATES,
            *(_section(title, schema, level="###") for title, schema in _GATE_SECTIONS),
            _OUTRO,
        ]
    )


def _section(title: str, schema: type, *, level: str = "##") -> str:
    lines = [f"\n{level} {title}\n\n", "| Key | Default | Meaning |\n", "|---|---|---|\n"]
    for key, field in _keys(schema):
        example = field.metadata.get("example")
        shown = f" Example: `{key}: {example}`." if example else ""
        lines.append(f"| `{key}` | {_default(field)} | {field.metadata['doc']}{shown} |\n")
    return "".join(lines)


def _default(field: "Field[object]") -> str:
    if field.default is MISSING:
        return "(required)"
    default = field.metadata.get("default", "see below")
    is_value = " " not in default or default.startswith(("[", "{"))
    return f"`{default}`" if is_value else str(default)


def _keys(schema: type) -> Iterator[tuple[str, "Field[object]"]]:
    for field in fields(schema):
        yield key_of(field.name), field


def _schema_of(hint: object) -> dict[str, object]:
    """Return the JSON Schema of one type that schema.py uses."""
    if arguments := get_args(hint):
        return _schema_of_generic(get_origin(hint), arguments)
    if hint is str:
        return {"type": "string", "minLength": 1}
    if hint is int:
        return {"type": "integer"}
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return {"enum": [choice.value for choice in hint]}
    if isinstance(hint, type):
        return _object(hint)
    raise TypeError(hint)


def _schema_of_generic(origin: object, arguments: tuple[object, ...]) -> dict[str, object]:
    if origin is tuple:
        return {"type": "array", "items": _schema_of(arguments[0])}
    if origin is Mapping:
        return {"type": "object", "additionalProperties": _schema_of(arguments[1])}
    choices = [_schema_of(argument) for argument in arguments if argument is not NoneType]
    return choices[0] if len(choices) == 1 else {"anyOf": choices}


def _object(schema: type) -> dict[str, object]:
    hints = get_type_hints(schema)
    properties = {
        key: {
            "description": field.metadata["doc"],
            **_schema_of(hints[field.name]),
            **field.metadata.get("rules", {}),
        }
        for key, field in _keys(schema)
    }
    required = [key for key, field in _keys(schema) if field.default is MISSING]
    return {
        "type": "object",
        "description": (schema.__doc__ or "").split("\n", 1)[0],
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }
