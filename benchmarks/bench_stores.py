"""Channels on servers, each behind a proxy that adds 50 ms to every request.

Uploads of 200 small packages, eight at a time beside one at a time, and beside a peer, one after
the other; promotions of as many within a server, of which the proxy counts the bytes of packages.
Names of servers may be given: only those are measured.
"""

import json
import os
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT / "tests"))

from big_channel import SUBDIR, write_package  # noqa: E402 - beside this file
from measuring import tell  # noqa: E402

from servers import shared  # noqa: E402 - among the tests
from servers.anaconda_stores import TOKEN, a_label, an_org, an_owner  # noqa: E402
from servers.quetz import shared_quetz  # noqa: E402
from servers.s3 import ENVIRONMENT, shared_s3  # noqa: E402
from servers.weather import BadWeather, Forecast, Passed  # noqa: E402

COUNT, JOBS = 200, 8
FAR = Forecast(delay=0.05)
CALL = str(Path(__file__).with_name("remote_call.py"))


@dataclass(frozen=True)
class Far:
    """A server behind its proxies: `order` is what a call has to know of it, `peer` its peer.

    `channels` are three new ones to upload to; where packages can be promoted within the server,
    `above` is one to promote to.
    """

    proxies: Sequence[BadWeather]
    environ: dict[str, str]
    order: dict[str, Any]
    channels: Sequence[Sequence[str]]
    peer: str = ""
    above: Sequence[str] = ()

    def call(self, verb: str, channel: Sequence[str], packages: Path, **more: object) -> float:
        """Return the seconds of a call; forget what passed the proxies before it."""
        for proxy in self.proxies:
            proxy.passed.clear()
        order = {"channel": channel, "packages": str(packages), "jobs": JOBS, **self.order, **more}
        done = subprocess.run(
            [sys.executable, "-W", "ignore", CALL, verb, json.dumps(order)],
            env={**os.environ, **self.environ},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            sys.exit(f"{verb} on {channel[1]} failed:\n{done.stdout}{done.stderr}")
        return float(done.stdout)

    @property
    def passed(self) -> Sequence[Passed]:
        """Return the requests of the last call."""
        return [one for proxy in self.proxies for one in proxy.passed]

    @property
    def package_bytes(self) -> int:
        """Return how many bytes of packages the last call moved, whichever way."""
        return sum(
            one.received if one.method == "GET" else one.sent
            for one in self.passed
            if ".conda" in one.path and not one.path.startswith(("/copy/", "/package"))
        )


@contextmanager
def s3(kind: str, folder: Path) -> Iterator[Far]:
    place = shared_s3(kind)
    names = ("eight", "one", "peer", "above")
    *channels, above = (_told(place.channel(folder, name)) for name in names)
    with BadWeather(place.endpoint, FAR) as proxy:
        peer = "boto3" if kind == "moto" else ""  # rclone answers 500 to rattler's index_s3
        yield Far([proxy], ENVIRONMENT, {"s3": proxy.url}, channels, peer, above=above)


@contextmanager
def anaconda() -> Iterator[Far]:
    with ExitStack() as stack:
        org = stack.enter_context(an_org())
        urls = (org.api_url, org.channels_url, org.storage_url)
        proxies = [stack.enter_context(BadWeather(url, FAR)) for url in urls]
        org.api_url, org.channels_url, org.uploads.storage_url = (one.url for one in proxies)
        channels = [
            _told(a_label(org, label, owner))
            for label, owner in (("eight", "lab"), ("one", "unstable"), ("peer", "testing"))
        ]
        above = _told(an_owner(org, "stable"))
        where = {"anaconda": [org.api_url, org.channels_url]}
        yield Far(proxies, {"ANACONDA_API_TOKEN": TOKEN}, where, channels, "binstar", above=above)


@contextmanager
def quetz() -> Iterator[Far]:
    server = shared_quetz()
    with BadWeather(server.url, FAR) as proxy:
        channels = [
            [part.replace(server.url, proxy.url) for part in _told(server.channel())]
            for _ in range(3)
        ]
        yield Far([proxy], {"QUETZ_API_KEY": server.admin}, {}, channels, "requests")


def main(folder: Path) -> bool:
    packages = folder / "packages"
    packages.mkdir()
    for number in range(COUNT):
        _write(packages, f"p{number:03d}")
    servers = {
        "S3 (moto)": lambda: s3("moto", folder),
        "S3 (rclone)": lambda: s3("rclone", folder),
        "anaconda.org (double)": anaconda,
        "quetz": quetz,
    }
    chosen = sys.argv[1:]
    kept: list[bool] = []
    for name, opened in servers.items():
        if not chosen or any(one in name for one in chosen):
            kept += _measure(name, opened, packages)
    return all(kept)


def _measure(name: str, opened: Any, packages: Path) -> Iterator[bool]:
    with opened() as far:
        eight, one, peer = far.channels
        theirs = far.call(far.peer, peer, packages) if far.peer else 0.0
        alone = far.call("put", one, packages, jobs=1)
        asked = len(far.passed)
        together = far.call("put", eight, packages)
        print(
            f"{name}: upload of {COUNT}: {JOBS} at a time {together:.2f} s, one at a time"
            f" {alone:.2f} s ({asked} requests)"
            + (f", {far.peer} one after the other {theirs:.2f} s" if far.peer else "")
        )
        yield tell(f"  {JOBS} at a time / one at a time", together / alone, 0.25)
        if far.peer:
            yield tell(f"  {JOBS} at a time / {far.peer}", together / theirs, 1.0)
        if not far.above:
            return
        seconds = far.call("copy", far.above, packages, source=eight)
        print(f"{name}: promotion of {COUNT}: {seconds:.2f} s, {len(far.passed)} requests")
        yield tell("  bytes of packages that passed the proxy", far.package_bytes, 0, " B")


def _write(folder: Path, name: str) -> None:
    file = f"{name}-1.0-h0123456_0.conda"
    index = {
        "name": name,
        "version": "1.0",
        "build": "h0123456_0",
        "build_number": 0,
        "depends": [],
        "subdir": SUBDIR,
    }
    write_package(folder, file, index, name.encode() * 250)


def _told(channel: Any) -> list[str]:
    return [channel.name, channel.url, channel.place]


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory(prefix="sluice-bench-") as name:
        is_kept = main(Path(name))
    shared.stop_all()
    sys.exit(0 if is_kept else 1)
