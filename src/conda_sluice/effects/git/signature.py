"""Signatures of tags: made by a key that the allowed-signers file names, or none at all."""

import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

from conda_sluice.effects import process
from conda_sluice.effects.git.command import Run, bare_setting, call_git, find_objects
from conda_sluice.effects.signing import SignatureCheck, judge_pgp, last_line, refused
from conda_sluice.errors import ToolError
from conda_sluice.model.completed import Completed

_SSH = "-----BEGIN SSH SIGNATURE-----"
_PGP = ("-----BEGIN PGP SIGNATURE-----", "-----BEGIN PGP MESSAGE-----")
_SSH_GOOD = re.compile(r'^Good "git" signature for (.+) with \S+ key SHA256:\S+$', re.MULTILINE)


def verify_tag(
    repository: Path, tag: str, signers: str, *, run: Run = process.run
) -> SignatureCheck:
    """Check the signature of a tag against the text of a file of allowed signers.

    What stands in it is told in `effects.signing`. The clone's and the machine's git settings
    have no say. Raise ToolError where gpg or ssh-keygen is missing.
    """
    object_id = _resolve(repository, tag, run)
    if object_id is None:
        return SignatureCheck(is_valid=False, reason=f"there is no tag {tag!r}")
    with bare_setting(find_objects(repository, run), object_id) as extra:
        shown = call_git(["cat-file", "tag", object_id], run=run, extra=extra)
        if shown.code:
            reason = "it is a lightweight tag, which carries no signature"
            return SignatureCheck(is_valid=False, reason=reason, is_absent=True)
        if not _signature_kind(shown.output):
            reason = "it is an annotated tag without a signature"
            return SignatureCheck(is_valid=False, reason=reason, is_absent=True)
        refusal = _misfit(shown.output, tag)
        if refusal:
            return refused(refusal)
        verified = _verify(object_id, signers, extra, run)
    if "cannot run" in verified.errors:
        raise ToolError(
            f"git cannot check the signature of {tag}: {verified.errors.strip()}",
            remedy="install openssh-client for SSH signatures and gnupg for GPG signatures",
        )
    is_ssh = _signature_kind(shown.output) == _SSH
    return _judge_ssh(verified) if is_ssh else judge_pgp(verified, signers)


def _verify(object_id: str, signers: str, extra: Mapping[str, str], run: Run) -> Completed:
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", prefix="sluice-signers-") as file:
        file.write(signers)
        file.flush()
        settings = {
            "gpg.ssh.allowedSignersFile": file.name,
            "gpg.ssh.program": "ssh-keygen",
            "gpg.program": "gpg",
            "gpg.minTrustLevel": "undefined",
        }
        overrides = [part for item in settings.items() for part in ("-c", "=".join(item))]
        return call_git([*overrides, "verify-tag", "--raw", object_id], run=run, extra=extra)


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


def _judge_ssh(verified: Completed) -> SignatureCheck:
    good = _SSH_GOOD.search(verified.errors)
    if verified.code == 0 and good:
        return SignatureCheck(is_valid=True, signer=good[1])
    if "No principal matched" in verified.errors:
        return refused("its SSH key is not among the allowed signers, or not for its time")
    return refused(f"its SSH signature is not valid: {last_line(verified.errors)}")
