"""R packages: DESCRIPTION, and what lies in src/."""

import re
from collections.abc import Mapping
from pathlib import Path

from conda_sluice.discover.dcf import parse_needs, read_dcf
from conda_sluice.discover.licenses import license_files, spdx_of_files, spdx_of_r
from conda_sluice.discover.naming import project_name
from conda_sluice.discover.reading import read_text, walk
from conda_sluice.discover.tests_of import tests_of_r
from conda_sluice.errors import ProjectError
from conda_sluice.model.facts import AboutFacts, CompileFacts, Link, LinkKind, RFacts
from conda_sluice.model.project import Evidence, Language, Project

_LANGUAGES = {
    ".c": "c",
    ".cc": "cxx",
    ".cpp": "cxx",
    ".cxx": "cxx",
    ".f": "fortran",
    ".f90": "fortran",
    ".f95": "fortran",
    ".rs": "rust",
}
_LINKED = re.compile(r"(?<!\S)-l([\w.+-]+)")
_NO_LIBRARY = re.compile(r"C\+\+|C99|C11|GNU make|R\b", re.IGNORECASE)
_OF_R = frozenset({"R", "Rblas", "Rlapack", "gomp", "gfortran", "quadmath", "m", "pthread", "dl"})
_REPOSITORIES = re.compile(r"https?://(www\.)?(github|gitlab|codeberg|bitbucket)\.")


def is_r(root: Path) -> bool:
    """Tell whether `root` is the source of an R package."""
    return re.search(r"^Package:", read_text(root / "DESCRIPTION", root), re.MULTILINE) is not None


def discover_r(root: Path) -> Project:
    """Return the R package at `root`; raise ProjectError with the line that is wrong."""
    path = root / "DESCRIPTION"
    fields = read_dcf(path, root)
    package = fields["Package"]
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9.]+", package):
        raise ProjectError(
            f"{package!r} is no name of an R package", str(path), "correct `Package:`"
        )
    facts = RFacts(
        package=package,
        depends=parse_needs(fields.get("Depends", ""), str(path)),
        imports=parse_needs(fields.get("Imports", ""), str(path)),
        linking_to=parse_needs(fields.get("LinkingTo", ""), str(path)),
        suggests=parse_needs(fields.get("Suggests", ""), str(path)),
        system_requirements=fields.get("SystemRequirements", ""),
    )
    compiled = _compiled(root, fields)
    is_compiled = bool(compiled.languages)
    return Project(
        name=project_name(f"r-{package.lower()}", str(path)),
        root=root,
        language=Language.R,
        is_compiled=is_compiled,
        evidence=(
            Evidence("R", f"DESCRIPTION names the package {package}"),
            _evidence(compiled, fields),
        ),
        static_version=fields.get("Version", ""),
        tests=tests_of_r(root, facts),
        about=_about(root, fields),
        compile=compiled,
        facts=facts,
    )


def _evidence(compiled: CompileFacts, fields: Mapping[str, str]) -> Evidence:
    if not compiled.languages:
        return Evidence("not compiled", "there is no source in src/ to compile")
    if fields.get("NeedsCompilation", "").lower() == "yes":
        return Evidence("compiled", "DESCRIPTION says NeedsCompilation: yes")
    return Evidence("compiled", f"src/ holds {' and '.join(compiled.languages)} sources")


def _compiled(root: Path, fields: Mapping[str, str]) -> CompileFacts:
    sources = tuple(walk(root / "src")) if (root / "src").is_dir() else ()
    found = {_LANGUAGES.get(path.suffix.lower(), "") for path in sources} - {""}
    if fields.get("NeedsCompilation", "").lower() == "yes" or found:
        found.add("c")  # R links every shared object with the C compiler at hand
    languages = tuple(one for one in ("c", "cxx", "fortran", "rust") if one in found)
    return CompileFacts(
        languages=languages,
        tools=("make",) if languages else (),
        links=(*_links(root), *_system(fields)) if languages else (),
    )


def _links(root: Path) -> tuple[Link, ...]:
    pairs = dict.fromkeys(
        (name, f"src/{file}")
        for file in ("Makevars", "Makevars.in")
        for name in _LINKED.findall(read_text(root / "src" / file, root))
        if name not in _OF_R
    )
    return tuple(Link(LinkKind.LIBRARY, name, place) for name, place in pairs)


def _system(fields: Mapping[str, str]) -> tuple[Link, ...]:
    """Return SystemRequirements as links; `C++11`, `GNU make` and the like are no library."""
    said = re.split(r"[,;]", fields.get("SystemRequirements", ""))
    words = (re.sub(r"\(.*?\)", "", one).strip().rstrip(".") for one in said)
    names = (one for one in words if one and not _NO_LIBRARY.match(one))
    return tuple(Link(LinkKind.SYSTEM, name, "SystemRequirements") for name in names)


def _about(root: Path, fields: Mapping[str, str]) -> AboutFacts:
    spdx, named = spdx_of_r(fields.get("License", ""))
    urls = [one for one in re.split(r"[,\s]+", fields.get("URL", "")) if one.startswith("http")]
    dev = next((one for one in urls if _REPOSITORIES.match(one)), "")
    home = next((one for one in urls if one != dev), dev)
    files = license_files(root, named)
    return AboutFacts(
        summary=fields.get("Title", ""),
        home=home,
        dev_url=dev,
        license=spdx or spdx_of_files(root, files),
        license_text=fields.get("License", ""),
        license_files=files,
    )
