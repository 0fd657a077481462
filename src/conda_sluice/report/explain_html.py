"""One page on a package in HTML: nothing is loaded from elsewhere, and nothing runs."""

from conda_sluice.model.explanation import Explanation
from conda_sluice.plan.way import steps_ahead, way_of
from conda_sluice.report import told
from conda_sluice.report.frame import render


def explanation_html(explanation: Explanation, made: str) -> str:
    """Return the page; `made` is when it was made. Every text is escaped."""
    return render(
        "explain.html.j2",
        told=explanation,
        way=way_of(explanation),
        steps=steps_ahead(explanation),
        facts=tuple(told.facts_of(explanation)),
        made=made,
    )
