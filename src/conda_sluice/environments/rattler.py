"""Environments through py-rattler: solved strictly, installed as locked, gone afterwards."""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from conda_sluice.environments.access import Access
from conda_sluice.environments.install import install
from conda_sluice.environments.judge import RattlerJudge
from conda_sluice.environments.near import bring_near
from conda_sluice.environments.prefix import RattlerEnvironment
from conda_sluice.environments.solve import solve, translated
from conda_sluice.errors import UsageError
from conda_sluice.model.environment import BuildNeeds, Solution, SolveSource, Unsolvable
from conda_sluice.model.names import Subdir
from conda_sluice.model.stores import StoreOptions


@dataclass(frozen=True, slots=True)
class RattlerEnvironments:
    """Implements the port `Environments`; `cache_dir` keeps extracted packages and indexes.

    Processes may share the cache. It should lie on the file system of the prefixes, so that
    files are linked and not copied. `stores` are the servers on which channels lie.
    """

    cache_dir: Path
    stores: StoreOptions = field(default_factory=StoreOptions)

    def solve(
        self, specs: Sequence[str], sources: Sequence[SolveSource], platform: Subdir
    ) -> Solution | Unsolvable:
        """Answer which packages satisfy `specs`, strictly by the order of `sources`.

        Raise UsageError for a spec that cannot be read, StoreError for a channel that cannot.
        """
        return solve(specs, sources, platform, self._access)

    def bring_near(
        self,
        needs: Sequence[BuildNeeds],
        channels: Sequence[str],
        platform: Subdir,
        folder: Path,
        *,
        knows_logins: bool,
    ) -> Sequence[str]:
        """Return the channels as a builder can read them; see the port."""
        far = [url for url in channels if self._access.is_far(url, knows_logins=knows_logins)]
        with translated(channels):
            return bring_near(needs, channels, far, platform, access=self._access, folder=folder)

    @contextmanager
    def open_judge(self) -> Iterator[RattlerJudge]:
        """Make a judge; see the port."""
        with tempfile.TemporaryDirectory(prefix="sluice-") as folder:
            yield RattlerJudge(Path(folder), self._access)

    def install(self, solution: Solution, prefix: Path) -> None:
        """Make the environment at `prefix`, which must not exist; leave nothing if that fails.

        Raise DamagedError when a package is not the locked file, StoreError when it is gone.
        """
        if prefix.exists():
            raise UsageError(f"{prefix} exists already", remedy="choose another prefix")
        try:
            install(solution, prefix, self._access)
        except BaseException:
            shutil.rmtree(prefix, ignore_errors=True)
            raise

    @contextmanager
    def create(self, solution: Solution, prefix: Path) -> Iterator[RattlerEnvironment]:
        """Make the environment as `install` does, and remove it on exit."""
        self.install(solution, prefix)
        try:
            yield RattlerEnvironment(prefix)
        finally:
            shutil.rmtree(prefix)

    @property
    def _access(self) -> Access:
        return Access(cache_dir=self.cache_dir, stores=self.stores)
