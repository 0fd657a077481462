"""The storage behind the API, which takes the bytes of packages."""

import base64
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import requests

from conda_sluice.effects.files import Checksums
from conda_sluice.effects.http.answers import CONFLICT, TRANSIENT
from conda_sluice.effects.http.patience import Patience
from conda_sluice.errors import AnswerError
from conda_sluice.model.package import Artifact
from conda_sluice.stores.anaconda.answers import no_answer
from conda_sluice.stores.anaconda.sessions import Sleep, keep_connections


class Storage:
    """Posts files as streams, without the token: the form of a stage holds all that it takes."""

    def __init__(self, jobs: int, patience: Patience, sleep: Sleep) -> None:
        self._patience = patience
        self._sleep = sleep
        self._session = requests.Session()
        self._session.auth = _as_it_is
        keep_connections(self._session, jobs)

    def take(
        self, url: str, form: Mapping[str, object], artifact: Artifact, checksums: Checksums
    ) -> None:
        """Post a file with the form of its stage; what failed for a moment is tried again."""
        md5 = base64.b64encode(bytes.fromhex(checksums.md5)).decode()
        fields = {key: str(value) for key, value in form.items()}
        fields |= {"Content-Length": str(checksums.size), "Content-MD5": md5}
        failed = 0
        while True:
            failed += 1
            trouble, asked_for = self._posted(url, fields, artifact)
            if trouble is None:
                return
            is_passing = not trouble.status or trouble.status in {*TRANSIENT, CONFLICT}
            wait = self._patience.wait_after(failed, asked_for) if is_passing else None
            if wait is None:
                raise trouble
            self._sleep(wait)

    def _posted(
        self, url: str, fields: Mapping[str, str], artifact: Artifact
    ) -> tuple[AnswerError | None, str]:
        """Post once and return what went wrong, and for how long the storage wants to rest."""
        from requests_toolbelt import MultipartEncoder

        where = url.partition("?")[0]
        try:
            with artifact.path.open("rb") as stream:
                body = MultipartEncoder({**fields, "file": (artifact.record.path, stream)})
                response = self._session.post(
                    url,
                    data=body,
                    headers={"Content-Type": body.content_type},
                    timeout=(self._patience.connect, self._patience.change),
                )
        except requests.RequestException as error:
            return no_answer(where, error), ""
        if response.status_code == HTTPStatus.CREATED:
            return None, ""
        trouble = _refusal(response.status_code, response.text, where)
        return trouble, response.headers.get("Retry-After", "")


def _refusal(status: int, text: str, where: str) -> AnswerError:
    code = text.partition("<Code>")[2].partition("</Code>")[0]
    return AnswerError(
        f"the storage does not take the file: it answers {status}{f' ({code})' if code else ''}",
        where,
        "nothing was published: run the command again",
        status,
    )


def _as_it_is(request: Any) -> Any:
    """Keep `requests` from adding what ~/.netrc says."""
    return request
