"""The content key: what a package is made of, known before it is made."""

import hashlib
from collections.abc import Iterable

KEY_DIGITS = 7
"""How many hex digits of the key stand in a build string."""


def content_key(
    *,
    tree: str,
    recipe: str,
    scripts: Iterable[tuple[str, str]],
    variant: Iterable[tuple[str, str]],
    needs: Iterable[str],
) -> str:
    """Return the sha256 (64 hex digits) over everything that can change the package's content.

    `tree` is the git id of the project's sources, `recipe` the rendered recipe without version,
    build number and commit data, `scripts` pairs of file name and sha256 of what lies beside it,
    `needs` the keys of the packages of the same plan that it is built with.
    """
    digest = hashlib.sha256()
    parts = [
        ("tree", tree),
        ("recipe", recipe),
        *((f"script {name}", sha256) for name, sha256 in sorted(scripts)),
        *((f"variant {key}", value) for key, value in sorted(variant)),
        *(("needs", key) for key in sorted(needs)),
    ]
    for label, text in parts:
        # lengths keep neighbouring parts from running into one another
        digest.update(f"{label}\0{len(text)}\0{text}\0".encode())
    return digest.hexdigest()
