"""Reads files of a source tree that somebody else wrote: bounded, inside the tree, as UTF-8."""

import errno
import os
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from pathlib import Path

from conda_sluice.effects.source_tree import LEFT_BEHIND
from conda_sluice.errors import NotUnpackedError, ProjectError

MAX_BYTES = 4_000_000
"""No file that says how to build a project is larger than this."""

MAX_FILES = 50_000
"""Where a source tree has more files and folders, looking for suffixes ends there."""

_MOST_KEPT = 16_000_000
"""Characters of texts that are kept, for whoever reads a file again."""

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_FORBIDDEN = frozenset({errno.EACCES, errno.EPERM})
_USUAL_LENGTH = 50_000
"""Characters; what is longer is parsed anew each time and not kept."""

_LEFT_BEHIND = LEFT_BEHIND.decode("ascii")

SKIPPED_FOLDERS = frozenset(
    {"build", "dist", "node_modules", "__pycache__", "venv", "env", "site-packages"}
)

Table = Mapping[str, object]


@dataclass(slots=True)
class _Look:
    """What was seen of source trees that nobody changes meanwhile."""

    texts: dict[tuple[Path, Path], str] = field(default_factory=dict)
    characters: int = 0
    is_inside: dict[tuple[Path, Path], bool] = field(default_factory=dict)
    listings: dict[Path, Sequence[tuple[str, bool]]] = field(default_factory=dict)


_LOOK: ContextVar[_Look | None] = ContextVar("_LOOK", default=None)


@contextmanager
def one_look(root: Path) -> Iterator[None]:
    """Read each file and list each folder once within the block.

    What the operating system refuses, and what is nested too deeply for Python, becomes a
    ProjectError.
    """
    token = _LOOK.set(_LOOK.get() or _Look())
    try:
        yield
    except RecursionError as error:
        raise ProjectError("its files are nested too deeply to be understood", str(root)) from error
    except OSError as error:
        if error.errno in _FULL:
            raise
        place = str(error.filename or root)
        remedy = "let this user read it" if error.errno in _FORBIDDEN else ""
        what = f"cannot be read: {error.strerror or error}"
        raise ProjectError(what, place, remedy) from error
    finally:
        _LOOK.reset(token)


def read_text(path: Path, root: Path) -> str:
    """Return the text of a file of the project at `root`; "" where there is none.

    Raise ProjectError for a file that is too large, or whose link leads out of the project;
    NotUnpackedError where the content was left in an archive.
    """
    look = _LOOK.get() or _Look()
    if (path, root) in look.texts:
        return look.texts[path, root]
    content = _read(path, root, look) if _is_file(path) else ""
    if look.characters + len(content) < _MOST_KEPT:
        look.texts[path, root] = content
        look.characters += len(content)
    return content


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:  # no file system can hold a file of this name
            return False
        raise


def _read(path: Path, root: Path, look: _Look) -> str:
    if not _is_inside(path, root, look):
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


def _is_inside(path: Path, root: Path, look: _Look) -> bool:
    """Tell whether a file lies below `root` after all links were followed."""
    place = path if path.is_symlink() else path.parent
    key = (place, root)
    if key not in look.is_inside:
        look.is_inside[key] = lies_in(place, root)
    return look.is_inside[key]


def lies_in(path: Path, root: Path) -> bool:
    """Tell whether a file or folder lies in the tree at `root` after all links were followed."""
    return path.resolve().is_relative_to(root.resolve())


def read_toml(path: Path, root: Path) -> Table:
    """Return a TOML file's content, empty where there is no file; errors name line and column."""
    content = read_text(path, root)
    if "\ufffd" in content:
        _check_utf8(path)
    try:
        return _parse_toml(content) if len(content) < _USUAL_LENGTH else tomllib.loads(content)
    except RecursionError as error:
        what = "this is no TOML: it is nested too deeply to be understood"
        raise ProjectError(what, str(path), "correct the file") from error
    except tomllib.TOMLDecodeError as error:
        message = str(error).splitlines()[0]
        found = _TOML_PLACE.search(message)
        place = f"{path}:{found[1]}:{found[2]}" if found else str(path)
        said = _TOML_PLACE.sub("", message)
        raise ProjectError(f"this is no TOML: {said}", place, "correct the file") from error


def _check_utf8(path: Path) -> None:
    """Raise ProjectError with the line of the first byte that is not UTF-8, as TOML has to be."""
    data = path.read_bytes()
    try:
        data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        what = f"this is no TOML: the byte 0x{data[error.start]:02x} is not UTF-8"
        raise ProjectError(what, f"{path}:{line}", "save the file as UTF-8") from error


_TOML_PLACE = re.compile(r" \(at line (\d+), column (\d+)\)")


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
    for path, is_folder in islice(_walk(root, depth, _LOOK.get() or _Look()), MAX_FILES):
        if not is_folder:
            yield path


def _walk(folder: Path, depth: int, look: _Look) -> Iterator[tuple[Path, bool]]:
    for name, is_folder in _listing(folder, look):
        if not is_folder or (depth and name not in SKIPPED_FOLDERS):
            yield folder / name, is_folder
            if is_folder:
                yield from _walk(folder / name, depth - 1, look)


def _listing(folder: Path, look: _Look) -> Sequence[tuple[str, bool]]:
    """Return the names of files and folders, sorted, and which of them are folders."""
    if folder not in look.listings:
        with os.scandir(folder) as entries:
            look.listings[folder] = sorted(
                (one.name, one.is_dir(follow_symlinks=False))
                for one in entries
                if not one.name.startswith(".")
                and (one.is_file(follow_symlinks=False) or one.is_dir(follow_symlinks=False))
            )
    return look.listings[folder]


def matching(root: Path, patterns: Sequence[str]) -> tuple[str, ...]:
    """Return the files below `root` that match glob patterns, as sorted relative paths.

    Patterns that are absolute or climb with `..` match nothing.
    """
    usable = [p for p in patterns if p and not p.startswith("/") and ".." not in Path(p).parts]
    found = (path for pattern in usable for path in root.glob(pattern))
    return tuple(sorted({path.relative_to(root).as_posix() for path in found if path.is_file()}))
