"""What build files say, whichever build system they are for."""

from collections.abc import Iterable
from dataclasses import dataclass

from conda_sluice.model.facts import Link, LinkKind


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildFacts:
    """What a project's build files say of it.

    Files are relative to the prefix; `libraries` (shared ones) and `programs` are names without
    suffix, `files` are others that surely are there. `abi` is the number in the SONAME, where
    `abi_because` says so. `packages` and `pkg_configs` are the names under which find_package and
    pkg-config find what is installed. `is_compiled` is False where all targets are headers alone;
    `options` switch tests and the like off; `is_sure_of_languages` tells that no compiler
    of another language is asked for.
    """

    name: str = ""
    version: str = ""
    version_because: str = ""
    summary: str = ""
    home: str = ""
    license: str = ""
    languages: tuple[str, ...] = ()
    is_sure_of_languages: bool = False
    links: tuple[Link, ...] = ()
    tools: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    programs: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    pkg_configs: tuple[str, ...] = ()
    can_install: bool = True
    is_compiled: bool = True
    abi: str = ""
    abi_because: str = ""
    options: tuple[str, ...] = ()


def surest(links: Iterable[Link]) -> tuple[Link, ...]:
    """Return each library once, as it is asked for with the least conditions."""
    found: dict[tuple[LinkKind, str], Link] = {}
    for link in links:
        known = found.setdefault((link.kind, link.name), link)
        if link.conditions < known.conditions:
            found[link.kind, link.name] = link
    return tuple(found.values())
