"""What a build backend tells, or once told: PKG-INFO and the egg-info folder of an sdist."""

import email.parser
from collections.abc import Iterator
from email.message import Message
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.version import InvalidVersion, Version

from conda_sluice.discover.python.metadata import PythonMetadata
from conda_sluice.discover.reading import read_text
from conda_sluice.ports import AskBackend

_SAYS_DYNAMIC = Version("2.2")
"""From this version of the format on, a field not called dynamic is what every wheel will say."""

_TELLS_ALL = frozenset(
    {"flit_core", "hatchling", "maturin", "mesonpy", "pdm", "poetry", "scikit_build_core"}
)
"""Backends whose PKG-INFO has always held what their wheels say."""

Extras = tuple[tuple[str, tuple[str, ...]], ...]


def from_pkg_info(root: Path, backend: str = "") -> PythonMetadata:
    """Read PKG-INFO and, where it is of an older kind, the requirements in the egg-info folder.

    Of the backends, only setuptools and what is built upon it left requirements out of PKG-INFO.
    """
    content = read_text(root / "PKG-INFO", root)
    if not content.startswith("Metadata-Version"):
        return PythonMetadata()
    said = from_core_metadata(content).over(_from_egg_info(root))
    if backend.partition(".")[0] in _TELLS_ALL and not _is_newer(content):
        return said.over(PythonMetadata(dependencies=(), extras=()))
    return said


def _is_newer(content: str) -> bool:
    """Tell whether core metadata are of the kind that names what is dynamic."""
    return _format_of(email.parser.HeaderParser().parsestr(content)) >= _SAYS_DYNAMIC


def completed(root: Path, read: PythonMetadata, ask_backend: AskBackend) -> PythonMetadata:
    """Return `read` with its gaps filled by the backend, which is asked only where there are some.

    The version is no gap: where no file says it, git does.
    """
    if read.name and read.dependencies is not None:
        return read
    return read.over(from_core_metadata(ask_backend(root)))


def from_core_metadata(content: str) -> PythonMetadata:
    """Read core metadata (PKG-INFO, METADATA); "" says nothing.

    Dependencies are None where the text leaves open whether there are any.
    """
    said = email.parser.HeaderParser().parsestr(content)
    urls = [str(value).partition(",") for value in said.get_all("Project-URL", [])]
    pairs = [(label.strip(), url.strip()) for label, _, url in urls]
    if home := str(said.get("Home-page", "")).strip():
        pairs.insert(0, ("Homepage", home))
    dependencies, extras = _by_extra(str(value) for value in said.get_all("Requires-Dist", []))
    is_known = bool(dependencies or extras) or _is_fixed(said, "requires-dist")
    return PythonMetadata(
        name=str(said.get("Name", "")),
        version=str(said.get("Version", "")),
        summary=_known(said, "Summary"),
        requires_python=str(said.get("Requires-Python", "")),
        license=_known(said, "License-Expression") or _known(said, "License"),
        told_license_files=tuple(str(value) for value in said.get_all("License-File", [])),
        classifiers=tuple(str(value) for value in said.get_all("Classifier", [])),
        urls=tuple(pair for pair in pairs if pair[1] and pair[1] != "UNKNOWN"),
        dependencies=dependencies if is_known else None,
        extras=extras if is_known else None,
    )


def _known(said: Message, field: str) -> str:
    value = str(said.get(field, "")).strip()
    return "" if value == "UNKNOWN" else value


def _is_fixed(said: Message, field: str) -> bool:
    dynamic = {str(value).strip().lower() for value in said.get_all("Dynamic", [])}
    return _format_of(said) >= _SAYS_DYNAMIC and field not in dynamic


def _format_of(said: Message) -> Version:
    try:
        return Version(str(said.get("Metadata-Version", "0")))
    except InvalidVersion:
        return Version("0")


def _by_extra(requirements: Iterator[str]) -> tuple[tuple[str, ...], Extras]:
    """Return requirements of all and those of each extra, which markers hold apart."""
    always: list[str] = []
    extras: dict[str, list[str]] = {}
    for text in requirements:
        extra, requirement = _split(text)
        (extras.setdefault(extra, []) if extra else always).append(requirement)
    return tuple(always), tuple((name, tuple(needs)) for name, needs in extras.items())


def _split(text: str) -> tuple[str, str]:
    """Return the extra that a requirement belongs to, "" for none, and it without that marker."""
    before, _, marker = text.partition(";")
    parts = [part.strip() for part in marker.split(" and ")]
    of_extra = [one for one in parts if one.replace(" ", "").startswith(("extra==", "(extra=="))]
    if not of_extra:
        return "", text
    rest = " and ".join(one for one in parts if one not in of_extra)
    name = of_extra[0].partition("==")[2].strip(" ()'\"")
    stripped = f"{before.strip()} ; {rest}" if rest else before.strip()
    try:
        Requirement(stripped)
    except InvalidRequirement:  # a marker that is nested deeper; its extra is known all the same
        stripped = before.strip()
    return name, stripped


def egg_info(root: Path, file: str) -> str:
    """Return the text of a file in the egg-info folder, "" where there is none."""
    folders = sorted((*root.glob("*.egg-info"), *root.glob("*/*.egg-info")))
    return next((content for one in folders if (content := read_text(one / file, root))), "")


def _from_egg_info(root: Path) -> PythonMetadata:
    if not egg_info(root, "PKG-INFO"):
        return PythonMetadata()
    sections = {name: tuple(lines) for name, lines in _sections(egg_info(root, "requires.txt"))}
    extras: dict[str, tuple[str, ...]] = {}
    dependencies: tuple[str, ...] = ()
    for name, lines in sections.items():
        extra, _, marker = name.partition(":")
        needs = tuple(f"{one} ; {marker}" if marker else one for one in lines)
        if extra:
            extras[extra] = extras.get(extra, ()) + needs
        else:
            dependencies += needs
    points = dict(_sections(egg_info(root, "entry_points.txt")))
    return PythonMetadata(
        dependencies=dependencies,
        extras=tuple(extras.items()),
        scripts=tuple(points.get("console_scripts", ())),
        gui_scripts=tuple(points.get("gui_scripts", ())),
    )


def _sections(content: str) -> Iterator[tuple[str, list[str]]]:
    """Yield the parts of a file with `[name]` lines; what stands above the first is called ""."""
    name, lines = "", list[str]()
    for line in (raw.strip() for raw in content.splitlines()):
        if line.startswith("[") and line.endswith("]"):
            yield name, lines
            name, lines = line[1:-1], []
        elif line and not line.startswith("#"):
            lines.append(line)
    yield name, lines
