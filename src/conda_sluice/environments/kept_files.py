"""Package files kept for the next build that needs them, by their sha256."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from conda_sluice.effects.files import sha256_of

_MONTH = 30 * 24 * 3600


@dataclass(frozen=True, slots=True)
class KeptFiles:
    """A folder that processes may share; what nobody needed for a month goes."""

    folder: Path

    def place(self, sha256: str, target: Path) -> bool:
        """Put a kept file at `target`, as a link where that can be; False where it is not kept."""
        kept = self.folder / sha256
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        try:
            if sha256_of(kept) != sha256:  # nobody else looks: hashes of file:// are not verified
                kept.unlink()
                return False
            os.utime(kept)
        except FileNotFoundError:
            return False
        try:
            os.link(kept, target)
        except OSError:  # another file system, or one without links
            shutil.copyfile(kept, target)
        return True

    @contextmanager
    def arriving(self) -> Iterator[Path]:
        """Give a path of its own for a file that is on its way; what is left there goes."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._sweep()
        with tempfile.TemporaryDirectory(prefix="arriving-", dir=self.folder) as name:
            yield Path(name) / "file"

    def keep(self, arrived: Path, sha256: str) -> None:
        """Keep a file whose hash was verified."""
        arrived.chmod(0o644)
        arrived.rename(self.folder / sha256)

    def _sweep(self) -> None:
        for path in self.folder.iterdir():
            with suppress(FileNotFoundError):  # another process was quicker
                if path.is_file() and time.time() - path.stat().st_mtime > _MONTH:
                    path.unlink()
