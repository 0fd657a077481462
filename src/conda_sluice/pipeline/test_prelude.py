"""What a test script finds in its environment, as the builders' own test runners set it."""

import shlex
from pathlib import Path

from conda_sluice.model.names import Subdir
from conda_sluice.model.package import PackageRecord

_PLACES = r"""
export PREFIX="$CONDA_PREFIX" CPU_COUNT="$(getconf _NPROCESSORS_ONLN)"
if [ -x "$PREFIX/bin/python" ]; then
  export PYTHON="$PREFIX/bin/python"
  SP_DIR="$("$PYTHON" -sc 'import sysconfig; print(sysconfig.get_path("purelib"))')"
  PY_VER="$("$PYTHON" -sc 'import sys; print("%d.%d" % sys.version_info[:2])')"
  export SP_DIR PY_VER
fi
if [ -x "$PREFIX/bin/R" ]; then export R="$PREFIX/bin/R"; fi
"""


def prelude(record: PackageRecord, platform: Subdir, junit: Path) -> str:
    """Return bash lines that set the variables; pytest writes to `junit` and leaves no cache."""
    facts = {
        "PKG_NAME": record.name,
        "PKG_VERSION": record.version,
        "PKG_BUILD_STRING": record.build,
        "PKG_BUILDNUM": str(record.build_number),
        "SHLIB_EXT": ".dylib" if platform.startswith("osx-") else ".so",
        "target_platform": platform,
        "CONDA_BUILD_STATE": "TEST",
        "PYTEST_ADDOPTS": f"--junitxml={junit} -p no:cacheprovider",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    return _PLACES + "".join(
        f"export {name}={shlex.quote(value)}\n" for name, value in facts.items()
    )
