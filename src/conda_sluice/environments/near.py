"""Channels brought near: for a builder that cannot reach them itself, the packages that it needs.

rattler-build's Python interface reads no s3:// URL and knows no mirrors, and conda-build is shown
no credential. What a build needs of such a channel is solved and fetched by us, and given to the
builder as a channel folder with these packages, and no others, in the channel's place. What the
solve did not foresee is missing there, and the build says so; nothing else is taken instead.
"""

import asyncio
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from conda_sluice.effects.artifact import read_info
from conda_sluice.effects.files import sha256_of
from conda_sluice.environments.access import Access
from conda_sluice.environments.kept_files import KeptFiles
from conda_sluice.environments.solve import clean, open_gateway, solve_records
from conda_sluice.environments.sources import local_path
from conda_sluice.errors import DamagedError, StoreError
from conda_sluice.index.repodata import section_of
from conda_sluice.model.environment import BuildNeeds, ChannelSource
from conda_sluice.model.names import NOARCH, Subdir
from conda_sluice.model.refusals import wrong_file

if TYPE_CHECKING:
    import rattler

_AT_ONCE = 8
_NOT_IN_REPODATA = ("fn", "url", "channel")


def bring_near(
    needs: Sequence[BuildNeeds],
    channels: Sequence[str],
    far: Sequence[str],
    platform: Subdir,
    *,
    access: Access,
    folder: Path,
) -> tuple[str, ...]:
    """Return `channels` with a folder below `folder` instead of each that is `far`.

    An environment that cannot be solved adds nothing: the build fails, and tells why. Raise
    StoreError where a package cannot be had, DamagedError where it is another one.
    """
    if not far:
        return tuple(channels)
    places = {url: folder / str(number) for number, url in enumerate(far)}
    gathering = _Gathering(channels, places, platform, access)
    asyncio.run(gathering.gather(needs))
    gathering.write()
    return tuple(places[url].as_uri() if url in places else url for url in channels)


class _Gathering:
    """Solves what is needed, and keeps what it found in far channels."""

    def __init__(
        self, channels: Sequence[str], places: Mapping[str, Path], platform: Subdir, access: Access
    ) -> None:
        self._sources = [ChannelSource(url) for url in channels]
        self._places = places
        self._platform = platform
        self._access = access
        self._client = access.open_client()
        self._gateway = open_gateway(access)
        self._found: dict[str, rattler.RepoDataRecord] = {}
        self._kept = KeptFiles(access.cache_dir / "near")
        self._at_once = asyncio.Semaphore(_AT_ONCE)

    async def gather(self, needs: Sequence[BuildNeeds]) -> None:
        """Fetch what the environments need, those packages first whose exports change others."""
        for one in needs:
            built = await self._solved(one.build)
            exports = await self._strong_exports(one.build, built)
            hosted = await self._solved((*one.host, *exports)) if exports else []
            hosted = hosted or await self._solved(one.host)
            wanted = {record.url: record for record in (*hosted, *built)}
            await asyncio.gather(*map(self._fetched, wanted.values()))

    def write(self) -> None:
        """Write the index of each folder."""
        sections: dict[Path, dict[str, dict[str, object]]] = defaultdict(
            lambda: {"packages": {}, "packages.conda": {}}
        )
        for place in self._places.values():
            _ = sections[place / NOARCH]
        for record in self._found.values():
            entry = json.loads(record.to_json())
            at = self._place(record)
            kept = {key: entry[key] for key in entry if key not in _NOT_IN_REPODATA}
            if at is not None:
                sections[at.parent][section_of(at.name)][at.name] = kept
        for folder, section in sections.items():
            folder.mkdir(parents=True, exist_ok=True)
            index = {"info": {"subdir": folder.name}, **section, "repodata_version": 1}
            (folder / "repodata.json").write_text(json.dumps(index), encoding="utf-8")

    async def _solved(self, specs: Sequence[str]) -> "Sequence[rattler.RepoDataRecord]":
        from rattler.exceptions import SolverError

        if not specs:
            return []
        try:
            return await solve_records(specs, self._sources, self._platform, self._gateway)
        except SolverError:  # the builder says so too, and why is asked for then
            return []

    async def _strong_exports(
        self, specs: Iterable[str], solved: "Sequence[rattler.RepoDataRecord]"
    ) -> list[str]:
        """Return what the packages that are asked for by name export to the host environment."""
        asked = {spec.split()[0] for spec in specs}
        exports: list[str] = []
        for record in solved:
            if record.name.normalized in asked:
                data = await self._exports_of(record)
                said = json.loads(data) if data else {}
                strong = said.get("strong") if isinstance(said, dict) else said
                exports += [str(one) for one in strong or ()]
        return exports

    async def _exports_of(self, record: "rattler.RepoDataRecord") -> bytes | None:
        from rattler.package_streaming import fetch_raw_package_file_from_url

        path = local_path(record.url) or await self._fetched(record)
        if path is not None:
            return read_info(path, "info/run_exports.json")
        try:
            return await fetch_raw_package_file_from_url(
                self._client, record.url, "info/run_exports.json"
            )
        except OSError:  # it has none; what is there and cannot be seen, the build misses
            return None

    async def _fetched(self, record: "rattler.RepoDataRecord") -> Path | None:
        """Bring a package of a far channel, once, and return where it lies; None for any other."""
        from rattler.package_streaming import download_to_path

        path = self._place(record)
        if path is None or record.url in self._found:
            return path
        if not record.sha256:
            raise DamagedError(
                "its index gives no sha256, so nobody could tell whether it arrived whole",
                record.url,
                "ask whoever keeps the channel to index it anew",
            )
        wanted = record.sha256.hex()
        if not self._kept.place(wanted, path):
            async with self._at_once:
                with self._kept.arriving() as arriving:
                    try:
                        await download_to_path(self._client, record.url, arriving)
                    except Exception as error:
                        raise StoreError(
                            f"cannot be fetched: {clean(str(error))}", record.url
                        ) from error
                    if (found := sha256_of(arriving)) != wanted:
                        raise wrong_file(found, wanted, record.url)
                    self._kept.keep(arriving, wanted)
            self._kept.place(wanted, path)
        self._found[record.url] = record
        return path

    def _place(self, record: "rattler.RepoDataRecord") -> Path | None:
        for url, folder in self._places.items():
            if record.url.startswith(f"{url}/"):
                subdir, file = record.url.rsplit("/", 2)[1:]
                return folder / subdir / file
        return None
