"""Licences in files that are not about the build: those of packagers, of citation, of REUSE."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from conda_sluice.discover.licenses import is_vague, spdx_of
from conda_sluice.discover.reading import read_text, read_toml, text, texts

_FIELD = r"^License:[ \t]*(\S.*?)[ \t]*$"
_ALL_FILES = r"^Files:\s*\*[ \t]*\n(?:(?!\n).*\n)*?License:[ \t]*(\S.*?)[ \t]*$"
_FIELDS = (
    (".reuse/dep5", _ALL_FILES),
    ("debian/copyright", _ALL_FILES),
    ("*.pc.in", _FIELD),
    ("*.spec", _FIELD),
    ("*.spec.in", _FIELD),
    ("CITATION.cff", r"^license:[ \t]*[\"']?([^\"'\n]+?)[\"']?[ \t]*$"),
    (
        "codemeta.json",
        r"\"license\"\s*:\s*\"(?:https?://spdx\.org/licenses/)?([^\"]+?)(?:\.html)?\"",
    ),
    ("package.json", r"\"license\"\s*:\s*\"([^\"]+)\""),
)
"""Files, and what stands around the licence there."""


def license_in_fields(root: Path) -> str:
    """Return the first licence that such a file names clearly for the whole, as SPDX; else ""."""
    said = (one for one in _said(root) if not is_vague(one))
    return next((spdx for one in said if (spdx := spdx_of(one))), "")


def license_of_all_files(content: str) -> str:
    """Return what a file says of all files as Debian's copyright files do, "" for any other."""
    found = re.search(_ALL_FILES, content, re.MULTILINE)
    return spdx_of(found[1]) if found else ""


def _said(root: Path) -> Iterator[str]:
    yield from _of_reuse(root)
    for pattern, field in _FIELDS:
        for file in sorted(root.glob(pattern)):
            if found := re.search(field, read_text(file, root), re.MULTILINE):
                yield found[1]


def _of_reuse(root: Path) -> Iterator[str]:
    """Yield what REUSE.toml says of all files (https://reuse.software/spec-3.3/)."""
    annotations = read_toml(root / "REUSE.toml", root).get("annotations")
    for one in annotations if isinstance(annotations, Sequence) else ():
        if isinstance(one, Mapping) and "**" in texts(one, "path"):
            yield text(one, "SPDX-License-Identifier")
