"""Licences: what people write, as SPDX expressions, and the files that hold their text."""

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from conda_sluice.discover.license_names import CLASSIFIERS, SAID
from conda_sluice.discover.reading import matching, read_text

if TYPE_CHECKING:
    from license_expression import Licensing

LICENSE_FILES = ("LICEN[CS]E*", "[Ll]icen[cs]e*", "COPYING*", "NOTICE*", "LICEN[CS]ES/*")

_TEXTS = (
    ("GNU AFFERO GENERAL PUBLIC LICENSE Version 3", "AGPL-3.0-only"),
    ("GNU LESSER GENERAL PUBLIC LICENSE Version 3", "LGPL-3.0-only"),
    ("GNU LESSER GENERAL PUBLIC LICENSE Version 2.1", "LGPL-2.1-only"),
    ("GNU LIBRARY GENERAL PUBLIC LICENSE Version 2", "LGPL-2.0-only"),
    ("GNU GENERAL PUBLIC LICENSE Version 3", "GPL-3.0-only"),
    ("GNU GENERAL PUBLIC LICENSE Version 2", "GPL-2.0-only"),
    ("Apache License Version 2.0", "Apache-2.0"),
    ("Licensed under the Apache License, Version 2.0", "Apache-2.0"),
    ("Mozilla Public License Version 2.0", "MPL-2.0"),
    ("Mozilla Public License, version 2.0", "MPL-2.0"),
    ("subject to the terms of the Mozilla Public License, v. 2.0", "MPL-2.0"),
    ("subject to the terms of the Mozilla Public License v. 2.0", "MPL-2.0"),
    ("Mozilla Public License Version 1.1", "MPL-1.1"),
    ("Boost Software License - Version 1.0", "BSL-1.0"),
    ("Boost Software License, Version 1.0", "BSL-1.0"),
    ("Eclipse Public License - v 2.0", "EPL-2.0"),
    ("Eclipse Public License - v 1.0", "EPL-1.0"),
    ("Eclipse Public License -v 1.0", "EPL-1.0"),
    ("Common Public License Version 1.0", "CPL-1.0"),
    ("COMMON DEVELOPMENT AND DISTRIBUTION LICENSE (CDDL) Version 1.0", "CDDL-1.0"),
    ("European Union Public Licence v. 1.2", "EUPL-1.2"),
    ("EUROPEAN UNION PUBLIC LICENCE v. 1.1", "EUPL-1.1"),
    ("CeCILL-C license", "CECILL-C"),
    ("CeCILL-B license", "CECILL-B"),
    ("CeCILL-C FREE SOFTWARE LICENSE", "CECILL-C"),
    ("CeCILL-B FREE SOFTWARE LICENSE", "CECILL-B"),
    ("CeCILL FREE SOFTWARE LICENSE", "CECILL-2.1"),
    ("Creative Commons Legal Code CC0 1.0 Universal", "CC0-1.0"),
    ("CC0 1.0 Universal Statement of purpose", "CC0-1.0"),
    ("is licensed under the MIT license", "MIT"),
    ("is released under the MIT license", "MIT"),
    ("Artistic License 2.0", "Artistic-2.0"),
    ("SIL OPEN FONT LICENSE Version 1.1", "OFL-1.1"),
    ("UNICODE LICENSE V3", "Unicode-3.0"),
    ("University of Illinois/NCSA Open Source License", "NCSA"),
    ("The FreeType Project LICENSE", "FTL"),
    ("PNG Reference Library License version 2", "libpng-2.0"),
    ("Minpack Copyright Notice", "Minpack"),
    ("may be freely copied, modified, and redistributed under the following conditions", "Qhull"),
    ('For the purposes of this copyright and license, "Info-ZIP" is defined as', "Info-ZIP"),
    ("The OpenLDAP Public License Version 2.8", "OLDAP-2.8"),
    ("ICU License - ICU 1.8.1 and later", "ICU"),
    ("JasPer License Version 2.0", "JasPer-2.0"),
    ("The Apache Software License, Version 1.1", "Apache-1.1"),
    ("Universal Permissive License (UPL), Version 1.0", "UPL-1.0"),
    ("Educational Community License, Version 2.0", "ECL-2.0"),
    ("Microsoft Public License (Ms-PL)", "MS-PL"),
    ("Mulan Permissive Software License, Version 2", "MulanPSL-2.0"),
    ("THE Q PUBLIC LICENSE version 1.0", "QPL-1.0"),
    ("this software is based in part on the work of the Independent JPEG Group", "IJG"),
    ("May you do good and not evil", "blessing"),
    ("DO WHAT THE FUCK YOU WANT TO PUBLIC LICENSE", "WTFPL"),
    ("Permission to freely use, copy, modify, and distribute this software and its", "CFITSIO"),
    ("Access and use of this software shall impose the following obligations", "NetCDF"),
    ("Permission is hereby granted, free of charge, to any person obtaining a copy", "MIT"),
    ("granted, without written agreement and without license or royalty fees", "MIT"),
    ("Permission to use, copy, modify, and/or distribute this software for any purpose", "ISC"),
    ("Permission to use, copy, modify, and distribute this software for any purpose", "ISC"),
    ("Permission to use, copy, modify, and distribute this software and its", "HPND"),
    ("Permission to use, copy, modify and distribute this software and its", "HPND"),
    ("Permission to use, copy, modify, distribute, and sell this software and its", "HPND"),
    ("Zope Public License (ZPL) Version 2.1", "ZPL-2.1"),
    ("PYTHON SOFTWARE FOUNDATION LICENSE VERSION 2", "PSF-2.0"),
    ('This program, "bzip2", the associated library "libbzip2"', "bzip2-1.0.6"),
    ("This is free and unencumbered software released into the public domain", "Unlicense"),
    ("This software is provided 'as-is', without any express or implied warranty", "Zlib"),
    ("This software is provided 'as-is' without any express or implied warranty", "Zlib"),
)
"""A sentence that stands in a licence's text: what comes first in a file is its licence."""

