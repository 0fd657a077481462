"""A tag counts when an allowed signer signed that very name; everything else does not."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from conda_sluice.effects.git import verify_tag
from conda_sluice.errors import ToolError
from git_clones import Clone


@pytest.fixture(scope="session")
def keys(tmp_path_factory):
    """Two SSH keys: alice's and mallory's."""
    folder = tmp_path_factory.mktemp("keys")
    for name in ("alice", "mallory"):
        subprocess.run(
            ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", folder / name],
            check=True,
        )
    return folder


def ask_gpg(home, *arguments, text=None):
    done = subprocess.run(
        ["gpg", "--homedir", home, "--batch", "--quiet", *arguments],
        check=True,
        input=text,
        capture_output=True,
        text=True,
    )
    return done.stdout


@pytest.fixture(scope="session")
def gpg_home():
    """A keyring with one key; its path is short, for the agent's socket lies in it."""
    home = Path(tempfile.mkdtemp(prefix="gpg-", dir="/tmp"))
    recipe = (
        "%no-protection\nKey-Type: EDDSA\nKey-Curve: ed25519\nKey-Usage: sign\n"
        "Name-Real: Ada\nName-Email: ada@example.org\nExpire-Date: 0\n%commit\n"
    )
    ask_gpg(home, "--generate-key", text=recipe)
    yield home
    subprocess.run(["gpgconf", "--homedir", home, "--kill", "all"], check=True)
    shutil.rmtree(home, ignore_errors=True)  # the agent takes its sockets away meanwhile


@pytest.fixture
def fingerprint(gpg_home, monkeypatch):
    monkeypatch.setenv("GNUPGHOME", str(gpg_home))
    listing = ask_gpg(gpg_home, "--with-colons", "--list-keys")
    return next(line.split(":")[9] for line in listing.splitlines() if line.startswith("fpr"))


@pytest.fixture
def clone(tmp_path):
    clone = Clone(tmp_path / "clone")
    clone.commit({"f": "1"})
    return clone


@pytest.fixture
def signers(tmp_path, keys):
    file = tmp_path / "release-signers"
    file.write_text(f"# who releases\nalice@example.org {(keys / 'alice.pub').read_text()}")
    return file


def sign_ssh(clone, tag, key):
    clone.git(
        "-c", "gpg.format=ssh", "-c", f"user.signingkey={key}", "tag", "-s", "-m", tag, "--", tag
    )


def sign_gpg(clone, tag, fingerprint):
    clone.git("tag", "-u", fingerprint, "-m", tag, "--", tag)


def test_a_tag_that_an_allowed_ssh_key_signed_counts(clone, keys, signers):
    sign_ssh(clone, "v1.0", keys / "alice")
    signature = verify_tag(clone.root, "v1.0", signers.read_text())
    assert (signature.is_valid, signature.signer) == (True, "alice@example.org")


def test_a_key_that_is_not_listed_does_not_count(clone, keys, signers):
    sign_ssh(clone, "v1.0", keys / "mallory")
    signature = verify_tag(clone.root, "v1.0", signers.read_text())
    assert not signature.is_valid
    assert "not among the allowed signers" in signature.reason


@pytest.mark.parametrize("options", ['namespaces="file"', 'valid-before="20200101"'])
def test_what_the_file_restricts_is_restricted(clone, keys, signers, options):
    sign_ssh(clone, "v1.0", keys / "alice")
    signers.write_text(f"alice@example.org {options} {(keys / 'alice.pub').read_text()}")
    assert not verify_tag(clone.root, "v1.0", signers.read_text()).is_valid


def test_lightweight_and_unsigned_tags_are_no_signature(clone, signers):
    clone.git("tag", "light")
    clone.tag("plain")
    assert "lightweight" in verify_tag(clone.root, "light", signers.read_text()).reason
    assert "without a signature" in verify_tag(clone.root, "plain", signers.read_text()).reason
    assert "no tag" in verify_tag(clone.root, "nothing", signers.read_text()).reason


def test_a_signed_tag_under_another_name_does_not_count(clone, keys, signers):
    sign_ssh(clone, "v1.0", keys / "alice")
    clone.git("update-ref", "refs/tags/v2.0", "refs/tags/v1.0")
    signature = verify_tag(clone.root, "v2.0", signers.read_text())
    assert not signature.is_valid
    assert "'v1.0', under another name" in signature.reason


def test_a_signed_tag_that_was_changed_does_not_count(clone, keys, signers):
    sign_ssh(clone, "v1.0", keys / "alice")
    other = clone.commit({"f": "2"})
    content = clone.git("cat-file", "tag", "v1.0")
    forged = clone.root / "forged"
    forged.write_text(f"object {other}\n" + content.split("\n", 1)[1] + "\n")
    object_id = clone.git("hash-object", "-t", "tag", "-w", str(forged))
    clone.git("update-ref", "refs/tags/v1.0", object_id)
    signature = verify_tag(clone.root, "v1.0", signers.read_text())
    assert not signature.is_valid
    assert "not valid" in signature.reason


