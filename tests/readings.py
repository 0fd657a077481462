"""Read a recipe.yaml in a folder of its own that goes again."""

import tempfile
from pathlib import Path

from conda_sluice.recipe.v1 import read as reader


def read_v1(text, **how):
    """Return what the reader gives."""
    with tempfile.TemporaryDirectory() as folder:
        return reader.read_v1(text, **how, scratch=Path(folder))
