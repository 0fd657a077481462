"""The name of a C project's package: what it calls itself, installs, and is known as."""

import re
from collections.abc import Sequence
from pathlib import Path

from conda_sluice.discover.c.build_facts import BuildFacts
from conda_sluice.discover.naming import folder_name
from conda_sluice.model.library_names import package_of


def package_name(root: Path, facts: BuildFacts, more: Sequence[str]) -> tuple[str, str]:
    """Return the name of the package, and why where it is not the project's own.

    `more` are libraries and .pc files that are installed beside those of `facts`. A name of a
    library is a package's only where the project installs it: others may be called so too.
    """
    installed = tuple(
        one.lower() for one in (*facts.pkg_configs, *facts.packages, *facts.libraries, *more)
    )
    folder, own = folder_name(root), own_name(facts)
    if own not in installed and folder in installed:
        own = folder
    own = own or folder
    known = {package_of(one) for one in installed} - {""}
    asked = package_of(own)
    if folder in known:
        return folder, _because(own, folder)
    if asked in known:
        return asked, _because(own, asked)
    alike = [one for one in known if _plain(one) in _plain(own) and len(one) > 3]  # noqa: PLR2004
    if len(known) == 1 and alike:
        return alike[0], f"that is the package of {', '.join(sorted(set(installed))[:3])}"
    return own, ""


def _because(own: str, package: str) -> str:
    return f"conda-forge's package of {own} is called so" if own != package else ""


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def own_name(facts: BuildFacts) -> str:
    """Return the name that build files say; "" where it is computed or no name for a package.

    A project that calls itself YAML_CPP and installs yaml-cpp is known by what it installs.
    """
    name = re.sub(r"^GNU\s+", "", facts.name, flags=re.IGNORECASE)
    name = re.sub(rf"-{re.escape(facts.version)}$", "", name) if facts.version else name
    if not re.fullmatch(r"[A-Za-z0-9][\w.+ -]*", name):
        return ""
    own = re.sub(r"[^a-z0-9._-]+", "-", name.lower().replace("++", "pp")).strip("-")
    hyphened = own.replace("_", "-")
    installed = (*facts.pkg_configs, *facts.packages, *facts.libraries)
    return hyphened if hyphened in installed else own
