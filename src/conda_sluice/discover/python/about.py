"""What people read about a Python project: licence with its files, summary, addresses."""

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path

from conda_sluice.discover.license_fields import license_in_fields
from conda_sluice.discover.license_files import license_files, vendored_licenses
from conda_sluice.discover.licenses import (
    is_vague,
    spdx_of,
    spdx_of_classifiers,
    spdx_of_files,
    spdx_of_text,
)
from conda_sluice.discover.python.metadata import PythonMetadata
from conda_sluice.discover.reading import matching, read_text, walk
from conda_sluice.model.facts import AboutFacts

_REPOSITORIES = re.compile(r"https?://(www\.)?(github|gitlab|codeberg|bitbucket)\.")
_CLAUSES = ("BSD-2-Clause", "BSD-3-Clause")
_SOURCES = frozenset((".py", ".pyx", ".c", ".cpp", ".h"))
_MOST_READ = 40
_HEAD = 6000
_NO_TERMS = re.compile(
    r"(.*/)?(AUTHORS|CHANGELOG|CHANGES|CONTRIBUTORS|README)\b(?!.licen)", re.IGNORECASE
)

_NAMED_CHOICE = re.compile(
    r"(.*/)?LICEN[CS]E[-_.](APACHE|BSD|BOOST|BSL|ISC|L?GPL|MIT|MPL|UNLICENSE|ZLIB)", re.IGNORECASE
)
_NO_CHOICE = re.compile(r"(.*/)?(COPYRIGHT|NOTICE)", re.IGNORECASE)


def about_python(root: Path, metadata: PythonMetadata) -> AboutFacts:
    """Return what people read about the project, its licence as SPDX with every file of it."""
    files = _files(root, metadata)
    urls = {re.sub(r"[\W_]+", "", label).lower(): url for label, url in metadata.urls}
    dev = _first(urls, ("repository", "source", "sourcecode", "code", "github"))
    home = _first(urls, ("homepage", "home", "website"))
    if not dev and _REPOSITORIES.match(home):
        dev = home
    said = metadata.license if "\n" not in metadata.license else ""
    licence = (
        _with_exception(root, files, _by_clauses(root, files, _written(said)))
        or _refined(root, files, spdx_of_classifiers(metadata.classifiers))
        or spdx_of_files(root, files)
        or spdx_of_files(root, license_files(root))
        or spdx_of(said)
        or spdx_of_text(metadata.license)
        or license_in_fields(root)
    )
    return AboutFacts(
        summary=" ".join(metadata.summary.split()),
        home=home or dev,
        dev_url=dev,
        doc_url=_first(urls, ("documentation", "docs", "doc")),
        license=_with_choice(_as_granted(root, licence), root, files),
        license_text=" ".join(said.split()),
        license_files=files,
    )


def _written(said: str) -> str:
    """Return what is written as SPDX; "GPL" or "BSD" say less than the text beside them."""
    return "" if is_vague(said) else spdx_of(said)


def _by_clauses(root: Path, files: tuple[str, ...], said: str) -> str:
    """Return the BSD licence whose text is at the top, where another number of clauses is said."""
    if said not in _CLAUSES:
        return said
    at_the_top = (spdx_of_files(root, [one]) for one in files if "/" not in one)
    text = next((one for one in at_the_top if one), said)
    return text if text in _CLAUSES else said


def _as_granted(root: Path, licence: str) -> str:
    """Return a GNU licence with later versions where README and sources grant them.

    A text does not say whether later versions will do, and who has to choose a name for a licence
    often takes that of its text.
    """
    later = licence.replace("-only", "-or-later")
    if licence == later or " " in licence:
        return licence
    heads = (read_text(one, root)[:_HEAD] for one in _readmes_and_sources(root))
    granted = [spdx_of_text(one) for one in heads]
    return later if granted.count(later) > granted.count(licence) else licence


def _readmes_and_sources(root: Path) -> Iterator[Path]:
    yield from (one for one in sorted(root.glob("README*")) if one.is_file())
    yield from islice((one for one in walk(root) if one.suffix in _SOURCES), _MOST_READ)


def _refined(root: Path, files: tuple[str, ...], spdx: str) -> str:
    """Ask the text what classifiers leave open: which BSD licence, which exception.

    Of several licences the one that is BSD may have its text in any of the files.
    """
    parts = spdx.split(" OR ")
    if len(files) == len(parts) == 1 and (told := _told_otherwise(spdx, root / files[0], root)):
        return told
    if "BSD-3-Clause" in parts:
        texts = (spdx_of_files(root, [one]) for one in files)
        bsd = next((one for one in texts if one.startswith("BSD")), "BSD-3-Clause")
        return " OR ".join(bsd if one == "BSD-3-Clause" else one for one in parts)
    return _with_exception(root, files, spdx)


def _told_otherwise(spdx: str, file: Path, root: Path) -> str:
    """Return the licence whose text the only file holds, where a classifier names another.

    Of GNU licences the text is the same with and without later versions, so it says less.
    """
    text = spdx_of_text(read_text(file, root))
    return "" if "GPL" in f"{spdx}{text}" or text.startswith(spdx) else text


def _with_exception(root: Path, files: tuple[str, ...], spdx: str) -> str:
    """Ask the text for an exception: people name the licence that it is from."""
    found = spdx_of_files(root, files) if spdx.startswith(("Apache", "GPL")) else ""
    return found if found.startswith(f"{spdx} WITH") else spdx


def _with_choice(licence: str, root: Path, files: tuple[str, ...]) -> str:
    """Return licences that files are named by (`LICENSE-MIT`) as a choice where one is said."""
    texts = tuple(one for one in files if not _NO_CHOICE.match(one))
    if not all(_NAMED_CHOICE.match(one) for one in texts):
        return licence
    offered = dict.fromkeys(spdx_of_files(root, [one]) for one in texts)
    is_open = licence in ("", *offered) and "" not in offered
    return " OR ".join(offered) if is_open and len(offered) > 1 else licence


def _first(urls: Mapping[str, str], labels: tuple[str, ...]) -> str:
    return next((urls[label] for label in labels if urls.get(label, "").startswith("http")), "")


def _files(root: Path, metadata: PythonMetadata) -> tuple[str, ...]:
    """Return the licence files: those that the project lists, else what is at the top too.

    Who names one file names a text, not all that goes with it; and a backend that found some has
    rules of its own for where to look. Lists of people and changes are no terms.
    """
    named = metadata.license_globs
    files = matching(root, named or metadata.told_license_files)
    terms = tuple(one for one in files if not _NO_TERMS.match(one)) or (files if named else ())
    is_list = len(named) > 1 or "*" in "".join(named)
    if terms and is_list:
        return terms
    return tuple(sorted({*terms, *license_files(root), *vendored_licenses(root)}))
