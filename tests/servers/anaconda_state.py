"""What anaconda.org knows: accounts, packages, releases, files, labels. No HTTP here.

Files are frozen and replaced, never changed, so that a snapshot of the service costs one copy of
a dictionary. Each public method is one step: the lock is held from its first question to its
last change. What is refused raises `RefusedError` and changes nothing.
"""

import base64
import hashlib
import itertools
import threading
import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

MAIN = "main"
WRITING_SCOPES = frozenset({"all", "api", "api:write", "repos", "conda:upload"})


class RefusedError(Exception):
    """What the service says no to: an HTTP status and the text of its `error`."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A user, or an organisation: an account with members and without a password."""

    login: str
    token: str = ""
    password: str = ""
    members: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What a visitor shows: whose it is, and what it may be used for (no scopes: anything)."""

    id: str
    secret: str
    login: str
    name: str
    scopes: tuple[str, ...] = ()

    @property
    def may_write(self) -> bool:
        return not self.scopes or not WRITING_SCOPES.isdisjoint(self.scopes)


@dataclass(slots=True)
class Package:
    """A name of an owner. It stays when its last file goes."""

    name: str
    public: bool
    attrs: dict[str, object]
    releases: dict[str, dict[str, object]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A committed file; `basename` has its subdir in front, as in `noarch/trips-1.0-0.conda`."""

    id: str
    owner: str
    package: str
    version: str
    basename: str
    data: bytes = field(repr=False)
    index: Mapping[str, object] = field(repr=False)
    labels: frozenset[str]
    uploaded: datetime
    sent: Mapping[str, object] = field(repr=False)
    sha256: str = ""
    md5: str = ""

    @property
    def full_name(self) -> str:
        return f"{self.owner}/{self.package}/{self.version}/{self.basename}"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The files of one moment by owner and basename, and which packages are private."""

    number: int
    files: Mapping[tuple[str, str], File]
    private: frozenset[tuple[str, str]]
    labels: frozenset[tuple[str, str]]


class State:
    """Everything that a restart of the service would keep."""

    def __init__(self, accounts: Iterable[Account]) -> None:
        self.lock = threading.RLock()
        self.accounts = {one.login: one for one in accounts}
        self.packages: dict[tuple[str, str], Package] = {}
        self.files: dict[tuple[str, str], File] = {}
        self.locked: set[tuple[str, str]] = set()
        self.tokens = {
            one.token: Token(id=f"t-{one.login}", secret=one.token, login=one.login, name="given")
            for one in self.accounts.values()
            if one.token
        }
        self._numbers = itertools.count(1)
        self._revision = 0
        self._lag = 0.0
        self._history: list[tuple[float, Snapshot]] = []

    # Who may what.

    def account(self, login: str) -> Account:
        if login not in self.accounts:
            raise RefusedError(404, f'User "{login}" does not exist')
        return self.accounts[login]

    def is_member(self, token: Token | None, owner: str) -> bool:
        return token is not None and (
            token.login == owner or token.login in self.account(owner).members
        )

    def check_writing(self, token: Token | None, owner: str) -> None:
        """Refuse who may not change what `owner` has."""
        if token is None:
            raise RefusedError(401, "Authentication required")
        self.account(owner)
        if not self.is_member(token, owner):
            raise RefusedError(403, f"{token.login} may not change what {owner} has")
        if not token.may_write:
            raise RefusedError(
                403, f"the scopes of this token do not allow changes: {token.scopes}"
            )

    def check_reading(self, token: Token | None, owner: str, name: str) -> None:
        """Refuse who may not see a private package."""
        package = self.packages.get((owner, name))
        if package is None or package.public or self.is_member(token, owner):
            return
        status = 401 if token is None else 403
        raise RefusedError(status, f"{owner}/{name} is private")

    def check_unlocked(self, owner: str, labels: Iterable[str]) -> None:
        for label in sorted(labels):
            if (owner, label) in self.locked:
                raise RefusedError(403, f'Label "{label}" is locked')

    # Looking.

    def package(self, owner: str, name: str) -> Package:
        self.account(owner)
        if (owner, name) not in self.packages:
            raise RefusedError(404, f'"{owner}/{name}" could not be found')
        return self.packages[owner, name]

    def release(self, owner: str, name: str, version: str) -> dict[str, object]:
        releases = self.package(owner, name).releases
        if version not in releases:
            raise RefusedError(404, f'"{owner}/{name}/{version}" could not be found')
        return releases[version]

    def file(self, owner: str, name: str, version: str, basename: str) -> File:
        self.release(owner, name, version)
        found = self.files.get((owner, basename))
        if found is None or (found.package, found.version) != (name, version):
            raise RefusedError(404, f'"{owner}/{name}/{version}/{basename}" could not be found')
        return found

    def file_by_id(self, owner: str, name: str, version: str, number: str) -> File:
        for one in self.files_of(owner, package=name, version=version):
            if one.id == number:
                return one
        raise RefusedError(404, f'"{owner}/{name}/{version}/-/{number}" could not be found')

    def files_of(
        self,
        owner: str,
        *,
        package: str | None = None,
        version: str | None = None,
        basename: str | None = None,
        label: str | None = None,
    ) -> list[File]:
        """Return the files that fit; None fits all, as null does in a request."""
        return [
            one
            for one in self.files.values()
            if one.owner == owner
            and package in {None, one.package}
            and version in {None, one.version}
            and basename in {None, one.basename}
            and (label is None or label in one.labels)
        ]

    def labels_of(self, owner: str) -> frozenset[str]:
        """Return `main`, what a file carries, and what is locked."""
        carried = {label for one in self.files_of(owner) for label in one.labels}
        locked = {label for whose, label in self.locked if whose == owner}
        return frozenset({MAIN} | carried | locked)

    # Changing.

    def new_id(self) -> str:
        """Return 24 hexadecimal digits that nothing else has."""
        return f"{next(self._numbers):024x}"

    def add(self, file: File) -> None:
        """Take a file in, or in the place of the one with its name."""
        self.files[file.owner, file.basename] = file
        self.changed()

    def remove(self, files: Collection[File]) -> None:
        """Take files away, unless one carries a locked label."""
        for one in files:
            self.check_unlocked(one.owner, one.labels)
        for one in files:
            del self.files[one.owner, one.basename]
        self.changed()

    def relabel(self, files: Collection[File], *, add: str = "", drop: str = "") -> None:
        """Give files one label more, or one less. The bytes stay where they are."""
        for one in files:
            labels = (one.labels | ({add} if add else set())) - {drop}
            self.files[one.owner, one.basename] = replace(one, labels=labels)
        self.changed()

    # What the channel server sees.

    def lag(self, seconds: float) -> None:
        """Let snapshots be that old from now on; 0 shows at once what is."""
        with self.lock:
            self._lag = seconds
            self._history = [(float("-inf"), self._snapshot_now())] if seconds else []

    def changed(self) -> None:
        """Remember what is now, if somebody will ask for the past."""
        self._revision += 1
        if self._lag:
            self._history.append((time.monotonic(), self._snapshot_now()))

    def snapshot(self) -> Snapshot:
        """Return what the channel server shows at this moment."""
        with self.lock:
            if not self._lag:
                if not self._history or self._history[-1][1].number != self._revision:
                    self._history = [(0.0, self._snapshot_now())]
                return self._history[-1][1]
            until = time.monotonic() - self._lag
            passed = sum(when <= until for when, _ in self._history)
            del self._history[: passed - 1]
            return self._history[0][1]

    def _snapshot_now(self) -> Snapshot:
        return Snapshot(
            number=self._revision,
            files=dict(self.files),
            private=frozenset(key for key, one in self.packages.items() if not one.public),
            labels=frozenset(
                (one, label) for one in self.accounts for label in self.labels_of(one)
            ),
        )


def a_file(
    *,
    number: str,
    where: tuple[str, str, str, str],
    data: bytes,
    index: Mapping[str, object],
    labels: Iterable[str],
    sent: Mapping[str, object],
) -> File:
    """Return a file of owner, package, version and basename with the sums of its bytes."""
    owner, package, version, basename = where
    return File(
        id=number,
        owner=owner,
        package=package,
        version=version,
        basename=basename,
        data=data,
        index=index,
        labels=frozenset(labels) or frozenset({MAIN}),
        uploaded=datetime.now(UTC),
        sent=sent,
        sha256=hashlib.sha256(data).hexdigest(),
        md5=hashlib.md5(data).hexdigest(),
    )


def md5_of(data: bytes) -> str:
    """Return the MD5 sum as Content-MD5 wants it."""
    return base64.b64encode(hashlib.md5(data).digest()).decode()
