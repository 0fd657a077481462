"""Which files of a source tree say under which terms it is."""

import re
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from conda_sluice.discover.reading import matching, walk

_LICENSE_FILE = re.compile(
    r"(?:copying|copyright|licen[cs]e).*|(?!\.)(?:.*[-_. ])?"
    r"(?:licen[cs](?:e|es|ing)|copying|copyrights?|notices?|patents|unlicense|[al]?gpl)"
    r"(?:[-_. ]?v?\d.*|[-_. ].*)?",
    re.IGNORECASE,
)
"""What files at the top are called that say under which terms a project is."""
_AT_TOP = ("*", "[Ll][Ii][Cc][Ee][Nn][CcSs][Ee][Ss]/*")
_LICENSES = re.compile(r"licen[cs]es/(?!readme)[^/]+", re.IGNORECASE)
"""A file in the folder that REUSE and others keep the texts in."""
_NO_LICENSE = frozenset(
    {
        *(".bat", ".c", ".cc", ".cfg", ".cmake", ".cpp", ".csv", ".gz", ".h", ".hpp", ".in"),
        *(".ini", ".java", ".js", ".json", ".m4", ".pdf", ".pl", ".png", ".ps", ".py", ".pyc"),
        *(".r", ".rb", ".sh", ".svg", ".toml", ".ts", ".xml", ".yaml", ".yml"),
    }
)
"""What programs, data and pictures end with."""


def license_files(root: Path, named: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the files with licence texts: the `named` ones (globs), else those that are usual.

    These are at the top and in its folder LICENSES, else among the documentation.
    """
    if chosen := matching(root, named) if named else ():
        return chosen
    usual = tuple(file for file in matching(root, _AT_TOP) if _is_license(file))
    return usual or tuple(
        file for file in matching(root, ("doc*/*",)) if _is_license(file.partition("/")[2])
    )


def vendored_licenses(root: Path) -> tuple[str, ...]:
    """Return the licence files of others' code that lies in folders for that.

    It goes into the package with the project's own, but for what tests are made with.
    """
    files = (path.relative_to(root) for path in walk(root) if _is_license(path.name))
    return tuple(
        one.as_posix()
        for one in files
        if _VENDORED.fullmatch(one.parent.as_posix()) and not _TESTING.search(one.as_posix())
    )


_VENDORED = re.compile(
    r"(?:[^/]+/){,4}(?:_?vendor(?:ed)?|_?externals?|extern|(?:third|3rd)[-_]?party|bundled|deps)"
    r"(?:/[^/]+)?",
    re.IGNORECASE,
)
_TESTING = re.compile(r"test|benchmark|catch2|example", re.IGNORECASE)


def _is_license(file: str) -> bool:
    is_named_so = _LICENSES.fullmatch(file) or ("/" not in file and _LICENSE_FILE.fullmatch(file))
    return bool(is_named_so) and PurePosixPath(file).suffix.lower() not in _NO_LICENSE
