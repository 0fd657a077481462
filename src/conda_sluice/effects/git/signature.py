"""Signatures of tags: made by a key that the allowed-signers file names, or none at all."""

import re
from dataclasses import dataclass
from pathlib import Path

from conda_sluice.effects import process
from conda_sluice.effects.git.command import Run, bare_setting, call_git, find_objects
from conda_sluice.errors import ConfigError, ToolError
from conda_sluice.model.completed import Completed

_SSH = "-----BEGIN SSH SIGNATURE-----"
_PGP = ("-----BEGIN PGP SIGNATURE-----", "-----BEGIN PGP MESSAGE-----")
_SSH_GOOD = re.compile(r'^Good "git" signature for (.+) with \S+ key SHA256:\S+$', re.MULTILINE)
_PGP_VALID = re.compile(
    r"^\[GNUPG:\] VALIDSIG ([0-9A-F]{40,64}) (?:.* )?([0-9A-F]{40,64})$", re.MULTILINE
)
_PGP_REASONS = {
    "NO_PUBKEY": "its key is not in this machine's keyring (gpg --import it)",
    "EXPKEYSIG": "its key has expired",
    "REVKEYSIG": "its key was revoked",
    "EXPSIG": "the signature has expired",
    "BADSIG": "the signature does not fit the tag",
}
_PGP_LINE = re.compile(r"gpg:([0-9A-Fa-f]{40,64})(?:\s+(.*\S))?\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class TagSignature:
    """Whether a tag's signature counts: who made it, or in words why it does not.

    `is_absent` tells that there is none at all: somebody may still sign.
    """

    is_valid: bool
    signer: str = ""
    reason: str = ""
    is_absent: bool = False


def verify_tag(
    repository: Path, tag: str, allowed_signers: Path, *, run: Run = process.run
) -> TagSignature:
    """Check the signature of a tag against a file of allowed signers.

    The file is that of ssh-keygen(1), ALLOWED SIGNERS: `alice@example.org ssh-ed25519 AAAA…`.
    A GPG key is allowed by a line `gpg:<fingerprint> alice@example.org`, which ssh-keygen passes
    over; the fingerprint is that of the primary key or of the signing subkey, and the key itself
    is looked for in the user's keyring. The clone's and the machine's git settings have no say.
    Raise ConfigError where the file cannot be read, ToolError where gpg or ssh-keygen is missing.
    """
    try:
        signers = allowed_signers.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"cannot read the file of allowed signers: {error}", where=str(allowed_signers)
        ) from error
    object_id = _resolve(repository, tag, run)
    if object_id is None:
        return TagSignature(is_valid=False, reason=f"there is no tag {tag!r}")
    with bare_setting(find_objects(repository, run), object_id) as extra:
        shown = call_git(["cat-file", "tag", object_id], run=run, extra=extra)
        if shown.code:
            reason = "it is a lightweight tag, which carries no signature"
            return TagSignature(is_valid=False, reason=reason, is_absent=True)
        if not _signature_kind(shown.output):
            reason = "it is an annotated tag without a signature"
            return TagSignature(is_valid=False, reason=reason, is_absent=True)
        refusal = _misfit(shown.output, tag)
        if refusal:
            return _refuse(refusal)
        settings = {
            "gpg.ssh.allowedSignersFile": str(allowed_signers.resolve()),
            "gpg.ssh.program": "ssh-keygen",
            "gpg.program": "gpg",
            "gpg.minTrustLevel": "undefined",
        }
        overrides = [part for item in settings.items() for part in ("-c", "=".join(item))]
        verified = call_git([*overrides, "verify-tag", "--raw", object_id], run=run, extra=extra)
    if "cannot run" in verified.errors:
        raise ToolError(
            f"git cannot check the signature of {tag}: {verified.errors.strip()}",
            remedy="install openssh-client for SSH signatures and gnupg for GPG signatures",
        )
    is_ssh = _signature_kind(shown.output) == _SSH
    return _judge_ssh(verified) if is_ssh else _judge_pgp(verified, signers)


def _refuse(reason: str) -> TagSignature:
    return TagSignature(is_valid=False, reason=reason)


def _resolve(repository: Path, tag: str, run: Run) -> str | None:
    """Return the id of the object that the tag is, whatever else has that name."""
    if "\0" in tag:
        return None
    arguments = ["show-ref", "--verify", "--", f"refs/tags/{tag}"]
    shown = call_git(arguments, run=run, folder=repository)
    return None if shown.code else shown.output.split(" ", 1)[0]


def _misfit(content: str, tag: str) -> str:
    """Say what is wrong with a tag object before its signature is looked at, "" if nothing is.

    The name inside is what was signed; the ref may be called anything by whoever can push.
    """
    headers = dict(line.partition(" ")[::2] for line in content.partition("\n\n")[0].splitlines())
    if headers.get("tag") != tag:
        return f"what was signed is the tag {headers.get('tag', '')!r}, under another name"
    if headers.get("type") != "commit":
        return f"it is on a {headers.get('type', '')}, not on a commit"
    return ""


def _signature_kind(content: str) -> str:
    """Return the line that starts the signature, the last one as git reads it, "" for none."""
    starts = [line for line in content.splitlines() if line == _SSH or line in _PGP]
    return starts[-1] if starts else ""


def _judge_ssh(verified: Completed) -> TagSignature:
    good = _SSH_GOOD.search(verified.errors)
    if verified.code == 0 and good:
        return TagSignature(is_valid=True, signer=good[1])
    if "No principal matched" in verified.errors:
        return _refuse("its SSH key is not among the allowed signers, or not for its time")
    return _refuse(f"its SSH signature is not valid: {_last_line(verified.errors)}")


def _judge_pgp(verified: Completed, signers: str) -> TagSignature:
    for word, reason in _PGP_REASONS.items():
        if f"[GNUPG:] {word} " in verified.errors:
            return _refuse(reason)
    valid = _PGP_VALID.findall(verified.errors)
    if verified.code or len(valid) != 1:
        return _refuse(f"its GPG signature is not valid: {_last_line(verified.errors)}")
    lines = [_PGP_LINE.fullmatch(line) for line in signers.splitlines()]
    allowed = {line[1].upper(): line[2] for line in lines if line}
    for fingerprint in valid[0]:
        if fingerprint in allowed:
            return TagSignature(is_valid=True, signer=allowed[fingerprint] or fingerprint)
    return _refuse(f"its GPG key {valid[0][1]} is not among the allowed signers")


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ["git says nothing"])[-1]
