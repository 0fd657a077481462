"""What pages show in ```console blocks, run as a user would run it."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Shown:
    """A command as a page shows it, and the lines of output shown below it."""

    line: int
    command: str
    output: tuple[str, ...]


def parse_console(text):
    """Return what the ```console blocks show; a here-document belongs to its command."""
    shown: list[Shown] = []
    in_block, end = False, ""
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith("```"):
            in_block = line == "```console"
        elif not in_block:
            continue
        elif end:
            last = shown[-1]
            shown[-1] = Shown(last.line, f"{last.command}\n{line}", ())
            end = "" if line == end else end
        elif line.startswith("$ "):
            shown.append(Shown(number, line[2:], ()))
            end = "".join(re.findall(r"<<'(\w+)'", line))
        elif line:
            last = shown[-1]
            shown[-1] = Shown(last.line, last.command, (*last.output, line))
    return shown


def is_shown(line, output):
    """Tell whether a line is in the output; spaces stand for any spaces, `…` for anything."""
    words = [".*".join(map(re.escape, word.split("…"))) for word in line.split()]
    return re.search(r"^\s*" + r"\s+".join(words) + r"\s*$", output, re.MULTILINE) is not None


def run_shown(shown, *, folder, home):
    """Run one command in bash as a user would, with this Python's programs first on PATH."""
    env = {
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        **{
            f"GIT_{who}_{what}": value
            for who in ("AUTHOR", "COMMITTER")
            for what, value in (("NAME", "Ada"), ("EMAIL", "ada@example.org"))
        },
    }
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", shown.command],
        cwd=folder,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )


def check_page(page: Path, *, folder: Path, home: Path) -> None:
    """Run every command of a page in its order; each must succeed and print what is shown."""
    for shown in parse_console(page.read_text(encoding="utf-8")):
        done = run_shown(shown, folder=folder, home=home)
        where = f"{page.name}:{shown.line}: {shown.command}\n{done.stdout}{done.stderr}"
        assert done.returncode == 0, where
        missing = [line for line in shown.output if not is_shown(line, done.stdout)]
        assert missing == [], where
