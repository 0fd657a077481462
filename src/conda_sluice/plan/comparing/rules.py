"""One file in two packages: what kind of file it is decides what may differ."""

import json
import re
from collections.abc import Callable
from functools import partial
from pathlib import PurePosixPath

from conda_sluice.model.comparison import FileDifference, Likeness
from conda_sluice.plan.comparing.elf import comparable_elf
from conda_sluice.plan.comparing.r_files import index_of, values_of, without_times
from conda_sluice.plan.comparing.unpacked import unpacked
from conda_sluice.plan.comparing.words import Words

_BUILD_RECORDS = re.compile(
    r"info/(?:recipe/.*|git|hash_input\.json|repodata_record\.json)"
    r"|.*\.dist-info/direct_url\.json"
    r"|.*/library/[^/]+/help/paths\.rds",
    re.DOTALL,
)
"""Where sources lay, when and with what they were built."""

_PYC_MAGIC = 4

Normaliser = Callable[[bytes], bytes | None]
"""Leaves out of a file what no two builds share; None where the file is not of that kind."""


def judge_bytes(path: str, first: bytes, second: bytes, words: Words) -> FileDifference:
    """Say how a file of other bytes stands to the one of the first package."""
    if words.explain(first, second):
        return FileDifference(path, Likeness.VERSION)
    if _BUILD_RECORDS.fullmatch(path):
        return FileDifference(path, Likeness.BUILD_RECORD)
    normalise = _normaliser(path, second)
    ours, theirs = normalise(first), normalise(second)
    if ours is not None and theirs is not None and words.explain(ours, theirs):
        return FileDifference(path, Likeness.VERSION)
    where = _keys_of(ours, theirs, words) or _where(first, second, words)
    return FileDifference(path, Likeness.DIFFERENT, where)


def source_of(path: str) -> str:
    """Return the source of a Python byte code file, "" for what is none."""
    pure = PurePosixPath(path)
    if pure.suffix != ".pyc" or pure.parent.name != "__pycache__":
        return ""
    return str(pure.parent.parent / f"{pure.name.partition('.')[0]}.py")


def is_same_python(first: bytes, second: bytes) -> bool:
    """Tell whether two byte code files are of one Python."""
    return first[:_PYC_MAGIC] == second[:_PYC_MAGIC]


def _normaliser(path: str, data: bytes) -> Normaliser:
    for pattern, normaliser in _BY_PATH:
        if pattern.fullmatch(path):
            return normaliser
    return unpacked if unpacked(data) is not None else comparable_elf


def _json(data: bytes, leave: frozenset[str], unordered: frozenset[str]) -> bytes | None:
    """Return JSON without the keys to `leave`, and with the lists of some others sorted."""

    def normal(value: object, key: str = "") -> object:
        if isinstance(value, dict):
            return {name: normal(one, name) for name, one in value.items() if name not in leave}
        if isinstance(value, list):
            return sorted(value, key=str) if key in unordered else [normal(one) for one in value]
        return value

    try:
        return _as_text(normal(json.loads(data)))
    except (ValueError, RecursionError):
        return None


def _recorded_paths(data: bytes) -> bytes:
    """Return the paths that a wheel's RECORD lists: the files themselves are compared."""
    return b"\n".join(sorted(line.rsplit(b",", 2)[0] for line in data.splitlines()))


def _json_rule(*leave: str, unordered: tuple[str, ...] = ()) -> Normaliser:
    return partial(_json, leave=frozenset(leave), unordered=frozenset(unordered))


_BY_PATH: tuple[tuple[re.Pattern[str], Normaliser], ...] = tuple(
    (re.compile(pattern, re.DOTALL), normaliser)
    for pattern, normaliser in (
        (
            r"info/index\.json",
            _json_rule("timestamp", "build_number", unordered=("depends", "constrains")),
        ),
        # the files that it lists are compared themselves
        (r"info/paths\.json", _json_rule("sha256", "sha256_in_prefix", "size_in_bytes")),
        (r"info/about\.json", _json_rule("channels")),
        (r".*\.dist-info/RECORD", _recorded_paths),
        (r".*/library/[^/]+/(?:DESCRIPTION|Meta/[^/]+\.rds)", without_times),
        (r".*/library/[^/]+/.*\.rdb", values_of),
        (r".*/library/[^/]+/.*\.rdx", index_of),
    )
)


def _keys_of(first: bytes | None, second: bytes | None, words: Words) -> str:
    """Say which keys of two JSON objects differ, "" where these are none."""
    try:
        ours, theirs = json.loads(first or b""), json.loads(second or b"")
    except (ValueError, RecursionError):
        return ""
    if not (isinstance(ours, dict) and isinstance(theirs, dict)):
        return ""
    keys = [
        key
        for key in sorted({*ours, *theirs})
        if not words.explain(_as_text(ours.get(key)), _as_text(theirs.get(key)))
    ]
    return f"differs in {', '.join(keys)}" if keys else ""


def _as_text(value: object) -> bytes:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return text.encode("utf-8", "surrogatepass")


def _where(first: bytes, second: bytes, words: Words) -> str:
    """Say from where on two files differ."""
    if b"\0" in first or b"\0" in second:
        return f"differs ({len(first):,} and {len(second):,} bytes)"
    ours, theirs = first.splitlines(), second.splitlines()
    for number, (one, other) in enumerate(zip(ours, theirs, strict=False), start=1):
        if not words.explain(one, other):
            return f"differs in line {number}"
    return f"has {len(theirs)} lines in place of {len(ours)}"
