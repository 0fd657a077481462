"""Write the reference pages that are generated from the code; `make docs` runs this."""

from pathlib import Path

from conda_sluice.cli.reference import PAGE, render_page
from conda_sluice.config.reference import reference_files
from conda_sluice.recipe.lint.page import PAGE as LINT_PAGE
from conda_sluice.recipe.lint.page import render_page as render_lint_page

ROOT = Path(__file__).parent.parent

pages = {**reference_files(), PAGE: render_page(), LINT_PAGE: render_lint_page()}
for path, text in pages.items():
    (ROOT / path).write_text(text, encoding="utf-8")
