"""Which part of a project's metadata only its build backend can tell, and asking for it."""

from pathlib import Path

from conda_sluice.discover.python.metadata import PythonMetadata
from conda_sluice.discover.python.told import from_core_metadata
from conda_sluice.ports import AskBackend


def ask_nothing(_root: Path) -> str:
    """Answer that nobody is asked: what stands in no file stays unknown."""
    return ""


def completed(root: Path, read: PythonMetadata, ask_backend: AskBackend) -> PythonMetadata:
    """Return `read` with its gaps filled by the backend, which is asked only where there are some.

    The version is no gap: where no file says it, git does.
    """
    if read.name and read.dependencies is not None:
        return read
    return read.over(from_core_metadata(ask_backend(root)))
