"""A short page on what went wrong."""

from conda_sluice.report.frame import render


def trouble_page(title: str, text: str, up: str, made: str) -> str:
    """Return the page; `up` leads to the front page."""
    return render("trouble.html.j2", title=title, text=text, up=up, made=made)
