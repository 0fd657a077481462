"""What every page in HTML stands on: whatever a stranger wrote is text there, and seen."""

from functools import cache
from typing import TYPE_CHECKING

from conda_sluice.plan.way import remedy_of
from conda_sluice.report import told
from conda_sluice.report.measures import day_of, kind_of_gate, size_of
from conda_sluice.report.visible import visible

if TYPE_CHECKING:
    from jinja2 import Environment


def render(template: str, **values: object) -> str:
    """Return a page made of a template; every value is escaped."""
    return _environment().get_template(template).render(**values)


@cache
def _environment() -> "Environment":
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
        "day_of": day_of,
        "size_of": size_of,
        "kind_of_gate": kind_of_gate,
    }
    return environment


def _shown(value: object) -> object:
    """Return what is to be printed: plain text, so that it is escaped, with nothing hidden.

    What a macro of ours has made is a page already.
    """
    return value if hasattr(value, "__html__") else visible(str(value))
