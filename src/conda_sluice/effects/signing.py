"""Signatures under texts, made and checked with ssh-keygen or gpg; who may sign says a file.

The file is that of ssh-keygen(1), ALLOWED SIGNERS: `alice@example.org ssh-ed25519 AAAA…`. A GPG
key is allowed by a line `gpg:<fingerprint> alice@example.org`, which ssh-keygen passes over; the
fingerprint is that of the primary key or of the signing subkey, and the key itself is looked for
in the user's keyring.
"""

import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from conda_sluice.effects import process
from conda_sluice.errors import UsageError
from conda_sluice.model.completed import Completed

Run = Callable[..., Completed]
"""`conda_sluice.effects.process.run`, or what a test puts in its place."""

_SSH_START = "-----BEGIN SSH SIGNATURE-----"
_PGP_VALID = re.compile(
    r"^\[GNUPG:\] VALIDSIG ([0-9A-F]{40,64}) (?:.* )?([0-9A-F]{40,64})$", re.MULTILINE
)
_PGP_REASONS = {
    "NO_PUBKEY": "its key is not in this machine's keyring (gpg --import it)",
    "EXPKEYSIG": "its key has expired",
    "REVKEYSIG": "its key was revoked",
    "EXPSIG": "the signature has expired",
    "BADSIG": "the signature does not fit what was signed",
}
_PGP_LINE = re.compile(r"gpg:([0-9A-Fa-f]{40,64})(?:\s+(.*\S))?\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureCheck:
    """Whether a signature counts: who made it, or in words why it does not.

    `is_absent` tells that there is none at all: somebody may still sign.
    """

    is_valid: bool
    signer: str = ""
    reason: str = ""
    is_absent: bool = False


def sign_text(text: str, key: str, namespace: str, *, run: Run = process.run) -> str:
    """Return an armored signature under `text`: by the SSH key in the file `key`, or `gpg:<id>`.

    The agent is asked where it holds the key. Raise UsageError where the key does not sign,
    ToolError where the program is missing.
    """
    if key.startswith("gpg:"):
        argv = ["gpg", "--armor", "--local-user", key.removeprefix("gpg:"), "--detach-sign"]
        signed = run(argv, stdin=text, keep_errors_apart=True)
    else:
        argv = ["ssh-keygen", "-Y", "sign", "-n", namespace, "-f", key]
        signed = run(argv, stdin=text, keep_errors_apart=True)
    if signed.code:
        raise UsageError(
            f"the key did not sign: {last_line(signed.errors)}",
            where=key,
            remedy="name the file of an SSH key with --key, or gpg:<fingerprint>",
        )
    return signed.output


def check_text(
    text: str, signature: str, signers: str, namespace: str, *, run: Run = process.run
) -> SignatureCheck:
    """Check an armored signature under `text` against the content of a file of allowed signers.

    Raise ToolError where gpg or ssh-keygen is missing.
    """
    with _on_disk(signature, signers) as folder:
        if signature.startswith(_SSH_START):
            return _check_ssh(text, folder, namespace, run)
        argv = ["gpg", "--status-fd", "2", "--verify", str(folder / "signature"), "-"]
        return judge_pgp(run(argv, stdin=text, keep_errors_apart=True), signers)


def _check_ssh(text: str, folder: Path, namespace: str, run: Run) -> SignatureCheck:
    files = ["-f", str(folder / "signers"), "-s", str(folder / "signature")]
    found = run(["ssh-keygen", "-Y", "find-principals", *files], stdin=text, keep_errors_apart=True)
    principals = found.output.split()
    if found.code or not principals:
        return refused("its SSH key is not among the allowed signers, or not for its time")
    argv = ["ssh-keygen", "-Y", "verify", *files, "-n", namespace, "-I", principals[0]]
    verified = run(argv, stdin=text, keep_errors_apart=True)
    if verified.code:
        return refused(f"its SSH signature is not valid: {last_line(verified.errors)}")
    return SignatureCheck(is_valid=True, signer=principals[0])


@contextmanager
def _on_disk(signature: str, signers: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="sluice-signed-") as name:
        folder = Path(name)
        (folder / "signature").write_text(signature, encoding="utf-8")
        (folder / "signers").write_text(signers, encoding="utf-8")
        yield folder


def refused(reason: str) -> SignatureCheck:
    """Return that a signature does not count, and why."""
    return SignatureCheck(is_valid=False, reason=reason)


def judge_pgp(verified: Completed, signers: str) -> SignatureCheck:
    """Judge what gpg said of a signature with its status lines on standard error."""
    for word, reason in _PGP_REASONS.items():
        if f"[GNUPG:] {word} " in verified.errors:
            return refused(reason)
    valid = _PGP_VALID.findall(verified.errors)
    if verified.code or len(valid) != 1:
        return refused(f"its GPG signature is not valid: {last_line(verified.errors)}")
    lines = [_PGP_LINE.fullmatch(line) for line in signers.splitlines()]
    allowed = {line[1].upper(): line[2] for line in lines if line}
    for fingerprint in valid[0]:
        if fingerprint in allowed:
            return SignatureCheck(is_valid=True, signer=allowed[fingerprint] or fingerprint)
    return refused(f"its GPG key {valid[0][1]} is not among the allowed signers")


def last_line(text: str) -> str:
    """Return the last line that a program wrote."""
    return (text.strip().splitlines() or ["it says nothing"])[-1]
