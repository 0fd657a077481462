"""Source trees and archives from anywhere: refused in words, and nothing written elsewhere."""

import io
import tarfile
import zipfile

import pytest

from factories import a_link

PYPROJECT = b"[project]\nname = 'tripcli'\nversion = '1.0'\n"


def tar(path, *members):
    """Write a tar archive; a member is a name with content, or a header of one's own."""
    with tarfile.open(path, "w:gz") as archive:
        for member in members:
            if isinstance(member, tarfile.TarInfo):
                archive.addfile(member)
                continue
            name, data = member
            header = tarfile.TarInfo(name)
            header.size = len(data)
            archive.addfile(header, io.BytesIO(data))


def zipped(path, *members):
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members:
            archive.writestr(name, data)


def a_device(path):
    header = tarfile.TarInfo("p/null")
    header.type = tarfile.CHRTYPE
    header.devmajor, header.devminor = 1, 3
    tar(path, header)


def encrypted(path):
    """A zip that says of its one member that it is encrypted."""
    patched_zip(path, local=6, central=8, value=1)


def packed_strangely(path):
    """A zip that says of its one member that it is compressed in a way that nobody knows."""
    patched_zip(path, local=8, central=10, value=99)


def patched_zip(path, *, local, central, value):
    zipped(path, ("pyproject.toml", PYPROJECT))
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x03\x04") + local] = value
    data[data.index(b"PK\x01\x02") + central] = value
    path.write_bytes(data)


def cut(path):
    tar(path, ("p/pyproject.toml", PYPROJECT), ("p/data", bytes(range(256)) * 100))
    path.write_bytes(path.read_bytes()[:-60])


def damaged(path):
    tar(path, ("p/pyproject.toml", PYPROJECT), ("p/data", bytes(range(256)) * 1000))
    data = bytearray(path.read_bytes())
    data[len(data) // 2 :] = b"\xff" * (len(data) - len(data) // 2)
    path.write_bytes(data)


OUTSIDE = "outside its folder"
CANNOT = "cannot unpack this archive"
BAD = {
    "parent.tar.gz": (lambda path: tar(path, ("../evil", b"x")), OUTSIDE),
    "deep.tar.gz": (lambda path: tar(path, ("p/../../evil", b"x")), OUTSIDE),
    "absolute.tar.gz": (lambda path: tar(path, ("/evil", b"x")), OUTSIDE),
    "link.tar.gz": (lambda path: tar(path, a_link("l", "/tmp"), ("l/evil", b"x")), CANNOT),
    "up.tar.gz": (lambda path: tar(path, a_link("p/l", "../.."), ("p/l/evil", b"x")), CANNOT),
    "hard.tar.gz": (lambda path: tar(path, a_link("x", "/etc/passwd", is_hard=True)), CANNOT),
    "device.tar.gz": (a_device, CANNOT),
    "cut.tar.gz": (cut, CANNOT),
    "damaged.tar.gz": (damaged, CANNOT),
    "parent.zip": (lambda path: zipped(path, ("../evil", b"x")), OUTSIDE),
    "windows.zip": (lambda path: zipped(path, ("..\\evil", b"x")), OUTSIDE),
    "drive.zip": (lambda path: zipped(path, ("C:\\evil", b"x")), OUTSIDE),
    "absolute.zip": (lambda path: zipped(path, ("/evil", b"x")), OUTSIDE),
    "encrypted.zip": (encrypted, CANNOT),
    "strange.zip": (packed_strangely, CANNOT),
    "text.tar.gz": (lambda path: path.write_bytes(b"hello"), "neither a tar nor a zip"),
    "empty.tar.gz": (lambda path: path.write_bytes(b""), "neither a tar nor a zip"),
    "nothing.tar.gz": (lambda path: tar(path, ("README", b"hi")), "nothing here that sluice can"),
    "nothing.zip": (zipped, "nothing here that sluice can"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_archive_is_refused_and_writes_nowhere(sluice, name):
    make, says = BAD[name]
    archive = sluice.root / name
    make(archive)
    answer = sluice.refuses("recipe", archive, "--output", "out", code=2, says=says)
    assert f"{name}" in answer.err.splitlines()[0]
    assert "sluice-" not in answer.err  # the scratch folder means nothing to anybody
    assert len(answer.err.splitlines()) <= 2
    assert sorted(path.name for path in sluice.root.iterdir()) == [name]
    assert not list(sluice.root.parent.rglob("evil"))


def test_a_bomb_is_refused_before_it_is_unpacked(sluice, monkeypatch):
    from conda_sluice.effects import archive

    monkeypatch.setattr(archive, "MOST_BYTES", 1 << 20)
    for name, write in (("bomb.tar.gz", tar), ("bomb.zip", zipped)):
        write(sluice.root / name, ("p/zeros", bytes(2 << 20)))
        sluice.refuses("recipe", name, code=2, says="larger than any source")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[project]\nversion = '1'\n", "the project has no name"),
        ("[project]\nname = '../../x'\nversion = '1'\n", "'../../x' is no project name"),
        ("[project\n", "this is no TOML"),
        ("[project]\nname = 'x'\nversion = 'one'\n", "'one' is no version"),
    ],
)
def test_a_project_that_cannot_be_named_is_refused(sluice, text, says):
    folder = sluice.root / "p"
    folder.mkdir()
    (folder / "pyproject.toml").write_text(text)
    answer = sluice.refuses(
        "recipe", "p", "--output", "out", "--no-build-backend", code=2, says=says
    )
    assert "/p" in answer.err.splitlines()[0]
    assert not (sluice.root / "out").exists()


def test_recipes_that_cannot_be_written_are_told(sluice):
    folder = sluice.root / "p"
    folder.mkdir()
    (folder / "pyproject.toml").write_bytes(PYPROJECT)
    (sluice.root / "out").write_text("a file")
    sluice.refuses("recipe", "p", "--output", "out", code=3, says="out/tripcli")
