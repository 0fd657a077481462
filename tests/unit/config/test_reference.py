import json
import re

from conda_sluice.config.parse import parse_channels
from conda_sluice.config.reference import PAGE, json_schema, render_page


def test_the_files_shown_on_the_page_are_read():
    shown = re.findall(r"```yaml\n(.*?)```", render_page(), re.DOTALL)
    assert len(shown) == 2
    for text in shown:
        parse_channels(text)


def test_every_example_on_the_page_is_read():
    section = ""
    examples = []
    for line in render_page().splitlines():
        section = line if line.startswith("#") else section
        if match := re.search(r"Example: `(.*)`\. \|$", line):
            examples.append((section, match[1]))
    assert len(examples) > 15
    for heading, example in examples:
        parse_channels(placed(heading, example))


def placed(section, example):
    """Return a channels.yaml in which one key of a section is `example`."""
    rung = {"name": "name: b", "url": "url: ./b"}
    top = {"version": "version: 1", "ladder": "ladder:"}
    key = example.split(":", 1)[0]
    if "ladder" in section:
        rung[key] = example
    elif "retention" in section:
        rung["retention"] = f"retention: {{{example}}}"
    elif gate := re.search("Settings of `(.*)`", section):
        needs = "approvers: x, " if (gate[1], key) == ("approved", "for") else ""
        rung["gates"] = f"gates: [{gate[1]}: {{{needs}{example}}}]"
    elif "projects" in section:
        item = example if key == "path" else f"path: x, {example}"
        top["projects"] = f"projects: [{{{item}}}]"
    elif server := re.search("`(.*)` of `stores`", section):
        top["stores"] = f"stores: {{{server[1]}: {{{example}}}}}"
    elif any(name in section for name in ("platforms", "tests", "lint", "stores")):
        name = section.strip("#` ")
        top[name] = f"{name}: {{{example}}}"
    else:
        top[key] = example
    ladder = f"\n  - {{name: a, url: ./a}}\n  - {{{', '.join(rung.values())}}}"
    return "\n".join(top.values()).replace("ladder:", f"ladder:{ladder}")


def test_the_schema_is_json_that_knows_every_key():
    schema = json.loads(json.dumps(json_schema()))
    rung = schema["properties"]["ladder"]["items"]
    assert schema["required"] == ["version", "ladder"]
    assert schema["additionalProperties"] is False
    assert rung["required"] == ["name", "url"]
    assert rung["properties"]["gates"]["items"]["anyOf"][0] == {
        "enum": ["tested", "installable", "monotonic", "owners", "same-as-candidate"]
    }
    assert "allowed-signers" in json.dumps(rung)


def test_the_page_names_every_key_of_the_schema():
    keys = set(re.findall(r'"([a-z-]+)": \{"description"', json.dumps(json_schema())))
    keys -= {"signed-tag", "approved", "age", "license"}
    assert keys
    assert all(f"| `{key}` |" in render_page() for key in keys), PAGE
