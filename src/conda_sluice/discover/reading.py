"""Reads files of a source tree that somebody else wrote: bounded, inside the tree, as UTF-8."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from conda_sluice.effects.source_tree import LEFT_BEHIND
from conda_sluice.errors import NotUnpackedError, ProjectError

MAX_BYTES = 4_000_000
"""No file that says how to build a project is larger than this."""

MAX_FILES = 50_000
"""Where a source tree has more files, looking for suffixes ends there."""

_USUAL_LENGTH = 50_000
"""Characters; what is longer is parsed anew each time and not kept."""

_LEFT_BEHIND = LEFT_BEHIND.decode("ascii")

SKIPPED_FOLDERS = frozenset(
    {"build", "dist", "node_modules", "__pycache__", "venv", "env", "site-packages"}
)

Table = Mapping[str, object]


def read_text(path: Path, root: Path) -> str:
    """Return the text of a file of the project at `root`; "" where there is none.

    Raise ProjectError for a file that is too large, or whose link leads out of the project;
    NotUnpackedError where the content was left in an archive.
    """
    if not path.is_file():
        return ""
    if not path.resolve().is_relative_to(root.resolve()):
        raise ProjectError(
            "the link leads out of the project", str(path), "put the file itself here"
        )
    if path.stat().st_size > MAX_BYTES:
        raise ProjectError(
            f"the file is larger than {MAX_BYTES // 1_000_000} MB",
            str(path),
            "is it the right file?",
        )
    content = path.read_text("utf-8", errors="replace")
    if content.startswith(_LEFT_BEHIND):
        raise NotUnpackedError("what stands in this file is no text", str(path))
    return content.removeprefix("\ufeff")


def read_toml(path: Path, root: Path) -> Table:
    """Return a TOML file's content, empty where there is no file; errors name line and column."""
    content = read_text(path, root)
    try:
        return _parse_toml(content) if len(content) < _USUAL_LENGTH else tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        message = str(error).splitlines()[0]
        raise ProjectError(f"this is no TOML: {message}", str(path), "correct the file") from error


@lru_cache(maxsize=1024)
def _parse_toml(content: str) -> Table:
    """Parse once what several questions about a project look into; nobody changes it."""
    return tomllib.loads(content)


def table(parent: Table, *keys: str) -> Table:
    """Return the table below `keys`, empty where there is none."""
    here: object = parent
    for key in keys:
        here = here.get(key) if isinstance(here, Mapping) else None
    return here if isinstance(here, Mapping) else {}


def text(parent: Table, key: str) -> str:
    """Return a string, "" where there is none."""
    value = parent.get(key)
    return value.strip() if isinstance(value, str) else ""


def texts(parent: Table, key: str) -> tuple[str, ...]:
    """Return a list of strings; a single string is a list of one."""
    value = parent.get(key)
    if isinstance(value, str):
        return (value.strip(),)
    if not isinstance(value, Sequence):
        return ()
    return tuple(item.strip() for item in value if isinstance(item, str))


def walk(root: Path, *, depth: int = 8) -> Iterator[Path]:
    """Yield the files below `root` in a fixed order, without links, hidden and built folders."""
    for count, path in enumerate(_walk(root, depth)):
        if count >= MAX_FILES:
            return
        yield path


def _walk(folder: Path, depth: int) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.is_symlink() or path.name.startswith("."):
            continue
        if path.is_file():
            yield path
        elif depth and path.is_dir() and path.name not in SKIPPED_FOLDERS:
            yield from _walk(path, depth - 1)


def matching(root: Path, patterns: Sequence[str]) -> tuple[str, ...]:
    """Return the files below `root` that match glob patterns, as sorted relative paths.

    Patterns that are absolute or climb with `..` match nothing.
    """
    usable = [p for p in patterns if p and not p.startswith("/") and ".." not in Path(p).parts]
    found = (path for pattern in usable for path in root.glob(pattern))
    return tuple(sorted({path.relative_to(root).as_posix() for path in found if path.is_file()}))
