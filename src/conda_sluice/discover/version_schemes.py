"""Version schemes: what a commit after a tag is called, as setuptools-scm calls it."""

from collections.abc import Callable

from packaging.version import Version

from conda_sluice.errors import VersionError

DEFAULT_SCHEME = "guess-next-dev"

_SEMVER_SEGMENTS = 3


def derive(scheme: str, version: Version, distance: int, where: str) -> str:
    """Name the sources that lie `distance` commits after `version`, by a scheme's rules.

    `scheme` is `hatch-vcs` or `setuptools-scm:` with the name of a version scheme, see
    https://setuptools-scm.readthedocs.io/en/latest/extending/; the branch has no say in any of
    them, so that a version only depends on commits. Raise VersionError for schemes that are not
    known here, and for tags from which a scheme cannot count on.
    """
    name = scheme.removeprefix("setuptools-scm:").replace("_", "-")
    formula = _SCHEMES.get(name)
    if formula is None:
        raise VersionError(
            f"sluice does not know how the version scheme {name!r} names commits between tags",
            where=where,
            remedy=f"use one of {', '.join(sorted(_SCHEMES))}, or tag the commit",
        )
    try:
        return formula(version, distance)
    except _CannotCountError as error:
        raise VersionError(
            f"the scheme {name} cannot name commits after version {version}: {error}",
            where=where,
            remedy="tag the next version, or delete this tag",
        ) from error


class _CannotCountError(Exception):
    """The tag's version leaves no room for the scheme's next one."""


def _before_dev(version: Version) -> str:
    """Return what a `.dev0` tag announces; any other dev number is somebody's own count."""
    if version.dev:
        raise _CannotCountError("only dev0 can be counted on from")
    return version.public.removesuffix(".dev0")


def _guess_next_dev(version: Version, distance: int) -> str:
    if version.dev is not None:
        return f"{_before_dev(version)}.dev{distance}"
    text = version.public
    digits = len(text) - len(text.rstrip("0123456789"))
    return f"{text[:-digits]}{int(text[-digits:]) + 1}.dev{distance}"


def _no_guess_dev(version: Version, distance: int) -> str:
    if version.dev is not None:
        return f"{_before_dev(version)}.dev{distance}"
    return f"{_with_post(version, 1)}.dev{distance}"


def _post_release(version: Version, distance: int) -> str:
    if version.dev is not None:
        raise _CannotCountError("it is a development version")
    return _with_post(version, distance)


def _with_post(version: Version, number: int) -> str:
    if version.post is not None:
        raise _CannotCountError("it is a post-release already")
    return f"{version.public}.post{number}"


def _only_version(version: Version, _distance: int) -> str:
    return version.public


def _semver(version: Version, distance: int) -> str:
    release = [*version.release, 0, 0][:_SEMVER_SEGMENTS]
    # a `.dev0` tag says which version comes next
    release[-1] += version.dev != 0
    epoch = f"{version.epoch}!" if version.epoch else ""
    return f"{epoch}{'.'.join(map(str, release))}.dev{distance}"


_SCHEMES: dict[str, Callable[[Version, int], str]] = {
    DEFAULT_SCHEME: _guess_next_dev,
    "hatch-vcs": _guess_next_dev,
    "no-guess-dev": _no_guess_dev,
    "post-release": _post_release,
    "only-version": _only_version,
    "semver-pep440": _semver,
    "python-simplified-semver": _semver,
}
