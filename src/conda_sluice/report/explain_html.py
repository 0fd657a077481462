"""One page on a package in HTML: nothing is loaded from elsewhere, and nothing runs."""

from functools import cache
from typing import TYPE_CHECKING

from conda_sluice.model.explanation import Explanation
from conda_sluice.plan.way import remedy_of, steps_ahead, way_of
from conda_sluice.report import told
from conda_sluice.report.visible import visible

if TYPE_CHECKING:
    from jinja2 import Template


def explanation_html(explanation: Explanation, made: str) -> str:
    """Return the page; `made` is when it was made. Every text is escaped."""
    return _template().render(
        told=explanation,
        way=way_of(explanation),
        steps=steps_ahead(explanation),
        facts=tuple(told.facts_of(explanation)),
        made=made,
    )


@cache
def _template() -> "Template":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("conda_sluice.report"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "MARKS": told.MARKS,
        "RESULTS": told.RESULTS,
        "TESTS": told.TESTS,
        "VERDICTS": told.VERDICTS,
        "about_event": told.about_event,
        "headline": told.headline,
        "remedy_of": remedy_of,
        "ended": told.ended,
    }
    return environment.get_template("explain.html.j2")


def _shown(value: object) -> object:
    """Return what is to be printed: plain text, so that it is escaped, with nothing hidden."""
    return visible(str(value))
