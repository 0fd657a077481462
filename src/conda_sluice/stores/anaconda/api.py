"""The API: anaconda-client's own calls where they are sound, and its session for the others."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import quote

from conda_sluice.effects.files import Checksums
from conda_sluice.effects.http.patience import Patience
from conda_sluice.errors import AnswerError, ToolError
from conda_sluice.model.names import PackageName
from conda_sluice.model.package import Artifact, PackageRecord
from conda_sluice.stores.anaconda.access import Access
from conda_sluice.stores.anaconda.answers import (
    Dist,
    Label,
    Package,
    no_answer,
    parse_dist,
    parse_label,
    parse_package,
    refusal,
)
from conda_sluice.stores.anaconda.metadata import Attributes
from conda_sluice.stores.anaconda.place import Place
from conda_sluice.stores.anaconda.sessions import Sleep, make_patient
from conda_sluice.stores.anaconda.storage import Storage

T = TypeVar("T")

_GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})


class Api:
    """Asks the API of anaconda.org at `url`; threads may share it.

    Never used are `--force` and `--replace`, which delete a file before there is another one, and
    `anaconda move`, which swallows every error.
    """

    def __init__(
        self,
        url: str,
        access: Access,
        *,
        jobs: int,
        patience: Patience,
        sleep: Sleep = time.sleep,
    ) -> None:
        try:
            from binstar_client import Binstar
        except ImportError as error:
            raise ToolError(
                "anaconda:// channels are written with anaconda-client, which is not installed",
                remedy="install it: pip install 'conda-sluice[anaconda]'",
            ) from error
        self.url = url
        self._access = access
        self._binstar = Binstar(token=access.token.reveal() or None, domain=url)
        make_patient(self._binstar.session, jobs, patience, sleep)
        self._storage = Storage(jobs, patience, sleep)

    def refuse_without_token(self) -> None:
        """Raise AnswerError where there is no token, without which nothing can be changed."""
        if not self._access.token:
            raise self._refusal(HTTPStatus.UNAUTHORIZED, "", "")

    def package(self, owner: str, name: PackageName) -> Package | None:
        """Return what the owner has under a name of packages, None where it has nothing."""
        return self._found(owner, lambda: parse_package(self._binstar.package(owner, name)))

    def dist(self, owner: str, record: PackageRecord) -> Dist | None:
        """Return the owner's file of the record's path, None where there is none."""
        return self._found(
            owner,
            lambda: parse_dist(
                self._binstar.distribution(owner, record.name, record.version, record.path)
            ),
        )

    def label(self, owner: str, label: str) -> Label:
        """Return a label and the files that carry it; one that nobody has made carries none."""
        found = self._found(owner, lambda: parse_label(self._binstar.show_channel(label, owner)))
        return found or Label()

    def labels(self, owner: str) -> tuple[str, ...]:
        """Return all labels of an owner, sorted."""
        with self._translated(owner):
            return tuple(sorted(map(str, self._binstar.list_channels(owner))))

    def make_package(self, owner: str, attributes: Attributes) -> None:
        """Make a public package name, of which there are no files yet."""
        from binstar_client.utils.config import PackageType

        said = attributes.package
        with self._translated(owner):
            self._binstar.add_package(
                owner,
                said["name"],
                said.get("summary"),
                said.get("license"),
                license_url=said.get("license_url"),
                license_family=said.get("license_family"),
                attrs=dict(said),
                package_type=PackageType.CONDA,
            )

    def make_release(self, owner: str, name: PackageName, attributes: Attributes) -> None:
        """Make a version of a package name, of which there are no files yet."""
        version = attributes.release["version"]
        with self._translated(owner):
            self._binstar.add_release(owner, name, version, [], None, dict(attributes.release))

    def has_release(self, owner: str, name: PackageName, version: str) -> bool:
        """Tell whether there is that version of a package name."""
        return self._found(owner, lambda: self._binstar.release(owner, name, version)) is not None

    def upload(
        self, artifact: Artifact, place: Place, attributes: Attributes, checksums: Checksums
    ) -> None:
        """Bring a file to the owner, from the start under the label and no other one.

        Binstar.upload takes the three steps in one: nobody can tell which of them failed, it
        draws a progress bar for each file, reads the file three times, and waits ten hours for
        the storage. So each step is taken here, with the same bodies.
        """
        owner, record = place.owner, artifact.record
        path = f"{owner}/{record.name}/{record.version}/{quote(record.path)}"
        staged = self._posted(
            owner,
            f"stage/{path}",
            {
                "distribution_type": "conda",
                "description": "",
                "attrs": attributes.file["attrs"],
                "dependencies": attributes.file.get("dependencies"),
                "channels": [place.label],
                "sha256": checksums.sha256,
            },
        )
        match staged:
            case {"post_url": str(url), "form_data": dict(form), "dist_id": dist_id}:
                self._storage.take(url, form, artifact, checksums)
                self._posted(owner, f"commit/{path}", {"dist_id": dist_id})
            case _:
                raise no_answer(self.url, ValueError("its answer to a stage lacks post_url"))

    def copy(self, owner: str, label: str, record: PackageRecord, to: str, to_label: str) -> None:
        """Copy a file to another owner, without its bytes coming here."""
        with self._translated(to):
            self._binstar.copy(
                owner,
                record.name,
                record.version,
                record.path,
                to_owner=to,
                from_label=label,
                to_label=to_label,
            )

    def add_label(self, owner: str, label: str, record: PackageRecord) -> None:
        """Put a label on a file; one that it carries is no change."""
        # All three are told: what is null in this call means every package, version, file.
        with self._translated(owner):
            self._binstar.add_channel(
                label, owner, package=record.name, version=record.version, filename=record.path
            )

    def remove_label(self, owner: str, label: str, record: PackageRecord) -> None:
        """Take a label off a file; a file that is gone is no error, the caller looks."""
        with _no_matter_if_gone(), self._translated(owner):
            self._binstar.remove_channel(
                label, owner, package=record.name, version=record.version, filename=record.path
            )

    def remove_dist(self, owner: str, record: PackageRecord) -> None:
        """Delete a file; one that is gone is no change."""
        try:
            with self._translated(owner):
                self._binstar.remove_dist(owner, record.name, record.version, record.path)
        except AnswerError:
            if self.dist(owner, record) is not None:
                raise

    def _posted(self, owner: str, path: str, body: Mapping[str, object]) -> object:
        with self._translated(owner):
            response = self._binstar.session.post(f"{self.url}/{path}", json=body)
            if response.status_code not in {HTTPStatus.OK, HTTPStatus.CREATED}:
                raise self._refusal(response.status_code, _words_of(response), owner)
            answer: object = response.json()
            return answer

    def _found(self, owner: str, call: Callable[[], T]) -> T | None:
        try:
            with self._translated(owner):
                return call()
        except AnswerError as error:
            if error.status in _GONE:
                return None
            raise

    @contextmanager
    def _translated(self, owner: str) -> Iterator[None]:
        """Turn what anaconda-client and `requests` raise into this store's errors."""
        import requests
        from binstar_client.errors import BinstarError

        try:
            yield
        except BinstarError as error:
            status, said = _status_of(error), str(error.args[0]) if error.args else ""
            raise self._refusal(status, said, owner) from error
        except (requests.RequestException, AttributeError, TypeError, ValueError) as error:
            raise no_answer(self.url, error) from error

    def _refusal(self, status: int, said: str, owner: str) -> AnswerError:
        return refusal(status, said, self.url, owner=owner, access=self._access)


@contextmanager
def _no_matter_if_gone() -> Iterator[None]:
    try:
        yield
    except AnswerError as error:
        if error.status not in _GONE:
            raise


def _status_of(error: Exception) -> int:
    """Return the status in an error of anaconda-client; its copy raises one without."""
    from binstar_client import errors

    if len(error.args) > 1 and isinstance(error.args[1], int):
        return error.args[1]
    match error:
        case errors.Unauthorized():
            return HTTPStatus.UNAUTHORIZED
        case errors.NotFound():
            return HTTPStatus.NOT_FOUND
        case errors.Conflict():
            return HTTPStatus.CONFLICT
        case _:
            return 0


def _words_of(response: Any) -> str:
    try:
        said = response.json()
    except ValueError:
        return ""
    return str(said.get("error", "")) if isinstance(said, dict) else ""
