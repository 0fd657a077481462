"""The double as most tests want it, and the real anaconda-client set up to speak to it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from conda_sluice.model.package import Artifact
from servers.anaconda_org import Account, AnacondaOrg

ADA = Account(login="ada", token="tk-ada", password="correct horse")
EVE = Account(login="eve", token="tk-eve", password="battery staple")
ACME = Account(login="acme", members=frozenset({"ada"}))


def an_anaconda_org(**options: object) -> AnacondaOrg:
    """Return a service that ada, eve and the organisation acme (ada is a member) use."""
    return AnacondaOrg(ADA, EVE, ACME, **options)


@contextmanager
def a_client(org: AnacondaOrg, token: str | None = ADA.token) -> Iterator["Client"]:
    """Hand out the real client of this token and close its connections."""
    client = Client(org, token)
    try:
        yield client
    finally:
        client.api.session.close()


class Client:
    """`binstar_client.Binstar` and the calls that several tests make of it."""

    def __init__(self, org: AnacondaOrg, token: str | None) -> None:
        from binstar_client import Binstar

        self.api = Binstar(token=token, domain=org.api_url)

    def register(self, artifact: Artifact, owner: str = "ada", *, public: bool = True) -> None:
        """Make package and release where they are not there, as `anaconda upload` does."""
        from binstar_client.errors import NotFound

        record = artifact.record
        name, version = str(record.name), str(record.version)
        try:
            self.api.package(owner, name)
        except NotFound:
            self.api.add_package(owner, name, summary="What it is.", public=public)
        try:
            self.api.release(owner, name, version)
        except NotFound:
            self.api.add_release(owner, name, version, [], None, {"summary": "What it is."})

    def upload(self, artifact: Artifact, *labels: str, owner: str = "ada", **more: object) -> str:
        """Upload a file of a registered package; return its basename."""
        record = artifact.record
        with artifact.path.open("rb") as file:
            self.api.upload(
                owner,
                str(record.name),
                str(record.version),
                record.path,
                file,
                "conda",
                attrs={"subdir": str(record.subdir)},
                channels=list(labels),
                **more,
            )
        return record.path

    def put(self, artifact: Artifact, *labels: str, owner: str = "ada", public: bool = True) -> str:
        """Register and upload."""
        self.register(artifact, owner, public=public)
        return self.upload(artifact, *labels, owner=owner)


@dataclass(frozen=True)
class Commands:
    """The command line `anaconda`, which knows nothing of this machine's user."""

    org: AnacondaOrg
    home: Path
    token: str = ADA.token

    def __call__(self, *argv: object) -> subprocess.CompletedProcess:
        """Run a command and return what it printed, standard output and error in one text."""
        folder = self.home / "anaconda" / "data"
        folder.mkdir(parents=True, exist_ok=True)
        config = f"sites: {{double: {{url: {self.org.api_url}}}}}\n"
        (folder / "config.yaml").write_text(config)
        return subprocess.run(
            [str(Path(sys.executable).with_name("anaconda")), "-s", "double", *map(str, argv)],
            cwd=self.home,
            env={
                "ANACONDA_API_TOKEN": self.token,
                "BINSTAR_CONFIG_DIR": str(self.home / "anaconda"),
                "HOME": str(self.home),
                "LANG": "C.UTF-8",
                "OTEL_SDK_DISABLED": "true",
                "PATH": os.environ["PATH"],
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )
