"""What was found out about a package before its gates are asked."""

from dataclasses import dataclass

from conda_sluice.model.comparison import Comparison
from conda_sluice.model.package import PackageRecord
from conda_sluice.model.statement import StatementKind


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageOrigin:
    """What a package made by sluice says of itself in `about.extra` (CEP 31 for `sha`).

    `key` is the content key, `tree` the git id of the folder `path` at commit `sha`, in which the
    project of the name `project` lies ("" for packages from before it was written down),
    `version` the project's version as upstream writes it, `is_static` that it was read from a file
    and not from a tag, `is_dirty` that it was built from changes that are in no commit, or with a
    package that was.
    """

    key: str
    tree: str
    sha: str
    path: str
    version: str
    is_static: bool
    is_dirty: bool = False
    project: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TagEvidence:
    """A git tag that names the version of a package.

    `reason` says in words why the signature does not count, "" where it does; `is_unsigned` that
    there is none; `is_same_tree` that the project at the tag is what the package was built from.
    """

    tag: str
    signer: str
    reason: str
    is_same_tree: bool
    is_unsigned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TestEvidence:
    """A record of the ledger: one package file, tested in the context of one channel.

    `environment` are the sha256 of the packages that stood beside it; `digest` names the state
    of the channels that it was tested against; `is_waiting` says that no test could run,
    because something that the package needs does not climb.
    """

    __test__ = False  # not a test class, whatever pytest makes of its name

    sha256: str
    target: str
    platform: str
    strategy: str
    has_passed: bool
    reason: str
    digest: str
    environment: frozenset[str]
    is_waiting: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedWord:
    """What somebody said of this very file on its way into the channel that is asked.

    `reason` says in words why it does not count, "" where it does; `gate` is the gate that is
    overridden, `until` the last day on which that holds, both "" for an approval; `signer` who
    signed it, or merely said it where the channel asks for no signature.
    """

    kind: StatementKind
    signer: str
    why: str
    reason: str = ""
    gate: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Everything that is known of one candidate; `origin` is None for packages made elsewhere.

    `planned_release` names what it was planned with, `trouble` says why the package cannot be read
    at all, `missing_signers` names the file of allowed signers where there is none, and
    `missing_sibling` a file of the same release that was not built; "" otherwise. `words` are
    approvals and overrides; `arrived` is when the package came into the channel below, "" where
    nobody knows, and `now` the time of asking; `actor` who asks; `owners` those of the project,
    None where no project has the name; `comparison` how the package stands to the newest tested
    candidate of its own sources, None where there is none or nobody asked; `overtaken_by` a
    higher version in the target that was built from earlier sources, and `frozen` why nothing may
    enter the target, "" otherwise.
    """

    record: PackageRecord
    origin: PackageOrigin | None = None
    trouble: str = ""
    missing_signers: str = ""
    missing_sibling: str = ""
    planned_release: str = ""
    tags: tuple[TagEvidence, ...] = ()
    tests: tuple[TestEvidence, ...] = ()
    words: tuple[SignedWord, ...] = ()
    arrived: str = ""
    now: str = ""
    actor: str = ""
    owners: tuple[str, ...] | None = None
    comparison: Comparison | None = None
    overtaken_by: str = ""
    frozen: str = ""

    @property
    def release(self) -> str:
        """Return the name of its release: the variants and outputs of one version of a project.

        It climbs whole or not at all.
        """
        if self.planned_release:
            return self.planned_release
        name, version = str(self.record.name), self.record.version
        if self.origin and self.origin.project:
            name, version = self.origin.project, self.origin.version
        return f"{name} {version} {self.record.build_number}"
