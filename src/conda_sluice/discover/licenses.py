"""Licences: what people write, as SPDX expressions, and the files that hold their text."""

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from conda_sluice.discover.reading import matching, read_text

if TYPE_CHECKING:
    from license_expression import Licensing

LICENSE_FILES = ("LICEN[CS]E*", "licen[cs]e*", "COPYING*", "NOTICE*", "LICEN[CS]ES/*")

CLASSIFIERS = {
    "Academic Free License (AFL)": "AFL-3.0",
    "Apache Software License": "Apache-2.0",
    "Artistic License": "Artistic-2.0",
    "BSD License": "BSD-3-Clause",
    "Boost Software License 1.0 (BSL-1.0)": "BSL-1.0",
    "European Union Public Licence 1.2 (EUPL 1.2)": "EUPL-1.2",
    "GNU Affero General Public License v3": "AGPL-3.0-only",
    "GNU Affero General Public License v3 or later (AGPLv3+)": "AGPL-3.0-or-later",
    "GNU General Public License v2 (GPLv2)": "GPL-2.0-only",
    "GNU General Public License v2 or later (GPLv2+)": "GPL-2.0-or-later",
    "GNU General Public License v3 (GPLv3)": "GPL-3.0-only",
    "GNU General Public License v3 or later (GPLv3+)": "GPL-3.0-or-later",
    "GNU Lesser General Public License v2 (LGPLv2)": "LGPL-2.0-only",
    "GNU Lesser General Public License v2 or later (LGPLv2+)": "LGPL-2.0-or-later",
    "GNU Lesser General Public License v3 (LGPLv3)": "LGPL-3.0-only",
    "GNU Lesser General Public License v3 or later (LGPLv3+)": "LGPL-3.0-or-later",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "MIT No Attribution License (MIT-0)": "MIT-0",
    "Mozilla Public License 1.1 (MPL 1.1)": "MPL-1.1",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "The Unlicense (Unlicense)": "Unlicense",
    "zlib/libpng License": "Zlib",
    "Zero-Clause BSD (0BSD)": "0BSD",
}
"""The last part of PyPI's `License ::` classifiers."""

_SAID = {
    "apache": "Apache-2.0",
    "apache 2": "Apache-2.0",
    "apache 2.0": "Apache-2.0",
    "apache license": "Apache-2.0",
    "apache license 2": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "apache license version 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "apache software license 2.0": "Apache-2.0",
    "2 clause bsd": "BSD-2-Clause",
    "3 clause bsd": "BSD-3-Clause",
    "bsd": "BSD-3-Clause",
    "bsd license": "BSD-3-Clause",
    "bsd 2 clause": "BSD-2-Clause",
    "bsd 2 clause license": "BSD-2-Clause",
    "bsd 3 clause": "BSD-3-Clause",
    "bsd 3 clause license": "BSD-3-Clause",
    "modified bsd": "BSD-3-Clause",
    "modified bsd license": "BSD-3-Clause",
    "new bsd": "BSD-3-Clause",
    "new bsd license": "BSD-3-Clause",
    "simplified bsd": "BSD-2-Clause",
    "gplv2": "GPL-2.0-only",
    "gplv2+": "GPL-2.0-or-later",
    "gplv3": "GPL-3.0-only",
    "gplv3+": "GPL-3.0-or-later",
    "lgplv3": "LGPL-3.0-only",
    "lgplv3+": "LGPL-3.0-or-later",
    "agplv3": "AGPL-3.0-only",
    "agplv3+": "AGPL-3.0-or-later",
    "isc license": "ISC",
    "mit license": "MIT",
    "the mit license": "MIT",
    "the mit license (mit)": "MIT",
    "mpl2": "MPL-2.0",
    "mpl 2.0": "MPL-2.0",
    "mozilla public license 2.0": "MPL-2.0",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "psf": "PSF-2.0",
    "public domain": "LicenseRef-Public-Domain",
    "unlicense": "Unlicense",
}
"""What people write as a licence, in lower case and with `-` and `,` as spaces."""

