"""Where a C project lives on the web: the addresses in its own files that carry its name."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from conda_sluice.discover.naming import stem
from conda_sluice.discover.reading import read_text

_FILES = re.compile(
    r"(?P<first>readme|about)[^/]*|[^/]+\.(?:doap|spec|spec\.in|metainfo\.xml|appdata\.xml)"
    r"|(?:install|contributing|hacking)[^/]*|configure\.(?:ac|in)|cmakelists\.txt|meson\.build"
    r"|package\.json|vcpkg\.json|citation\.cff|codemeta\.json",
    re.IGNORECASE,
)
"""Files at the top whose addresses are the project's own; those of news and thanks are others'."""

_ADDRESS = re.compile(r"(?:https?://|(?<![\w/.@-])www\.)[^\s<>\"'`\\|{}\[\]$]+", re.IGNORECASE)
_FORGES = re.compile(
    r"(?:www\.)?(?:github\.com|bitbucket\.org|codeberg\.org|git\.sr\.ht|(?:[\w-]+\.)*gitlab\.[\w.]+"
    r"|framagit\.org|salsa\.debian\.org|invent\.kde\.org)",
    re.IGNORECASE,
)
_BADGES = re.compile(
    r"https?://(?:www\.)?(?:travis-ci\.(?:org|com)/(?:github/)?"
    r"|coveralls\.io/(?:repos/)?(?:github/|r/)?|codecov\.io/gh/)(?=[^/]+/[^/]+)",
    re.IGNORECASE,
)
"""Services that name the repository on GitHub which they look at."""

_INSIDE = re.compile(r"/-/|/(?=(?:issues|blob|tree|wiki|releases|actions|pulls?)(?:/|$))")
"""What follows a repository's own path on a forge."""

_FRONT = re.compile(r"/?(?:index\.\w+)?", re.IGNORECASE)
_NO_HOME = re.compile(
    r"(?:^|\.)(?:lists?|bugs?|mail|ftp|download|archive|git|svn|trac|ci|travis-ci|repology|coveralls"
    r"|badges?|shields|scan|codecov|wiki|gitter|matrix|discord|groups|api|appveyor|drone|lgtm|fossies"
    r"|packages|readthedocs|codacy|codedocs|openhub|nuget|npmjs|pypi|anaconda|slack|chat|forum"
    r"|ftpmirror|stackoverflow|conan|formulae|vcpkg)\.",
    re.IGNORECASE,
)
_GNU = re.compile(r"GNU\s+([\w.+-]+)")


def addresses(root: Path, names: Sequence[str]) -> tuple[str, str]:
    """Return the home page and the repository of the project at `root`, "" for what is unknown.

    Only an address that carries one of `names`, the project's own, counts: as the repository's
    name, as part of a host, or at the end of a path.
    """
    own = {plain for name in names if len(plain := stem(name)) > 1}
    found = tuple(_addresses(root))
    repository = _most_named(one for one in map(_repository, found) if _is_called(one, own))
    hosts = _most_named(one for one in found if _is_front_of(one, own))
    paths = _most_named(one for one in found if _is_page_of(one, own))
    return hosts or paths or repository, repository


def gnu_home(name: str, package: str) -> str:
    """Return the home page that Autoconf gives a package called "GNU …" (its manual, AC_INIT)."""
    found = _GNU.fullmatch(name.strip())
    return f"https://www.gnu.org/software/{package or found[1].lower()}/" if found else ""


def is_on_forge(address: str) -> bool:
    """Tell whether an address lies where repositories are."""
    return _FORGES.fullmatch(_split(address)[0]) is not None


def _addresses(root: Path) -> Iterator[str]:
    said = (
        (found["first"] is None, one)
        for one in root.iterdir()
        if (found := _FILES.fullmatch(one.name)) and not one.is_symlink()
    )
    for _, file in sorted(said):
        for found in _ADDRESS.finditer(read_text(file, root)):
            yield _clean(found[0])


def _clean(address: str) -> str:
    """Take off what punctuation of the text around an address put there."""
    address = address.rstrip(".,;:!?*_~")
    while address.endswith(")") and address.count("(") < address.count(")"):
        address = address[:-1].rstrip(".,;:!?*_~")
    return address if "://" in address else f"http://{address}"


def _repository(address: str) -> str:
    """Return the repository that an address on a forge lies in, "" for others."""
    host, path = _split(_BADGES.sub("https://github.com/", address))
    if not _FORGES.fullmatch(host):
        return ""
    parts = [one for one in _INSIDE.split(path)[0].split("/") if one]
    if len(parts) < 2:  # noqa: PLR2004 - an owner and a name
        return ""
    kept = parts[:2] if "gitlab" not in host.lower() else parts
    where = re.sub(r"\.(?:git|svg|png)\??$|\?$", "", "/".join(kept))
    return f"https://{host.lower().removeprefix('www.')}/{where}"


def _split(address: str) -> tuple[str, str]:
    try:
        parts = urlsplit(address)
    except ValueError:  # what is no address after all
        return "", ""
    return parts.netloc, parts.path if not (parts.query or parts.fragment) else f"{parts.path}?"


def _is_called(repository: str, own: set[str]) -> bool:
    """Tell whether a repository is called as the project: by itself, or together with its owner."""
    owner, _, name = repository.rpartition("/")
    both = f"{owner.rpartition('/')[2]}-{name}"
    return bool({stem(name), stem(name).rstrip("0123456789"), stem(both)} & own)


def _is_front_of(address: str, own: set[str]) -> bool:
    """Tell whether an address is the first page of a host called as the project."""
    host, path = _split(address)
    if _FORGES.fullmatch(host) or _NO_HOME.search(f".{host}.") or not _FRONT.fullmatch(path):
        return False
    return any(stem(label) in own for label in host.split(".")[:-1])


def _is_page_of(address: str, own: set[str]) -> bool:
    """Tell whether an address is a page of somebody's host that is called as the project."""
    host, path = _split(address)
    if _FORGES.fullmatch(host) or _NO_HOME.search(f".{host}."):
        return False
    last = re.sub(r"\.[a-z]+html?$|\.html?$", "", path.rstrip("/").rpartition("/")[2])
    return stem(last) in own


def _most_named(found: Iterator[str]) -> str:
    """Return the address that is named most often, and as https where it ever is."""
    every = tuple(found)
    counted = Counter(_without_scheme(one) for one in every)
    if not counted:
        return ""
    most = max(counted, key=lambda one: counted[one])  # the first of those named as often
    same = [one for one in every if _without_scheme(one) == most]
    return next((one for one in same if one.startswith("https:")), same[0])


def _without_scheme(address: str) -> str:
    return address.partition("://")[2].rstrip("/").lower()
