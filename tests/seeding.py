"""Machines, wheels and builders for tests of the seed."""

import csv
import hashlib
import io
import json
import zipfile
from concurrent.futures import Executor, Future
from pathlib import Path

from conda_sluice.errors import SluiceError
from conda_sluice.model.completed import Completed
from conda_sluice.model.names import Subdir
from conda_sluice.seed.machine import HostPython, HostR, HostTool, Machine

PYTHON = HostPython(
    executable="/opt/py/bin/python3.11",
    prefix="/opt/py",
    version="3.11.7",
    build="3.11.7 (main) [GCC 12.2.0]",
    implementation="cpython",
    stdlib="/opt/py/lib/python3.11",
    include="/opt/py/include/python3.11",
    multiarch_include="/opt/py/include/none/python3.11",
    library="/opt/py/lib/libpython3.11.so.1.0",
    library_folder="/opt/py/lib",
    wheels="",
)
R = HostR(
    home="/usr/lib/R",
    share="/usr/share/R/share",
    include="/usr/share/R/include",
    doc="/usr/share/R/doc",
    version="4.2.2",
    build="R version 4.2.2",
    base=("base", "stats"),
    libraries=("/usr/lib/R/library",),
)
TOOLS = {
    "ar": HostTool("/usr/bin/ar", ""),
    "autoconf": HostTool("/usr/bin/autoconf", "2.71"),
    "automake": HostTool("/usr/bin/automake", "1.16.5"),
    "bison": HostTool("/usr/bin/bison", "3.8.2"),
    "cmake": HostTool("/usr/bin/cmake", "3.25.1", "/usr/share/cmake-3.25"),
    "flex": HostTool("/usr/bin/flex", "2.6.4"),
    "g++": HostTool("/usr/bin/g++", "12.2.0"),
    "gcc": HostTool("/usr/bin/gcc", "12.2.0"),
    "gfortran": HostTool("/usr/bin/gfortran", "12.2.0"),
    "libtool": HostTool("/usr/bin/libtoolize", "2.4.7"),
    "m4": HostTool("/usr/bin/m4", "1.4.19"),
    "make": HostTool("/usr/bin/make", "4.3"),
    "ninja": HostTool("/usr/bin/ninja", "1.11.1"),
    "pkg-config": HostTool("/usr/bin/pkg-config", "1.8.1"),
}


def a_machine(*, python=PYTHON, r=R, tools=None, os_version="12", glibc="2.36") -> Machine:
    """Return a Debian with everything on it."""
    return Machine(
        subdir=Subdir("linux-64"),
        os_id="debian",
        os_version=os_version,
        os_name="Debian GNU/Linux 12 (bookworm)",
        glibc=glibc,
        python=python,
        r=r,
        tools=tuple(sorted((TOOLS if tools is None else tools).items())),
    )


def write_wheel(
    folder: Path,
    name: str = "trips",
    version: str = "1.2",
    *,
    tag: str = "py3-none-any",
    requires: tuple[str, ...] = (),
    requires_python: str = "",
    files: dict[str, bytes] | None = None,
    entry_points: str = "",
) -> Path:
    """Write a real wheel; it has one module of its name unless `files` says otherwise."""
    stem = f"{name}-{version}"
    metadata = [f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nSummary: A trip"]
    metadata += [f"Requires-Dist: {one}" for one in requires]
    metadata += [f"Requires-Python: {requires_python}"] if requires_python else []
    pure = "true" if tag.endswith("none-any") else "false"
    members = dict(files if files is not None else {f"{name}.py": b"ANSWER = 42\n"})
    members[f"{stem}.dist-info/METADATA"] = ("\n".join(metadata) + "\n").encode()
    members[f"{stem}.dist-info/WHEEL"] = (
        f"Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: {pure}\nTag: {tag}\n".encode()
    )
    if entry_points:
        members[f"{stem}.dist-info/entry_points.txt"] = entry_points.encode()
    record = io.StringIO()
    for path, data in members.items():
        csv.writer(record).writerow([path, f"sha256={_urlsafe(data)}", len(data)])
    record.write(f"{stem}.dist-info/RECORD,,\n")
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{stem}-{tag}.whl"
    with zipfile.ZipFile(target, "w") as archive:
        for path, data in members.items():
            archive.writestr(path, data)
        archive.writestr(f"{stem}.dist-info/RECORD", record.getvalue())
    return target


def _urlsafe(data: bytes) -> str:
    from base64 import urlsafe_b64encode

    return urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


class InlineExecutor(Executor):
    """Runs each task at once, in this very thread."""

    def submit(self, fn, /, *args, **kwargs):
        future: Future[object] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except SluiceError as error:
            future.set_exception(error)
        return future


class FakeBuild:
    """A builder that writes an empty package, or fails where `fails` names it."""

    def __init__(self, fails: tuple[str, ...] = ()) -> None:
        self.fails = fails
        self.built: list[str] = []

    def __call__(self, recipe, *, workspace, log, platform, **_):
        from factories import an_index, write_package

        name = recipe["package"]["name"]
        self.built.append(name)
        if name in self.fails:
            raise SluiceError(f"{name} failed", str(log))
        version, build = recipe["package"]["version"], recipe["build"]["string"]
        subdir = "noarch" if recipe["build"].get("noarch") else str(platform)
        depends = recipe["requirements"].get("run", [])
        index = an_index(name, version, build, subdir=subdir, depends=tuple(depends))
        path = workspace / f"{name}-{version}-{build}.conda"
        return write_package(path, info={"info/index.json": json.dumps(index).encode()}, pkg={})


class FakeRun:
    """Answers commands by what their line holds; `asked` are the lines."""

    def __init__(self, answers: dict[str, Completed | str]) -> None:
        self.answers = answers
        self.asked: list[list[str]] = []

    def __call__(self, argv, **_):
        self.asked.append(list(argv))
        line = " ".join(argv)
        for part, answer in self.answers.items():
            if part in line:
                return Completed(code=0, output=answer) if isinstance(answer, str) else answer
        return Completed(code=1, output="ERROR: not known")
