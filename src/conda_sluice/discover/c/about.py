"""What people read about a C project: summary, home, licence."""

import re
from collections.abc import Sequence
from pathlib import Path

from conda_sluice.discover.c.addresses import addresses, is_on_forge
from conda_sluice.discover.c.build_facts import BuildFacts
from conda_sluice.discover.c.licenses import license_of_tree
from conda_sluice.discover.c.summary import summary_of_readme
from conda_sluice.discover.license_files import license_files, vendored_licenses
from conda_sluice.discover.licenses import spdx_of
from conda_sluice.discover.reading import read_text
from conda_sluice.model.facts import AboutFacts


def c_about(root: Path, folder: str, facts: BuildFacts, names: Sequence[str]) -> AboutFacts:
    """Return what build files, .pc files, the README and licence files say.

    `names` are what the project is called.
    """
    summary, url = _of_pkg_config(root)
    page, repository = addresses(root, names)
    home = facts.home or url or page
    files = license_files(root)
    if folder and not files:
        files = tuple(f"{folder}/{one}" for one in license_files(root / folder))
    said = spdx_of(facts.license)
    return AboutFacts(
        summary=facts.summary or summary or summary_of_readme(root, names),
        home=home,
        dev_url=repository or (home if is_on_forge(home) else ""),
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
