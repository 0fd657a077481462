"""Install a lock: fetch each package, be sure that it is the locked file, link it."""

import json
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from conda_sluice.effects.scrub import bare_url, scrub, scrub_file
from conda_sluice.environments.access import Access
from conda_sluice.environments.solve import clean, open_gateway
from conda_sluice.environments.sources import local_path
from conda_sluice.errors import DamagedError, StoreError
from conda_sluice.model.environment import LockedPackage, Solution
from conda_sluice.model.package import parse_file_name

if TYPE_CHECKING:
    import rattler


def install(solution: Solution, prefix: Path, access: Access) -> None:
    """Install the packages of a lock into `prefix`, hard-linked from the cache.

    Raise DamagedError when a file is not the locked one, StoreError when it cannot be had.
    """
    import asyncio

    from rattler.exceptions import GatewayError, InstallerError, LinkError, TransactionError

    try:
        asyncio.run(_install(solution.packages, prefix, access))
    except (GatewayError, InstallerError, LinkError, TransactionError) as error:
        raise StoreError(
            f"the environment cannot be made: {clean(str(error))}", str(prefix)
        ) from error


async def _install(packages: Sequence[LockedPackage], prefix: Path, access: Access) -> None:
    import rattler

    records = [await _record(package, access) for package in packages]
    await rattler.install(
        records,
        target_prefix=prefix,
        cache_dir=access.cache_dir / "pkgs",
        client=access.open_client(),
        show_progress=False,
    )
    _scrub_prefix(prefix)


def _scrub_prefix(prefix: Path) -> None:
    """Take tokens and passwords out of the URLs that py-rattler notes in the prefix."""
    for file in (prefix / "conda-meta").glob("*.json"):
        said = json.loads(file.read_text(encoding="utf-8"))
        bare = {
            key: bare_url(value) if isinstance(value, str) and "://" in value else value
            for key, value in said.items()
        }
        if bare != said:
            file.write_text(scrub(json.dumps(bare, indent=2)), encoding="utf-8")
        else:
            scrub_file(file)


def _record(
    package: LockedPackage, access: Access
) -> "Coroutine[None, None, rattler.RepoDataRecord]":
    path = local_path(package.url)
    if path is None:
        return _remote_record(package, access)
    if not path.is_file():
        raise _gone(package)
    return _local_record(package, path)


async def _local_record(package: LockedPackage, path: Path) -> "rattler.RepoDataRecord":
    """Read a package file; py-rattler 0.28 verifies no hash of a `file://` URL, so we do."""
    import rattler
    from rattler.exceptions import ExtractError

    try:
        record = await rattler.RepoDataRecord.from_package_archive(path)
    except ExtractError as error:
        raise DamagedError(f"it is no sound package: {clean(str(error))}", package.url) from error
    _check(package, record)
    record.url = package.url
    record.channel = package.url.rsplit("/", 2)[0]
    return record


async def _remote_record(package: LockedPackage, access: Access) -> "rattler.RepoDataRecord":
    """Find a package in its channel's index; the file's hash is verified when it arrives."""
    import rattler

    channel, subdir, file = package.url.rsplit("/", 2)
    distribution = parse_file_name(file)
    found = await open_gateway(access).query(
        [rattler.Channel(channel)],
        [rattler.Subdir(subdir)],
        [distribution.name],
        recursive=False,
        channel_relations="disabled",
    )
    for record in (record for records in found for record in records):
        if record.file_name == file:
            _check(package, record)
            return record
    raise _gone(package)


def _check(package: LockedPackage, record: "rattler.RepoDataRecord") -> None:
    sha256 = "" if record.sha256 is None else record.sha256.hex()
    if sha256 != package.sha256:
        raise DamagedError(
            f"its sha256 is {sha256 or 'unknown'}, but {package.sha256} is wanted",
            package.url,
            "somebody replaced the file: bring the wanted one back from another channel or a"
            " backup",
        )


def _gone(package: LockedPackage) -> StoreError:
    return StoreError(
        "the package is not in its channel any more",
        package.url,
        "bring it back from another channel or a backup, then try again",
    )
