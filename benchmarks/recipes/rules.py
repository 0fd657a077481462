"""Which different words mean the same: all rules of the comparison, each with its reason.

They are laid over both recipes, the accepted one and the one that is scored.
"""

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase

_REPLACED = {
    "jpeg": "libjpeg-turbo",
    "xz": "liblzma",
    "boost-cpp": "libboost",
    "libwebp": "libwebp-base",
}
"""Packages in whose place conda-forge asks for others since: what old recipes could not know."""
_OLD_IDENTIFIER = re.compile(r"\b([AL]?GPL)[- ]v?(\d\.\d)(?![\w.+-])")


def same_name(name: str) -> str:
    """Return the word under which a requirement is compared.

    Case and the separators `-`, `_`, `.` do not matter: PyPI names are equal under them (PEP 503)
    and conda-forge carries both spellings of many (typing-extensions, setuptools_scm). A
    development package counts as the library that it is split from (libxml2-devel, libxml2),
    since that split is younger than many recipes; a package that another one has replaced counts
    as that one (jpeg, libjpeg-turbo).
    """
    word = re.sub(r"(?<=[a-z0-9])[-_.]+", "-", name.lower()).removesuffix("-devel")
    return _REPLACED.get(word, word)


def comparable(names: Iterable[str], accepted: Iterable[str], section: str) -> frozenset[str]:
    """Return what counts of a section of either recipe, given the accepted section.

    Two names count only where the accepted recipe has them. `stdlib('c')`: conda-forge asks for it
    beside every compiler since 2024, so a recipe that lacks it is older, not better. `wheel` in
    host: setuptools needed it beside itself until 70.1, and recipes kept or dropped it at will.
    """
    optional = {("build", "stdlib:c"), ("host", "wheel")}
    known = {same_name(name) for name in accepted}
    words = {same_name(name) for name in names}
    return frozenset(word for word in words if word in known or (section, word) not in optional)


def same_licence(one: str, other: str) -> bool:
    """Tell whether two licence expressions are equivalent; `-only` and `-or-later` matter.

    What SPDX wrote before it had these two (GPL-3.0) speaks of neither, so either is the same; and
    `BSD 3-Clause` is the licence whose identifier has a hyphen there.
    """
    one, other = (re.sub(r"(?i)\bBSD (?=\d-Clause)", "BSD-", said) for said in (one, other))
    for family, number in {*_OLD_IDENTIFIER.findall(one), *_OLD_IDENTIFIER.findall(other)}:
        any_of = re.compile(rf"\b{family}[- ]v?{re.escape(number)}(?:-only|-or-later)?(?![\w.+-])")
        one, other = (any_of.sub(f"{family}-{number}-only", said) for said in (one, other))
    if one.casefold() == other.casefold():
        return True
    if not one or not other:
        return False
    from license_expression import ExpressionError, get_spdx_licensing

    licensing = get_spdx_licensing()
    try:
        return bool(licensing.is_equivalent(one, other))
    except ExpressionError:
        return False


def covered(file: str, tested: Iterable[str]) -> bool:
    """Tell whether one of the tests asks for this file, by its path or by a pattern."""
    return any(fnmatchcase(same_file(file), same_file(pattern)) for pattern in tested)


def same_file(path: str) -> str:
    """Return the path under which a file of the tests is compared.

    conda-build sets SHLIB_EXT to what shared libraries end with, `.so` on linux-64; recipes write
    either.
    """
    return re.sub(r"\$(?:\{SHLIB_EXT\}|SHLIB_EXT\b)", ".so", path)
