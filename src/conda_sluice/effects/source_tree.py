"""The folder that a source archive is unpacked into: whole, or with what nobody reads left out."""

import os
import tarfile
from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from pathlib import Path, PurePosixPath

from conda_sluice.errors import ProjectError

MOST_FOLDERS = 100
"""Folders inside of folders: twice as many as any source has."""

LEFT_BEHIND = b"\0 sluice left the content of this file in its archive \0"
"""What stands in a file of which only the name is wanted."""

_ALIKE = 100_000
"""Bytes below which nobody asks for the size of a file of which only the name is wanted."""


class Want(Enum):
    """What of a member is unpacked: all, a file of its name and size alone, or nothing."""

    WHOLE = "whole"
    NAME = "name"
    NOTHING = "nothing"


Wants = Callable[[PurePosixPath, int], Want]
"""Tells for a member's path in the archive, and its size in bytes, what is wanted of it."""


def want_all(_path: PurePosixPath, _size: int) -> Want:
    """Want every member whole."""
    return Want.WHOLE


class SourceTree:
    """Writes members below `top`, which is empty at first; links come last, in `finish`.

    So nothing is ever written through a link. Names are judged before anything is written.
    """

    def __init__(self, top: Path, archive: Path) -> None:
        self._top = top
        self._archive = archive
        self._folders = {PurePosixPath()}
        self._links: dict[str, tarfile.TarInfo] = {}
        self._first_names: dict[int, Path] = {}

    def judge(self, name: str) -> PurePosixPath:
        """Return a member's path; raise ProjectError where it lies outside, or absurdly deep."""
        path = PurePosixPath(name.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in name[:2]:
            raise ProjectError(
                f"the archive wants to write outside its folder: {name!r}",
                where=str(self._archive),
                remedy="do not unpack it; ask whoever made it",
            )
        if len(path.parts) > MOST_FOLDERS:
            raise ProjectError(
                f"the archive has more than {MOST_FOLDERS} folders inside of each other",
                where=str(self._archive),
                remedy="do not unpack it; ask whoever made it",
            )
        return path

    def add_folder(self, path: PurePosixPath) -> None:
        """Make a folder, and those around it."""
        if path not in self._folders:
            self.add_folder(path.parent)
            try:
                (self._top / path).mkdir()
            except FileExistsError:  # a file of this name, or another spelling of the folder
                if not (self._top / path).is_dir():
                    raise
            self._folders.add(path)

    def add_file(
        self, path: PurePosixPath, size: int, want: Want, chunks: Iterator[bytes], *, mode: int
    ) -> None:
        """Write what is wanted of a file, with the right to be run that its `mode` gives.

        Of members with one name the last one stands, as tar has it.
        """
        self.add_folder(path.parent)
        place, rights = self._top / path, 0o755 if mode & 0o111 else 0o644
        match want:
            case Want.WHOLE:
                self._add(place, rights, chunks)
            case Want.NAME:
                self._add_name(place, rights, size)
            case Want.NOTHING:
                pass

    def _add_name(self, place: Path, rights: int, size: int) -> None:
        """Write a file of a name and size alone; small ones are links to the first of them.

        A link costs a file system a tenth of a file. Where there cannot be one, there is a file.
        """
        first = self._first_names.get(rights)
        if size < _ALIKE and first:
            try:
                os.link(first, place)
            except OSError:  # it has too many, or this file system has none, or there is a file
                pass
            else:
                return
        self._add(place, rights, (LEFT_BEHIND,), max(size, len(LEFT_BEHIND)))
        if size < _ALIKE:
            self._first_names[rights] = place

    def _add(self, place: Path, rights: int, chunks: Iterable[bytes], size: int = 0) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        try:
            descriptor = os.open(place, flags, rights)
        except FileExistsError:  # what is there may be a link to what others need
            place.unlink()
            self._first_names = {
                which: one for which, one in self._first_names.items() if one != place
            }
            descriptor = os.open(place, flags, rights)
        try:
            _write(descriptor, chunks)
            if size:
                os.truncate(descriptor, size)  # takes no room on disk
        finally:
            os.close(descriptor)

    def add_link(self, member: tarfile.TarInfo) -> None:
        """Remember a symbolic or hard link."""
        self._links[member.name] = member

    def finish(self) -> Path:
        """Make the links; return the single folder at the top, else the top itself.

        Raise ValueError for a link that leads out (as PEP 706 judges).
        """
        for member in self._links.values():
            self._judge_link(member)
            self._link(member)
        for member in self._links.values():  # where one leads, others may have changed since
            self._judge_link(member)
        return top_of(self._top)

    def _judge_link(self, member: tarfile.TarInfo) -> None:
        try:
            tarfile.data_filter(member, str(self._top))
        except tarfile.FilterError as error:
            said = f"its link {member.name!r} to {member.linkname!r} leads out of it"
            raise ValueError(said) from error

    def _link(self, member: tarfile.TarInfo) -> None:
        path = PurePosixPath(member.name)
        place = self._top / path
        self.add_folder(path.parent)
        if member.issym():
            place.unlink(missing_ok=True)
            place.symlink_to(member.linkname)
        elif (self._top / member.linkname).is_file():
            place.unlink(missing_ok=True)
            os.link(self._top / member.linkname, place, follow_symlinks=False)


def _write(descriptor: int, chunks: Iterable[bytes]) -> None:
    for chunk in chunks:
        rest = memoryview(chunk)
        while rest:
            rest = rest[os.write(descriptor, rest) :]


def top_of(folder: Path) -> Path:
    """Return the single folder in a folder, else the folder itself."""
    tops = list(folder.iterdir())
    return tops[0] if len(tops) == 1 and tops[0].is_dir() else folder
