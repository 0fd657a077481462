"""Source trees as they come after an accident, or from somebody who means harm: from a seed."""

import os
import random
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import projects
from conda_sluice.errors import ToolError
from conda_sluice.model.names import Subdir
from conda_sluice.model.outcome import Progress
from conda_sluice.model.told import NoRecipe, ToldRecipe
from conda_sluice.pipeline.recipe_files import Manner
from conda_sluice.pipeline.recipe_sources import Looking
from conda_sluice.pipeline.source_recipes import recipes_of_sources
from conda_sluice.recipe.v0.read import read_recipe
from conda_sluice.recipe.v0.write import render_v0
from conda_sluice.recipe.variants import parse_variant_config

SECONDS = 5
VARIANTS = parse_variant_config(
    "python:\n  - '3.12'\npython_min:\n  - '3.10'\nr_base:\n  - '4.3'\nnumpy:\n  - '2'\n"
    "c_stdlib:\n  - sysroot\nc_stdlib_version:\n  - '2.17'\n",
    where="variants",
    platform=Subdir("linux-64"),
)
WRITERS: tuple[Callable[[Path], Path], ...] = (
    projects.a_python_project,
    projects.an_old_python_project,
    projects.an_extension_project,
    projects.an_r_project,
    lambda root: projects.an_r_project(root, is_compiled=True),
    projects.a_cmake_project,
    projects.a_make_project,
    projects.a_meson_project,
    projects.an_autotools_project,
    projects.a_header_project,
)
NASTY = (
    *(b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xe9", b"\r", b"\x1a", b"\x0c", b"\xe2\x80\xa8"),
    *(bytes([char]) * 3000 for char in b"[]({$\\\"'#-,.% \n\t"),
    *(b"${" * 2000, b"$(" * 2000, b"\\\n" * 1000, b"if(" * 500, b"- " * 500, b"not " * 3000),
    *(b"a" * 100_000, b"9" * 5000, b"1." * 3000, b"x = " * 2000, b"a.b." * 2000, b"*" * 3000),
    *(b"@", b"%s", b"{0}", b"\\", b"${X}", b"$(X)", b"$<X>", b"\n", b":", b"=", b"(", b"]", b'"""'),
    *(b"../../etc/passwd", b"/dev/zero", b"file:///etc/passwd", b"`touch x`", b"$(touch x)"),
    *(b"1e400", b"-1", b"0x10", b"nan", b"\xf0\x9f\x9a\x80", b"\xd9\xa3", b"\xc2\xb2"),
)
ODD_NAMES = (
    *(b" lead.py", b"tail .py", b"new\nline.py", b"-rf", b"$(touch x).py", b"a;b.c", b"'q'.R"),
    *(b"\xe9.py", b"\xff\xfe", b"\xf0\x9f\x9a\x80.c", b"a" * 250, b"__init__.py", b"*.py", b"%s.c"),
    *(b"LICENSE", b"COPYING.\xe9", b"setup.cfg", b"CMakeLists.txt", b"PKG-INFO", b"meson.build"),
)


def mutated_project(root: Path, seed: int) -> Path:
    """Write a project of a kind that the seed chooses, and harm it."""
    chance = random.Random(seed)
    folder = chance.choice(WRITERS)(root / "trips-1.4.2")
    others = [writer(root / f"other{number}") for number, writer in enumerate(WRITERS)]
    donors = sorted(path for other in others for path in other.rglob("*") if path.is_file())
    for _ in range(chance.choice((1, 1, 2, 4))):
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        if chance.random() < 1 / 8 or not files:
            _add_oddly(folder, chance)
        else:
            _harm(chance.choice(files), chance.choice(donors).read_bytes(), chance)
    return folder


def _harm(file: Path, other: bytes, chance: random.Random) -> None:
    """Change one file, mostly what is in it."""
    if chance.random() < 1 / 10:
        file.unlink()
        _special(file, chance)
        return
    data = file.read_bytes()
    start, end = sorted(chance.randint(0, len(data)) for _ in range(2))
    changes: tuple[Callable[[], bytes], ...] = (
        lambda: data[:start],
        lambda: data[:start] + data[end:],
        lambda: data[:start] + data[start:end] * chance.randint(2, 50) + data[end:],
        lambda: data[:start] + chance.choice(NASTY) + data[start:],
        lambda: data[:start] + chance.choice(NASTY) + data[end:],
        lambda: data[:start] + other[: chance.randint(0, len(other))] + data[end:],
        lambda: other,
        lambda: data.replace(b"\n", chance.choice((b"\r\n", b"\r", b"\n\n", b" "))),
        lambda: data.decode("utf-8", "replace").encode(chance.choice(("utf-16", "utf-32"))),
        lambda: bytes(byte ^ (chance.random() < 1 / 50) for byte in data),
        lambda: b"".join(sorted(data.splitlines(keepends=True), key=lambda _: chance.random())),
    )
    file.write_bytes(chance.choice(changes)())


def _special(path: Path, chance: random.Random) -> None:
    """Put something at a path that is no plain file."""
    match chance.randrange(5):
        case 0:
            path.symlink_to("nowhere")
        case 1:
            path.symlink_to(path.name)
        case 2:
            path.symlink_to("/etc/passwd")
        case 3:
            path.mkdir()
        case _:
            os.mkfifo(path)


def _add_oddly(folder: Path, chance: random.Random) -> None:
    """Add a file with an odd name, a deep path, or a folder that is its own ancestor."""
    where = os.fsencode(chance.choice(sorted(path for path in (folder, *folder.iterdir()))))
    if not os.path.isdir(where):  # noqa: PTH112 - names in bytes
        where = os.fsencode(folder)
    match chance.randrange(3):
        case 0:
            deep = os.path.join(where, *(b"d" for _ in range(chance.randint(1, 200))))  # noqa: PTH118
            os.makedirs(deep, exist_ok=True)  # noqa: PTH103
        case 1:
            target = os.path.join(where, b"loop")  # noqa: PTH118
            if not os.path.lexists(target):
                os.symlink(b"..", target)  # noqa: PTH211
        case _:
            target = os.path.join(where, chance.choice(ODD_NAMES))  # noqa: PTH118
            if not os.path.lexists(target):
                with open(target, "wb") as file:  # noqa: PTH123
                    file.write(chance.choice(NASTY))


def is_handled(folder: Path) -> bool:
    """Tell whether there is a recipe, which can be read, or an error that names the place.

    That is what `sluice recipe FOLDER` tells, where the build backend cannot be had.
    """
    found = [one for one in _told(folder) if isinstance(one, ToldRecipe | NoRecipe)]
    for one in found:
        if isinstance(one, ToldRecipe):
            read_recipe(
                render_v0(one.recipe),
                where="meta.yaml",
                platform=Subdir("linux-64"),
                variants=VARIANTS,
                environ={},
            )
        elif not (one.where.startswith(str(folder)) and one.what):
            return False
    return bool(found)


def _told(folder: Path) -> Iterator[ToldRecipe | NoRecipe | Progress]:
    return recipes_of_sources(
        [folder],
        folder.parent / "recipes",
        Manner(),
        Looking(ask_backend=_unreachable, open_repository=lambda _root: None),
        {},
    )


def _unreachable(_root: Path) -> str:
    raise ToolError("there is no network")


@contextmanager
def limited(seconds: int = SECONDS) -> Iterator[None]:
    """Raise TimeoutError where it takes more of the processor, or ten times as long in all."""

    def stop(*_: object) -> None:
        raise TimeoutError(f"not done within {seconds} s")

    before = {one: signal.signal(one, stop) for one in (signal.SIGVTALRM, signal.SIGALRM)}
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    signal.setitimer(signal.ITIMER_REAL, 10 * seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        for one, handler in before.items():
            signal.signal(one, handler)
