"""Who is asked where the files of a project do not suffice: nobody, unless somebody says so."""

from pathlib import Path


def ask_nothing(_root: Path) -> str:
    """Answer that nobody is asked: what stands in no file stays unknown."""
    return ""
