"""The answer with a file, whole or in part."""

from collections.abc import AsyncIterator, Mapping
from functools import partial

import anyio.to_thread
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from conda_sluice.serving.conditions import Span, names_etag, span_of
from conda_sluice.serving.files import Published

_CHUNK = 256 * 1024


class FileAnswer(StreamingResponse):
    """Sends a span of an open file, and closes it whatever happens."""

    def __init__(
        self, published: Published, span: Span, *, status: int, headers: Mapping[str, str]
    ) -> None:
        self._published = published
        told = {**headers, "Content-Length": str(len(span))}
        super().__init__(self._chunks(span), status, told, media_type=published.media_type)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the answer: of HEAD the headers only, which are those of GET."""
        try:
            if scope["method"] == "HEAD":
                await Response(status_code=self.status_code, headers=self.headers)(
                    scope, receive, send
                )
            else:
                await super().__call__(scope, receive, send)
        finally:
            self._published.file.close()

    async def _chunks(self, span: Span) -> AsyncIterator[bytes]:
        file, left = self._published.file, len(span)
        file.seek(span.start)
        while left:
            chunk = await anyio.to_thread.run_sync(partial(file.read, min(_CHUNK, left)))
            if not chunk:
                return
            left -= len(chunk)
            yield chunk


def answer_with(published: Published, asked: Mapping[str, str]) -> Response:
    """Return the answer to a request with these headers (lower-case names)."""
    headers = {
        "ETag": published.etag,
        "Cache-Control": published.cache_control,
        "Accept-Ranges": "bytes",
        "X-Content-Type-Options": "nosniff",
    }
    if "if-match" in asked and not names_etag(asked["if-match"], published.etag, is_strong=True):
        published.file.close()
        return Response(status_code=412, headers=headers)
    if names_etag(asked.get("if-none-match", ""), published.etag):
        published.file.close()
        return Response(status_code=304, headers=headers)
    whole = Span(0, published.size)
    if asked.get("if-range", published.etag) != published.etag:  # the part of another version
        return FileAnswer(published, whole, status=200, headers=headers)
    span = span_of(asked.get("range", ""), published.size)
    if span is None:
        return FileAnswer(published, whole, status=200, headers=headers)
    if not len(span):
        published.file.close()
        headers["Content-Range"] = f"bytes */{published.size}"
        return Response(status_code=416, headers=headers)
    headers["Content-Range"] = f"bytes {span.start}-{span.stop - 1}/{published.size}"
    return FileAnswer(published, span, status=206, headers=headers)
