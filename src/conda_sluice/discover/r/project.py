"""R packages: DESCRIPTION, and what lies in src/."""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from conda_sluice.discover.license_files import license_files
from conda_sluice.discover.licenses import spdx_of_files
from conda_sluice.discover.r.dcf import Field, parse_needs, read_fields
from conda_sluice.discover.r.licenses import RLicense, parse_license
from conda_sluice.discover.r.sources import compile_facts, lacks_configure
from conda_sluice.discover.signs import DESCRIPTION
from conda_sluice.discover.tests_of import tests_of_r
from conda_sluice.discover.version_tags import is_r_version
from conda_sluice.errors import ProjectError
from conda_sluice.model.cran import conda_name
from conda_sluice.model.facts import AboutFacts, CompileFacts, RFacts
from conda_sluice.model.project import Evidence, Language, Project

_REPOSITORIES = re.compile(r"https?://(www\.)?(github|gitlab|codeberg|bitbucket)\.")
_ISSUES = re.compile(r"/(-/)?issues/?$")


def _version(fields: Mapping[str, Field], path: Path) -> str:
    """Return the version; raise ProjectError with its line where R knows no such."""
    found = _text(fields, "Version")
    if found and not is_r_version(found):
        raise ProjectError(
            f"{found!r} is no R version",
            f"{path}:{fields['Version'].line}",
            "write at least two numbers with '.' or '-' between them, such as 1.2-3",
        )
    return found


def discover_r(root: Path) -> Project:
    """Return the R package at `root`; raise ProjectError with the line that is wrong."""
    path = root / DESCRIPTION
    fields = read_fields(path, root)
    package = _text(fields, "Package")
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9.]+", package):
        line = fields["Package"].line if "Package" in fields else 1
        raise ProjectError(
            f"{package!r} is no name of an R package", f"{path}:{line}", "correct `Package:`"
        )
    licence = parse_license(_text(fields, "License"))
    facts = replace(
        _facts(package, fields, licence, str(path)), lacks_configure=lacks_configure(root)
    )
    compiled = compile_facts(
        root,
        is_said=_text(fields, "NeedsCompilation").lower() in {"yes", "true"},
        system_requirements=_text(fields, "SystemRequirements"),
    )
    return Project(
        name=conda_name(package, is_bioconductor=_is_bioconductor(fields)),
        root=root,
        language=Language.R,
        is_compiled=bool(compiled.languages),
        evidence=(
            Evidence("R", f"DESCRIPTION names the package {package}"),
            _evidence(compiled, fields),
        ),
        static_version=_version(fields, path),
        tests=tests_of_r(root, facts),
        about=_about(root, fields, licence),
        compile=compiled,
        facts=facts,
    )


def _is_bioconductor(fields: Mapping[str, Field]) -> bool:
    """Tell whether the package lives on Bioconductor.

    `biocViews` are its topics there, but packages of CRAN have them too, to be installed with
    what they need of Bioconductor; released ones say which repository they come from.
    """
    home = f"{_text(fields, 'Repository')} {_text(fields, 'git_url')}".strip().lower()
    return "bioconductor" in home if home else bool(_text(fields, "biocViews"))


def _text(fields: Mapping[str, Field], name: str) -> str:
    return str(fields[name]) if name in fields else ""


def _facts(package: str, fields: Mapping[str, Field], licence: RLicense, path: str) -> RFacts:
    depends, imports, linking_to, suggests = (
        parse_needs(fields.get(name, ""), path)
        for name in ("Depends", "Imports", "LinkingTo", "Suggests")
    )
    return RFacts(
        package=package,
        depends=depends,
        imports=imports,
        linking_to=linking_to,
        suggests=suggests,
        system_requirements=_text(fields, "SystemRequirements"),
        license_texts=licence.texts,
        os_type=_text(fields, "OS_type").lower(),
    )


def _evidence(compiled: CompileFacts, fields: Mapping[str, Field]) -> Evidence:
    is_said = _text(fields, "NeedsCompilation").lower() == "yes"
    if not compiled.languages:
        but = ", whatever NeedsCompilation says" if is_said else ""
        return Evidence("not compiled", f"there is no source in src/ to compile{but}")
    if is_said:
        return Evidence("compiled", "DESCRIPTION says NeedsCompilation: yes")
    return Evidence("compiled", f"src/ holds {' and '.join(compiled.languages)} sources")


def _about(root: Path, fields: Mapping[str, Field], licence: RLicense) -> AboutFacts:
    urls = re.findall(r"https?://[^\s,<>]+", _text(fields, "URL"))
    bugs = _text(fields, "BugReports")
    if _REPOSITORIES.match(bugs) and _ISSUES.search(bugs):
        urls.append(_ISSUES.sub("", bugs))
    dev = next((one for one in urls if _REPOSITORIES.match(one)), "")
    home = next((one for one in urls if not _REPOSITORIES.match(one)), dev)
    # without files that the field names, a file at the top is the licence's all the same
    files = license_files(root, licence.files)
    return AboutFacts(
        summary=_text(fields, "Title"),
        description=_text(fields, "Description"),
        home=home or f"https://CRAN.R-project.org/package={_text(fields, 'Package')}",
        dev_url=dev,
        license=licence.spdx or spdx_of_files(root, files),
        license_text=_text(fields, "License"),
        license_family=licence.family,
        license_files=tuple(dict.fromkeys((*licence.texts, *files))),
    )
