"""A shelf on a branch of git, for channels whose service keeps nothing beside packages."""

from collections.abc import Mapping, Sequence

from conda_sluice.effects.git.branch import RemoteBranch
from conda_sluice.ledger.shelf import Chain


class GitShelf:
    """Implements `Shelf` on a branch of a remote repository."""

    def __init__(self, branch: RemoteBranch) -> None:
        self._branch = branch
        self._commit = ""

    @property
    def where(self) -> str:
        """Return the URL of the branch."""
        return f"git+{self._branch.remote}#{self._branch.name}"

    def names(self, folder: str) -> Sequence[str]:
        """Return the names of the files below a folder as the branch is now, sorted."""
        self._commit = self._branch.fetch()
        names = self._branch.names(self._commit)
        return [name for name in names if not folder or name.startswith(f"{folder}/")]

    def read(self, names: Sequence[str]) -> Sequence[bytes | None]:
        """Return the files' bytes as the branch was when names were asked for, or is now."""
        found = list(self._branch.read(self._commit, names))
        if None not in found:
            return found
        self._commit = self._branch.fetch()
        return self._branch.read(self._commit, names)

    def write(self, name: str, data: bytes) -> None:
        """Write a file, or write it anew."""
        self._branch.change(lambda _: {name: data}, f"Write {name}")

    def drop(self, names: Sequence[str]) -> None:
        """Remove files; what is gone already is no error."""
        if names:
            self._branch.change(
                lambda there: {name: None for name in names if name in there},
                f"Remove {', '.join(names)}",
            )

    def extend(self, chains: Mapping[str, Chain]) -> Mapping[str, int]:
        """Add new files in one commit: all of them, or none where one name is taken."""
        files = {name: data for chain in chains.values() for name, data in chain}
        if not files:
            return {}

        def change(there: frozenset[str]) -> Mapping[str, bytes] | None:
            return None if there & files.keys() else files

        came = self._branch.change(change, f"Tell of {', '.join(sorted(chains))}")
        return {name: len(chain) if came else 0 for name, chain in chains.items()}
