"""One call of a store on a server, or of a peer, in a process of its own; prints its seconds.

Usage: python remote_call.py put|copy|boto3|binstar|requests ORDER, where ORDER is JSON: `channel`
(and for a copy `source`) as name, URL and place; `packages`, their folder; `jobs`; `s3`, an
endpoint; `anaconda`, the URLs of API and channels. Keys come from the environment, as usual.
"""

import asyncio
import hashlib
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from big_channel import SUBDIR

from conda_sluice.effects.artifact import read_artifact
from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.names import Subdir
from conda_sluice.model.package import Artifact
from conda_sluice.model.stores import Addressing, AnacondaOptions, S3Options, StoreOptions
from conda_sluice.wiring.stores import open_stores

Order = dict[str, Any]
Call = Callable[[], object]


def put(order: Order) -> float:
    artifacts = [read_artifact(path) for path in _packages(order)]
    store, channel = _stores(order), ChannelRef(*order["channel"])
    store.records(channel, Subdir("noarch"))  # what is imported is imported, and is not measured
    started = time.perf_counter()
    store.put(artifacts, channel)
    return time.perf_counter() - started


def copy(order: Order) -> float:
    store, source = _stores(order), ChannelRef(*order["source"])
    records = store.records(source, Subdir(SUBDIR))
    assert len(records) == len(_packages(order))
    started = time.perf_counter()
    store.copy(records, source, ChannelRef(*order["channel"]))
    return time.perf_counter() - started


def boto3(order: Order) -> float:
    """Put files one after the other as `aws s3 cp` does, and let rattler make the index."""
    import boto3
    from rattler import Subdir
    from rattler.index import S3Credentials, index_s3

    client = boto3.client("s3", endpoint_url=order["s3"])
    url = str(order["channel"][1])
    bucket, _, prefix = url.removeprefix("s3://").partition("/")
    key, secret = (os.environ[f"AWS_{name}"] for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY"))
    credentials = S3Credentials(
        endpoint_url=order["s3"],
        region=os.environ["AWS_REGION"],
        addressing_style="path",
        access_key_id=key,
        secret_access_key=secret,
    )
    started = time.perf_counter()
    for path in _packages(order):
        client.upload_file(str(path), bucket, f"{prefix}/{SUBDIR}/{path.name}")
    plain = {"write_shards": False, "precondition_checks": False}  # rclone knows no conditions
    asyncio.run(index_s3(url, credentials, Subdir(SUBDIR), **plain))
    return time.perf_counter() - started


def binstar(order: Order) -> float:
    """Upload one after the other, asking what `anaconda upload` asks."""
    from binstar_client import Binstar
    from binstar_client.errors import NotFound

    client = Binstar(token=os.environ["ANACONDA_API_TOKEN"], domain=order["anaconda"][0])
    owner, _, label = order["channel"][2].removeprefix("anaconda://").partition("/label/")
    artifacts = [read_artifact(path) for path in _packages(order)]

    def ensure(ask: Call, make: Call) -> None:
        try:
            ask()
        except NotFound:
            make()

    def upload(one: Artifact) -> None:
        name, version, path = one.record.name, one.record.version, one.record.path
        ensure(lambda: client.distribution(owner, name, version, path), lambda: None)
        ensure(lambda: client.package(owner, name), lambda: client.add_package(owner, name))
        ensure(
            lambda: client.release(owner, name, version),
            lambda: client.add_release(owner, name, version, [], None, {}),
        )
        attrs = {"name": name, "version": version, "subdir": SUBDIR, "build": one.record.build}
        with one.path.open("rb") as file:
            client.upload(owner, name, version, path, file, "conda", attrs=attrs, channels=[label])

    started = time.perf_counter()
    for one in artifacts:
        upload(one)
    return time.perf_counter() - started


def requests(order: Order) -> float:
    """Post one after the other, as quetz-client does."""
    import requests

    server, _, name = order["channel"][2].removeprefix("quetz+").rpartition("/")
    started = time.perf_counter()
    with requests.Session() as session:
        session.headers["X-API-Key"] = os.environ["QUETZ_API_KEY"]
        for path in _packages(order):
            data = path.read_bytes()
            session.post(
                f"{server}/api/channels/{name}/upload/{path.name}",
                params={"sha256": hashlib.sha256(data).hexdigest(), "force": "false"},
                data=data,
                timeout=60,
            ).raise_for_status()
    return time.perf_counter() - started


def _packages(order: Order) -> list[Path]:
    return sorted(Path(order["packages"]).iterdir())


def _stores(order: Order):
    api, channels = order.get("anaconda", ("", ""))
    return open_stores(
        StoreOptions(
            s3=S3Options(endpoint=order.get("s3", ""), addressing=Addressing.PATH),
            anaconda=AnacondaOptions(api=api, channels=channels),
            jobs=order["jobs"],
        )
    )


if __name__ == "__main__":
    verb, order = sys.argv[1], json.loads(sys.argv[2])
    seconds = {one.__name__: one for one in (put, copy, boto3, binstar, requests)}[verb](order)
    print(seconds)
    sys.stdout.flush()
    os._exit(0)
