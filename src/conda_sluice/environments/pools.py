"""Records handed to py-rattler once: as files that it looks into by name, without copying them."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from conda_sluice.model.judge import RecordPool
from conda_sluice.model.names import NOARCH, Subdir
from conda_sluice.model.package import PackageRecord
from conda_sluice.plan.promotion.matching import is_readable

if TYPE_CHECKING:
    import rattler

_INDEX = "repodata.json"


class Pools:
    """Pools as py-rattler's sparse repodata, in files that lie in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._folders: dict[RecordPool, Path] = {}
        self._opened: dict[tuple[RecordPool, Subdir], list[rattler.SparseRepoData]] = {}
        self._paths: dict[RecordPool, Mapping[str, frozenset[str]]] = {}

    def opened(self, pool: RecordPool, platform: Subdir) -> "Sequence[rattler.SparseRepoData]":
        """Return the records of a pool that a platform sees."""
        import rattler

        if (pool, platform) not in self._opened:
            folder = self._write(pool)
            channel = rattler.Channel(folder.as_uri())
            self._opened[pool, platform] = [
                rattler.SparseRepoData(channel, subdir, folder / subdir / _INDEX)
                for subdir in dict.fromkeys((platform, NOARCH))
                if (folder / subdir / _INDEX).is_file()
            ]
        return self._opened[pool, platform]

    def paths(self, pool: RecordPool) -> Mapping[str, frozenset[str]]:
        """Return the paths of a pool's records by name."""
        if pool not in self._paths:
            found: dict[str, set[str]] = defaultdict(set)
            for record in pool.records:
                found[record.name].add(record.path)
            self._paths[pool] = {name: frozenset(paths) for name, paths in found.items()}
        return self._paths[pool]

    def _write(self, pool: RecordPool) -> Path:
        if pool not in self._folders:
            self._folders[pool] = self._folder / str(len(self._folders))
            _write(pool.records, self._folders[pool])
        return self._folders[pool]


def _write(records: Iterable[PackageRecord], folder: Path) -> None:
    sections: dict[Subdir, dict[str, dict[str, dict[str, object]]]] = {NOARCH: _empty()}
    for record in filter(is_readable, records):  # one bad record would spoil all of its name
        key = "packages.conda" if record.file.endswith(".conda") else "packages"
        sections.setdefault(record.subdir, _empty())[key][record.file] = _entry(record)
    for subdir, section in sections.items():
        (folder / subdir).mkdir(parents=True, exist_ok=True)
        text = json.dumps({"info": {"subdir": subdir}, **section}, ensure_ascii=False)
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
        "size": record.size,
        "subdir": record.subdir,
        "timestamp": record.timestamp,
    }
    told = {"noarch": record.noarch} if record.noarch in {"python", "generic"} else {}
    return entry | told | ({"sha256": record.sha256} if record.sha256 else {})
