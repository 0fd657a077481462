"""In what two packages differ, as JSON."""

from conda_sluice.model.comparison import Comparison
from conda_sluice.model.package import PackageRecord
from conda_sluice.report.json_value import Json


def comparison_json(found: Comparison) -> Json:
    """Return `sluice.diff/1`: every file that is not the same in both packages."""
    return {
        "schema": "sluice.diff/1",
        "first": _package(found.first),
        "second": _package(found.second),
        "outcome": "different" if found.unexplained else "same-but-version",
        "same": found.same,
        "differences": [
            {"file": one.path, "likeness": one.likeness.value, "text": one.text}
            for one in found.differences
        ],
        "environment": None if found.environment is None else list(found.environment),
    }


def _package(record: PackageRecord) -> Json:
    return {
        "name": record.name,
        "version": record.version,
        "build": record.build,
        "subdir": record.subdir,
        "file": record.file,
        "sha256": record.sha256,
    }