_VARIANTS = (
    ("MIT", "redistributions of source code must retain", "permission notice", "NCSA"),
    ("MIT", "software is provided", "permission notice", "MIT-0"),
    ("ISC", "in advertising or otherwise to promote", "", "curl"),
    ("ISC", "software is provided", "appear in all copies", "0BSD"),
    ("HPND", "without a written agreement is hereby granted", "", "PostgreSQL"),
    (
        "GPL-2.0-only",
        "unlimited permission to link the compiled version",
        "",
        "GPL-2.0-only WITH GCC-exception-2.0",
    ),
    (
        "Apache-2.0",
        "llvm exceptions to the apache 2.0 license",
        "",
        "Apache-2.0 WITH LLVM-exception",
    ),
)
"""A licence, words that its text has and lacks, and the variant that this is."""

_SMALL = tuple((" ".join(text.lower().split()), spdx) for text, spdx in _TEXTS)
_BSD = "redistribution and use in source and binary forms"
_START = 16_000
"""Characters, in which a text shows what it is."""
_M = re.MULTILINE

_REFERENCE = re.compile(r"\bLicenseRef-[A-Za-z0-9.-]+")

_GRANT = re.compile(
    r"the gnu (affero |lesser |library )?(?:general )?public license,?(?: \((?:gnu )?[al]?gpl\))?,?"
    r"(?:,? (?:as )?published by the free software foundation)?"
    r"[;,:]? (?:either )?(?:\(?version|v\.?) ?(\d(?:\.\d)?)\)?(?: of the licen[cs]e)?"
    r"( only| as published| ?,? or,? ?\(?at your (?:option|choice)\)?,? ?(?:any|a) (?:later|newer)"
    r"| ?,? or (?:\(?at your option\)? )?(?:any )?(?:later|newer|above))?"
)
"""What stands at the head of a file that grants the terms of a GNU licence."""

_GNU = re.compile(
    r"(?:the )?(?:gnu )?(?:(a|l)?gpl|(?:(a)ffero |(l)esser )?general public licen[cs]e),?"
    r"[- ]?(?:v|version )?(\d)(?:\.(\d))?( ?\+| ?\(?,?[- ]?or[- ](?:later|newer)\)?|[- ]only)?"
)
"""A GNU licence as people write it."""

_COMMON = frozenset(
    one for one in (*CLASSIFIERS.values(), *SAID.values()) if not one.startswith("LicenseRef-")
)
"""SPDX identifiers that need no look into the list of all, which takes a tenth of a second."""


def spdx_of(said: str) -> str:
    """Return an SPDX expression for what somebody wrote as a licence, "" where it is not clear."""
    line = " ".join(said.split())
    if not line or len(line) > 200:  # noqa: PLR2004 - a whole licence text is no name of one
        return ""
    if line in _COMMON:
        return line
    key = re.sub(r"[-,_\s]+", " ", line.lower()).strip()
    known = CLASSIFIERS.get(line) or SAID.get(key) or _gnu(line.lower())
    return known or _normalised(line) or _choice(line)


def _choice(line: str) -> str:
    """Return `BSD 3-Clause or Apache 2.0` with an identifier for each, "" where one is unclear."""
    words = re.split(r" or ", line, flags=re.IGNORECASE)
    parts = [spdx_of(one) for one in words] if len(words) > 1 else [""]
    return " OR ".join(parts) if all(one in _COMMON for one in parts) else ""


