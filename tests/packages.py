"""Contents of packages for comparisons: what a release candidate holds, and what its final."""

import hashlib
from collections.abc import Mapping

from conda_sluice.model.comparison import Comparison
from conda_sluice.model.contents import PackageContents, PackageFile
from conda_sluice.model.evidence import PackageOrigin
from conda_sluice.plan.comparing.compare import compare
from factories import a_record


def contents_of(
    files: Mapping[str, bytes],
    version: str = "1.0",
    *,
    upstream: str = "",
    build: str = "h0123456_0",
    prefix: str = "",
    environment: tuple[str, ...] | None = None,
    executable: frozenset[str] = frozenset(),
) -> PackageContents:
    """Return what a package with these files holds."""
    origin = PackageOrigin(
        key=hashlib.sha256(version.encode()).hexdigest(),
        tree="t" * 40,
        sha=hashlib.sha1(version.encode()).hexdigest(),
        path="",
        version=upstream or version,
        is_static=False,
    )
    return PackageContents(
        record=a_record(version=version, build=build),
        files={
            path: PackageFile(
                path=path,
                size=len(data),
                sha256=hashlib.sha256(data).hexdigest(),
                is_executable=path in executable,
            )
            for path, data in files.items()
        },
        origin=origin,
        prefixes=(prefix,) if prefix else (),
        environment=environment,
    )


def compared(
    first: Mapping[str, bytes], second: Mapping[str, bytes], **of_both: object
) -> Comparison:
    """Compare the candidate 1.0rc1 of these files with the final 1.0 of those."""
    candidate = contents_of(first, "1.0.0rc1", upstream="1.0rc1", **of_both)
    return compare(candidate, contents_of(second, **of_both), first, second)
