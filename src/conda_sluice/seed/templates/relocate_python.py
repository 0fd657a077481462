"""Write a new prefix into the few text files of a copied Python that know the old one.

Run as `relocate_python.py PREFIX HOST_PREFIX MINOR LIBRARY_FOLDER` by the machine's own Python.
"""

import pprint
import re
import sys
from collections.abc import Callable
from pathlib import Path

# Debian's Python uses dist-packages unless it believes itself in a virtual environment.
_DEBIAN_TEST = re.compile(r'sys\.base_prefix != sys\.prefix or hasattr\(sys, "real_prefix"\)')
_DEBIAN_FILES = ("site.py", "sysconfig.py", "distutils/sysconfig.py")
# The module `site` is frozen into Debian's program, where no text can be replaced.
_SITECUSTOMIZE = """\
import os
import site
import sys


def getsitepackages(prefixes=None):
    folder = os.path.join("lib", "python%d.%d" % sys.version_info[:2], "site-packages")
    return [os.path.join(prefix, folder) for prefix in prefixes or dict.fromkeys(site.PREFIXES)]


if sys.prefix == sys.base_prefix:
    site.getsitepackages = getsitepackages
    for path in getsitepackages():
        site.addsitedir(path)
"""
_SHARED_PREFIXES = ("/usr",)
"""Prefixes under which so much lies that only folders of Python itself may be replaced."""

_FOLDERS = re.compile(
    r"prefix|exec_prefix|datarootdir|BINDIR|BINLIBDEST|CONFINCLUDE(DIR|PY)|DESTDIRS|DESTLIB"
    r"|DESTSHARED|INCLDIRSTOMAKE|INCLUDE(DIR|PY)|LIB(DEST|DIR|P|PC|PL)|MACHDESTLIB|MANDIR|SCRIPTDIR"
)


def main(prefix: str, host: str, minor: str, library_folder: str) -> None:
    """Relocate the Python at `prefix` that was copied from `host`."""
    stdlib = Path(prefix, "lib", f"python{minor}")
    if _DEBIAN_TEST.search((stdlib / "site.py").read_text("utf-8")):
        (stdlib / "sitecustomize.py").write_text(_SITECUSTOMIZE, "utf-8")
    for name in _DEBIAN_FILES:
        if (stdlib / name).is_file():
            edit(stdlib / name, lambda text: _DEBIAN_TEST.sub("True", text))
    for data in stdlib.glob("_sysconfigdata*.py"):
        relocate_variables(data, prefix, host, library_folder)
    texts = [*stdlib.glob("config-*/*"), *Path(prefix, "lib/pkgconfig").glob("*.pc")]
    for path in (*texts, *Path(prefix, "bin").glob("*-config")):
        edit(path, lambda text: relocated_text(text, prefix, host, library_folder))


def relocate_variables(path: Path, prefix: str, host: str, library_folder: str) -> None:
    """Rewrite the variables of sysconfig, which stand in a module of their own."""
    space: dict[str, dict[str, object]] = {}
    exec(path.read_text("utf-8"), space)  # noqa: S102 - the machine's own standard library
    variables = {
        key: relocated(key, value, prefix, host, library_folder)
        if isinstance(value, str)
        else value
        for key, value in space["build_time_vars"].items()
    }
    path.write_text(
        "# system configuration generated and used by the sysconfig module\n"
        f"build_time_vars = {pprint.pformat(variables)}\n",
        "utf-8",
    )


def relocated(key: str, value: str, prefix: str, host: str, library_folder: str) -> str:
    """Return one variable with the new prefix, where it names a folder of Python's own."""
    if key == "WHEEL_PKG_DIR":
        return ""
    if host in _SHARED_PREFIXES and not _FOLDERS.fullmatch(key):
        return value
    moved = _replace_path(value, library_folder, f"{prefix}/lib")
    return _replace_path(moved, host, prefix)


def relocated_text(text: str, prefix: str, host: str, library_folder: str) -> str:
    """Return a Makefile, a script or a .pc file with the new prefix."""
    if host not in _SHARED_PREFIXES:
        return _replace_path(text, host, prefix)
    moved = re.sub(
        rf"^((?:exec_)?prefix=\s*){re.escape(host)}$", rf"\g<1>{prefix}", text, flags=re.MULTILINE
    )
    return moved.replace(library_folder, f"{prefix}/lib")


def _replace_path(text: str, old: str, new: str) -> str:
    """Replace a whole path, or the beginning of one that goes on with a slash."""
    return re.sub(rf"(?<![\w./-]){re.escape(old)}(?![\w.-])|(?<=-[IL]){re.escape(old)}", new, text)


def edit(path: Path, change: Callable[[str], str]) -> None:
    """Rewrite a text file where `change` changes it; leave binary files alone."""
    try:
        text = path.read_text("utf-8")
    except (UnicodeDecodeError, IsADirectoryError):
        return
    changed = change(text)
    if changed != text:
        path.write_text(changed, "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
