"""Ask py-rattler's solver."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from conda_sluice.effects.scrub import scrub
from conda_sluice.environments.access import Access
from conda_sluice.environments.freshness import distrust
from conda_sluice.environments.sources import to_rattler, to_solution
from conda_sluice.errors import StoreError, UsageError
from conda_sluice.model.environment import Solution, SolveSource, Unsolvable
from conda_sluice.model.names import NOARCH, Subdir

if TYPE_CHECKING:
    import rattler

_PREAMBLE = "Cannot solve the request because of:"
_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")

_ELSEWHERE = {
    "linux": (("__unix", "0"), ("__linux", "4.18"), ("__glibc", "2.28")),
    "osx": (("__unix", "0"), ("__osx", "13.0")),
    "win": (("__win", "10"),),
}
"""Virtual packages assumed on a platform that is not this machine's."""


def solve(
    specs: Sequence[str], sources: Sequence[SolveSource], platform: Subdir, access: Access
) -> Solution | Unsolvable:
    """Answer which packages satisfy `specs`, strictly by the order of `sources`.

    Raise UsageError for a spec that cannot be read, StoreError for a channel that cannot.
    """
    import asyncio

    from rattler.exceptions import SolverError

    places = [source.url for source in sources]
    with translated(places, specs):
        try:
            return to_solution(asyncio.run(_solve(specs, sources, platform, access)))
        except SolverError as error:
            return Unsolvable(clean(str(error)), tuple(places))


@contextmanager
def translated(channels: Sequence[str], specs: Sequence[str] = ()) -> Iterator[None]:
    """Say in our words what rattler says of a match spec or a channel that cannot be read."""
    from rattler.exceptions import GatewayError, InvalidMatchSpecError

    try:
        yield
    except InvalidMatchSpecError as error:
        raise UsageError(
            f"a match spec cannot be read: {error}",
            ", ".join(specs),
            "write name, version and build as in: numpy >=1.26 py312*",
        ) from error
    except GatewayError as error:
        raise StoreError(
            f"a channel cannot be read: {clean(str(error))}",
            remedy="look whether each of them has a sound noarch/repodata.json: "
            + ", ".join(channels),
        ) from error


async def _solve(
    specs: Sequence[str], sources: Sequence[SolveSource], platform: Subdir, access: Access
) -> "list[rattler.RepoDataRecord]":
    return await solve_records(specs, sources, platform, open_gateway(access))


async def solve_records(
    specs: Sequence[str],
    sources: Sequence[SolveSource],
    platform: Subdir,
    gateway: "rattler.Gateway",
) -> "list[rattler.RepoDataRecord]":
    """Return py-rattler's records of what satisfies `specs`; raise its own errors."""
    import rattler

    return await rattler.solve(
        [to_rattler(source) for source in sources],
        # Names are asked for and versions demanded: asked for `name >=2`, rattler would not see
        # the older `name` of a channel with priority, and take a newer one from behind it.
        specs=[_name(spec) for spec in specs],
        constraints=list(specs),
        gateway=gateway,
        platforms=[rattler.Subdir(platform), rattler.Subdir(NOARCH)],
        virtual_packages=virtual_packages(platform),
        channel_relations="disabled",
    )


def open_gateway(access: Access) -> "rattler.Gateway":
    """Return a gateway that has not looked at any channel yet: nothing it says is stale."""
    import rattler
    from rattler.repo_data.gateway import SourceConfig

    distrust(access.cache_dir / "repodata")
    return rattler.Gateway(
        cache_dir=access.cache_dir / "repodata",
        default_config=SourceConfig(sharded_enabled=False),
        client=access.open_client(),
    )


def clean(text: str) -> str:
    """Return the solver's words without colour codes, preamble and secrets."""
    return scrub(_ANSI.sub("", text)).strip().removeprefix(_PREAMBLE).strip()


def _name(spec: str) -> str:
    import rattler

    name = rattler.MatchSpec(spec).name.as_package_name()
    if name is None:
        raise UsageError(f"{spec!r} names no package", remedy="write the package's name first")
    return name.normalized


def virtual_packages(
    platform: Subdir,
) -> "list[rattler.VirtualPackage | rattler.GenericVirtualPackage]":
    """Return what a machine of the platform has by itself: this one's own, or what is assumed."""
    import rattler

    if platform in {str(rattler.Subdir.current()), NOARCH}:
        return list(rattler.VirtualPackage.detect())
    return [
        rattler.GenericVirtualPackage(
            rattler.PackageName(name), rattler.Version(version), rattler.BuildString("0")
        )
        for name, version in _ELSEWHERE.get(platform.partition("-")[0], ())
    ]
