"""Which packages a person means: match specs (CEP 29) and globs of names."""

import re
from collections.abc import Sequence
from fnmatch import fnmatchcase

from conda_sluice.errors import UsageError
from conda_sluice.model.names import PackageName
from conda_sluice.model.package import PackageRecord


def select(
    records: Sequence[PackageRecord], specs: Sequence[str], kind: str = "package"
) -> tuple[PackageRecord, ...]:
    """Return the records that any of `specs` matches, all of them where there are no specs.

    Raise UsageError for a spec that cannot be read, or that matches nothing: what was asked for
    by name must not be passed over in silence. `kind` is what the error calls it.
    """
    if not specs:
        return tuple(records)
    chosen: dict[str, PackageRecord] = {}
    for spec in specs:
        matching = [record for record in records if _matches(record, spec)]
        if not matching:
            raise UsageError(
                f"no {kind} matches {spec!r}",
                remedy="sluice history NAME tells what came, went and was yanked",
            )
        chosen.update((record.path, record) for record in matching)
    return tuple(record for record in records if record.path in chosen)


def named_by(specs: Sequence[str]) -> frozenset[PackageName] | None:
    """Return the names that the specs speak of, None where one of them may mean any name."""
    names = [_EXACT.match(spec.strip()) for spec in specs]
    if not specs or not all(names):
        return None
    return frozenset(PackageName(one[1].lower()) for one in names if one)


_EXACT = re.compile(r"([A-Za-z0-9_][A-Za-z0-9._-]*)(?=\s*(?:$|[ =<>!~\[]))")
"""A spec that begins with a name; a channel before it, or a `*` in it, is none."""


def _matches(record: PackageRecord, spec: str) -> bool:
    from rattler import BuildString, MatchSpec
    from rattler import PackageRecord as RattlerRecord
    from rattler.exceptions import (
        InvalidMatchSpecError,
        InvalidPackageNameError,
        InvalidVersionError,
    )

    if "*" in spec and fnmatchcase(record.name, spec):
        return True
    try:
        wanted = MatchSpec(spec, exact_names_only=False)
    except InvalidMatchSpecError as error:
        raise UsageError(
            f"{spec!r} is no match spec: {str(error).splitlines()[0]}",
            remedy="write NAME, NAME==VERSION or 'NAME >=1'",
        ) from error
    try:
        candidate = RattlerRecord(
            name=record.name,
            version=record.version,
            build=BuildString(record.build),
            build_number=record.build_number,
            subdir=record.subdir,
        )
    except (InvalidPackageNameError, InvalidVersionError):
        return False  # an index from elsewhere may hold what no solver could ever take
    return wanted.matches(candidate)
