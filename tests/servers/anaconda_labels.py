"""Labels, and copies: how files get from one channel into another without a new upload."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from servers.anaconda_state import MAIN, File, Package, RefusedError, State, Token


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which files a label goes to or leaves; None stands for all."""

    package: str | None
    version: str | None
    basename: str | None


class Labels:
    """What can be asked and changed about the labels of an owner."""

    def __init__(self, state: State) -> None:
        self.state = state

    def known(self, owner: str, label: str) -> None:
        """Refuse a label that no file of the owner carries."""
        self.state.account(owner)
        if label not in self.state.labels_of(owner):
            raise RefusedError(404, f'Label "{owner}/{label}" could not be found')

    def is_locked(self, owner: str, label: str) -> bool:
        return (owner, label) in self.state.locked

    def add(self, token: Token | None, owner: str, label: str, wanted: Wanted) -> None:
        self.state.check_writing(token, owner)
        files = self._fitting(owner, wanted)
        self.state.check_unlocked(owner, [label])
        self.state.relabel(files, add=label)

    def remove(self, token: Token | None, owner: str, label: str, wanted: Wanted) -> None:
        self.state.check_writing(token, owner)
        self.known(owner, label)
        files = self._fitting(owner, wanted)
        self.state.check_unlocked(owner, [label])
        self.state.relabel(files, drop=label)

    def duplicate(self, token: Token | None, owner: str, label: str, other: str) -> None:
        """Give what carries one label another one too."""
        self.state.check_writing(token, owner)
        self.known(owner, label)
        self.state.check_unlocked(owner, [other])
        self.state.relabel(self.state.files_of(owner, label=label), add=other)

    def lock(self, token: Token | None, owner: str, label: str, *, is_locked: bool) -> None:
        self.state.check_writing(token, owner)
        self.known(owner, label)
        change = self.state.locked.add if is_locked else self.state.locked.discard
        change((owner, label))
        self.state.changed()

    def _fitting(self, owner: str, wanted: Wanted) -> list[File]:
        files = self.state.files_of(
            owner, package=wanted.package, version=wanted.version, basename=wanted.basename
        )
        named = [part for part in (wanted.package, wanted.version, wanted.basename) if part]
        if named and not files:
            raise RefusedError(404, f'"{"/".join([owner, *named])}" could not be found')
        return files


class Copies:
    """`/copy/package`: a label more within one owner, a file of its own at another one."""

    def __init__(self, state: State) -> None:
        self.state = state

    def copy(
        self,
        token: Token | None,
        spec: tuple[str, str, str, str],
        sent: Mapping[str, object],
        *,
        method: str,
    ) -> list[File]:
        """Copy files of a release that carry the label; POST wants them new, all of them.

        PUT replaces what is there, PATCH leaves it.
        """
        owner, package, version, basename = spec
        if token is None:
            raise RefusedError(401, "Authentication required")
        self.state.check_reading(token, owner, package)
        self.state.release(owner, package, version)
        if basename:
            self.state.file(owner, package, version, basename)
        to_owner = str(sent.get("to_owner") or token.login)
        to_label = str(sent.get("to_channel") or MAIN)
        self.state.check_writing(token, to_owner)
        files = self.state.files_of(
            owner,
            package=package,
            version=version,
            basename=basename or None,
            label=str(sent.get("from_channel") or MAIN),
        )
        self.state.check_unlocked(to_owner, [to_label])
        there = [one for one in files if self._is_there(one, to_owner, to_label)]
        if there and method == "POST":
            raise RefusedError(409, f"{there[0].basename} is in {to_owner}/{to_label} already")
        chosen = [one for one in files if one not in there or method == "PUT"]
        if to_owner == owner:
            self.state.relabel(chosen, add=to_label)
        else:
            self._hand_over(chosen, to_owner, to_label)
        return [self.state.files[to_owner, one.basename] for one in chosen]

    def _is_there(self, file: File, to_owner: str, to_label: str) -> bool:
        other = self.state.files.get((to_owner, file.basename))
        return other is not None and (to_owner != file.owner or to_label in other.labels)

    def _hand_over(self, files: Collection[File], to_owner: str, to_label: str) -> None:
        for one in files:
            if old := self.state.files.get((to_owner, one.basename)):
                self.state.check_unlocked(to_owner, old.labels)
        for one in files:
            source = self.state.packages[one.owner, one.package]
            target = self.state.packages.setdefault(
                (to_owner, one.package), Package(one.package, source.public, dict(source.attrs))
            )
            target.releases.setdefault(one.version, dict(source.releases[one.version]))
            self.state.add(
                replace(one, id=self.state.new_id(), owner=to_owner, labels=frozenset({to_label}))
            )
