"""DESCRIPTION's License field: as SPDX, as conda's licence family, and where its texts lie."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from conda_sluice.discover.licenses import spdx_of

_NAMES = {
    "ACM": "LicenseRef-ACM",
    "AGPL": "AGPL-3.0-or-later",
    "AGPL-3": "AGPL-3.0-only",
    "Apache License": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Artistic-1.0": "Artistic-1.0",
    "Artistic-2.0": "Artistic-2.0",
    "BSD": "BSD-3-Clause",
    "BSD_2_clause": "BSD-2-Clause",
    "BSD_3_clause": "BSD-3-Clause",
    "BSL": "BSL-1.0",
    "BSL-1.0": "BSL-1.0",
    "CC0": "CC0-1.0",
    "CC BY 4.0": "CC-BY-4.0",
    "CC BY-NC 4.0": "CC-BY-NC-4.0",
    "CC BY-NC-ND 4.0": "CC-BY-NC-ND-4.0",
    "CC BY-NC-SA 4.0": "CC-BY-NC-SA-4.0",
    "CC BY-SA 4.0": "CC-BY-SA-4.0",
    "CeCILL": "CECILL-2.0",
    "CeCILL-2": "CECILL-2.0",
    "CeCILL-2.1": "CECILL-2.1",
    "CPL-1.0": "CPL-1.0",
    "EPL": "EPL-1.0",
    "EUPL": "EUPL-1.1",
    "FreeBSD": "BSD-2-Clause",
    "GPL": "GPL-2.0-or-later",
    "GPL-2": "GPL-2.0-only",
    "GPL-3": "GPL-3.0-only",
    "LGPL": "LGPL-2.0-or-later",
    "LGPL-2": "LGPL-2.0-only",
    "LGPL-2.1": "LGPL-2.1-only",
    "LGPL-3": "LGPL-3.0-only",
    "LPPL": "LPPL-1.3c",
    "Lucent Public License": "LPL-1.02",
    "MIT": "MIT",
    "MIT License": "MIT",
    "MPL": "MPL-2.0",
    "MPL-1.1": "MPL-1.1",
    "MPL-2.0": "MPL-2.0",
    "Unlimited": "LicenseRef-Unlimited",
    "Mozilla Public License 2.0": "MPL-2.0",
    "X11": "X11",
}
"""R's own names (Writing R Extensions, section Licensing, and R's license.db)."""

_TEXTS_OF_R = (
    *("AGPL-3", "Artistic-2.0", "BSD_2_clause", "BSD_3_clause", "GPL-2", "GPL-3", "LGPL-2"),
    *("LGPL-2.1", "LGPL-3", "MIT"),
)
"""The texts that every R has in its folder share/licenses."""

_BOUND = re.compile(r"(.+?) ?\( ?(>=|==|=|>) ?v?([0-9]+(?:\.[0-9]+)*)(?: ?, ?<=? ?[0-9.]+)? ?\)")
_FILE = re.compile(r"\+?\s*\bfile\s+([^\s|,+]+)", re.IGNORECASE)
_LONG = {
    "gnu general public license": "GPL",
    "gnu lesser general public license": "LGPL",
    "gnu affero general public license": "AGPL",
    "apache": "Apache License",
    "apache license": "Apache License",
    "mozilla public license": "MPL",
}
_FAMILIES = (
    ("AGPL", "AGPL"),
    ("LGPL", "LGPL"),
    ("GPL-2", "GPL2"),
    ("GPL-3", "GPL3"),
    ("BSD", "BSD"),
    ("MIT", "MIT"),
    ("Apache", "APACHE"),
    ("CC", "CC"),
    ("MPL", "MOZILLA"),
)


@dataclass(frozen=True, slots=True)
class RLicense:
    """A License field: the SPDX expression ("" where unclear), and conda's family for it.

    `files` are those of the package that it names, `texts` those of R's folder share/licenses.
    """

    spdx: str
    family: str = ""
    files: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()


def parse_license(field: str) -> RLicense:
    """Return what DESCRIPTION's License field says; `|` is a choice, `+ file X` adds terms."""
    files = tuple(_FILE.findall(field))
    parts = [" ".join(_FILE.sub("", part).split()) for part in field.split("|")]
    parts = [part for part in parts if part]
    known = [_spdx(part) for part in parts]
    spdx = "" if "" in known else " OR ".join(_joined(known))
    texts = [text for part in parts for text in _texts(part)]
    return RLicense(
        spdx=spdx,
        family=next((family for head, family in _FAMILIES if spdx.startswith(head)), ""),
        files=files,
        texts=tuple(dict.fromkeys(texts)),
    )


def spdx_of_r(field: str) -> tuple[str, tuple[str, ...]]:
    """Return the SPDX expression of a License field, "" where unclear, and the files it names."""
    found = parse_license(field)
    return found.spdx, found.files


def _joined(known: list[str]) -> list[str]:
    """Return each licence once; 2 or 3 of a GNU licence is what R says for 2 and those after."""
    ids = list(dict.fromkeys(known))
    for family, low in (("GPL", "2.0"), ("LGPL", "2.1"), ("LGPL", "2.0")):
        first, second = f"{family}-{low}-only", f"{family}-3.0-only"
        if first in ids and second in ids:
            ids[ids.index(first)] = f"{family}-{low}-or-later"
            ids.remove(second)
    return ids


def _spdx(part: str) -> str:
    bound = _BOUND.fullmatch(part)
    if bound is None:
        return _NAMES.get(part) or spdx_of(part)
    name, operator, number = bound.groups()
    name = _LONG.get(name.lower(), name)
    number = number if "." in number else f"{number}.0"
    match name:
        case "GPL" | "LGPL" | "AGPL":
            return f"{name}-{number}-{'only' if '>' not in operator else 'or-later'}"
        case "Apache License":
            return f"Apache-{number}"
        case "MPL" | "EUPL" | "Artistic" | "EPL" | "BSL" | "CPL":
            return f"{name}-{number}"
        case _:
            return _NAMES.get(f"{name} {number}", "") or _NAMES.get(name, "")


def _texts(part: str) -> Iterator[str]:
    """Yield the texts that R has for one alternative; an open bound takes the later ones too."""
    bound = _BOUND.fullmatch(part)
    if bound is None:
        family = re.compile(rf"{re.escape(part)}(-[0-9.]+)?")
        is_open = part in {"GPL", "LGPL", "AGPL"}
        yield from (t for t in _TEXTS_OF_R if t == part or (is_open and family.fullmatch(t)))
        return
    name, operator, number = bound.groups()
    name = _LONG.get(name.lower(), name)
    lowest = float(".".join(number.split(".")[:2]))
    for text in _TEXTS_OF_R:
        family_of, _, version = text.rpartition("-")
        if family_of == name:
            is_met = float(version) >= lowest if ">" in operator else float(version) == lowest
            if is_met:
                yield text
