"""What people read about a C project: summary, home, licence."""

import re
from pathlib import Path

from conda_sluice.discover.c.build_facts import BuildFacts
from conda_sluice.discover.c.licenses import license_of_tree
from conda_sluice.discover.license_files import license_files, vendored_licenses
from conda_sluice.discover.licenses import spdx_of
from conda_sluice.discover.reading import read_text
from conda_sluice.model.facts import AboutFacts

_LONGEST = 160


def c_about(root: Path, folder: str, facts: BuildFacts) -> AboutFacts:
    """Return what build files, .pc files, the README and licence files say."""
    summary, url = _of_pkg_config(root)
    home = facts.home or url
    files = license_files(root)
    if folder and not files:
        files = tuple(f"{folder}/{one}" for one in license_files(root / folder))
    said = spdx_of(facts.license)
    return AboutFacts(
        summary=facts.summary or summary or _first_sentence(root),
        home=home,
        dev_url=home if "github.com" in home or "gitlab" in home else "",
        license=said or license_of_tree(root, files),
        license_text=facts.license,
        license_files=(*files, *vendored_licenses(root)),
    )


def _of_pkg_config(root: Path) -> tuple[str, str]:
    """Return Description and URL of the only .pc.in file at the top."""
    files = sorted((*root.glob("*.pc.in"), *root.glob("*.pc.cmakein"), *root.glob("cmake/*.pc.in")))
    if not files:
        return "", ""
    said = dict(
        re.findall(r"^(Description|URL):\s*(.+?)\s*$", read_text(files[0], root), re.MULTILINE)
    )
    plain = {key: value for key, value in said.items() if "@" not in value and "$" not in value}
    return plain.get("Description", ""), plain.get("URL", "")


def _first_sentence(root: Path) -> str:
    """Return the first sentence of the README that is text, "" where there is none."""
    readmes = sorted(root.glob("README*"))
    lines = read_text(readmes[0], root).splitlines() if readmes else []
    paragraph: list[str] = []
    for line in (*lines, ""):
        is_prose = re.match(r"\s*[A-Za-z`*]", line) is not None and not _is_underline(lines, line)
        if is_prose:
            paragraph.append(line.strip())
        elif len(" ".join(paragraph)) > 20:  # noqa: PLR2004 - shorter is a title
            break
        else:
            paragraph = []
    text = (
        re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", " ".join(paragraph))
        .replace("`", "")
        .replace("*", "")
    )
    return re.split(r"(?<=[.!?:])\s", text, maxsplit=1)[0].rstrip(":")[:_LONGEST]


def _is_underline(lines: list[str], line: str) -> bool:
    """Tell whether `line` is a title that the next line underlines."""
    after = lines[lines.index(line) + 1 :][:1] if line in lines else []
    return bool(after) and re.fullmatch(r"[=\-~*]{3,}", after[0].strip()) is not None
