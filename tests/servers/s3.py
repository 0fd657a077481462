"""S3 servers for tests: moto, which honours conditions, and rclone, which checks keys and does not.

Each is a process of its own on a port that the system chose.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from contextlib import contextmanager, suppress
from functools import cache, cached_property
from pathlib import Path
from unittest.mock import patch

from conda_sluice.effects.http.patience import Patience
from conda_sluice.effects.leases import Terms
from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.stores import Addressing, S3Options
from conda_sluice.stores.s3.store import Limits, S3Store
from servers.kept import Kept
from servers.shared import share

KEY, SECRET = "sluicekey", "sluicesecret"
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": KEY,
    "AWS_SECRET_ACCESS_KEY": SECRET,
    "AWS_REGION": "us-east-1",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}
QUICK = Patience(tries=5, first_wait=0.01)
LIMITS = Limits(lock=Terms(lease=3.0, timeout=60.0))

_ADDRESS = re.compile(r"http://127\.0\.0\.1:[0-9]+")


class S3Place:
    """A server at `endpoint`: its stores, its channels, and a client that does as it is told."""

    def __init__(self, endpoint):
        self.endpoint = endpoint

    @property
    def options(self):
        return S3Options(endpoint=self.endpoint, region="us-east-1", addressing=Addressing.PATH)

    def store(self, **more):
        """Return a store with keys of its own: a connection of this process is made once."""
        store = S3Store(self.options, **{"limits": LIMITS, **more})
        store._server._client = self.client
        return store

    def own_store(self, **more):
        """Return a store that makes its own connection: a test may do to it what it likes."""
        store = S3Store(self.options, **{"limits": LIMITS, **more})
        with patch.dict(os.environ, ENVIRONMENT):
            assert store._server.client is not None
        return store

    def channel(self, folder, name="unstable"):
        """Return a channel in a bucket of its own for that folder, which is made."""
        bucket = f"b{hashlib.sha256(str(folder).encode()).hexdigest()[:40]}"
        there = self.client.exceptions
        with suppress(there.BucketAlreadyOwnedByYou, there.BucketAlreadyExists):
            self.client.create_bucket(Bucket=bucket)
        return ChannelRef(name, f"s3://{bucket}/ladder/{name}")

    @cached_property
    def client(self):
        return self.own_store()._server.client

    def read(self, channel, path):
        bucket, key = self.key(channel, path)
        return self.client.get_object(Bucket=bucket, Key=key)["Body"].read()

    def write(self, channel, path, data):
        bucket, key = self.key(channel, path)
        self.client.put_object(Bucket=bucket, Key=key, Body=data)

    def delete(self, channel, path):
        bucket, key = self.key(channel, path)
        self.client.delete_object(Bucket=bucket, Key=key)

    def paths(self, channel):
        """Return the paths of all objects of a channel."""
        bucket, prefix = self.key(channel, "")
        listed = self.client.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])
        return {one["Key"].removeprefix(prefix) for one in listed}

    def damage(self, channel, record):
        """Replace the last byte of a package."""
        self.write(channel, record.path, self.read(channel, record.path)[:-1] + b"?")

    @staticmethod
    def key(channel, path):
        bucket, _, prefix = channel.url.removeprefix("s3://").partition("/")
        return bucket, f"{prefix}/{path}"


@contextmanager
def moto_s3():
    """Run moto's server."""
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"]
    with _running(command) as endpoint:
        yield S3Place(endpoint)


@contextmanager
def rclone_s3():
    """Run `rclone serve s3` on a folder of its own."""
    program = shutil.which("rclone", path=Path(sys.executable).parent) or "rclone"
    with tempfile.TemporaryDirectory(prefix="sluice-rclone-") as folder:
        served, home = Path(folder, "buckets"), Path(folder, "home")
        served.mkdir()
        home.mkdir()
        command = [
            *(program, "serve", "s3", "--auth-key", f"{KEY},{SECRET}"),
            *("--addr", "127.0.0.1:0", "--config", str(home / "rclone.conf")),
            *("--cache-dir", str(home / "cache"), str(served)),
        ]
        with _running(command) as endpoint:
            yield S3Place(endpoint)


SERVERS = {"moto": moto_s3, "rclone": rclone_s3}


@cache
def shared_s3(kind):
    """Return the server of this kind that all tests of this process share."""
    return share(SERVERS[kind]())


@contextmanager
def moto_channels(folder):
    """Keep channels on moto, for the contract suite."""
    yield _kept(shared_s3("moto"), folder)


@contextmanager
def rclone_channels(folder):
    """Keep channels on rclone, for the contract suite."""
    yield _kept(shared_s3("rclone"), folder)


def _kept(place, folder):
    return Kept(place.store(), lambda name: place.channel(folder, name), place.damage)


@contextmanager
def _running(command):
    """Start a server that says on stderr at which address it listens."""
    process = subprocess.Popen(
        ["sh", "-c", '"$@" & cat; kill $!', "sh", *command],  # ends with this process, however
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
    )
    reader = threading.Thread(target=lambda: None)
    try:
        said = []
        for line in process.stderr:
            said.append(line)
            if found := _ADDRESS.search(line):
                break
        else:
            raise AssertionError("".join(said))
        reader = threading.Thread(target=process.stderr.read)  # else the pipe fills
        reader.start()
        yield found[0]
    finally:
        process.stdin.close()
        process.wait()
        if reader.ident is not None:
            reader.join()
        process.stderr.close()
