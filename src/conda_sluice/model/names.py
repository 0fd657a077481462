"""Names that conda knows, validated where they come in (CEP 26)."""

import re
from typing import NewType

from conda_sluice.errors import UsageError

PackageName = NewType("PackageName", str)
"""A conda package name: lower-case letters, digits, `.`, `-`, `_`."""

Subdir = NewType("Subdir", str)
"""A folder of a channel: `noarch` or `<os>-<arch>`."""

NOARCH = Subdir("noarch")

PLATFORMS = (
    "emscripten-wasm32",
    "freebsd-64",
    "linux-32",
    "linux-64",
    "linux-aarch64",
    "linux-armv6l",
    "linux-armv7l",
    "linux-ppc64le",
    "linux-riscv64",
    "linux-s390x",
    "osx-64",
    "osx-arm64",
    "wasi-wasm32",
    "win-32",
    "win-64",
    "win-arm64",
    "zos-z",
)
"""The platforms that packages are built for; a closed list, so that a misspelling is noticed."""

_PACKAGE_NAME = re.compile(r"_?[a-z0-9][a-z0-9._-]*")
_CHANNEL_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,127}")
_SUBDIR = re.compile(r"noarch|[a-z0-9]+-[a-z0-9_]+")


def parse_package_name(text: str) -> PackageName:
    """Return `text` as a package name; raise UsageError where CEP 26 does not allow it."""
    if not _PACKAGE_NAME.fullmatch(text) or len(text) > 64:  # noqa: PLR2004 - CEP 26's limit
        raise UsageError(
            f"{text!r} is no conda package name",
            remedy="use at most 64 lower-case letters, digits, '.', '-' and '_'",
        )
    return PackageName(text)


def parse_subdir(text: str) -> Subdir:
    """Return `text` as a subdir; raise UsageError where CEP 26 does not allow it."""
    if not _SUBDIR.fullmatch(text):
        raise UsageError(f"{text!r} is no subdir", remedy="a subdir looks like linux-64 or noarch")
    return Subdir(text)


def is_channel_name(text: str) -> bool:
    """Tell whether `text` can name a channel of a ladder."""
    return _CHANNEL_NAME.fullmatch(text) is not None
