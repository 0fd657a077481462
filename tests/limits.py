"""Limits that the kernel sets, for tests of what happens at them; root meets them as well."""

import ctypes
import os
import random
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

_CAPABILITY_VERSION_3 = 0x20080522
_OVERRIDE = 1 << 1 | 1 << 2  # CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH
_SMALL = 100_000


class PlainUser:
    """A context in which the permissions of files bind this thread, as they bind plain users.

    Root is not bound by them, because of two capabilities, which are set aside meanwhile.
    """

    def __init__(self) -> None:
        self._protected: list[tuple[Path, int]] = []

    def protect(self, folder: Path) -> None:
        """Let nobody write into the folder or what lies in it, until the test ends."""
        for path in (folder, *folder.rglob("*")):
            mode = path.stat().st_mode
            self._protected.append((path, mode))
            path.chmod(mode & ~0o222)

    def undo(self) -> None:
        for path, mode in reversed(self._protected):
            if path.exists():
                path.chmod(mode)

    def __enter__(self) -> None:
        self._before = _capabilities()
        effective, *rest = self._before
        _set_capabilities([effective & ~_OVERRIDE, *rest])

    def __exit__(self, *error: object) -> None:
        _set_capabilities(self._before)


def _capabilities() -> list[int]:
    """Return effective, permitted and inheritable capabilities, the lower 32 and the upper."""
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    data = (ctypes.c_uint32 * 6)()
    if ctypes.CDLL(None, use_errno=True).capget(header, data) != 0:
        raise OSError(ctypes.get_errno(), "capget")
    return list(data)


def _set_capabilities(values: list[int]) -> None:
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    if ctypes.CDLL(None, use_errno=True).capset(header, (ctypes.c_uint32 * 6)(*values)) != 0:
        raise OSError(ctypes.get_errno(), "capset")


@dataclass
class SmallDisk:
    """A folder that takes no more than a little, within the context; `says` is the error's text.

    `is_mounted` tells a file system of its own from a limit on the size of any one file.
    """

    folder: Path
    is_mounted: bool
    too_much: str = field(default=random.Random(1).randbytes(3 * _SMALL).hex(), repr=False)

    @property
    def says(self) -> str:
        return "No space left on device" if self.is_mounted else "File too large"

    def __enter__(self) -> None:
        self._limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        if not self.is_mounted:
            resource.setrlimit(resource.RLIMIT_FSIZE, (_SMALL, self._limits[1]))

    def __exit__(self, *error: object) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, self._limits)


@contextmanager
def small_disk_at(folder: Path) -> Iterator[SmallDisk]:
    """Mount a small disk at the folder where that is allowed; it goes with the context."""
    options = f"size={2 * _SMALL},uid={os.getuid()},mode=0755"
    mount = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    is_mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    try:
        yield SmallDisk(folder, is_mounted)
    finally:
        if is_mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)
