"""A real quetz server: its own environment, a fresh deployment, a free port."""

import atexit
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp

import requests
from filelock import FileLock

from conda_sluice.model.channel import ChannelRef

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".venv-quetz" / "bin" / "python"
_DEPLOYMENT = ROOT / ".venv-quetz" / "deployment"

_CONFIG = """
[sqlalchemy]
database_url = "sqlite:///./quetz.sqlite"
[session]
secret = "{secret}"
https_only = false
[users]
admins = ["dummy:alice"]
"""
_TIMEOUT = 60


@dataclass(frozen=True)
class Quetz:
    """A running server; `folder` is its deployment, `admin` the key of one who may do all."""

    url: str
    folder: Path
    admin: str

    def channel(self, name: str = "", *, private: bool = False, ttl: int = 36000) -> ChannelRef:
        """Make a channel. `ttl` is the seconds for which clients may believe its index."""
        name = name or f"channel-{secrets.token_hex(6)}"
        self.ask("POST", "channels", json={"name": name, "private": private, "ttl": ttl})
        return self.ref(name)

    def ref(self, name: str) -> ChannelRef:
        """Return the reference to a channel, made or not."""
        return ChannelRef(name, f"{self.url}/get/{name}", f"quetz+{self.url}/{name}")

    def key(self, **roles: str) -> str:
        """Return a new key that has these roles, by channel, and no others."""
        wanted = [{"channel": name, "role": role} for name, role in roles.items()]
        return self.ask("POST", "api-keys", json={"description": "", "roles": wanted})["key"]

    def file(self, channel: ChannelRef, path: str) -> Path:
        """Return where the server keeps a file of a channel."""
        return self.folder / "channels" / channel.place.rpartition("/")[2] / path

    def ask(self, method: str, path: str, **more: object) -> object:
        """Ask the API as the one who may do all."""
        answer = requests.request(
            method,
            f"{self.url}/api/{path}",
            headers={"X-API-Key": self.admin},
            timeout=_TIMEOUT,
            **more,
        )
        answer.raise_for_status()
        return answer.json()


@cache
def shared_quetz() -> Quetz:
    """Return the one server of this process, which runs for as long as the process does."""
    stack = ExitStack()
    atexit.register(stack.close)
    folder = Path(mkdtemp(prefix="quetz-"))
    stack.callback(shutil.rmtree, folder)
    return stack.enter_context(running_quetz(folder / "deployment"))


@contextmanager
def running_quetz(folder: Path) -> Iterator[Quetz]:
    """Run a server whose deployment is `folder`, which must not exist; kill it on exit."""
    _install()
    shutil.copytree(_DEPLOYMENT, folder)
    with _launched(folder, "serve") as process:
        port = process.stdout.readline().decode().strip()
        if not port:
            raise RuntimeError((folder / "serve.log").read_text(encoding="utf-8"))
        url = f"http://127.0.0.1:{port}"
        _wait_until_ready(url)
        yield Quetz(url, folder, _key_of_alice(url))


@contextmanager
def supervised(server: Quetz) -> Iterator[None]:
    """Let the server's jobs be done within the block: without that they wait."""
    with _launched(server.folder, "supervise"):
        yield


@contextmanager
def _launched(folder: Path, what: str) -> Iterator[subprocess.Popen]:
    with (
        (folder / f"{what}.log").open("wb") as log,
        subprocess.Popen(
            [PYTHON, "-P", Path(__file__).with_name("quetz_launcher.py"), what],
            cwd=folder,
            env=_environ(folder),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,
        ) as process,
    ):
        try:
            yield process
        finally:
            os.killpg(process.pid, signal.SIGKILL)


def _install() -> None:
    """Make the environment of quetz, and a deployment to be copied, if they are not there."""
    with FileLock(ROOT / ".venv-quetz.lock"):
        subprocess.run(
            [ROOT / "tools" / "quetz-server"],
            env={**os.environ, "PYTHON": sys.executable},
            check=True,
            stdout=subprocess.DEVNULL,
        )
        if _DEPLOYMENT.exists():
            return
        with TemporaryDirectory(dir=PYTHON.parents[1]) as parent:
            folder = Path(parent) / "deployment"
            folder.mkdir()
            config = _CONFIG.format(secret=secrets.token_hex(32))
            (folder / "config.toml").write_text(config, encoding="utf-8")
            subprocess.run(
                [PYTHON.with_name("quetz"), "create", folder, "--dev"],
                cwd=parent,
                env=_environ(folder),
                check=True,
                capture_output=True,
                timeout=_TIMEOUT,
            )
            folder.rename(_DEPLOYMENT)


def _environ(folder: Path) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": str(folder)}


def _wait_until_ready(url: str) -> None:
    end = time.monotonic() + _TIMEOUT
    while True:
        try:
            requests.get(f"{url}/health/ready", timeout=_TIMEOUT).raise_for_status()
        except requests.RequestException:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)
        else:
            return


def _key_of_alice(url: str) -> str:
    with requests.Session() as session:
        session.get(f"{url}/api/dummylogin/alice", allow_redirects=False, timeout=_TIMEOUT)
        made = session.post(
            f"{url}/api/api-keys", json={"description": "", "roles": []}, timeout=_TIMEOUT
        )
        made.raise_for_status()
        return made.json()["key"]
