"""The log of a build, written line by line as the build goes on."""

import re
from collections import deque
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from conda_sluice.effects.scrub import scrub

_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_TAIL = 20

_HINTS = "Script execution failed."
"""The start of a page of hints with very long paths; the error that is raised has them shorter."""


class LogEvent(Protocol):
    """What py-rattler-build tells: one message within a named step."""

    level: str
    span: str | None
    message: str


class BuildLog:
    """Receives the events of one build (py-rattler-build's ProgressCallback) and keeps the tail.

    `path` is where it is written, `complaint` the first line of the last message of level error,
    "" where there was none.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("w", encoding="utf-8", buffering=1)
        self._tail: deque[str] = deque(maxlen=_TAIL)
        self._span = ""
        self.complaint = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    @property
    def tail(self) -> tuple[str, ...]:
        """Return the last lines."""
        return tuple(self._tail)

    def on_log(self, event: LogEvent) -> None:
        """Write a message, and before it the name of its step where a new one begins."""
        text = scrub(_ANSI.sub("", event.message)).strip("\n")
        if not text.strip() or text.startswith(_HINTS):
            return
        if event.span and event.span != self._span:
            self._span = event.span
            self.write(f"[{event.span}]")
        if event.level == "error":
            self.complaint = text.splitlines()[0].strip()
        self.write(text if event.level == "info" else f"{event.level}: {text}")

    def write(self, text: str) -> None:
        """Write one or more lines, without secrets."""
        for line in scrub(text).splitlines():
            self._tail.append(line)
            self._file.write(f"{line}\n")
