"""Valid values by default; name the field that matters to the test."""

import hashlib
import io
import json
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

import zstandard

from conda_sluice.effects.artifact import read_artifact
from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.event import Event, EventKind
from conda_sluice.model.job import PackageOrder
from conda_sluice.model.names import PackageName, Subdir
from conda_sluice.model.package import Artifact, PackageRecord
from conda_sluice.model.recipe import RenderedRecipe
from conda_sluice.model.transaction import Transaction
from conda_sluice.plan.transactions import Stamp, promotion


def a_package_order(
    recipe: RenderedRecipe, build: str = "h1234567_3", number: int = 3, **more: object
) -> PackageOrder:
    """Return the order for one package."""
    return PackageOrder(recipe=recipe, build=build, number=number, **more)


FIRST_OF_2026 = 1767225600000
"""The timestamp of packages made here."""


def a_channel(folder: Path, name: str = "unstable") -> ChannelRef:
    """Return a channel in a folder of that name; nothing is made on disk."""
    return ChannelRef(name, (folder / name).as_uri())


def a_record(
    name: str = "trips",
    version: str = "1.2.3",
    build: str = "h0123456_0",
    *,
    subdir: str = "noarch",
    file: str = "",
    sha256: str = "",
    build_number: int = 0,
    depends: tuple[str, ...] = (),
    constrains: tuple[str, ...] = (),
    timestamp: int = FIRST_OF_2026,
) -> PackageRecord:
    """Return a record; its sha256 is that of its path, so different packages differ."""
    file = file or f"{name}-{version}-{build}.conda"
    return PackageRecord(
        subdir=Subdir(subdir),
        file=file,
        name=PackageName(name),
        version=version,
        build=build,
        build_number=build_number,
        sha256=sha256 or hashlib.sha256(f"{subdir}/{file}".encode()).hexdigest(),
        size=1234,
        md5=hashlib.md5(f"{subdir}/{file}".encode()).hexdigest(),
        depends=depends,
        constrains=constrains,
        noarch="generic" if subdir == "noarch" else "",
        license="BSD-3-Clause",
        timestamp=timestamp,
    )


def an_index(
    name: str = "trips",
    version: str = "1.2.3",
    build: str = "h0123456_0",
    *,
    subdir: str = "noarch",
    build_number: int = 0,
    depends: tuple[str, ...] = (),
    **more: object,
) -> dict[str, object]:
    """Return what info/index.json says."""
    index: dict[str, object] = {
        "name": name,
        "version": version,
        "build": build,
        "build_number": build_number,
        "depends": list(depends),
        "license": "BSD-3-Clause",
        "subdir": subdir,
        "timestamp": FIRST_OF_2026,
    }
    if subdir == "noarch":
        index["noarch"] = "generic"
    return index | more


def an_artifact(
    folder: Path,
    name: str = "trips",
    version: str = "1.2.3",
    build: str = "h0123456_0",
    *,
    extension: str = ".conda",
    text: str = "",
    about: Mapping[str, object] | None = None,
    info: Mapping[str, bytes] | None = None,
    **index: object,
) -> Artifact:
    """Write a real package file and read it; `text` is the content of its one file.

    `info` are more files of its info part (`info/tests/tests.yaml`).
    """
    facts = an_index(name, version, build, **index)
    files = {"info/index.json": json.dumps(facts).encode(), **(info or {})}
    if about is not None:
        files["info/about.json"] = json.dumps(about).encode()
    files["info/paths.json"] = _paths_json(f"share/{name}.txt", text.encode())
    path = folder / f"{name}-{version}-{build}{extension}"
    folder.mkdir(parents=True, exist_ok=True)
    write_package(path, info=files, pkg={f"share/{name}.txt": text.encode()})
    return read_artifact(path)


Members = Mapping[str, bytes | tarfile.TarInfo]
"""Member names with their content, or with a header of one's own (a link, a device)."""


def write_package(path: Path, *, info: Members, pkg: Members) -> Path:
    """Write a .conda or .tar.bz2 file with these members, sound or not."""
    if path.name.endswith(".tar.bz2"):
        path.write_bytes(_tar({**info, **pkg}, "w:bz2"))
        return path
    stem = path.name.removesuffix(".conda")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        _add(archive, "metadata.json", b'{"conda_pkg_format_version": 2}')
        _add(archive, f"pkg-{stem}.tar.zst", zstandard.compress(_tar(pkg, "w"), 1))
        _add(archive, f"info-{stem}.tar.zst", zstandard.compress(_tar(info, "w"), 1))
    return path


def a_link(name: str, target: str, *, is_hard: bool = False) -> tarfile.TarInfo:
    """Return the header of a link in an archive."""
    header = tarfile.TarInfo(name)
    header.type = tarfile.LNKTYPE if is_hard else tarfile.SYMTYPE
    header.linkname = target
    return header


def an_event(
    name: str = "trips",
    kind: EventKind = EventKind.BUILT,
    *,
    channel: str = "unstable",
    when: str = "2026-01-01T00:00:00Z",
    data: Mapping[str, object] | None = None,
) -> Event:
    """Return an event that no ledger has taken yet."""
    record = a_record(name)
    return Event(
        kind=kind,
        name=record.name,
        subdir=record.subdir,
        file=record.file,
        sha256=record.sha256,
        channel=channel,
        when=when,
        who="alice",
        data=data or {},
    )


def a_transaction(
    *,
    when: str = "2026-01-01T00:00:00.000Z",
    records: tuple[PackageRecord, ...] | None = None,
) -> Transaction:
    """Return a promotion that nobody has carried out yet."""
    source, target = (ChannelRef(name, f"file:///{name}") for name in ("unstable", "testing"))
    stamp = Stamp(who="alice", when=when)
    moved = records if records is not None else (a_record(),)
    return promotion([(one, ()) for one in moved], source, target, stamp)


def _paths_json(path: str, data: bytes) -> bytes:
    entry = {
        "_path": path,
        "path_type": "hardlink",
        "sha256": hashlib.sha256(data).hexdigest(),
        "size_in_bytes": len(data),
    }
    return json.dumps({"paths": [entry], "paths_version": 1}).encode()


def _add(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    archive.writestr(zipfile.ZipInfo(name), data)


def _tar(members: Members, mode: str) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as tar:
        for name, content in members.items():
            if isinstance(content, tarfile.TarInfo):
                tar.addfile(content)
                continue
            header = tarfile.TarInfo(name)
            header.size = len(content)
            tar.addfile(header, io.BytesIO(content))
    return buffer.getvalue()
