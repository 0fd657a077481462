"""Write the reference pages that are generated from the code; `make docs` runs this."""

from pathlib import Path

from conda_sluice.cli.reference import PAGE, render_page
from conda_sluice.config.reference import reference_files

ROOT = Path(__file__).parent.parent

for path, text in {**reference_files(), PAGE: render_page()}.items():
    (ROOT / path).write_text(text, encoding="utf-8")
