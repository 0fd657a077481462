"""The ledger and the journal beside it."""

from hashlib import sha256
from pathlib import Path
from urllib.parse import unquote, urlsplit

from conda_sluice.errors import UsageError
from conda_sluice.model.stores import StoreOptions
from conda_sluice.ports import Journal, Ledger
from conda_sluice.wiring.workspace import cache_folder

_READERS = 32
"""Events that are read from a bucket at a time: they are small, and each is a request."""

LEDGER_BRANCH = "sluice-ledger"
JOURNAL_FOLDER = ".journal"


def open_ledger(url: str, options: StoreOptions) -> tuple[Ledger, Journal]:
    """Return the ledger that a URL names, and its journal."""
    parts = urlsplit(url)
    match parts.scheme:
        case "file":
            from conda_sluice.ledger.directory import DirectoryLedger
            from conda_sluice.ledger.journal import DirectoryJournal

            folder = Path(unquote(parts.path))
            return DirectoryLedger(folder), DirectoryJournal(folder / JOURNAL_FOLDER)
        case "s3":
            from conda_sluice.effects.s3.objects import Objects
            from conda_sluice.effects.s3.server import S3Server
            from conda_sluice.ledger.s3_shelf import S3Shelf
            from conda_sluice.ledger.shared import SharedLedger
            from conda_sluice.ledger.shared_journal import SharedJournal

            bucket = S3Shelf(Objects(url, S3Server(options.s3, _READERS)))
            return SharedLedger(bucket), SharedJournal(bucket)
        case scheme if scheme.startswith("git+"):
            from conda_sluice.effects.git.branch import RemoteBranch, check_branch
            from conda_sluice.effects.leases import Terms
            from conda_sluice.ledger.git_shelf import GitShelf
            from conda_sluice.ledger.shared import SharedLedger
            from conda_sluice.ledger.shared_journal import SharedJournal

            remote, _, branch = url.removeprefix("git+").partition("#")
            name = check_branch(branch or LEDGER_BRANCH)
            folder = cache_folder() / "ledgers" / sha256(url.encode()).hexdigest()[:16]
            shelf = GitShelf(RemoteBranch(remote, name, folder))
            # each look at a remote takes a second or so, and renewing a claim is a push
            return SharedLedger(shelf), SharedJournal(shelf, Terms(lease=600, grace=60, poll=1))
        case _:
            raise UsageError(f"sluice keeps no ledger at {parts.scheme}://", where=url)
