"""Which builders there are to test: rattler-build always, conda-build where it is on PATH."""

import shutil

from conda_sluice.model.config import BuilderName

BUILDERS = [
    name
    for name in BuilderName
    if name is BuilderName.RATTLER_BUILD or shutil.which("conda-build") is not None
]
