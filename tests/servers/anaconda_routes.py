"""The API server: which request is whose business, and what is asked of the state."""

import json
import re
from collections.abc import Callable, Mapping
from urllib.parse import unquote

from servers.anaconda_channels import token_in
from servers.anaconda_labels import Copies, Labels
from servers.anaconda_state import Package, RefusedError, State, Token
from servers.anaconda_uploads import Uploads
from servers.http_double import Answer, Request, refused

Handler = Callable[["Api", "Call"], Answer]


class Call:
    """A request to the API: who asks, for what, with what."""

    def __init__(self, request: Request, parts: Mapping[str, str], token: Token | None) -> None:
        self.request = request
        self.parts = {name: unquote(part) for name, part in parts.items()}
        self.token = token

    @property
    def owner(self) -> str:
        return self.parts["owner"]

    @property
    def where(self) -> tuple[str, ...]:
        """Return owner, package, version, basename: as many as the path has."""
        names = ("owner", "package", "version", "basename")
        return tuple(self.parts[name] for name in names if name in self.parts)

    @property
    def asker(self) -> Token:
        if self.token is None:
            raise RefusedError(401, "Authentication required")
        return self.token

    @property
    def sent(self) -> dict[str, object]:
        """Return the JSON object of the body; none is an empty one."""
        try:
            value = json.loads(self.request.body or b"{}")
        except ValueError as error:
            raise RefusedError(400, f"the body is no JSON: {error}") from error
        if not isinstance(value, dict):
            raise RefusedError(400, "the body is no JSON object")
        return value

    def attrs(self, name: str) -> dict[str, object]:
        """Return an object within the body."""
        value = self.sent.get(name) or {}
        if not isinstance(value, dict):
            raise RefusedError(400, f"{name} is not an object")
        return value


ROUTES: list[tuple[str, re.Pattern[str], Handler]] = []


def route(method: str, path: str) -> Callable[[Handler], Handler]:
    """Register a method for a path: `{x}` is one part of it, `{x*}` all that is left."""
    pattern = re.sub(r"\{(\w+)\*\}", r"(?P<\1>.*)", path)
    pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", pattern)

    def register(handler: Handler) -> Handler:
        ROUTES.append((method, re.compile(pattern), handler))
        return handler

    return register


class Api:
    """Answers requests, one at a time: each is one step of the state."""

    def __init__(self, state: State, uploads: Uploads) -> None:
        self.state = state
        self.uploads = uploads
        self.labels = Labels(state)
        self.copies = Copies(state)
        self.url = ""
        self.redirect = None

    def serve(self, request: Request) -> Answer:
        with self.state.lock:
            try:
                return self._find(request)
            except RefusedError as error:
                return refused(error.status, error.message)

    def _find(self, request: Request) -> Answer:
        is_basic = request.headers.get("Authorization", "").startswith("Basic ")
        token = None if is_basic else token_in(request, self.state)
        methods = set()
        for method, pattern, handler in ROUTES:
            if found := pattern.fullmatch(request.path):
                if method == request.method:
                    return handler(self, Call(request, found.groupdict(), token))
                methods.add(method)
        if methods:
            raise RefusedError(405, f"{request.method} is not allowed, but {sorted(methods)}")
        raise RefusedError(404, f"{request.path} is nothing that the API has")

    def visible(self, token: Token | None, owner: str) -> list[Package]:
        """Return the packages of an owner that the asker may see."""
        self.state.account(owner)
        is_member = self.state.is_member(token, owner)
        return [
            one
            for (whose, _), one in self.state.packages.items()
            if whose == owner and (one.public or is_member)
        ]
