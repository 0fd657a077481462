"""The conda name of a project."""

import re
from pathlib import Path

from conda_sluice.errors import ProjectError, UsageError
from conda_sluice.model.names import PackageName, parse_package_name

_VERSION_SUFFIX = re.compile(r"[-_]v?\d[\w.+~-]*$")


def project_name(text: str, where: str) -> PackageName:
    """Return `text` as a package name; raise ProjectError that names the file."""
    try:
        return parse_package_name(text)
    except UsageError as error:
        raise ProjectError(error.what, where, error.remedy) from error


def folder_name(root: Path) -> str:
    """Return a folder's name as a conda name, without the version that an archive's folder has."""
    name = _VERSION_SUFFIX.sub("", root.resolve().name) or root.resolve().name
    return re.sub(r"[^a-z0-9._-]+", "-", name.lower()).strip("-")


def stem(name: str) -> str:
    """Return what names of one library have in common: no case, no marks, no `lib` before it."""
    return re.sub(r"[^a-z0-9]", "", name.lower().replace("++", "pp")).removeprefix("lib")
