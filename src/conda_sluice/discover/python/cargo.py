"""Where a project with a part in Rust has its Cargo.toml."""

from pathlib import Path

from conda_sluice.discover.reading import walk

_NOT_BUILT = frozenset(("bench", "benches", "benchmarks", "docs", "examples", "fuzz", "tests"))


def cargo_folder(root: Path) -> str:
    """Return the folder of the topmost Cargo.toml, relative to `root`; "" for `root` itself.

    Also "" where there is none: whoever builds will say so.
    """
    if (root / "Cargo.toml").is_file():
        return ""
    folders = [one.parent.relative_to(root) for one in walk(root) if one.name == "Cargo.toml"]
    built = [one for one in folders if not _NOT_BUILT & set(one.parts)]
    topmost = min(built, key=lambda one: (len(one.parts), one.as_posix()), default=None)
    return topmost.as_posix() if topmost else ""