def spdx_of_classifiers(classifiers: Sequence[str]) -> str:
    """Return the SPDX expression of `License ::` classifiers, joined by OR; "" where unclear."""
    said = [c.rpartition("::")[2].strip() for c in classifiers if c.startswith("License ::")]
    known = [CLASSIFIERS[one] for one in said if one in CLASSIFIERS]
    return " OR ".join(dict.fromkeys(known))


def _gnu(said: str) -> str:
    found = _GNU.fullmatch(said)
    if not found:
        return ""
    family = (found[1] or found[2] or found[3] or "").upper()
    is_later = found[6] is not None and "only" not in found[6]
    number = f"{found[4]}.{found[5] or '0'}"
    return f"{family}GPL-{number}-{'or-later' if is_later else 'only'}"


def spdx_of_text(content: str) -> str:
    """Return the licence whose text a file holds, "" where it is not a common one."""
    small = _plain(content)
    places = [(place, spdx) for text, spdx in _SMALL if (place := small.find(text)) >= 0]
    if bsd := _bsd_of_text(small):
        places.append((small.find(_BSD), bsd))
    place, found = min(places, default=(len(small), ""))
    granted = _granted(small[: place if found else None])
    if granted:
        return granted
    return _refined(found, small) if found else ""


def _plain(content: str) -> str:
    """Return the start of a text in small letters, without what comments are drawn with."""
    start = content[:_START].lower().replace("\u2018", "'").replace("\u2019", "'")
    start = start.replace("``", "'").replace("''", "'")
    return " ".join(
        re.sub(r"^[ \t]*(?:/?\*+/?|//+|#+|[;!%|/>]+|--+|dnl)", " ", start, flags=_M).split()
    )


def _granted(small: str) -> str:
    """Return the GNU licence whose terms a notice grants, with or without later versions.

    Where the notice lets choose between two of them, both are said.
    """
    found: dict[str, None] = {}
    for grant in _GRANT.finditer(small):
        family = {"affero ": "AGPL", "lesser ": "LGPL", "library ": "LGPL"}.get(grant[1], "GPL")
        number = grant[2] if "." in grant[2] else f"{grant[2]}.0"
        if grant[1] == "lesser " and number == "2.0":  # it was called Library until 2.1
            number = "2.1"
        is_later = grant[3] is not None and not grant[3].endswith(("only", "published"))
        found[f"{family}-{number}-{'or-later' if is_later else 'only'}"] = None
    return " OR ".join(list(found)[:2])


def _refined(found: str, small: str) -> str:
    """Return the variant of a licence that more of its words tell, and exceptions from it."""
    for licence, has, lacks, variant in _VARIANTS:
        if found == licence and has in small and not (lacks and lacks in small):
            return variant
    return found


def _bsd_of_text(small: str) -> str:
    if _BSD not in small or "must not be misrepresented" in small:  # clauses of another licence
        return ""
    # another licence may follow in the same file
    clauses = small[small.find(_BSD) :][:3000].partition("this software is provided")[0]
    if "all advertising materials mentioning features" in clauses:
        return "BSD-4-Clause"
    is_three = re.search(
        r"neither the name|names? of (its|the|any) .{0,60}contributors"
        r"|names? .{0,80}(may not|must not|shall not) be used (to endorse|in|for)"
        r"|be used to endorse or promote",
        clauses,
    )
    return "BSD-3-Clause" if is_three else "BSD-2-Clause"


def license_files(root: Path, named: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the files with licence texts: the `named` ones (globs), else those at the top."""
    chosen = matching(root, named) if named else ()
    return chosen or matching(root, LICENSE_FILES)


def spdx_of_files(root: Path, files: Sequence[str]) -> str:
    """Return the licence that the first understood one of `files` holds, "" where none is.

    The LGPL 3 adds to the text of the GPL 3, which therefore stands beside it.
    """
    found = (spdx_of_text(read_text(root / file, root)) for file in files)
    understood = [one for one in found if one]
    first = understood[0] if understood else ""
    if not first.startswith("GPL-3.0"):
        return first
    return next((one for one in understood if one.startswith("LGPL-3.0")), first)


def _normalised(line: str) -> str:
    from license_expression import ExpressionError

    # LicenseRef- names stand for texts of one's own: the list does not know them, and may not
    listed = _REFERENCE.sub("MIT", line)
    try:
        _licensing().parse(listed, validate=True)
        parsed = _licensing().parse(line)
    except ExpressionError:
        return ""
    return "" if parsed is None else str(parsed)


@cache
def _licensing() -> "Licensing":
    from license_expression import get_spdx_licensing

    return get_spdx_licensing()
