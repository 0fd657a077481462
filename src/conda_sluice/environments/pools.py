"""Records handed to py-rattler once: as files that it looks into by name, without copying them."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from conda_sluice.environments.sources import local_path
from conda_sluice.errors import StoreError
from conda_sluice.model.judge import RecordPool
from conda_sluice.model.names import NOARCH, Subdir
from conda_sluice.model.package import PackageRecord

if TYPE_CHECKING:
    import rattler

_INDEX = "repodata.json"


class Pools:
    """Pools and local channels as py-rattler's sparse repodata; files lie in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: dict[tuple[RecordPool | str, Subdir], list[rattler.SparseRepoData]] = {}
        self._written: dict[RecordPool, Path] = {}
        self._paths: dict[RecordPool, Mapping[str, frozenset[str]]] = {}

    def of_pool(self, pool: RecordPool, platform: Subdir) -> "Sequence[rattler.SparseRepoData]":
        """Return the records of a pool that a platform sees."""
        if pool not in self._written:
            self._written[pool] = self._folder / str(len(self._written))
            _write(pool.records, self._written[pool])
        return self._opened(pool, self._written[pool], self._written[pool].as_uri(), platform)

    def of_channel(self, url: str, platform: Subdir) -> "Sequence[rattler.SparseRepoData] | None":
        """Return the index of a channel of this machine, None for one that has to be fetched."""
        folder = local_path(url)
        if folder is None:
            return None
        if not (folder / NOARCH / _INDEX).is_file():
            raise StoreError(
                "there is no channel with a noarch/repodata.json in this folder",
                str(folder),
                "make the channel first, or correct its URL in channels.yaml",
            )
        return self._opened(url, folder, url, platform)

    def paths(self, pool: RecordPool) -> Mapping[str, frozenset[str]]:
        """Return the paths of a pool's records by name."""
        if pool not in self._paths:
            found: dict[str, set[str]] = defaultdict(set)
            for record in pool.records:
                found[record.name].add(record.path)
            self._paths[pool] = {name: frozenset(paths) for name, paths in found.items()}
        return self._paths[pool]

    def _opened(
        self, key: RecordPool | str, folder: Path, url: str, platform: Subdir
    ) -> "Sequence[rattler.SparseRepoData]":
        import rattler

        if (key, platform) not in self._open:
            channel = rattler.Channel(url)
            self._open[key, platform] = [
                rattler.SparseRepoData(channel, subdir, folder / subdir / _INDEX)
                for subdir in dict.fromkeys((platform, NOARCH))
                if (folder / subdir / _INDEX).is_file()
            ]
        return self._open[key, platform]


def _write(records: Iterable[PackageRecord], folder: Path) -> None:
    sections: dict[Subdir, dict[str, dict[str, dict[str, object]]]] = {NOARCH: _empty()}
    for record in records:
        key = "packages.conda" if record.file.endswith(".conda") else "packages"
        sections.setdefault(record.subdir, _empty())[key][record.file] = _entry(record)
    for subdir, section in sections.items():
        (folder / subdir).mkdir(parents=True, exist_ok=True)
        text = json.dumps({"info": {"subdir": subdir}, **section})
        (folder / subdir / _INDEX).write_text(text, encoding="utf-8")


def _empty() -> dict[str, dict[str, dict[str, object]]]:
    return {"packages": {}, "packages.conda": {}}


def _entry(record: PackageRecord) -> dict[str, object]:
    entry: dict[str, object] = {
        "name": record.name,
        "version": record.version,
        "build": record.build,
        "build_number": record.build_number,
        "depends": record.depends,
        "constrains": record.constrains,
        "sha256": record.sha256,
        "size": record.size,
        "subdir": record.subdir,
        "timestamp": record.timestamp,
    }
    return entry | ({"noarch": record.noarch} if record.noarch in {"python", "generic"} else {})