def test_a_signed_tag_on_something_else_than_a_commit_does_not_count(clone, keys, signers):
    clone.git(
        *("-c", "gpg.format=ssh", "-c", f"user.signingkey={keys / 'alice'}"),
        *("tag", "-s", "-m", "x", "v1.0", "HEAD^{tree}"),
    )
    assert "on a tree" in verify_tag(clone.root, "v1.0", signers.read_text()).reason


def test_the_clone_and_the_home_cannot_weaken_the_check(
    clone, keys, signers, tmp_path, monkeypatch
):
    sign_ssh(clone, "v1.0", keys / "mallory")
    liar = tmp_path / "liar"
    liar.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\necho mallory\nexit 0\n")
    liar.chmod(0o755)
    everyone = tmp_path / "everyone"
    everyone.write_text(f"* {(keys / 'mallory.pub').read_text()}")
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "gpg.ssh.program")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", str(liar))
    for name in ("gpg.program", "gpg.ssh.program", "gpg.openpgp.program", "alias.verify-tag"):
        clone.git("config", name, str(liar))
        clone.git("config", "-f", str(home / ".gitconfig"), name, str(liar))
    clone.git("config", "gpg.ssh.allowedSignersFile", str(everyone))
    assert not verify_tag(clone.root, "v1.0", signers.read_text()).is_valid
    assert not (tmp_path / "ran").exists()


def test_replaced_objects_cannot_lend_a_signature(clone, keys, signers):
    sign_ssh(clone, "v1.0", keys / "alice")
    clone.tag("v2.0")
    clone.git("replace", "-f", "refs/tags/v2.0", "refs/tags/v1.0")
    assert "without a signature" in verify_tag(clone.root, "v2.0", signers.read_text()).reason


@pytest.mark.parametrize("tag", ["-d", "--all", "v1.0^{commit}", "../heads/main", "*", "a\0b", ""])
def test_names_are_only_names(clone, keys, signers, tag):
    sign_ssh(clone, "v1.0", keys / "alice")
    assert "no tag" in verify_tag(clone.root, tag, signers.read_text()).reason


def test_a_tag_called_like_an_option_is_verified(clone, keys, signers):
    clone.git("update-ref", "refs/tags/-x", "HEAD")
    assert "lightweight" in verify_tag(clone.root, "-x", signers.read_text()).reason


def test_without_ssh_keygen_the_error_says_what_to_install(
    clone, keys, signers, tmp_path, monkeypatch
):
    sign_ssh(clone, "v1.0", keys / "alice")
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "git").symlink_to(shutil.which("git"))
    monkeypatch.setenv("PATH", str(tools))
    with pytest.raises(ToolError, match="install openssh-client"):
        verify_tag(clone.root, "v1.0", signers.read_text())


def test_a_tag_that_a_listed_gpg_key_signed_counts(clone, signers, fingerprint):
    sign_gpg(clone, "v1.0", fingerprint)
    signers.write_text(signers.read_text() + f"gpg:{fingerprint.lower()} ada@example.org\n")
    signature = verify_tag(clone.root, "v1.0", signers.read_text())
    assert (signature.is_valid, signature.signer) == (True, "ada@example.org")


def test_a_gpg_key_of_the_keyring_that_is_not_listed_does_not_count(clone, signers, fingerprint):
    sign_gpg(clone, "v1.0", fingerprint)
    signers.write_text(f"gpg:{'0' * 40} somebody@example.org\n# gpg:{fingerprint}\n")
    assert (
        "not among the allowed signers"
        in verify_tag(clone.root, "v1.0", signers.read_text()).reason
    )


def test_a_gpg_key_that_is_not_in_the_keyring_is_named(
    clone, signers, fingerprint, monkeypatch, tmp_path
):
    sign_gpg(clone, "v1.0", fingerprint)
    signers.write_text(f"gpg:{fingerprint}\n")
    (tmp_path / "empty").mkdir(mode=0o700)
    monkeypatch.setenv("GNUPGHOME", str(tmp_path / "empty"))
    assert "gpg --import" in verify_tag(clone.root, "v1.0", signers.read_text()).reason


def test_lines_for_gpg_do_not_disturb_ssh_keys(clone, keys, signers):
    sign_ssh(clone, "v1.0", keys / "alice")
    signers.write_text(f"gpg:{'A' * 40} ada@example.org\n" + signers.read_text())
    assert verify_tag(clone.root, "v1.0", signers.read_text()).signer == "alice@example.org"
    assert os.environ.get("GNUPGHOME") is None
