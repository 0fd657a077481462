"""Judges the members of an archive: would unpacking them write outside their folder?"""

import tarfile
from pathlib import PurePosixPath


class MemberCheck:
    """Looks at the members of a package one after another, the names and links of all in mind."""

    def __init__(self) -> None:
        self._parents: set[PurePosixPath] = set()
        self._links: set[PurePosixPath] = set()

    def look_at(self, member: tarfile.TarInfo) -> str:
        """Return why this member is refused, "" where it is not."""
        if _leaves(member.name):
            return f"its member {member.name!r} lies outside the package"
        if not (member.isreg() or member.isdir() or member.issym() or member.islnk()):
            return f"its member {member.name!r} is a device or a pipe"
        path = PurePosixPath(member.name)
        self._parents.update(path.parents)
        if member.issym():
            self._links.add(path)
        if (member.issym() and _climbs_out(path, member.linkname)) or (
            member.islnk() and _leaves(member.linkname)
        ):
            return f"its link {member.name!r} points to {member.linkname!r}, outside the package"
        return ""

    def finish(self) -> str:
        """Return what only all members together show: a member that lies below a link."""
        # Where no member lies below a link, each link's folder is what its name says, and
        # counting the `..` of its target is exact.
        below = sorted(self._links & self._parents)
        return f"members lie below its link {str(below[0])!r}" if below else ""


def _leaves(name: str) -> bool:
    path = PurePosixPath(name)
    return not name or path.is_absolute() or ".." in path.parts


def _climbs_out(link: PurePosixPath, target: str) -> bool:
    """Tell whether a symbolic link leads out; `..` counts only at the start of the target."""
    path = PurePosixPath(target)
    if not target or path.is_absolute():
        return True
    ups = 0
    while ups < len(path.parts) and path.parts[ups] == "..":
        ups += 1
    return ups > len(link.parent.parts) or ".." in path.parts[ups:]
