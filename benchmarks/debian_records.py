"""Package records with the structure of real ones: Debian's dependency graph, spelled as conda's.

Names, versions and dependencies are those of the packages that `apt-cache` knows on this machine,
so that the sets of dependencies are as big and as tangled as in life. What is built against one
Python or R there comes in a build for each of several here, as on conda-forge.
"""

import hashlib
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence

from conda_sluice.model.names import NOARCH, PackageName, Subdir
from conda_sluice.model.package import PackageRecord

LINUX = Subdir("linux-64")
PYTHONS = ("3.11", "3.12", "3.13")
RS = ("4.3", "4.4")
WANTED = re.compile(r"python3-|r-cran-")
BIG = 100
"""How many packages at least those need, directly or not, that are chosen."""

_RELATION = re.compile(r"([a-z0-9][a-z0-9.+-]*)(?::\w+)?(?:\s*\((>=|<<|<=|>>|=)\s*([^)]+)\))?")
_TIME = 1767225600000

Paragraph = Mapping[str, str]


def read_debian() -> dict[str, Paragraph]:
    """Return what `apt-cache` knows of the packages of this architecture, by name."""
    if shutil.which("apt-cache") is None:
        sys.exit("this benchmark takes its packages from Debian's index: run it where apt is")
    text = subprocess.run(
        ["apt-cache", "dumpavail"], capture_output=True, text=True, check=True
    ).stdout
    found: dict[str, Paragraph] = {}
    for block in text.split("\n\n"):
        fields = dict(
            line.split(": ", 1) for line in block.splitlines() if ": " in line and line[0] != " "
        )
        if "Package" in fields:
            found.setdefault(fields["Package"], fields)
    return found


def choose(debian: Mapping[str, Paragraph], count: int) -> list[str]:
    """Return big packages with all that they need, about as many as give `count` records."""
    providers = _providers(debian)
    chosen: dict[str, None] = {}
    records = 0
    for name in sorted((one for one in debian if WANTED.match(one)), key=_shuffled):
        closure = _closure(name, debian, providers)
        for one in closure if len(closure) > BIG else ():
            if one not in chosen:
                chosen[one] = None
                records += _variants_of(debian[one])
        if records >= count:
            break
    return list(chosen)


def records_of(debian: Mapping[str, Paragraph], names: Sequence[str]) -> list[PackageRecord]:
    """Return the records of these packages, all variants, and of the languages they run in."""
    providers = _providers(debian)
    made = [record for name in names for record in _records(name, debian, providers)]
    return [*_languages(), *made]


def next_release(record: PackageRecord) -> PackageRecord:
    """Return the record as it would be in the next release of its package."""
    version = f"{record.version}.1"
    return _record(record.name, version, record.build, record.subdir, record.depends)


def _shuffled(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


def _providers(debian: Mapping[str, Paragraph]) -> dict[str, str]:
    providers: dict[str, str] = {}
    for name, fields in debian.items():
        for provided in fields.get("Provides", "").split(","):
            providers.setdefault(provided.split("(")[0].strip(), name)
    return providers


def _needs(
    fields: Paragraph, debian: Mapping[str, Paragraph], providers: Mapping[str, str]
) -> Iterator[tuple[str, str, str]]:
    """Return name, operator and version of each dependency; of alternatives the first."""
    text = ", ".join(fields[key] for key in ("Pre-Depends", "Depends") if key in fields)
    for item in text.split(","):
        match = _RELATION.match(item.split("|")[0].strip())
        if match is None:
            continue
        name, operator, version = match[1], match[2] or "", match[3] or ""
        if name in debian:
            yield name, operator, version
        elif name in providers:
            yield providers[name], "", ""


def _closure(
    name: str, debian: Mapping[str, Paragraph], providers: Mapping[str, str]
) -> Sequence[str]:
    seen, stack = {name: None}, [name]
    while stack:
        for need, _, _ in _needs(debian[stack.pop()], debian, providers):
            if need not in seen:
                seen[need] = None
                stack.append(need)
    return list(seen)


def _language(fields: Paragraph) -> tuple[str, Sequence[str]]:
    """Return the language of which a package is built in several variants, and these."""
    name, is_compiled = fields["Package"], fields.get("Architecture") != "all"
    if name.startswith("python3-") and is_compiled:
        return "python", PYTHONS
    if name.startswith("r-cran-"):
        return "r-base", RS
    return "", ("",)


def _variants_of(fields: Paragraph) -> int:
    return len(_language(fields)[1])


def _records(
    name: str, debian: Mapping[str, Paragraph], providers: Mapping[str, str]
) -> Iterator[PackageRecord]:
    fields = debian[name]
    language, variants = _language(fields)
    depends = []
    for need, operator, version in _needs(fields, debian, providers):
        if (need.startswith("python3") and "-" not in need) or need.startswith("r-base"):
            continue
        depends.append(_spec(need, operator, version, debian[need]["Version"]))
    if name.startswith("python3-") and not language:
        depends.append("python >=3.11")
    subdir = NOARCH if fields.get("Architecture") == "all" and not language else LINUX
    for variant in variants:
        pins = [f"{language} >={variant},<{_after(variant)}.0a0"] if language else []
        tag = (
            f"{'py' if language == 'python' else 'r'}{variant.replace('.', '')}" if variant else ""
        )
        build = f"{tag}h{_shuffled(name)[:7]}_0"
        yield _record(
            name,
            _version(fields["Version"]),
            build,
            subdir,
            tuple(dict.fromkeys((*depends, *pins))),
        )


def _languages() -> Iterator[PackageRecord]:
    for name, versions in (("python", PYTHONS), ("r-base", RS)):
        for version in versions:
            yield _record(name, f"{version}.2", "h1234567_0", LINUX, ())


def _after(version: str) -> str:
    major, minor = version.split(".")
    return f"{major}.{int(minor) + 1}"


def _version(text: str) -> str:
    """Return an upstream version as conda may spell it."""
    upstream = text.rpartition("-")[0] or text
    cleaned = re.sub(r"[^0-9A-Za-z.]+", ".", upstream.split(":")[-1]).strip(".").lower()
    return re.sub(r"\.{2,}", ".", cleaned) or "0"


def _spec(name: str, operator: str, version: str, there: str) -> str:
    """Return a conda spec that the version which is there satisfies."""
    if not operator or operator in {"<<", "<=", ">>"}:
        return _name(name)
    upstream = _version(version if operator == ">=" else there)
    return f"{_name(name)} >={upstream}" if _holds(upstream, _version(there)) else _name(name)


def _holds(floor: str, version: str) -> bool:
    from rattler import Version
    from rattler.exceptions import InvalidVersionError

    try:
        return Version(floor) <= Version(version)
    except InvalidVersionError:
        return False


def _name(name: str) -> str:
    return name.replace("+", "p")


def _record(
    name: str, version: str, build: str, subdir: Subdir, depends: Sequence[str]
) -> PackageRecord:
    name = _name(name)
    file = f"{name}-{version}-{build}.conda"
    return PackageRecord(
        subdir=subdir,
        file=file,
        name=PackageName(name),
        version=version,
        build=build,
        build_number=0,
        sha256=hashlib.sha256(f"{subdir}/{file}".encode()).hexdigest(),
        size=1234,
        depends=tuple(depends),
        noarch="generic" if subdir == NOARCH else "",
        license="MIT",
        timestamp=_TIME,
    )
