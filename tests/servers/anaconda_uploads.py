"""An upload in its three steps: staged at the API, posted to the storage, committed at the API.

The storage is a service of its own, as S3 is: it takes a signed form, knows nothing of tokens,
and refuses requests that bring one.
"""

import hashlib
import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, unquote

from conda_package_streaming.package_streaming import CondaComponent, stream_conda_component

from servers.anaconda_state import MAIN, File, RefusedError, State, Token, a_file, md5_of
from servers.http_double import Answer, Request

BUCKET = "/packages"
ADDED_BY_CLIENT = {"Content-Length", "Content-MD5", "file"}

Where = tuple[str, str, str, str]
"""Owner, package, version, basename."""


@dataclass(slots=True)
class Staged:
    """A file that was announced; nobody sees it, whether its bytes have come or not."""

    where: Where
    labels: tuple[str, ...]
    sent: Mapping[str, object]
    form: Mapping[str, str]
    data: bytes | None = field(default=None, repr=False)


class Uploads:
    """What is on its way in, and the storage that the bytes go to and come from."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.storage_url = ""
        self.lost_commits = 0
        self.staged: dict[str, Staged] = {}

    def stage(self, token: Token | None, where: Where, sent: Mapping[str, object]) -> object:
        """Announce a file; return where its bytes are to go, and with which form."""
        owner, package, version, basename = where
        self.state.check_writing(token, owner)
        self.state.release(owner, package, version)
        labels = tuple(_labels_in(sent))
        _check_announced(basename, sent)
        self._check_free(where)
        self.state.check_unlocked(owner, labels or (MAIN,))
        number = self.state.new_id()
        form = {
            "key": number,
            "acl": "private",
            "Content-Type": "application/octet-stream",
            "success_action_status": "201",
            "policy": f"policy-of-{number}",
            "x-amz-signature": f"signature-of-{number}",
        }
        self.staged[number] = Staged(where, labels, dict(sent), form)
        url = f"{self.storage_url}{BUCKET}"
        return {"post_url": url, "form_data": form, "dist_id": number, "basename": basename}

    def commit(self, token: Token | None, where: Where, number: object) -> File:
        """Make a file that was staged and posted visible, all at once."""
        self.state.check_writing(token, where[0])
        staged = self.staged.get(str(number))
        if staged is None or staged.where != where:
            raise RefusedError(404, f'"{number}" is not staged for {"/".join(where)}')
        if staged.data is None:
            raise RefusedError(400, f'the bytes of "{number}" have not come')
        self._check_free(where)
        self.state.check_unlocked(where[0], staged.labels or (MAIN,))
        wanted = staged.sent.get("sha256")
        if wanted and wanted != hashlib.sha256(staged.data).hexdigest():
            raise RefusedError(400, "the bytes that came do not have the sha256 that was announced")
        file = a_file(
            number=str(number),
            where=where,
            data=staged.data,
            index=_index_in(staged.data, where),
            labels=staged.labels,
            sent=staged.sent,
        )
        if self.lost_commits:
            self.lost_commits -= 1
            return file
        del self.staged[str(number)]
        self.state.add(file)
        return file

    def _check_free(self, where: Where) -> None:
        if (where[0], where[3]) in self.state.files:
            raise RefusedError(409, f'File "{"/".join(where)}" already exists')

    def signed_url(self, file: File) -> str:
        """Return where the storage gives the bytes of a file to whoever has this URL."""
        path = f"{BUCKET}/{file.id}/{quote(file.basename)}"
        return f"{self.storage_url}{path}?X-Amz-Signature={file.md5}"

    # The storage.

    def serve(self, request: Request) -> Answer:
        """Answer as S3: take a form, or give an object."""
        if "Authorization" in request.headers:
            return _in_xml(400, "InvalidArgument", "Only one auth mechanism allowed")
        if request.method == "POST" and request.path == BUCKET:
            return self._post(request)
        if request.method == "GET" and request.path.startswith(f"{BUCKET}/"):
            return self._get(request)
        return _in_xml(404, "NoSuchKey", "The specified key does not exist.")

    def _post(self, request: Request) -> Answer:
        fields = _fields_in(request)
        data = fields.get("file")
        texts = {name: value.decode() for name, value in fields.items() if name != "file"}
        with self.state.lock:
            staged = self.staged.get(texts.get("key", ""))
            given = {name: text for name, text in texts.items() if name not in ADDED_BY_CLIENT}
            if staged is None or data is None or given != dict(staged.form):
                return _in_xml(403, "AccessDenied", "Invalid according to Policy")
            if texts.get("Content-Length", str(len(data))) != str(len(data)):
                return _in_xml(400, "IncompleteBody", "Another number of bytes was announced")
            if texts.get("Content-MD5") != md5_of(data):
                return _in_xml(400, "InvalidDigest", "The Content-MD5 you specified is not valid.")
            staged.data = data
        text = f"<PostResponse><Key>{texts['key']}</Key></PostResponse>"
        return Answer(201, text.encode(), {"Content-Type": "application/xml"})

    def _get(self, request: Request) -> Answer:
        number, basename = request.path.removeprefix(f"{BUCKET}/").split("/", 1)
        with self.state.lock:
            files = [one for one in self.state.files.values() if one.id == number]
        for file in files:
            if file.basename == unquote(basename):
                if request.query.get("X-Amz-Signature") == file.md5:
                    return Answer(200, file.data, {"ETag": f'"{file.md5}"'})
                return _in_xml(403, "SignatureDoesNotMatch", "The signature does not match.")
        return _in_xml(404, "NoSuchKey", "The specified key does not exist.")


def _labels_in(sent: Mapping[str, object]) -> list[str]:
    labels = sent.get("channels") or []
    if not isinstance(labels, list) or not all(isinstance(one, str) and one for one in labels):
        raise RefusedError(400, "channels is not a list of labels")
    return labels


def _check_announced(basename: str, sent: Mapping[str, object]) -> None:
    if sent.get("distribution_type") != "conda":
        raise RefusedError(400, "this double takes nothing but distribution_type conda")
    if not isinstance(sent.get("attrs"), dict):
        raise RefusedError(400, "attrs is not an object")
    if not re.fullmatch(r"[a-z0-9-]+/[^/]+\.(conda|tar\.bz2)", basename):
        raise RefusedError(400, f"{basename} is not subdir/file")
    if not re.fullmatch(r"[0-9a-f]{64}", str(sent.get("sha256") or "0" * 64)):
        raise RefusedError(400, "sha256 is not 64 hexadecimal digits")


def _index_in(data: bytes, where: Where) -> dict[str, object]:
    """Return info/index.json of a package file, which must be the one that was announced."""
    _, package, version, basename = where
    try:
        members = stream_conda_component(basename, io.BytesIO(data), CondaComponent.info)
        found = next(tar.extractfile(one).read() for tar, one in members if _is_index(one.name))
        index = json.loads(found)
    except Exception as error:
        raise RefusedError(400, f"{basename} is no conda package: {error!r}") from error
    said = (index.get("name"), index.get("version"), index.get("subdir"))
    if said != (package, version, basename.split("/")[0]):
        raise RefusedError(400, f"{basename} says of itself that it is {said}")
    return index


def _is_index(name: str) -> bool:
    return name == "info/index.json"


def _fields_in(request: Request) -> dict[str, bytes]:
    """Return the fields of a form by name; what a part's header says otherwise is not kept."""
    boundary = re.search(r'boundary="?([^";]+)', request.headers.get("Content-Type", ""))
    if boundary is None:
        return {}
    fields = {}
    for part in (b"\r\n" + request.body).split(b"\r\n--" + boundary[1].encode())[1:]:
        header, _, content = part.partition(b"\r\n\r\n")
        if name := re.search(rb'name="([^"]*)"', header):
            fields[name[1].decode()] = content
    return fields


def failed(status: int, message: str) -> Answer:
    """Return an error as the storage words it."""
    return _in_xml(status, "InternalError", message)


def _in_xml(status: int, code: str, message: str) -> Answer:
    text = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    return Answer(status, text.encode(), {"Content-Type": "application/xml"})
