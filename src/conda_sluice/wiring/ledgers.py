"""The ledger and the journal beside it."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from conda_sluice.errors import UsageError
from conda_sluice.model.stores import StoreOptions
from conda_sluice.ports import Journal, Ledger

JOURNAL_FOLDER = ".journal"


def open_ledger(url: str, options: StoreOptions) -> tuple[Ledger, Journal]:  # noqa: ARG001
    """Return the ledger that a URL names, and its journal."""
    parts = urlsplit(url)
    match parts.scheme:
        case "file":
            from conda_sluice.ledger.directory import DirectoryLedger
            from conda_sluice.ledger.journal import DirectoryJournal

            folder = Path(unquote(parts.path))
            return DirectoryLedger(folder), DirectoryJournal(folder / JOURNAL_FOLDER)
        case _:
            raise UsageError(f"sluice keeps no ledger at {parts.scheme}://", where=url)
