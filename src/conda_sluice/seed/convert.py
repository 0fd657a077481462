"""Make a noarch conda package of a pure wheel: whl2conda converts, names and needs are ours."""

import hashlib
import json
import logging
import tarfile
import zipfile
from pathlib import Path

from conda_sluice.errors import PackageError
from conda_sluice.seed.wheel_plan import WheelPackage

_LEVEL = 3


def convert_wheel(package: WheelPackage, folder: Path) -> Path:
    """Convert a wheel into the empty folder `folder` and return the package file.

    whl2conda drops what depends on markers and knows no extras, so its list of dependencies is
    replaced by the one of the plan. Raise PackageError where it refuses the wheel.
    """
    from conda_package_streaming.create import conda_builder
    from whl2conda.api.converter import (
        CondaPackageFormat,
        Wheel2CondaConverter,
        Wheel2CondaError,
    )

    converter = Wheel2CondaConverter(package.wheel.path, folder / "tree")
    converter.logger = logging.getLogger("conda_sluice.seed.whl2conda")
    converter.logger.setLevel(logging.CRITICAL)  # it warns of what the plan takes care of
    converter.out_format = CondaPackageFormat.TREE
    try:
        tree = converter.convert()
    except (Wheel2CondaError, OSError, ValueError, AssertionError) as error:
        raise PackageError(
            f"it cannot be converted: {error}", where=package.wheel.path.name
        ) from error
    _restore_metadata(tree, package.wheel.path)
    _rewrite_index(tree / "info/index.json", package)
    stem = f"{package.name}-{package.version}-{package.build}"
    with conda_builder(stem, folder, compression_level=_LEVEL) as archive:
        for path in sorted(tree.rglob("*")):
            archive.add(path, path.relative_to(tree), recursive=False, filter=_plain)
    return folder / f"{stem}.conda"


def _rewrite_index(path: Path, package: WheelPackage) -> None:
    index = json.loads(path.read_text("utf-8"))
    index |= {
        "name": package.name,
        "version": package.version,
        "build": package.build,
        "build_number": 0,
        "depends": list(package.depends),
        "license": package.wheel.license or None,
    }
    path.write_text(json.dumps(index, indent=2, sort_keys=True), "utf-8")


def _restore_metadata(tree: Path, wheel: Path) -> None:
    """Put back the METADATA that whl2conda wrote anew: it breaks long lines of requirements."""
    [rewritten] = (tree / "site-packages").glob("*.dist-info/METADATA")
    with zipfile.ZipFile(wheel) as archive:
        data = archive.read(f"{rewritten.parent.name}/METADATA")
    rewritten.write_bytes(data)
    paths = tree / "info/paths.json"
    listed = json.loads(paths.read_text("utf-8"))
    for entry in listed["paths"]:
        if entry["_path"] == rewritten.relative_to(tree).as_posix():
            entry["sha256"] = hashlib.sha256(data).hexdigest()
            entry["size_in_bytes"] = len(data)
    paths.write_text(json.dumps(listed, indent=2), "utf-8")


def _plain(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """Give every file a sane owner and mode: some wheels say none; folders need no entry."""
    if member.isdir():
        return None
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = 0o755 if member.mode & 0o100 else 0o644
    return member
