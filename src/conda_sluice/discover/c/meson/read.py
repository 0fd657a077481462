"""What a Meson project says of itself: version, languages, what it looks for and installs."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from conda_sluice.discover.c.build_facts import BuildFacts, surest
from conda_sluice.discover.c.meson.run import run_meson
from conda_sluice.discover.c.meson.values import MesonCall, MesonState, Value
from conda_sluice.discover.reading import read_text
from conda_sluice.model.facts import Link, LinkKind
from conda_sluice.model.library_names import package_with

_LANGUAGES = {"c": "c", "cpp": "cxx", "fortran": "fortran", "cuda": "cuda", "rust": "rust"}
_NO_PACKAGES = frozenset(
    {
        *("threads", "openmp", "dl", "python", "python3", "appleframeworks", "m", "intl"),
        *(
            "gtest",
            "gtest_main",
            "gmock",
            "gmock_main",
            "catch2",
            "check",
            "cmocka",
            "criterion",
            "cunit",
        ),
        *("benchmark", "gi-docgen", "hotdoc", "valgrind", "mpi"),
        *("gobject-introspection-1.0", "gobject-introspection", "shared-mime-info"),
    }
)
"""Dependencies that come with the compiler, are programs, or are for tests alone."""
_INTROSPECTION = (["gobject-introspection-1.0"], ["g-ir-scanner"])
_TOOLS = {
    "nasm": "nasm",
    "bison": "bison",
    "flex": "flex",
    "perl": "perl",
    "msgfmt": "gettext-tools",
    "gperf": "gperf",
    "ragel": "ragel",
    **dict.fromkeys(("python", "python3"), "python"),
}
_LIBRARIES = ("library", "shared_library", "both_libraries")


def read_meson(root: Path, folder: str = "") -> BuildFacts:
    """Read the Meson project in `folder` of the tree at `root`."""
    state = run_meson(root, folder)
    project = next((one for one in state.calls if one.name == "project"), None)
    if project is None:
        return BuildFacts()
    version, because = _version(project, root, folder)
    abi, abi_because = _abi(state.calls)
    pkg_configs = _pkg_configs(state)
    return BuildFacts(
        name=_word(project.arguments[0]) if project.arguments else "",
        version=version,
        version_because=because,
        license=_word(_flat(project.named.get("license"))[:1]),
        languages=_languages(project, state),
        is_sure_of_languages=True,
        links=surest(link for one in state.calls for link in _links_of(one, state.demanded)),
        tools=_tools(state.calls),
        libraries=_installed(state.calls, _LIBRARIES),
        headers=_headers(state.calls),
        programs=_installed(state.calls, ("executable",)),
        pkg_configs=pkg_configs,
        files=tuple(f"lib/pkgconfig/{one}.pc" for one in pkg_configs),
        is_compiled=any(
            one.name in (*_LIBRARIES, "static_library", "executable", "shared_module")
            for one in state.calls
        ),
        abi=abi,
        abi_because=abi_because,
        summary=_summary(state.calls, _word(project.arguments[:1])),
        options=tuple(f"{name}={value}" for name, value in state.switched_off.items()),
    )


def _word(value: Value) -> str:
    value = value[0] if isinstance(value, tuple) and value else value
    return value if isinstance(value, str) and "@" not in value else ""


def _flat(value: Value) -> tuple[Value, ...]:
    if not isinstance(value, tuple):
        return () if value is None else (value,)
    return tuple(inner for one in value for inner in _flat(one))


def _words(values: Sequence[Value]) -> list[str]:
    return [one for value in values for one in _flat(value) if isinstance(one, str)]


def _version(project: MesonCall, root: Path, folder: str) -> tuple[str, str]:
    """Return the version that project() says, or that the file it names holds."""
    said = project.named.get("version")
    if isinstance(said, str) and re.fullmatch(r"v?\d[\w.+-]*", said):
        return said.removeprefix("v"), "project() in meson.build"
    for name in _words([said]):  # files('VERSION')
        if found := re.fullmatch(r"v?(\d[\w.]*)\s*", read_text(root / folder / name, root)):
            return found[1], name
    return "", ""


def _languages(project: MesonCall, state: MesonState) -> tuple[str, ...]:
    said = {_LANGUAGES.get(one, "") for one in _words(project.arguments[1:])}
    for one in state.calls:
        if one.name == "add_languages" and one.named.get("required") is not False:
            said |= {_LANGUAGES.get(word, "") for word in _words(one.arguments)}
    return tuple(one for one in _LANGUAGES.values() if one in said)


def _links_of(one: MesonCall, demanded: set[str]) -> Iterator[Link]:
    """Yield what one call looks for; `disabled` features look for nothing."""
    required = one.named.get("required", True)
    if not _is_wanted(one) or one.named.get("native") is True:
        return
    is_demanded = required in (True, "enabled") or one.variable in demanded
    is_optional = not is_demanded or not one.is_certain
    names = _words(one.arguments[:1])
    if one.name == "dependency":
        kind = LinkKind.CMAKE if one.named.get("method") == "cmake" else LinkKind.PKG_CONFIG
        for name in names:
            if name and name.lower() not in _NO_PACKAGES and "@" not in name:
                yield Link(kind, name, one.file, is_optional)
    elif one.name == ".find_library":
        for name in names:
            if re.fullmatch(r"[\w.+-]+", name):
                yield Link(LinkKind.LIBRARY, name, one.file, is_optional)
    elif one.name in (".has_header", ".check_header") and any(map(package_with, names)):
        yield Link(LinkKind.HEADER, names[0], one.file, is_optional=True)


def _is_wanted(one: MesonCall) -> bool:
    return one.named.get("required", True) != "disabled"


def _tools(calls: Sequence[MesonCall]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for one in calls:
        if one.name == "find_program" and one.named.get("required", True) in (True, "enabled"):
            found |= {_TOOLS[name]: None for name in _words(one.arguments[:1]) if name in _TOOLS}
        elif one.name == "import" and _words(one.arguments[:1]) == ["i18n"]:
            found["gettext-tools"] = None
        elif _words(one.arguments[:1]) in _INTROSPECTION and _is_wanted(one):
            found["gobject-introspection"] = None
        elif one.name == "add_languages" and "nasm" in _words(one.arguments):
            found["nasm"] = None
    return tuple(found)


def _installed(calls: Sequence[MesonCall], makers: Sequence[str]) -> tuple[str, ...]:
    """Return the names of what is surely built and installed."""
    names = (
        _word(one.arguments[0])
        for one in calls
        if one.name in makers
        and one.is_certain
        and one.arguments
        and one.named.get("install") is True
        and "name_prefix" not in one.named
        and _is_where_others_are(one.named.get("install_dir", "lib"))
    )
    return tuple(dict.fromkeys(name for name in names if re.fullmatch(r"[\w.+-]+", name)))


def _is_where_others_are(folder: object) -> bool:
    """Tell whether a library or program surely goes to lib or bin."""
    return isinstance(folder, str) and folder.removeprefix("/") in ("lib", "bin")


def _headers(calls: Sequence[MesonCall]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for one in calls:
        folder = one.named.get("subdir", "")
        if one.name != "install_headers" or not one.is_certain or "install_dir" in one.named:
            continue
        if isinstance(folder, str) and "preserve_path" not in one.named:
            place = f"include/{folder}" if folder else "include"
            for name in _words(one.arguments):
                found[f"{place}/{name.rpartition('/')[2]}"] = None
    return tuple(found)


def _pkg_configs(state: MesonState) -> tuple[str, ...]:
    """Return the .pc files that pkgconfig.generate() surely writes."""
    libraries = {
        one.variable: _word(one.arguments[0])
        for one in state.calls
        if one.name in _LIBRARIES and one.arguments
    }
    found: dict[str, None] = {}
    for one in state.calls:
        if one.name != ".generate" or not one.is_certain:
            continue
        name = one.named.get("filebase", one.named.get("name", ""))
        if name == "" and len(libraries) == 1:
            name = next(iter(libraries.values()))
        if isinstance(name, str) and re.fullmatch(r"[\w.+-]+", name):
            found[name] = None
    return tuple(found)


def _abi(calls: Sequence[MesonCall]) -> tuple[str, str]:
    """Return the number in the SONAME: soversion, else the first number of version."""
    said: set[tuple[str, str]] = set()
    for one in calls:
        if one.name not in _LIBRARIES or one.named.get("install") is not True:
            continue
        for key in ("soversion", "version"):
            value = one.named.get(key)
            if key == "version" and "soversion" in one.named:
                continue
            if isinstance(value, str | int) and re.fullmatch(r"\d+(\.\d+)*", str(value)):
                number = str(value) if key == "soversion" else str(value).partition(".")[0]
                said.add((number, f"{key} {value} in {one.file}"))
    return min(said) if len({number for number, _ in said}) == 1 else ("", "")


def _summary(calls: Sequence[MesonCall], name: str) -> str:
    """Return the description of the .pc file that is called as the project, else of any."""
    found = {
        str(one.named.get("filebase") or one.named.get("name") or name): said
        for one in reversed(calls)
        if one.name == ".generate" and isinstance(said := one.named.get("description"), str)
    }
    return found.get(name) or next(reversed(found.values()), "")