_TEXTS = (
    ("GNU AFFERO GENERAL PUBLIC LICENSE Version 3", "AGPL-3.0-only"),
    ("GNU LESSER GENERAL PUBLIC LICENSE Version 3", "LGPL-3.0-only"),
    ("GNU LESSER GENERAL PUBLIC LICENSE Version 2.1", "LGPL-2.1-only"),
    ("GNU GENERAL PUBLIC LICENSE Version 3", "GPL-3.0-only"),
    ("GNU GENERAL PUBLIC LICENSE Version 2", "GPL-2.0-only"),
    ("Apache License Version 2.0", "Apache-2.0"),
    ("Mozilla Public License Version 2.0", "MPL-2.0"),
    ("Mozilla Public License, version 2.0", "MPL-2.0"),
    ("Boost Software License - Version 1.0", "BSL-1.0"),
    ("Permission is hereby granted, free of charge, to any person obtaining a copy", "MIT"),
    ("Permission to use, copy, modify, and/or distribute this software for any purpose", "ISC"),
    ("Permission to use, copy, modify, and distribute this software for any purpose", "ISC"),
    ("Zope Public License (ZPL) Version 2.1", "ZPL-2.1"),
    ("Licensed under the Apache License, Version 2.0", "Apache-2.0"),
    ("PYTHON SOFTWARE FOUNDATION LICENSE VERSION 2", "PSF-2.0"),
    ('This program, "bzip2", the associated library "libbzip2"', "bzip2-1.0.6"),
    ("This is free and unencumbered software released into the public domain", "Unlicense"),
    ("This software is provided 'as-is', without any express or implied warranty", "Zlib"),
)
"""A sentence that stands near the start of a licence's text."""

_REFERENCE = re.compile(r"\bLicenseRef-[A-Za-z0-9.-]+")

_GRANT = re.compile(
    r"under the terms of the gnu (affero |lesser |library )?general public license,? as published"
    r" by the free software foundation[;,:]? (?:either )?version (\d(?:\.\d)?)(?: of the license)?"
    r"(,? or,? \(?at your option\)?,? any later version)?"
)
"""What stands at the head of a file that grants the terms of a GNU licence."""

_COMMON = frozenset(
    one for one in (*CLASSIFIERS.values(), *_SAID.values()) if not one.startswith("LicenseRef-")
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
    return _SAID.get(key) or _normalised(line)


def spdx_of_classifiers(classifiers: Sequence[str]) -> str:
    """Return the SPDX expression of `License ::` classifiers, joined by OR; "" where unclear."""
    said = [c.rpartition("::")[2].strip() for c in classifiers if c.startswith("License ::")]
    known = [CLASSIFIERS[one] for one in said if one in CLASSIFIERS]
    return " OR ".join(dict.fromkeys(known))


def spdx_of_text(content: str) -> str:
    """Return the licence whose text a file holds, "" where it is not a common one."""
    start = " ".join(content[:4000].split())
    small = start.lower()
    if granted := _granted(small):
        return granted
    found = next((spdx for sentence, spdx in _TEXTS if sentence.lower() in small), "")
    if found == "MIT" and "software is provided" in small and "permission notice" not in small:
        return "MIT-0"
    return found + _exception(found, small) if found else _bsd_of_text(start)


def _granted(small: str) -> str:
    """Return the GNU licence whose terms a notice grants, with or without later versions."""
    grant = _GRANT.search(small)
    if not grant:
        return ""
    family = {"affero ": "AGPL", "lesser ": "LGPL", "library ": "LGPL"}.get(grant[1], "GPL")
    number = grant[2] if "." in grant[2] else f"{grant[2]}.0"
    return f"{family}-{number}-{'or-later' if grant[3] else 'only'}"


def _exception(found: str, small: str) -> str:
    """Return the exception for linking that libraries under the GPL give."""
    if found == "GPL-2.0-only" and "unlimited permission to link the compiled version" in small:
        return " WITH GCC-exception-2.0"
    return ""


def _bsd_of_text(start: str) -> str:
    if "Redistribution and use in source and binary forms" not in start:
        return ""
    if "must not be misrepresented" in start:
        return ""  # clauses of another licence
    if "All advertising materials mentioning features" in start:
        return "BSD-4-Clause"
    is_three = re.search(
        r"neither the name|names? of (its|the|any) .{0,60}contributors", start, re.IGNORECASE
    )
    return "BSD-3-Clause" if is_three else "BSD-2-Clause"


def license_files(root: Path, named: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the files with licence texts: the `named` ones (globs), else those at the top."""
    chosen = matching(root, named) if named else ()
    return chosen or matching(root, LICENSE_FILES)


def spdx_of_files(root: Path, files: Sequence[str]) -> str:
    """Return the licence that the first understood one of `files` holds, "" where none is."""
    return next(
        (found for file in files if (found := spdx_of_text(read_text(root / file, root)))), ""
    )


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
