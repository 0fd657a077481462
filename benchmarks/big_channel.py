"""Big channels made by code, with records that look like those of a real channel."""

import io
import json
import os
import random
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import zstandard

SUBDIR = "linux-64"

Record = dict[str, object]


def records(count: int, seed: int = 1) -> Iterator[tuple[str, Record]]:
    """Yield file names and what info/index.json says, about ten to a package name."""
    chance = random.Random(seed)
    names = [f"{_word(chance)}{number}" for number in range(max(1, count // 10))]
    for number in range(count):
        name = names[number % len(names)]
        version = f"{number // len(names)}.{chance.randint(0, 30)}.{chance.randint(0, 9)}"
        build_number = chance.randint(0, 3)
        build = f"py3{chance.randint(10, 14)}h{chance.randbytes(4).hex()[:7]}_{build_number}"
        needed = chance.choices(names, k=chance.randint(1, 6))
        yield (
            f"{name}-{version}-{build}.conda",
            {
                "build": build,
                "build_number": build_number,
                "depends": [
                    *(f"{one} >={chance.randint(0, 9)}.{chance.randint(0, 30)}" for one in needed),
                    "__glibc >=2.17,<3.0.a0",
                    "libgcc >=13",
                    "python >=3.11,<3.12.0a0",
                ],
                "license": chance.choice(["MIT", "BSD-3-Clause", "Apache-2.0"]),
                "name": name,
                "subdir": SUBDIR,
                "timestamp": 1_700_000_000_000 + chance.randint(0, 10**10),
                "version": version,
            },
        )


def write_package(folder: Path, file: str, index: Record, payload: bytes = b"") -> Path:
    """Write a package file; quick rather than small."""
    path, stem = folder / file, file.removesuffix(".conda")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("metadata.json", '{"conda_pkg_format_version": 2}')
        archive.writestr(f"pkg-{stem}.tar.zst", _packed({"share/data": payload}))
        paths = {"paths": [], "paths_version": 1}
        info = {"info/index.json": _dump(index), "info/paths.json": _dump(paths)}
        archive.writestr(f"info-{stem}.tar.zst", _packed(info))
    return path


def write_packages(folder: Path, count: int) -> None:
    """Write that many packages."""
    folder.mkdir(parents=True)
    for file, index in records(count):
        write_package(folder, file, index)


def write_index(folder: Path, count: int) -> int:
    """Write an index of packages that are not there, and return its size."""
    folder.mkdir(parents=True)
    chance = random.Random(2)
    entries = {
        file: {
            **index,
            "md5": chance.randbytes(16).hex(),
            "sha256": chance.randbytes(32).hex(),
            "size": chance.randint(10_000, 10_000_000),
        }
        for file, index in records(count)
    }
    document = {"info": {"subdir": SUBDIR}, "packages": {}, "packages.conda": entries}
    return (folder / "repodata.json").write_bytes(_dump(document))


def write_heavy_packages(folder: Path, count: int, size: int) -> None:
    """Write packages of about `size` bytes that no compression makes smaller."""
    folder.mkdir(parents=True)
    for file, index in records(count, seed=3):
        write_package(folder, file, index, os.urandom(size))


def _word(chance: random.Random) -> str:
    return chance.choice(["py", "lib", "r-", "rust-", ""]) + "".join(
        chance.choices("aeioustrlnmcdp", k=chance.randint(4, 12))
    )


def _packed(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name, content in members.items():
            header = tarfile.TarInfo(name)
            header.size = len(content)
            tar.addfile(header, io.BytesIO(content))
    return zstandard.compress(buffer.getvalue(), 1)


def _dump(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
