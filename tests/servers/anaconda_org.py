"""A double of anaconda.org: API, storage and channel server, each on a port of its own.

Written from what the real clients (anaconda-client, py-rattler-build, py-rattler) send and
demand. The real service was not asked, so the following are guesses:

- No token where one is needed is 401, so is an unknown token, even where none is needed.
  Somebody else's account, a token whose scopes do not allow it, and a locked label are 403.
- A private package is 401 to the nameless and 403 to others, not 404.
- A second package, release or file of a name is 409, a file already when it is staged: there
  py-rattler-build takes it for "already exists". A commit of what was not staged, or was
  committed before, is 404.
- A commit checks the sha256 that was announced, and that name, version and subdir of
  info/index.json are those of the path: 400. Repodata is made from info/index.json.
- The storage demands Content-MD5, and refuses requests with an Authorization header, as S3 does.
- `main` always exists; any other label exists while a file carries it or it is locked. What does
  not exist is 404 (`missing_labels_are_empty`: its repodata is empty instead).
- A locked label refuses to be given, taken away and uploaded to, and files that carry it are not
  removed.
- A label change that names something and fits no file is 404; one without names is not.
- A copy within one owner is a label more on the same file; to another owner it is a new file that
  carries that label only. POST is all or nothing. A copy that fits no file is an empty list.
- Empty releases and packages stay. Any file is served by channels of its labels only.
- The channel server lets repodata be cached for `max_age` seconds, 1200 if not told otherwise;
  it has no repodata.json.bz2, current_repodata.json or shards.
- Any path that these clients do not ask for is 404, although the real service has more.
- It takes `token` and `Bearer` in the Authorization header, and `/t/<token>/` in the path.
"""

import re
from collections.abc import Mapping
from types import TracebackType
from typing import Self

from servers import anaconda_account_calls, anaconda_label_calls, anaconda_package_calls
from servers.anaconda_channels import Channels
from servers.anaconda_routes import Api
from servers.anaconda_state import Account, File, State
from servers.anaconda_uploads import Uploads, failed
from servers.http_double import Exchange, Fault, Faults, Listener

CALLS = (anaconda_account_calls, anaconda_package_calls, anaconda_label_calls)
"""Importing them is what gives the API its routes."""

__all__ = ["Account", "AnacondaOrg", "Exchange"]


class AnacondaOrg:
    """Runs within `with`; `log` has every exchange in the order in which they ended.

    With `redirects`, files come from the storage by a 302, as they do from the real service.
    """

    def __init__(
        self,
        *accounts: Account,
        redirects: bool = False,
        max_age: int = 1200,
        missing_labels_are_empty: bool = False,
    ) -> None:
        self.log: list[Exchange] = []
        self.faults = Faults()
        self.state = State(accounts)
        self.uploads = Uploads(self.state)
        api = Api(self.state, self.uploads)
        channels = Channels(
            self.state, max_age=max_age, missing_labels_are_empty=missing_labels_are_empty
        )
        self._servers = [
            Listener("api", api.serve, self.faults, self.log),
            Listener("storage", self.uploads.serve, self.faults, self.log, failed),
            Listener("channels", channels.serve, self.faults, self.log),
        ]
        self.api_url, self.storage_url, self.channels_url = (one.url for one in self._servers)
        api.url, self.uploads.storage_url = self.api_url, self.storage_url
        if redirects:
            api.redirect = channels.redirect = self.uploads.signed_url

    def __enter__(self) -> Self:
        for one in self._servers:
            one.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for one in self._servers:
            one.stop()
        crashes = [crash for one in self._servers for crash in one.crashes]
        if crashes and error is None:
            raise ExceptionGroup("the double crashed", crashes)

    @property
    def tokens(self) -> Mapping[str, str]:
        """Return the token of each account that was given one."""
        return {one.login: one.token for one in self.state.accounts.values() if one.token}

    def channel_url(self, owner: str, label: str = "main", *, token: str = "") -> str:
        """Return how a conda client names a channel."""
        start = f"{self.channels_url}/t/{token}" if token else self.channels_url
        return f"{start}/{owner}" if label == "main" else f"{start}/{owner}/label/{label}"

    def files(self, owner: str) -> Mapping[str, File]:
        """Return what lies at an owner by basename, whatever the servers say."""
        with self.state.lock:
            return {one.basename: one for one in self.state.files_of(owner)}

    def labels(self, owner: str) -> Mapping[str, tuple[str, ...]]:
        """Return the labels of each file of an owner by basename."""
        return {name: tuple(sorted(one.labels)) for name, one in self.files(owner).items()}

    def fail_next(
        self,
        method: str,
        path: str,
        status: int | None,
        times: int = 1,
        *,
        after: bool = False,
    ) -> None:
        """Let requests fail whose path has a part that the regular expression fits.

        `*` is any method; `status` None cuts the connection. With `after` the request does what
        it should, and only its answer is lost.
        """
        self.faults.order(Fault(method, re.compile(path), status, times, after))

    def lose_commit(self, times: int = 1) -> None:
        """Let commits be answered as if all were well, without a file that ever appears."""
        with self.state.lock:
            self.uploads.lost_commits += times

    def stale_repodata(self, seconds: float) -> None:
        """Let repodata be what it was so many seconds ago, but not older than this call.

        0 shows at once what is.
        """
        self.state.lag(seconds)
