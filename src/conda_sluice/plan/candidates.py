"""Which release candidate a final package came from."""

import re
from collections.abc import Iterable, Sequence
from typing import Protocol

from packaging.version import InvalidVersion, Version

from conda_sluice.model.evidence import TestEvidence
from conda_sluice.model.names import PackageName, Subdir
from conda_sluice.model.package import PackageRecord
from conda_sluice.model.version import Maturity, maturity, sort_key

_OWN_OF_BUILD = re.compile(r"(?:h[0-9a-f]{7})?_?[0-9]+$")
"""The end of a build string: content key and number, which every build has of its own."""


class Final(Protocol):
    """A package, there or to be built, by what its file name says."""

    @property
    def name(self) -> PackageName:
        """Return the package's name."""

    @property
    def version(self) -> str:
        """Return its version."""

    @property
    def build(self) -> str:
        """Return its build string."""

    @property
    def subdir(self) -> Subdir:
        """Return the platform that it is for."""


def candidates_of(
    final: Final, records: Iterable[PackageRecord], tests: Sequence[TestEvidence]
) -> tuple[PackageRecord, ...]:
    """Return the tested candidates of a final package in its variant, the newest first."""
    if maturity(final.version) is not Maturity.FINAL:
        return ()
    passed = {one.sha256: one.has_passed for one in tests}  # the last one counts
    found = [
        one
        for one in records
        if (one.name, one.subdir, variant_of(one)) == (final.name, final.subdir, variant_of(final))
        and passed.get(one.sha256)
        and _is_candidate(one.version, final.version)
    ]
    return tuple(
        sorted(found, key=lambda one: (sort_key(one.version), one.build_number), reverse=True)
    )


def variant_of(record: Final) -> str:
    """Return what a build string says of the variant: `py312` of `py312h0123456_0`."""
    return _OWN_OF_BUILD.sub("", record.build)


def _is_candidate(version: str, final: str) -> bool:
    """Tell whether a version is a pre-release of the final one."""
    if maturity(version) is not Maturity.PRE:
        return False
    try:
        ours, theirs = Version(version), Version(final)
    except InvalidVersion:
        return sort_key(version) < sort_key(final)
    return _release(ours) == _release(theirs) and ours.epoch == theirs.epoch


def _release(version: Version) -> tuple[int, ...]:
    numbers = list(version.release)
    while numbers[-1:] == [0]:
        numbers.pop()
    return tuple(numbers)
