"""Run the demo from its beginning and put what it prints into the README."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
ARRIVED = "# Where every package stands."
MARKS = re.compile(
    r"(<!-- recording of make demo: begin.*?-->\n).*?(<!-- recording of make demo: end -->)",
    re.DOTALL,
)


def main() -> None:
    """Record the first run of the demo: the climb folded away, the arrival in plain view."""
    shutil.rmtree(ROOT / "build" / "demo", ignore_errors=True)
    done = subprocess.run(
        [sys.executable, str(ROOT / "examples" / "demo.py")],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    lines = [line.rstrip() for line in done.stdout.strip().splitlines()]
    where = lines.index(ARRIVED)
    text = README.read_text(encoding="utf-8")
    blocks = (
        "\n<details><summary>The climb: seed, build, test, promote</summary>\n\n"
        f"{fenced(lines[: where - 1])}\n</details>\n\n{fenced(lines[where:])}\n"
    )
    README.write_text(MARKS.sub(lambda m: m[1] + blocks + m[2], text), encoding="utf-8")


def fenced(lines: list[str]) -> str:
    """Return a block of code."""
    return "\n".join(["```console", *lines, "```", ""])


if __name__ == "__main__":
    main()
