"""What channels.yaml says of the servers that keep channels: never a secret."""

from dataclasses import dataclass, field
from enum import StrEnum

TRANSFERS = 8
"""How many transfers run at a time where nothing else is said: they wait more than they work."""


class Addressing(StrEnum):
    """Where an S3 server takes the name of a bucket: as its host name, or in the path."""

    AUTO = "auto"
    VIRTUAL = "virtual"
    PATH = "path"


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Options:
    """The S3 server; what is "" comes from AWS's own settings (environment, ~/.aws/config)."""

    endpoint: str = ""
    region: str = ""
    addressing: Addressing = Addressing.AUTO


@dataclass(frozen=True, slots=True, kw_only=True)
class AnacondaOptions:
    """The two faces of anaconda.org or of an Anaconda Server: its API, and what clients read."""

    api: str = "https://api.anaconda.org"
    channels: str = "https://conda.anaconda.org"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreOptions:
    """The servers by kind, and how many transfers run at a time.

    `mirrors` are the URLs that are asked instead of a URL, for everything below it. `places` are
    the places of the channels that are worked with: their buckets and servers are known by them.
    """

    s3: S3Options = field(default_factory=S3Options)
    anaconda: AnacondaOptions = field(default_factory=AnacondaOptions)
    mirrors: tuple[tuple[str, tuple[str, ...]], ...] = ()
    places: tuple[str, ...] = ()
    jobs: int = TRANSFERS
