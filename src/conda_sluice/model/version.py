"""Versions: from what upstream writes to what conda sorts the same way, and how mature they are.

conda compares by its own rules (CEP 33): a separate `.dev1` part sorts above `rc1`, a local part
sorts below its release, and `1.2rc2` below `1.2.0rc1`. The map writes around each of these.
"""

import re
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

from packaging.version import InvalidVersion, Version

from conda_sluice.errors import VersionError
from conda_sluice.model.config import VersionPolicy

if TYPE_CHECKING:
    import rattler

SEGMENTS = 3
"""Release segments that a version with a pre, post or dev part is padded to."""

_LONGEST = 64
"""CEP 26's limit for a version."""

_LARGEST_NUMBER = 2**63 - 1
"""Solvers keep a number of a version in 64 bits."""

_R_VERSION = re.compile(r"[0-9]+(?:[.-][0-9]+)+")
_SEMVER_PRE_RELEASE = re.compile(
    r"[vV]?[0-9]+(?:\.[0-9]+)*-(?!(?:alpha|beta|preview|pre|dev|rc|a|b|c)[.-]?[0-9]*$)(.*)",
    re.IGNORECASE,
)
_DEV = re.compile(r"(?<![a-z])dev(?![a-z])")
_SCM_LOCAL = re.compile(r"(?:^|\.)(?:g[0-9a-f]{7,40}|dirty)(?:\.|$)")
_PRE = re.compile(r"(?<![a-z])(?:(?:alpha|beta|preview|pre|rc)(?![a-z])|[abc](?=[0-9]))")
_R_DEV = re.compile(r"[0-9]+[._][0-9]+[._][0-9]+[._](9[0-9]{3}|[1-9][0-9]{4})(?:[._][0-9]+)*")


class VersionScheme(StrEnum):
    """Whose rules a version is written by."""

    PEP440 = "pep440"
    R = "r"
    SEMVER = "semver"


class Maturity(StrEnum):
    """How far a version has come."""

    DEV = "dev"
    PRE = "pre"
    FINAL = "final"


def conda_version(text: str, scheme: VersionScheme | str = VersionScheme.PEP440) -> str:
    """Return the conda version that stands among conda versions where `text` stands among its own.

    Equal versions may be spelled differently (`1.2`, `1.2.0`) and are equal in conda too. Holds
    for up to three release segments; `sorts_alike` tells it for any two versions. Of a semver
    pre-release only a word that PEP 440 knows (alpha, beta, rc, …) with a number is carried over.
    Raise VersionError where `text` cannot be carried over.
    """
    version = _carry_over(text, VersionScheme(scheme))
    if len(version) > _LONGEST:
        raise VersionError(f"version {text!r} is longer than the {_LONGEST} characters of CEP 26")
    if any(int(number) > _LARGEST_NUMBER for number in re.findall("[0-9]+", version)):
        raise VersionError(f"version {text!r} holds a number that does not fit into 64 bits")
    return version


def _carry_over(text: str, scheme: VersionScheme) -> str:
    match scheme:
        case VersionScheme.R:
            return _from_r(text)
        case VersionScheme.SEMVER:
            return _from_semver(text)
        case VersionScheme.PEP440:
            return _from_pep440(text)


def _from_r(text: str) -> str:
    if not _R_VERSION.fullmatch(text):
        raise VersionError(
            f"{text!r} is no R version",
            remedy="write at least two numbers with '.' or '-' between them, such as 1.2-3",
        )
    return text.replace("-", "_")


def _from_semver(text: str) -> str:
    foreign = _SEMVER_PRE_RELEASE.fullmatch(text.partition("+")[0])
    if foreign:
        raise VersionError(
            f"{text!r}: conda has no place for the pre-release {foreign[1]!r}",
            remedy="write alpha, beta, rc or dev and one number, such as 1.2.3-rc.1",
        )
    return _from_pep440(text)


def _from_pep440(text: str) -> str:
    try:
        version = Version(text)
    except InvalidVersion as error:
        raise VersionError(
            f"{text!r} is no version",
            remedy="write numbers with dots between them, and a, b, rc, post or dev with a number"
            " where it is not final (PEP 440)",
        ) from error
    return _compose(version)


def _compose(version: Version) -> str:
    release = list(version.release)
    while len(release) > SEGMENTS and release[-1] == 0:
        release.pop()
    if version.is_prerelease or version.is_postrelease:
        release += [0] * (SEGMENTS - len(release))
    epoch = f"{version.epoch}!" if version.epoch else ""
    pre = "".join(str(part) for part in version.pre or ())
    post = "" if version.post is None else f".post{version.post}"
    # glued to the release, dev sorts below a, b and rc; after them only a part of its own does
    dot = "." if pre or post else ""
    dev = "" if version.dev is None else f"{dot}dev{version.dev}"
    return f"{epoch}{'.'.join(map(str, release))}{pre}{post}{dev}"


def maturity(version: str) -> Maturity:
    """Tell how mature a conda version says it is, whoever wrote it.

    R's development versions are those with a fourth number from 9000 on, up to five digits:
    longer ones are dates. `2024a` and `9e` are final, for no number follows the letter.
    """
    public, _, local = version.lower().partition("+")
    if _DEV.search(public) or _SCM_LOCAL.search(local) or _R_DEV.fullmatch(public):
        return Maturity.DEV
    return Maturity.PRE if _PRE.search(public) else Maturity.FINAL


def allows(policy: VersionPolicy, version: str) -> bool:
    """Tell whether a channel of this policy takes a conda version."""
    match policy:
        case VersionPolicy.ANY:
            return True
        case VersionPolicy.PRE:
            return maturity(version) is not Maturity.DEV
        case VersionPolicy.FINAL:
            return maturity(version) is Maturity.FINAL


def sort_key(version: str) -> "rattler.Version":
    """Return a key that sorts conda versions as solvers do; raise VersionError for no version."""
    import rattler
    from rattler.exceptions import InvalidVersionError

    try:
        return rattler.Version(version)
    except InvalidVersionError as error:
        raise VersionError(f"conda cannot read version {version!r}: {error}") from error


@cache
def is_version(text: str) -> bool:
    """Tell whether conda can read a version: an index from elsewhere may hold what it cannot."""
    try:
        sort_key(text)
    except VersionError:
        return False
    return True


def rank(version: str) -> tuple[bool, object]:
    """Return a key that sorts as `sort_key` does, what conda cannot read before everything."""
    return (True, sort_key(version)) if is_version(version) else (False, version)


def compare(left: str, right: str) -> int:
    """Return -1, 0 or 1 as conda sorts `left` below, beside or above `right`."""
    first, second = sort_key(left), sort_key(right)
    return (first > second) - (first < second)


def sorts_alike(left: str, right: str) -> bool:
    """Tell whether two PEP 440 versions stand to each other as their conda versions do.

    Up to three release segments that is a law; beyond, `1.2.3.post1` and `1.2.3.0.1` change
    places.
    """
    first, second = Version(left), Version(right)
    if max(len(first.release), len(second.release)) <= SEGMENTS:
        return True
    order = (first > second) - (first < second)
    return order == compare(_compose(first), _compose(second))
