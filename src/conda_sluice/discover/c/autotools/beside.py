"""What an autotools project needs beyond its configure.ac: projects within it, its script."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from conda_sluice.discover.c.autotools.configure import Configure, read_configure
from conda_sluice.discover.c.autotools.links import links_of_configure
from conda_sluice.discover.c.autotools.script import links_of_script, subprojects_of_script
from conda_sluice.discover.reading import lies_in, read_text
from conda_sluice.model.facts import Link
from conda_sluice.model.library_names import package_with

_DEEPEST = 3
"""Projects within projects."""
_FOLDER = re.compile(r"[\w+-]+(?:/[\w+-]+)*")


def links_beside(configure: Configure, root: Path, depth: int = _DEEPEST) -> Iterator[Link]:
    """Yield what is needed for the folders that have a configure.ac of their own.

    Where macros are called that nothing defines, the script in which they stand is read too; what
    configure.ac itself has an option for that is off does not count there.
    """
    script = read_text(root / "configure", root) if configure.macros.unknown else ""
    if script:
        off = {package_with(one.name) for one in links_of_configure(configure, dead=True)}
        yield from (one for one in links_of_script(root) if package_with(one.name) not in off)
    if not depth:
        return
    for folder, is_optional in _folders(configure, script).items():
        inner = read_configure(root / folder) if lies_in(root / folder, root) else None
        if inner is None or _is_a_copy(folder, configure):
            continue
        within = links_beside(inner, root / folder, depth - 1)
        for one in (*links_of_configure(inner), *within):
            because = f"{folder}/{one.because}"
            yield replace(one, because=because, is_optional=is_optional or one.is_optional)


def _folders(configure: Configure, script: str) -> dict[str, bool]:
    """Return the folders that are configured too, and whether only perhaps."""
    found = dict.fromkeys(subprojects_of_script(script), True)
    for call in configure.named("AC_CONFIG_SUBDIRS"):
        found |= dict.fromkeys(" ".join(call.arguments).split(), not call.is_certain)
    return {folder: perhaps for folder, perhaps in found.items() if _FOLDER.fullmatch(folder)}


def _is_a_copy(folder: str, configure: Configure) -> bool:
    """Tell whether a folder is called as a library that has a package, and not as the project."""
    name = folder.rpartition("/")[2]
    init = next(configure.named("AC_INIT"), None)
    return bool(package_with(name)) and not (init and name in init.arguments)
