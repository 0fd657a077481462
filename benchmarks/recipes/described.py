"""Whether an accepted recipe agrees with what its own archive says that it needs.

Recipes are kept over many releases: some list what an older release asked for, or lack what this
one asks for. No generator that reads the archive can be right there.
"""

import email.parser
import re
import tarfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from benchmarks.recipes.facts import Project
from benchmarks.recipes.rules import same_name
from packaging.requirements import InvalidRequirement, Requirement

from conda_sluice.model.cran import WITH_R
from conda_sluice.model.pypi import conda_name

Needs = tuple[frozenset[str], frozenset[str]]
"""What is needed at run time whatever happens, and what may be."""

_R = re.compile(r"(?:r|bioconductor)-(.+)")
_LONGEST = 1_000_000


def agrees(project: Project, archive: Path) -> bool | None:
    """Tell whether the accepted run section has what the archive needs and nothing beyond it.

    Python itself, R itself, C libraries of an R package and virtual packages are left aside; None
    where the archive says nothing, and for C, whose archives never do.
    """
    needs = {"python": _of_python, "r": _of_r}.get(project.language, _of_nothing)(archive)
    if needs is None:
        return None
    names = {same_name(one) for one in project.accepted.run if not one.startswith("__")}
    if project.language == "r":
        names = {found[1] for one in names if (found := _R.fullmatch(one))}
    listed = names - {"python", "base"}
    needed, allowed = needs
    return needed <= listed <= needed | allowed


def _of_nothing(_archive: Path) -> None:
    return None


def _of_r(archive: Path) -> Needs | None:
    text = _text(archive, ("DESCRIPTION",))
    if not text:
        return None
    said = email.parser.HeaderParser().parsestr(text)
    needed = {*_r_names(said.get("Depends", "")), *_r_names(said.get("Imports", ""))}
    return frozenset(needed), frozenset(_r_names(said.get("LinkingTo", "")))


def _r_names(field: str) -> Iterator[str]:
    for item in field.split(","):
        name = re.split(r"[\s(]", item.strip(), maxsplit=1)[0]
        if name and name not in WITH_R:
            yield same_name(name)


def _of_python(archive: Path) -> Needs | None:
    text = _text(archive, ("PKG-INFO",))
    said = email.parser.HeaderParser().parsestr(text)
    listed = [str(one) for one in said.get_all("Requires-Dist", [])]
    if not listed:
        old = _text(archive, ("*.egg-info", "requires.txt"))
        is_said = bool(old) or _is_said(said)
        return _python_names(_old_lines(old)) if is_said else None
    return _python_names(one for one in listed if "extra" not in one.partition(";")[2])


def _is_said(said: email.message.Message) -> bool:
    dynamic = {str(one).lower() for one in said.get_all("Dynamic", [])}
    return str(said.get("Metadata-Version", "")) >= "2.2" and "requires-dist" not in dynamic


def _old_lines(text: str) -> Iterator[str]:
    """Yield the requirements of requires.txt that are of no extra, with their markers."""
    section = ""
    for line in (raw.strip() for raw in text.splitlines()):
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not section.partition(":")[0]:
            marker = section.partition(":")[2]
            yield f"{line} ; {marker}" if marker else line


def _python_names(requirements: Iterable[str]) -> Needs | None:
    needed, allowed = set(), set()
    for one in requirements:
        try:
            requirement = Requirement(one)
        except InvalidRequirement:
            return None
        (allowed if requirement.marker else needed).add(same_name(conda_name(requirement.name)))
    return frozenset(needed), frozenset(allowed)


def _text(archive: Path, parts: tuple[str, ...]) -> str:
    """Return the file of an archive's top folder that lies nearest, "" where there is none."""
    wanted = [re.escape(one).replace(r"\*", "[^/]+") for one in parts]
    pattern = re.compile(r"(?:\./)?[^/]+/(?:src/)?" + "/".join(wanted))
    if archive.suffix == ".zip":
        with zipfile.ZipFile(archive) as content:
            names = sorted((one for one in content.namelist() if pattern.fullmatch(one)), key=len)
            data = content.read(names[0]) if names else b""
    else:
        with tarfile.open(archive) as content:
            members = [one for one in content.getmembers() if pattern.fullmatch(one.name)]
            members.sort(key=lambda one: len(one.name))
            file = content.extractfile(members[0]) if members else None
            data = file.read(_LONGEST) if file else b""
    return data.decode("utf-8", "replace")
