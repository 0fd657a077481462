"""A ladder of two channels, made by code: thousands of records above, candidates below."""

import hashlib
import io
import json
import tarfile
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import zstandard

from conda_sluice.model.names import NOARCH, Subdir
from conda_sluice.model.package import PackageRecord

_CONFIG = """\
version: 1
upstream: {upstream}
ladder:
  - name: unstable
    url: ./channels/unstable
  - name: testing
    url: ./channels/testing
    gates: [installable]
projects: []
platforms: {{required: [linux-64]}}
"""


def make_ladder(
    folder: Path,
    held: Sequence[PackageRecord],
    candidates: Sequence[PackageRecord],
    upstream: Sequence[Path] = (),
) -> Path:
    """Write channels whose upper one holds `held`, the lower one `candidates` too.

    Only candidates have files: nobody opens the others. Return the channels.yaml.
    """
    folder.mkdir(parents=True)
    lower = folder / "channels" / "unstable"
    made = [_write_package(lower, record) for record in candidates]
    write_index(lower, [*held, *made])
    write_index(folder / "channels" / "testing", held)
    file = folder / "channels.yaml"
    file.write_text(_CONFIG.format(upstream=json.dumps([str(one) for one in upstream])))
    return file


def write_index(channel: Path, records: Sequence[PackageRecord]) -> None:
    """Write repodata.json of both subdirs."""
    for subdir in (Subdir("linux-64"), NOARCH):
        entries = {one.file: _entry(one) for one in records if one.subdir == subdir}
        document = {
            "info": {"subdir": subdir},
            "packages": {},
            "packages.conda": entries,
            "removed": [],
            "repodata_version": 1,
        }
        (channel / subdir).mkdir(parents=True, exist_ok=True)
        text = json.dumps(document, sort_keys=True, separators=(",", ":"))
        (channel / subdir / "repodata.json").write_text(text)


def _entry(record: PackageRecord) -> dict[str, object]:
    return {
        "name": record.name,
        "version": record.version,
        "build": record.build,
        "build_number": record.build_number,
        "depends": list(record.depends),
        "license": record.license,
        "sha256": record.sha256,
        "size": record.size,
        "subdir": record.subdir,
        "timestamp": record.timestamp,
    } | ({"noarch": record.noarch} if record.noarch else {})


def _write_package(channel: Path, record: PackageRecord) -> PackageRecord:
    """Write the file of a record, and return the record with what is true of the file."""
    stem = record.file.removesuffix(".conda")
    index = {key: value for key, value in _entry(record).items() if key not in {"sha256", "size"}}
    info = {"info/index.json": index, "info/about.json": {"summary": record.name}}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("metadata.json", '{"conda_pkg_format_version": 2}')
        for part, files in (("pkg", {}), ("info", info)):
            packed = zstandard.compress(_tar(files), 1)
            archive.writestr(f"{part}-{stem}.tar.zst", packed)
    data = buffer.getvalue()
    path = channel / record.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return replace(record, sha256=hashlib.sha256(data).hexdigest(), size=len(data))


def _tar(files: dict[str, dict[str, object]]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name, content in files.items():
            data = json.dumps(content).encode()
            header = tarfile.TarInfo(name)
            header.size = len(data)
            tar.addfile(header, io.BytesIO(data))
    return buffer.getvalue()
