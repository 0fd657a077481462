"""What went wrong, read from conda-build's log.

conda-build ends with status 1 whatever happened; the last traceback of its log says what it was.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

_TRACEBACK = "Traceback (most recent call last):"
_EXCEPTION = re.compile(r"(?P<kind>[A-Za-z_][\w.]*)(?:: (?P<message>.*))?")
_PACKAGING = re.compile(r"^(?:INFO:.*:)?Packaging (\S+)$", re.MULTILINE)
_STATUS = re.compile(r"returned non-zero exit status (\d+)")
_SIGNAL = re.compile(r"died with <Signals\.(\w+): \d+>")
_UNSATISFIED = (
    *("NeedsBuildingError", "UnsatisfiableError", "ResolvePackageNotFound"),
    "PackagesNotFoundError",
)
_MESSAGE_LINES = 12
_TAIL = 20


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a build failed, in words, and the last lines before conda-build's own traceback.

    `package` is the one that it was at: its name, or name-version-build; "" where it does not say.
    """

    reason: str
    is_unsatisfied: bool = False
    tail: tuple[str, ...] = ()
    package: str = ""


def read_failure(log: str, code: int) -> Failure:
    """Return the reason for exit code `code` (negative: ended by that signal)."""
    packaged = _PACKAGING.findall(log)
    return replace(_failure(log, code), package=packaged[-1] if packaged else "")


def _failure(log: str, code: int) -> Failure:
    lines = log.splitlines()
    if code < 0:
        return Failure(f"conda-build was ended by signal {-code}", tail=_last(lines))
    begins = [number for number, line in enumerate(lines) if line.startswith(_TRACEBACK)]
    if not begins:
        said = _last(lines)
        told = said[-1].strip() if said else "it said nothing"
        return Failure(f"conda-build ended with exit code {code}: {told}", tail=said)
    # a chain of exceptions is several tracebacks; a script's own one stands before them
    kind, message = _exception(lines[begins[-1] + 1 :])
    tail = _last(lines[: _own_traceback(lines, begins)])
    short = kind.rpartition(".")[2]
    if short == "BuildScriptException":
        return Failure(f"its build script failed: {_status(message)}", tail=tail)
    reason = message or short or "conda-build ended without a word"
    return Failure(reason, is_unsatisfied=short.endswith(_UNSATISFIED), tail=tail)


def _exception(lines: Sequence[str]) -> tuple[str, str]:
    """Return class and message of the exception that a traceback, without its head, ends with."""
    for number, line in enumerate(lines):
        match = _EXCEPTION.fullmatch(line)
        if match:
            rest = [(match["message"] or ""), *lines[number + 1 : number + _MESSAGE_LINES]]
            return match["kind"], "\n".join(rest).strip()
    return "", ""


def _own_traceback(lines: Sequence[str], begins: Sequence[int]) -> int:
    """Return where the traceback of conda-build begins: the first that shows its files."""
    for begin, end in zip(begins, [*begins[1:], len(lines)], strict=True):
        if any("conda_build" in line or "conda-build" in line for line in lines[begin:end]):
            return begin
    return begins[-1]


def _status(message: str) -> str:
    if status := _STATUS.search(message):
        return f"Script failed with status {status[1]}"
    if signal := _SIGNAL.search(message):
        return f"Script was ended by {signal[1]}"
    return message


def _last(lines: Sequence[str]) -> tuple[str, ...]:
    return tuple([line for line in lines if line.strip()][-_TAIL:])
