"""The named lists of requirements of a Python project: its extras and dependency groups."""

from collections.abc import Mapping
from pathlib import Path

from conda_sluice.discover.python.metadata import PythonMetadata, requires_of_setup_cfg
from conda_sluice.discover.python.poetry import groups_of
from conda_sluice.discover.python.requirement_files import find_requirement_files
from conda_sluice.discover.python.setup_py import SetupPy
from conda_sluice.discover.reading import Table, table


def find_groups(
    root: Path, pyproject: Table, setup: SetupPy, metadata: PythonMetadata
) -> Mapping[str, tuple[str, ...]]:
    """Return extras and dependency groups together, `include-group` followed.

    Behind them are the lists that only people know: files of requirements. `tests_require` is what
    setuptools once installed before it ran tests.
    """
    declared = table(pyproject, "dependency-groups")
    groups: dict[str, tuple[str, ...]] = dict(groups_of(pyproject))
    for name in declared:
        groups[name] = groups.get(name, ()) + tuple(_group(declared, name, depth=5))
    for name, requires in metadata.extras or ():
        groups[name] = groups.get(name, ()) + requires
    if told := setup.tests_require or requires_of_setup_cfg(root, "tests_require"):
        groups["tests_require"] = told
    return groups | find_requirement_files(root)


def _group(declared: Table, name: str, *, depth: int) -> list[str]:
    """Return one dependency group; including goes at most `depth` groups deep."""
    items = declared.get(name)
    found: list[str] = []
    for item in items if isinstance(items, list) else []:
        match item:
            case str():
                found.append(item)
            case {"include-group": str(included)} if depth:
                found += _group(declared, included, depth=depth - 1)
            case _:
                pass
    return found
