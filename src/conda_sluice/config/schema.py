"""channels.yaml as it is written, one class for each mapping, one field for each key.

A key `allowed-signers` is the field `allowed_signers`; a key that may be absent is None then, and
`resolve` fills in what its `default` says. The fields' metadata make the JSON Schema and the
reference page: `doc` what the key means, `default` what an absent key stands for, `example` a value
as YAML text, `rules` what JSON Schema can check beyond the type.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from conda_sluice.model.config import BuilderName, Mode, ReleaseLevel, VersionPolicy
from conda_sluice.model.stores import Addressing

VERSIONS = (1,)
"""The numbers of this file's format that this version reads."""


class SimpleGate(StrEnum):
    """A gate that has no settings."""

    TESTED = "tested"
    INSTALLABLE = "installable"
    MONOTONIC = "monotonic"
    OWNERS = "owners"
    SAME_AS_CANDIDATE = "same-as-candidate"


class SolveStrategy(StrEnum):
    """Which versions of the dependencies a test environment takes."""

    HIGHEST = "highest"


PLANNED_STRATEGIES = ("lowest", "lowest-direct")


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedTagSettings:
    """Settings of the gate `signed-tag`."""

    allowed_signers: str = field(
        metadata={
            "doc": "The file of people whose signature counts, in the format of ssh-keygen's"
            " ALLOWED SIGNERS. Its folder has to exist; the file may come later, and until then"
            " the gate lets nothing through.",
            "example": "./release-signers",
        }
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedTagItem:
    """The gate `signed-tag`, written with its settings."""

    signed_tag: SignedTagSettings = field(
        metadata={
            "doc": "A tag, signed by one of the allowed signers, lies on the very sources of the"
            " package.",
            "example": "{allowed-signers: ./release-signers}",
        }
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovedSettings:
    """Settings of the gate `approved`."""

    approvers: str = field(
        metadata={
            "doc": "The file of people whose approval counts, in the format of ssh-keygen's ALLOWED"
            " SIGNERS; see `allowed-signers`.",
            "example": "./approvers",
        }
    )
    for_: tuple[ReleaseLevel, ...] | None = field(
        default=None,
        metadata={
            "doc": "Which releases need a person: `major`, `minor`, `patch`, each compared with the"
            " newest version that the channel holds below it. Others climb by themselves; a"
            " package's first release counts as `major`.",
            "default": "[major, minor, patch]",
            "example": "[major, minor]",
            "rules": {"minItems": 1},
        },
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovedItem:
    """The gate `approved`, written with its settings."""

    approved: ApprovedSettings = field(
        metadata={
            "doc": "Somebody who may do so has signed, with `sluice approve`, that the package may"
            " enter.",
            "example": "{approvers: ./approvers, for: [major, minor]}",
        }
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeSettings:
    """Settings of the gate `age`."""

    days: int = field(
        metadata={
            "doc": "How many days the package has to have been in the channel below.",
            "example": "7",
            "rules": {"minimum": 1},
        }
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeItem:
    """The gate `age`, written with its settings."""

    age: AgeSettings = field(
        metadata={
            "doc": "The package has been in the channel below for a while.",
            "example": "{days: 7}",
        }
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenseSettings:
    """Settings of the gate `license`; at least one of the two keys."""

    allow: tuple[str, ...] | None = field(
        default=None,
        metadata={
            "doc": "SPDX identifiers; of a licence that leaves a choice one has to be among them,"
            " of several that hold together each.",
            "default": "every licence",
            "example": "[MIT, BSD-3-Clause]",
            "rules": {"minItems": 1},
        },
    )
    deny: tuple[str, ...] | None = field(
        default=None,
        metadata={
            "doc": "SPDX identifiers that are not among those allowed.",
            "default": "[]",
            "example": "[AGPL-3.0-only, AGPL-3.0-or-later]",
            "rules": {"minItems": 1},
        },
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenseItem:
    """The gate `license`, written with its settings."""

    license: LicenseSettings = field(
        metadata={
            "doc": "The package's licence is one that the channel takes.",
            "example": "{deny: [AGPL-3.0-only]}",
        }
    )


GateItem = SimpleGate | SignedTagItem | ApprovedItem | AgeItem | LicenseItem
"""A gate as it is written: its name, or its name with settings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionItem:
    """What `sluice prune` leaves in a channel; at least one of the two keys."""

    keep: int | None = field(
        default=None,
        metadata={
            "doc": "How many versions of each package stay, counted from the newest.",
            "default": "1",
            "example": "5",
            "rules": {"minimum": 1},
        },
    )
    days: int | None = field(
        default=None,
        metadata={
            "doc": "For how many days a package has to have been in the channel before it may go.",
            "default": "0",
            "example": "30",
            "rules": {"minimum": 1},
        },
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RungItem:
    """One channel of the ladder."""

    name: str = field(
        metadata={
            "doc": "The name that commands and reports use: lower-case letters, digits, `.`, `-`"
            " and `_`.",
            "example": "testing",
            "rules": {"pattern": "^[a-z0-9][a-z0-9._-]{0,127}$"},
        }
    )
    url: str = field(
        metadata={
            "doc": "Where the channel lies: a folder, relative to this file or absolute;"
            " `s3://bucket/path`; `anaconda://owner` or `anaconda://owner/label/name`;"
            " `quetz+https://server/channel`. A folder, a path in a bucket and a label are made by"
            " the first upload; buckets, owners and channels of quetz have to be there.",
            "example": "./channels/testing",
        }
    )
    gates: tuple[GateItem, ...] | None = field(
        default=None,
        metadata={
            "doc": "What a package must meet to climb into this channel; see Gates. The lowest"
            " channel takes what is built and has none.",
            "default": "[]",
            "example": "[tested, installable]",
        },
    )
    versions: VersionPolicy | None = field(
        default=None,
        metadata={
            "doc": "Which versions may climb into this channel: `any`; `pre` for release"
            " candidates, betas, alphas and finals, but no development versions; `final` for"
            " finals only. Not for the lowest channel.",
            "default": "any",
            "example": "final",
        },
    )
    retention: RetentionItem | None = field(
        default=None,
        metadata={
            "doc": "What `sluice prune` leaves in this channel; the newest version of a package,"
            " what a channel above holds, what a lock names and what others stand on stay too.",
            "default": "everything stays",
            "example": "{keep: 5, days: 30}",
            "rules": {"minProperties": 1},
        },
    )
    overriders: str | None = field(
        default=None,
        metadata={
            "doc": "The file of people who may sign, with `sluice override`, that a gate of this"
            " channel does not hold a package; the format is that of `allowed-signers`.",
            "default": "who may sign or approve for the channel; where nobody is named, overrides"
            " need no signature",
            "example": "./release-signers",
        },
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectItem:
    """One project with settings of its own."""

    path: str = field(
        metadata={
            "doc": "The project's folder, relative to this file or absolute; no glob.",
            "example": "apps/trips",
        }
    )
    tag: str | None = field(
        default=None,
        metadata={
            "doc": "How a version's git tag is spelled; `{version}` stands for the version.",
            "default": "as the project itself says (setuptools-scm, hatch-vcs, …)",
            "example": '"trips-v{version}"',
            "rules": {"pattern": r"^[^{}]*\{version\}[^{}]*$"},
        },
    )
    test: str | None = field(
        default=None,
        metadata={
            "doc": "The command that tests the installed package.",
            "default": "what is found in the project",
            "example": '"pytest -q tests"',
        },
    )
    mode: Mode | None = field(
        default=None,
        metadata={
            "doc": "How a release candidate becomes final. `re-version` builds the final tag anew"
            " from the tested sources; the gate `same-as-candidate` compares the two. `relabel`"
            " builds nothing: the very file that was tested climbs once the final tag lies on its"
            " sources. That needs a version that stands in the project's files, and tags of"
            " candidates name no versions then. Without a `tag` of its own, such a project climbs"
            " by `relabel` in either mode.",
            "default": "re-version",
            "example": "re-version",
        },
    )
    owners: tuple[str, ...] | None = field(
        default=None,
        metadata={
            "doc": "The people who answer for this project, as the ledger and the files of signers"
            " spell them; see the gate `owners`.",
            "default": "[]",
            "example": "[alice]",
        },
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformsItem:
    """The platforms that a package is built for."""

    required: tuple[str, ...] | None = field(
        default=None,
        metadata={
            "doc": "Platforms on which a package has to pass before it climbs.",
            "default": "the platform of this machine",
            "example": "[linux-64]",
            "rules": {"minItems": 1},
        },
    )
    optional: tuple[str, ...] | None = field(
        default=None,
        metadata={
            "doc": "Platforms that are nice to have: a failure there holds nothing back; planned,"
            " without effect yet.",
            "default": "[]",
            "example": "[osx-arm64]",
        },
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TestsItem:
    """How packages are tested."""

    __test__ = False  # not a test class, whatever pytest makes of its name

    solve: tuple[SolveStrategy, ...] | None = field(
        default=None,
        metadata={
            "doc": "Solve strategies; a package is tested once with each. More are planned.",
            "default": "[highest]",
            "example": "[highest]",
            "rules": {"minItems": 1},
        },
    )


class LintLevel(StrEnum):
    """The level of remarks from which on nothing is built."""

    ERROR = "error"
    WARNING = "warning"
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class LintItem:
    """Which remarks on recipes hold a build back."""

    level: LintLevel | None = field(
        default=None,
        metadata={
            "doc": "Remarks of this level and above hold a build back; with `off` none does.",
            "default": "error",
            "example": "warning",
        },
    )
    ignore: tuple[str, ...] | None = field(
        default=None,
        metadata={
            "doc": "Rules that are let by everywhere, by their ids; `sluice lint` tells them.",
            "default": "[]",
            "example": "[SL104]",
        },
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Item:
    """The S3 server in whose buckets channels lie."""

    endpoint: str | None = field(
        default=None,
        metadata={
            "doc": "The URL of the server, where it is not Amazon's.",
            "default": "what AWS's own settings say (AWS_ENDPOINT_URL_S3, ~/.aws/config)",
            "example": "https://minio.example.org:9000",
        },
    )
    region: str | None = field(
        default=None,
        metadata={
            "doc": "The region of the buckets.",
            "default": "what AWS's own settings say (AWS_REGION, ~/.aws/config)",
            "example": "eu-central-1",
        },
    )
    addressing: Addressing | None = field(
        default=None,
        metadata={
            "doc": "Where the server takes the bucket's name: as part of its host name"
            " (`virtual`), or in the path (`path`), as most servers in a lab do; `auto` is `path`"
            " with an `endpoint`, else `virtual`.",
            "default": "auto",
            "example": "path",
        },
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AnacondaItem:
    """An Anaconda Server, where it is not anaconda.org."""

    api: str | None = field(
        default=None,
        metadata={
            "doc": "The URL of the API.",
            "default": "https://api.anaconda.org",
            "example": "https://anaconda.example.org/api",
        },
    )
    channels: str | None = field(
        default=None,
        metadata={
            "doc": "The URL below which clients read channels.",
            "default": "https://conda.anaconda.org",
            "example": "https://anaconda.example.org/conda",
        },
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class StoresItem:
    """The servers that keep channels. Tokens and keys never stand here."""

    s3: S3Item | None = field(
        default=None,
        metadata={
            "doc": "The server of `s3://` channels.",
            "example": "{endpoint: https://minio.example.org:9000, addressing: path}",
        },
    )
    anaconda: AnacondaItem | None = field(
        default=None,
        metadata={
            "doc": "The server of `anaconda://` channels.",
            "example": "{api: https://anaconda.example.org/api,"
            " channels: https://anaconda.example.org/conda}",
        },
    )
    mirrors: Mapping[str, tuple[str, ...]] | None = field(
        default=None,
        metadata={
            "doc": "URLs that are asked instead of a URL, for everything below it; one that does"
            " not answer is left for the next. Lock files and records name the first URL.",
            "default": "{}",
            "example": "{https://conda.anaconda.org: [https://mirror.example.org/conda]}",
        },
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelsFile:
    """The whole of channels.yaml."""

    version: int = field(
        metadata={
            "doc": "The number of this file's format.",
            "example": "1",
            "rules": {"enum": list(VERSIONS)},
        }
    )
    upstream: tuple[str, ...] | None = field(
        default=None,
        metadata={
            "doc": "Channels that dependencies come from, highest priority first. A name without a"
            " slash is a channel of conda.anaconda.org; with a slash it is a folder; `https://`,"
            " `http://` and `file://` URLs, and all that a channel of the ladder may be, are"
            " channels too.",
            "default": "[]",
            "example": "[conda-forge]",
        },
    )
    ladder: tuple[RungItem, ...] = field(
        metadata={
            "doc": "The channels that packages climb, lowest maturity first.",
            "rules": {"minItems": 1},
        }
    )
    projects: tuple[str | ProjectItem, ...] | None = field(
        default=None,
        metadata={
            "doc": "Source trees to package: a folder, a glob such as `libs/*` that picks the"
            " folders in which something looks like a project, or one folder with settings of"
            " its own, which then hold instead of what a glob would give it.",
            "default": "[.]",
            "example": '["libs/*", {path: apps/trips, test: "pytest -q tests"}]',
        },
    )
    variants: tuple[str, ...] | None = field(
        default=None,
        metadata={
            "doc": "Variant files in the format of conda_build_config.yaml, laid over those of the"
            " channels; later ones win.",
            "default": "[]",
            "example": "[conda_build_config.yaml]",
        },
    )
    platforms: PlatformsItem | None = field(
        default=None,
        metadata={
            "doc": "The platforms that a package is built and tested for.",
            "example": "{required: [linux-64]}",
        },
    )
    tests: TestsItem | None = field(
        default=None,
        metadata={"doc": "How packages are tested.", "example": "{solve: [highest]}"},
    )
    ledger: str | None = field(
        default=None,
        metadata={
            "doc": "What keeps the record of builds, tests and promotions: a folder,"
            " `s3://bucket/path`, or a branch of a git repository"
            " (`git+https://server/repository.git#branch`).",
            "default": "`.ledger` beside the lowest channel, where that is a folder or lies in a"
            " bucket",
            "example": "./channels/.ledger",
        },
    )
    builder: BuilderName | None = field(
        default=None,
        metadata={
            "doc": "What builds the packages: `rattler-build`, which sluice brings along, or"
            " `conda-build`, which has to be on PATH. Both build the same recipes, and packages"
            " under the same names.",
            "default": "rattler-build",
            "example": "conda-build",
        },
    )
    lint: LintItem | None = field(
        default=None,
        metadata={
            "doc": "Which remarks of `sluice lint` on recipes hold a build back.",
            "example": "{level: warning, ignore: [SL104]}",
        },
    )
    sets: Mapping[str, tuple[str, ...]] | None = field(
        default=None,
        metadata={
            "doc": "Packages that climb together or not at all, by a name for each set: of each"
            " package the newest release that is not above yet. What one release is made of, and"
            " what needs each other, climbs together without it.",
            "default": "{}",
            "example": "{geo: [libgeo, pygeo]}",
        },
    )
    locks: tuple[str, ...] | None = field(
        default=None,
        metadata={
            "doc": "Lock files (explicit ones, conda-lock, pixi.lock); what they name is never"
            " pruned.",
            "default": "[]",
            "example": "[locks/production.txt]",
        },
    )
    stores: StoresItem | None = field(
        default=None,
        metadata={
            "doc": "The servers on which channels lie, where they are not the usual ones.",
            "example": "{s3: {endpoint: https://minio.example.org:9000}}",
        },
    )
    trusted_branch: str | None = field(
        default=None,
        metadata={
            "doc": "The git branch of this workspace from which the files are read that say whom to"
            " trust: allowed signers, approvers, overriders. What a commit on another branch"
            " changes in them counts for nothing.",
            "default": "the default branch of the remote `origin`, or what is checked out where"
            " there is none",
            "example": "origin/main",
        },
    )
    names: Mapping[str, str] | None = field(
        default=None,
        metadata={
            "doc": "Names in a language's own registry (PyPI, CRAN) and the conda package to take"
            " instead, where the two differ.",
            "default": "{}",
            "example": "{opencv-python: py-opencv}",
        },
    )
