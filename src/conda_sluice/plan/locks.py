"""Lock files: which packages of a channel somebody has written down to install again."""

import re

_PACKAGE = re.compile(r"([a-z0-9]+-[a-z0-9_]+|noarch)/([A-Za-z0-9_][\w.+!~-]*\.(?:conda|tar\.bz2))")


def locked_paths(text: str) -> frozenset[str]:
    """Return every `<subdir>/<file>` that a lock names: explicit files, conda-lock, pixi.lock."""
    return frozenset(f"{subdir}/{file}" for subdir, file in _PACKAGE.findall(text))
