"""What became of something that a person said of packages."""

from dataclasses import dataclass

from conda_sluice.model.package import PackageRecord
from conda_sluice.model.statement import Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A statement that the ledger has taken; `signer` is "" where no signature is asked for."""

    statement: Statement
    records: tuple[PackageRecord, ...]
    signer: str
