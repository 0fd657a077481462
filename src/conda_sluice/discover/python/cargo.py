"""Where a project with a part in Rust has its Cargo.toml."""

from pathlib import Path, PurePosixPath

from conda_sluice.discover.reading import Table, table, text, walk

_NOT_BUILT = frozenset(("bench", "benches", "benchmarks", "docs", "examples", "fuzz", "tests"))


def cargo_folder(root: Path, pyproject: Table) -> str:
    """Return the folder of the Cargo.toml that is built, relative to `root`; "" for `root` itself.

    That is the one which the settings name, else the topmost. Also "" where there is none:
    whoever builds will say so.
    """
    if named := _named(root, pyproject):
        return "" if named == "." else named
    if (root / "Cargo.toml").is_file():
        return ""
    folders = [one.parent.relative_to(root) for one in walk(root) if one.name == "Cargo.toml"]
    built = [one for one in folders if not _NOT_BUILT & set(one.parts)]
    topmost = min(built, key=lambda one: (len(one.parts), one.as_posix()), default=None)
    return topmost.as_posix() if topmost else ""


def _named(root: Path, pyproject: Table) -> str:
    """Return the folder of the manifest that maturin is told, "" for none."""
    said = text(table(pyproject, "tool", "maturin"), "manifest-path")
    path = PurePosixPath(said)
    is_usable = said and ".." not in path.parts and not path.is_absolute()
    return path.parent.as_posix() if is_usable and (root / path).is_file() else ""
