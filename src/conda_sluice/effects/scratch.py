"""A folder that is there for a while: for libraries that want to read or write files."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Make an empty folder that goes when the block ends, whatever happened in it."""
    with tempfile.TemporaryDirectory(prefix="sluice-") as folder:
        yield Path(folder)
