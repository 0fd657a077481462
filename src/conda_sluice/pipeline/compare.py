"""Open two packages and compare what they hold."""

from pathlib import Path

from conda_sluice.effects.artifact import read_about, read_artifact, read_info
from conda_sluice.effects.package_files import list_files, read_files
from conda_sluice.model.comparison import Comparison
from conda_sluice.model.contents import PackageContents
from conda_sluice.plan.comparing.built_with import (
    RENDERED_RECIPE,
    placeholders,
    recorded_environment,
)
from conda_sluice.plan.comparing.compare import compare, pair_files
from conda_sluice.plan.origin import parse_origin


def compare_files(first: Path, second: Path) -> Comparison:
    """Compare two package files; raise PackageError for what is no sound package."""
    ours, theirs = _read(first), _read(second)
    to_read = pair_files(ours, theirs).to_read
    return compare(ours, theirs, read_files(first, to_read[0]), read_files(second, to_read[1]))


def _read(path: Path) -> PackageContents:
    record = read_artifact(path).record
    return PackageContents(
        record=record,
        files=list_files(path),
        origin=parse_origin(read_about(path), record.name),
        prefixes=placeholders(read_info(path, "info/paths.json")),
        environment=recorded_environment(read_info(path, RENDERED_RECIPE)),
    )
