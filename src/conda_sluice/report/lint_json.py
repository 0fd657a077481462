"""Remarks on recipes as JSON."""

from collections.abc import Sequence

from conda_sluice.model.lint import Finding
from conda_sluice.model.outcome import LintOutcome
from conda_sluice.report.json_value import Json


def lint_json(outcomes: Sequence[LintOutcome]) -> Json:
    """Return `sluice.lint/1`: the remarks on each recipe, and what was repaired."""
    return {"schema": "sluice.lint/1", "recipes": [_recipe(one) for one in outcomes]}


def _recipe(outcome: LintOutcome) -> Json:
    return {
        "file": str(outcome.file),
        "error": outcome.error,
        "findings": [_finding(one) for one in outcome.findings],
        "repaired": [_finding(one) for one in outcome.repaired],
    }


def _finding(finding: Finding) -> Json:
    return {
        "id": finding.id,
        "name": finding.name,
        "level": str(finding.level),
        "line": finding.line,
        "message": finding.message,
        "can_be_repaired": finding.edit is not None,
    }
