"""Which files of a channel folder a client may have: a list of what is published, not of secrets.

Whatever else lies in the folder (`.sluice/`, temporary files, notes of a person) is not there.
"""

import re
from collections.abc import Sequence
from enum import Enum

from conda_sluice.errors import PackageError, UsageError
from conda_sluice.index.patches import PATCH_FILE
from conda_sluice.index.shards import SHARD_FOLDER, SHARD_INDEX
from conda_sluice.model.entry import check_file_name
from conda_sluice.model.names import parse_subdir


class Kind(Enum):
    """How a published file behaves: replaced under its name, never changed, or named by its hash.

    What is replaced must be asked for again each time; the others can be kept for ever.
    """

    INDEX = "index"
    PACKAGE = "package"
    SHARD = "shard"


_OF_SUBDIR = frozenset(
    {
        SHARD_INDEX,
        PATCH_FILE,
        "repodata.json.bz2",
        "repodata.json.jlap",
        *(
            f"{stem}.json{packed}"
            for stem in ("repodata", "current_repodata", "repodata_from_packages", "run_exports")
            for packed in ("", ".zst")
        ),
    }
)
_OF_CHANNEL = frozenset({"channeldata.json", "conda_build_config.yaml"})
"""What stands beside the subdirs: `conda_build_config.yaml` are the pinnings of a seed."""

_SHARD = re.compile(r"[0-9a-f]{64}\.msgpack\.zst")
_ATTESTED = re.compile(r"(.+)\.v0\.sigs")
"""CEP 27: the attestations of a package lie beside it."""


def kind_of(path: Sequence[str]) -> Kind | None:
    """Return the kind of the file at `path` within a channel, None for what is not published."""
    match path:
        case [file] if file in _OF_CHANNEL:
            return Kind.INDEX
        case [subdir, file] if _is_subdir(subdir):
            return _kind_in_subdir(file)
        case [subdir, folder, file] if folder == SHARD_FOLDER and _is_subdir(subdir):
            return Kind.SHARD if _SHARD.fullmatch(file) else None
        case _:
            return None


def _kind_in_subdir(file: str) -> Kind | None:
    if file in _OF_SUBDIR:
        return Kind.INDEX
    attested = _ATTESTED.fullmatch(file)
    if not _is_package(attested[1] if attested else file):
        return None
    return Kind.INDEX if attested else Kind.PACKAGE


def _is_package(file: str) -> bool:
    try:
        check_file_name(file)
    except PackageError:
        return False
    return True


def _is_subdir(name: str) -> bool:
    try:
        parse_subdir(name)
    except UsageError:
        return False
    return True
