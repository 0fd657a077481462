"""A ledger on a branch of git, through the commands."""

import shutil
import subprocess

from conda_sluice.ledger.git_shelf import GitShelf
from shelves import a_remote
from workspaces import SMALLEST


def log_of(remote):
    told = subprocess.run(
        ["git", "log", "--format=%s", "sluice-ledger"],
        cwd=remote.removeprefix("file://"),
        check=True,
        capture_output=True,
        text=True,
    )
    return told.stdout.splitlines()


def test_whoever_comes_later_reads_what_was_told_on_the_branch(sluice, tmp_path, monkeypatch):
    remote = a_remote(tmp_path)
    sluice.write(SMALLEST + f"ledger: git+{remote}\n")
    assert sluice("upload", sluice.package("trips")).code == 0
    assert sluice("promote").code == 0
    assert not (sluice.channels / ".ledger").exists()
    monkeypatch.setenv("SLUICE_CACHE_DIR", str(tmp_path / "cache of another machine"))
    told = sluice("history", "trips")
    assert [line.split()[1] for line in told.out.splitlines()][:2] == ["uploaded", "promoted"], told
    assert sluice("verify").code == 0
    assert sluice("undo", "--why", "too early").code == 0
    assert "undone" in sluice("history", "trips").out
    assert any(subject.startswith("Tell of trips") for subject in log_of(remote))


def test_remote_that_is_gone_is_told_and_nothing_changes(sluice, tmp_path):
    remote = a_remote(tmp_path)
    sluice.write(SMALLEST + f"ledger: git+{remote}\n")
    assert sluice("upload", sluice.package("trips")).code == 0
    shutil.rmtree(remote.removeprefix("file://"))
    sluice.refuses("promote", code=3, says="git cannot reach the branch sluice-ledger")
    sluice.refuses("history", "trips", code=3, says="see to it that git can fetch and push")


def test_branch_that_nobody_may_push_to_is_told(sluice, tmp_path):
    remote = a_remote(tmp_path)
    hook = tmp_path / "remote.git/hooks/pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho this branch is protected >&2\nexit 1\n")
    hook.chmod(0o755)
    sluice.write(SMALLEST + f"ledger: git+{remote}#log\n")
    sluice.refuses(
        "upload", sluice.package("trips"), code=3, says="git cannot reach the branch log"
    )


def test_answer_that_was_lost_is_no_second_event(sluice, tmp_path, monkeypatch):
    remote = a_remote(tmp_path)
    sluice.write(SMALLEST + f"ledger: git+{remote}\n")
    extend = GitShelf.extend

    def lossy(shelf, chains):
        branch = shelf._branch
        run = branch.run

        def cut(argv, **options):
            done = run(argv, **options)
            if "push" in argv:
                object.__setattr__(branch, "run", run)
                return type(done)(code=128, output="", errors="fatal: the remote end hung up")
            return done

        object.__setattr__(branch, "run", cut)
        return extend(shelf, chains)

    monkeypatch.setattr(GitShelf, "extend", lossy)
    assert sluice("upload", sluice.package("trips")).code == 0
    assert len(sluice("history", "trips").out.splitlines()) == 1
