"""What anaconda.org is told of a package beside its bytes: the same as anaconda-client tells."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conda_sluice.errors import PackageError


@dataclass(frozen=True, slots=True)
class Attributes:
    """What is said of the package name, of its version, and of the file."""

    package: Mapping[str, Any]
    release: Mapping[str, Any]
    file: Mapping[str, Any]


def read_attributes(path: Path) -> Attributes:
    """Read them from a package file; raise PackageError where its info part is not sound."""
    from binstar_client.inspect_package.conda import inspect_conda_package

    try:
        return Attributes(*inspect_conda_package(path))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise PackageError(
            f"its info part is not sound: {error}", str(path), "build the package again"
        ) from error
