"""DESCRIPTION's License field: as SPDX, as conda's licence family, and where its texts lie."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from conda_sluice.discover.licenses import spdx_of

_UNLIMITED = "LicenseRef-Unlimited"
_GNU = {"GPL": ("2.0", "3.0"), "LGPL": ("2.0", "2.1", "3.0"), "AGPL": ("3.0",)}
"""The GNU licences' versions that R knows."""

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
    "Unlimited": _UNLIMITED,
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
_VERSION = re.compile(r"(.+?),? (?:version|v\.?) ?([0-9]+(?:\.[0-9]+)*)", re.IGNORECASE)
_CREATIVE = re.compile(r"CC(?:[ -](BY(?:-NC)?(?:-ND|-SA)?)|0)[ -](\d\.\d)")
_FILE = re.compile(r"\+?\s*\bfile\s+([^\s|,+]+)", re.IGNORECASE)
_LONG = {
    "gnu general public license": "GPL",
    "gnu lesser general public license": "LGPL",
    "gnu affero general public license": "AGPL",
    "apache": "Apache License",
    "apache license": "Apache License",
    "artistic license": "Artistic",
    "common public license": "CPL",
    "eclipse public license": "EPL",
    "gnu library general public license": "LGPL",
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
    if len(set(known)) > 1:  # who may choose takes the licence that SPDX has a name for
        known = [one for one in known if one != _UNLIMITED]
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
    for family, versions in _GNU.items():
        said = [one for version in versions if (one := f"{family}-{version}-only") in ids]
        if len(said) > 1 and said[-1].endswith("-3.0-only"):
            ids[ids.index(said[0])] = said[0].replace("-only", "-or-later")
            ids = [one for one in ids if one not in said]
    return ids


def _spdx(part: str) -> str:
    if creative := _CREATIVE.fullmatch(part):
        return f"CC-{creative[1]}-{creative[2]}" if creative[1] else f"CC0-{creative[2]}"
    bounded = _bounded(part)
    if bounded is None:
        return _NAMES.get(_LONG.get(part.lower(), part)) or spdx_of(part)
    name, is_open, number = bounded
    match name:
        case "GPL" | "LGPL" | "AGPL":
            return f"{name}-{number}-{'or-later' if is_open else 'only'}"
        case "Apache License":
            return f"Apache-{number}"
        case "MPL" | "EUPL" | "Artistic" | "EPL" | "BSL" | "CPL":
            return f"{name}-{number}"
        case _:
            return _NAMES.get(f"{name} {number}", "") or _NAMES.get(name, "") or spdx_of(part)


def _bounded(part: str) -> tuple[str, bool, str] | None:
    """Return R's name of a licence, whether later versions count too, and the version."""
    if found := _BOUND.fullmatch(part):
        name, operator, number = found.groups()
    elif found := _VERSION.fullmatch(part):
        name, operator, number = found[1], "==", found[2]
    else:
        return None
    name = _LONG.get(name.lower(), name)
    return name, ">" in operator, _version(name, number)


def _version(name: str, number: str) -> str:
    """Return a version that the licence has; some write `GPL (>= 2.15)`, which is one of R."""
    if name in _GNU:
        first = f"{number.split('.', maxsplit=1)[0]}.0"
        return next((one for one in _GNU[name] if number.startswith(one)), first)
    return number if "." in number else f"{number}.0"


def _texts(part: str) -> Iterator[str]:
    """Yield the texts that R has for one alternative; an open bound takes the later ones too."""
    bounded = _bounded(part)
    if bounded is None:
        name = _LONG.get(part.lower(), part)
        family = re.compile(rf"{re.escape(name)}(-[0-9.]+)?")
        is_open = name in _GNU
        yield from (t for t in _TEXTS_OF_R if t == name or (is_open and family.fullmatch(t)))
        return
    name, is_open, number = bounded
    for text in _TEXTS_OF_R:
        family_of, _, version = text.rpartition("-")
        if family_of == name:
            lowest = float(".".join(number.split(".")[:2]))
            if float(version) >= lowest if is_open else float(version) == lowest:
                yield text
