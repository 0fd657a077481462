"""C libraries by the names under which builds ask for them, as conda packages."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from conda_sluice.model.facts import CFacts, Link, LinkKind
from conda_sluice.model.library_names import BROUGHT, OF_THE_SYSTEM, package_with
from conda_sluice.model.names import PackageName
from conda_sluice.model.project import Project


@dataclass(frozen=True, slots=True)
class FoundLibrary:
    """A package that has a library, and the reason.

    `is_optional` where a build does without, `is_switched` where it does so by default.
    """

    name: PackageName
    because: str
    is_optional: bool
    is_switched: bool = False

    @property
    def conditions(self) -> int:
        """Return how far from a need it is, as for links."""
        return self.is_optional + self.is_switched


def find_libraries(
    links: Sequence[Link], workspace: Iterable[Project]
) -> tuple[tuple[FoundLibrary, ...], tuple[Link, ...]]:
    """Return the packages that provide `links`, each once, and the links unknown.

    A project of the workspace comes before the table of what conda-forge has; a package that is
    required under one name and optional under another is required.
    """
    projects = tuple(workspace)
    found: dict[PackageName, Link] = {}
    unknown: list[Link] = []
    for link in links:
        name = _from_workspace(link, projects) or _from_table(link)
        if name:
            known = found.setdefault(name, link)
            if link.conditions < known.conditions:
                found[name] = link
        elif not _is_of_the_system(link) and not _is_a_guess(link):
            unknown.append(link)
    libraries = (
        FoundLibrary(name, _because(link), link.is_optional, link.is_switched)
        for name, link in found.items()
    )
    return tuple(libraries), tuple(unknown)


def with_brought(libraries: Sequence[FoundLibrary]) -> tuple[FoundLibrary, ...]:
    """Return libraries, and what these ask for whenever somebody compiles with them."""
    found = {one.name: one for one in libraries}
    for one in libraries:
        for name in map(PackageName, BROUGHT.get(one.name, ())):
            brought = replace(one, name=name, because=f"{one.name} asks for it ({one.because})")
            known = found.setdefault(name, brought)
            if one.conditions < known.conditions:
                found[name] = brought
    return tuple(found.values())


def own_packages(project: Project, facts: CFacts) -> frozenset[str]:
    """Return the packages that have what the project itself provides: it does not need them."""
    provided = {name for link in facts.provides if (name := _from_table(link))}
    return frozenset({project.name, *provided})


def conda_libraries(
    links: Sequence[Link], workspace: Iterable[Project]
) -> tuple[Mapping[PackageName, str], tuple[Link, ...]]:
    """Return the packages that provide `links`, each with the reason, and the links unknown."""
    found, unknown = find_libraries(links, workspace)
    return {one.name: one.because for one in found}, unknown


def _because(link: Link) -> str:
    match link.kind:
        case LinkKind.LIBRARY:
            return f"{link.because} links to -l{link.name}"
        case LinkKind.CMAKE:
            return f"{link.because} asks find_package for {link.name}"
        case LinkKind.PKG_CONFIG:
            return f"{link.because} asks pkg-config for {link.name}"
        case LinkKind.HEADER:
            return f"{link.because} looks for {link.name}"
        case LinkKind.SYSTEM:
            return f"{link.because} names {link.name}"


def _from_workspace(link: Link, projects: Sequence[Project]) -> PackageName | None:
    for project in projects:
        if isinstance(project.facts, CFacts) and _provides(project.name, project.facts, link):
            return project.name
    return None


def _provides(name: PackageName, facts: CFacts, link: Link) -> bool:
    asked = link.name.lower()
    if link.kind is LinkKind.SYSTEM:  # plain words: the project's own name, or a library's
        libraries = {one.name.lower() for one in facts.provides}
        return asked in {name, *libraries, *(f"lib{one}" for one in libraries)}
    return any(one.kind is link.kind and one.name.lower() == asked for one in facts.provides)


def _from_table(link: Link) -> PackageName | None:
    known = package_with(link.name)
    # the C library of Linux has iconv; who can do without a package of it does
    is_in_libc = known == "libiconv" and link.is_optional
    return PackageName(known) if known and not is_in_libc else None


def _is_a_guess(link: Link) -> bool:
    """Tell whether only a name, of an option perhaps, led to this: most are of no library."""
    return link.kind is LinkKind.SYSTEM and link.is_optional


def _is_of_the_system(link: Link) -> bool:
    name = link.name.lower()
    return name in OF_THE_SYSTEM or name == "iconv"
