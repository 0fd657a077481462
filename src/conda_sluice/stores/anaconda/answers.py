"""What the API answers, and what it means where it is not what was asked for (pure)."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from conda_sluice.effects.http.answers import TRANSIENT
from conda_sluice.effects.scrub import scrub
from conda_sluice.errors import AnswerError
from conda_sluice.stores.anaconda.access import Access

_BUSY = "it was asked several times; run the command again later"


def refusal(status: int, said: str, where: str, *, owner: str, access: Access) -> AnswerError:
    """Return the error for a status that nobody asked for; `said` are the server's own words."""
    words = f" ({_shortened(scrub(said))})" if said else ""
    match status:
        case 401 if access.token:
            what = f"does not accept the token of {access.source or 'this user'}{words}"
            remedy = f"it may have expired, or lack the scope for that; {access.remedy}"
        case 401:
            what, remedy = f"wants a token, and there is none{words}", access.remedy
        case 403:
            what = f"does not let this user do that in {owner}{words}"
            remedy = "ask an owner of it for the right, or look whether the label is locked"
        case 404:
            what = f"knows nothing of that in {owner}{words}"
            remedy = (
                "look whether the owner in channels.yaml is right, and whether the token may see it"
            )
        case 409:
            what, remedy = f"says that this is there already{words}", "look what is there"
        case 429:
            what, remedy = f"says that it is asked too often{words}", _BUSY
        case _ if status in TRANSIENT:
            what, remedy = f"answers {_named(status)}{words}", _BUSY
        case _:
            what, remedy = f"answers {_named(status)}{words}", ""
    return AnswerError(what, where, remedy, status)


def no_answer(where: str, error: Exception) -> AnswerError:
    """Return the error for a connection that broke, or an answer that is none of this API's."""
    return AnswerError(
        f"does not answer as it should: {_shortened(scrub(str(error)))}",
        where,
        "look whether `stores: anaconda:` names the server, and run the command again",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A package name of an owner: the versions that have a release, and who may read it."""

    versions: frozenset[str] = frozenset()
    is_public: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Dist:
    """A file of an owner; a digest is "" and `labels` None where the server does not tell."""

    sha256: str = ""
    md5: str = ""
    labels: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A label of an owner, and the paths (`<subdir>/<file>`) of the files that carry it."""

    paths: frozenset[str] = frozenset()
    is_locked: bool = False


def parse_package(answer: object) -> Package:
    """Read what GET /package answers."""
    facts = _object(answer)
    return Package(
        versions=frozenset(
            str(_object(one).get("version")) for one in _list(facts.get("releases"))
        ),
        is_public=facts.get("public") is not False,
    )


def parse_dist(answer: object) -> Dist:
    """Read what GET /dist answers."""
    facts = _object(answer)
    labels = facts.get("labels")
    return Dist(
        sha256=_text(facts.get("sha256")),
        md5=_text(facts.get("md5")),
        labels=frozenset(map(str, labels)) if isinstance(labels, list) else None,
    )


def parse_label(answer: object) -> Label:
    """Read what GET /channels/<owner>/<label> answers."""
    facts = _object(answer)
    names = [_text(_object(one).get("full_name")) for one in _list(facts.get("files"))]
    # owner/package/version/subdir/file, of packages that may be none of conda's
    paths = ["/".join(name.split("/")[3:]) for name in names]
    return Label(
        paths=frozenset(path for path in paths if path.count("/") == 1),
        is_locked=bool(facts.get("is_locked")),
    )


def _named(status: int) -> str:
    try:
        return f"{status} ({HTTPStatus(status).phrase})"
    except ValueError:
        return str(status)


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 200 else f"{line[:200]}…"  # noqa: PLR2004 - one or two lines


def _object(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
