"""Files of requirements that developers install by hand, such as requirements-dev.txt."""

import re
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement

from conda_sluice.discover.reading import read_text

_OF_TESTS = re.compile(
    r"(?:(?:dev|test|tests|testing)[-_.])?requirements(?:[-_.](?:dev|test|tests|testing|all))?\.txt"
)
_FOLDERS = ("", "requirements", "tests", "test")
_OPTION = re.compile(r"\s+(?:--hash\b|#|\\).*$")


def find_requirement_files(root: Path) -> dict[str, tuple[str, ...]]:
    """Return what such files ask for, by their place; what pip alone understands is left out.

    Exact versions are those of one day, so that the names alone count.
    """
    found: dict[str, tuple[str, ...]] = {}
    for folder in _FOLDERS:
        for path in sorted((root / folder).glob("*.txt")):
            is_named = _OF_TESTS.fullmatch(path.name) or folder == "requirements"
            if is_named and (lines := tuple(_requirements(read_text(path, root)))):
                found[path.relative_to(root).as_posix()] = lines
    return found


def _requirements(content: str) -> Iterator[str]:
    for raw in content.splitlines():
        line = _OPTION.sub("", raw).strip()
        if not line or line.startswith(("#", "-")):
            continue
        try:
            requirement = Requirement(line)
        except InvalidRequirement:
            continue
        if any(one.operator in ("==", "===") for one in requirement.specifier):
            marker = f" ; {requirement.marker}" if requirement.marker else ""
            yield f"{requirement.name}{marker}"
        else:
            yield line
