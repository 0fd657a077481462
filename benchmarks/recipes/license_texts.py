"""Tell how many texts of the SPDX License List sluice knows, as they are and as people change them.

npm pack spdx-license-list && tar xf spdx-license-list-*.tgz
python -m benchmarks.recipes.license_texts package/licenses
"""

import argparse
import json
import re
import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path

from conda_sluice.discover.license_texts import GRANTS, SENTENCES, TITLES
from conda_sluice.discover.licenses import spdx_of_text, words_of

_BY_CLAUSES = ("BSD-1-Clause", "BSD-2-Clause", "BSD-3-Clause")
_PARAGRAPH = re.compile(r"\n\s*\n")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.recipes.license_texts")
    parser.add_argument("folder", type=Path, help="a file IDENTIFIER.json with `licenseText` each")
    texts = {
        file.stem: json.loads(file.read_text("utf-8"))["licenseText"]
        for file in sorted(parser.parse_args().folder.glob("*.json"))
    }
    known = _known(texts)
    print(f"{len(texts)} texts, {len(known)} of which have a row in the tables")
    for name, change in CHANGES.items():
        wrong = {one: got for one in known if (got := _told(texts, one, change))}
        print(f"  {name:24}{len(known) - len(wrong):4} known as themselves", wrong or "")
    others = [one for one in texts if one not in known and spdx_of_text(texts[one])]
    print(f"  {len(others)} others are taken for one that they resemble")
    return 0


def _known(texts: Mapping[str, str]) -> list[str]:
    of_grants = (variant[0] for variants in GRANTS.values() for variant in variants)
    rows = {*TITLES.values(), *SENTENCES.values(), *of_grants, *_BY_CLAUSES}
    return sorted(one for one in rows if one in texts)


def _told(texts: Mapping[str, str], spdx: str, change: Callable[[str], str]) -> str:
    """Return what a changed text is taken for, "" where it is itself or one of the same words."""
    found = spdx_of_text(change(texts[spdx]))
    is_same = found == spdx or words_of(texts.get(found, "")) == words_of(texts[spdx])
    return "" if is_same else found or "nothing"


def _paragraphs(text: str, draw: Callable[[str], str]) -> str:
    return "\n\n".join(draw(" ".join(one.split())) for one in _PARAGRAPH.split(text))


CHANGES: Mapping[str, Callable[[str], str]] = {
    "as it is": lambda text: text,
    "another copyright line": lambda text: (
        "Copyright (C) 1999, 2024-2026 The Authors of Trips <trips@example.org>\n\n" + text
    ),
    "in lines of 40": lambda text: _paragraphs(text, lambda one: textwrap.fill(one, 40)),
    "in one line each": lambda text: _paragraphs(text, str),
    "as Markdown": lambda text: (
        "# Licence\n\n" + _paragraphs(text, lambda one: f"> **{one.replace(' ', '** ', 1)}")
    ),
    "as a comment in C": lambda text: "/*\n" + textwrap.indent(text, " * ", lambda _: True) + "*/",
    "as a comment in m4": lambda text: textwrap.indent(text, "dnl ", lambda _: True),
    "in capitals": str.upper,
    "with British spelling": lambda text: text.replace("icense", "icence"),
}
"""What people do with a text."""


if __name__ == "__main__":
    raise SystemExit(main())
