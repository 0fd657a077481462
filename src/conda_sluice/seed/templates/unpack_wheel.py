"""Install a wheel into a prefix, as the wheel's specification says, with nothing but the library.

Run as `unpack_wheel.py WHEEL PREFIX MINOR`.
https://packaging.python.org/en/latest/specifications/binary-distribution-format/
"""

import configparser
import sys
import zipfile
from pathlib import Path, PurePosixPath

_COMMAND = """\
#!{prefix}/bin/python
import sys

from {module} import {top}

if __name__ == "__main__":
    sys.exit({attribute}())
"""


def main(wheel: str, prefix: str, minor: str) -> None:
    """Unpack `wheel` below `prefix`; refuse one that writes anywhere else."""
    home = Path(prefix)
    packages = home / "lib" / f"python{minor}" / "site-packages"
    schemes = {
        "purelib": packages,
        "platlib": packages,
        "scripts": home / "bin",
        "data": home,
        "headers": home / "include" / f"python{minor}",
    }
    with zipfile.ZipFile(wheel) as archive:
        for member in archive.infolist():
            if not member.is_dir():
                target = place(member.filename, packages, schemes)
                write(target, archive.read(member), prefix, is_program=is_program(member, target))
    for info in packages.glob("*.dist-info"):
        (info / "INSTALLER").write_text("sluice seed\n", "utf-8")
        write_commands(info / "entry_points.txt", home)


def place(name: str, packages: Path, schemes: dict[str, Path]) -> Path:
    """Return where a member of the wheel belongs."""
    parts = PurePosixPath(name).parts
    if not parts or ".." in parts or parts[0] == "/":
        raise SystemExit(f"{name!r} lies outside of the wheel's folder")
    if parts[0].endswith(".data") and len(parts) > 2:  # noqa: PLR2004 - <name>.data/<scheme>/…
        return schemes[parts[1]].joinpath(*parts[2:])
    return packages.joinpath(*parts)


def is_program(member: zipfile.ZipInfo, target: Path) -> bool:
    """Tell whether a member is to be executable."""
    return bool(member.external_attr >> 16 & 0o100) or target.parent.name == "bin"


def write(target: Path, data: bytes, prefix: str, *, is_program: bool) -> None:
    """Write one file; `#!python` of a script becomes the prefix's own Python."""
    if is_program and data.startswith(b"#!python"):
        data = f"#!{prefix}/bin/python".encode() + data[len(b"#!python") :]
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)
    target.chmod(0o755 if is_program else 0o644)


def write_commands(entry_points: Path, home: Path) -> None:
    """Write a script for each console or gui entry point."""
    parser = configparser.ConfigParser(delimiters=("=",), interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign] # commands keep their case
    if entry_points.is_file():
        parser.read(entry_points, "utf-8")
    for section in ("console_scripts", "gui_scripts"):
        for command, said in parser[section].items() if section in parser else ():
            module, _, attribute = said.partition("[")[0].strip().partition(":")
            top = attribute.partition(".")[0].strip()
            text = _COMMAND.format(
                prefix=home, module=module.strip(), top=top, attribute=attribute.strip()
            )
            if "/" in command:
                raise SystemExit(f"{command!r} is no name of a command")
            write(home / "bin" / command, text.encode(), str(home), is_program=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
