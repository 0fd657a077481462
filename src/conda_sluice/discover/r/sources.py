"""What compiling an R package needs: the languages in src/, its build tools, and C libraries.

C libraries are read from src/Makevars, from configure, and from SystemRequirements.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from conda_sluice.discover.reading import read_text, walk
from conda_sluice.model.facts import CompileFacts, Link, LinkKind

_LANGUAGES = {
    **dict.fromkeys((".c",), "c"),
    **dict.fromkeys((".cc", ".cpp", ".cxx", ".c++"), "cxx"),
    **dict.fromkeys((".f", ".for", ".f77", ".f90", ".f95", ".f03", ".f08"), "fortran"),
    ".rs": "rust",
}
_MAKEVARS = ("Makevars", "Makevars.in", "Makefile", "Makefile.in")
_OF_CONFIGURE = ("autoconf", "automake", "pkg-config")
_RUNS_CONFIGURE = re.compile(r"(?:^|[\s/;&])\./configure\b", re.MULTILINE)
_COMMENT = re.compile(r"^\s*#.*$|\s#.*$", re.MULTILINE)
_M4_COMMENT = re.compile(r"^\s*(#|dnl\b).*$", re.MULTILINE)
_LINKED = re.compile(r"(?<![^\s\"'=])-l([\w.+-]+)")
_OF_R = frozenset({"R", "Rblas", "Rlapack", "gomp", "gfortran", "quadmath", "m", "pthread", "dl"})
_WIDE = re.compile(r"\$[({](LAPACK|BLAS)_LIBS[)}]")
_OTHER_SYSTEM = re.compile(
    r"\bAS_IF\(\s*\[[^\]]*(?:windows|mingw|cygwin|darwin)[^\]]*\]\s*,\s*\[", re.IGNORECASE
)
_MODULES = re.compile(
    r"^\s*(?:PKG_CONFIG_NAME|PKG_MODULE)=[\"']?([^\"'$`\n]+)[\"']?\s*$", re.MULTILINE
)
_CHECK_MODULES = re.compile(r"PKG_CHECK_MODULES\(\s*\[?\w+\]?\s*,\s*\[?([^\])$,]+)")
_CALLED = re.compile(
    r"(?:pkg-config|PKG_?CONFIG[\"})]*|PKGCONF[\"})]*)[ \t]+(?:--[\w-]+[ \t]+)*--"
    r"(?:libs|cflags|exists)(?:-only-\w)?[ \t]+(?:--[\w-]+[ \t]+)*([A-Za-z][\w.+-]*)"
)
_CHECK_LIB = re.compile(r"AC_CHECK_LIB\(\s*\[?([\w.+-]+)\]?\s*,")
_SEARCH_LIBS = re.compile(r"AC_SEARCH_LIBS\(\s*\[?\w+\]?\s*,\s*\[?([\w.+ -]+)\]?")
_CONFIG_SCRIPTS = {
    "curl-config": "curl",
    "gdal-config": "gdal",
    "geos-config": "geos_c",
    "gsl-config": "gsl",
    "mariadb_config": "mysqlclient",
    "mysql_config": "mysqlclient",
    "nc-config": "netcdf",
    "pg_config": "pq",
    "xml2-config": "xml2",
}
"""Programs of libraries that tell how to link to them, from before pkg-config."""

_CONFIG_SCRIPT = re.compile(rf"(?<![\w-])({'|'.join(_CONFIG_SCRIPTS)})(?![\w-])")
_FLAGS = re.compile(r"^\s*PKG_LIBS=[\"']([^\"']*)", re.MULTILINE)
_ELSEWHERE = re.compile(
    r"vignette|^\s*(?:on )?(?:(?:ms )?windows|mac ?osx?|solaris)\b", re.IGNORECASE
)
_MAKES_DOCUMENTS = re.compile(r"\b(?:pandoc|quarto)\b", re.IGNORECASE)
_R_CODE = (".R", ".r", ".S", ".s", ".q")
_PACKAGES_OF_SYSTEMS = re.compile(r"\b[\w+.-]+\s*\((?:deb|rpm|brew|csw)\)", re.IGNORECASE)


def compile_facts(root: Path, *, is_said: bool, system_requirements: str) -> CompileFacts:
    """Return what compiling the package at `root` needs.

    `is_said` tells that DESCRIPTION says NeedsCompilation: yes. It counts where there is a src/ at
    all, for R compiles nothing else; without it the sources in src/ decide.
    """
    sources = _below(root / "src")
    found = _languages(sources)
    if not found and not (is_said and sources):
        return CompileFacts(links=tuple(_said(root, system_requirements)))
    # Tests compile what lies beside them: conda-forge counts every source of an archive.
    found |= _languages(walk(root)) - {"rust"}
    if (root / "src" / "rust" / "Cargo.toml").is_file():
        found.add("rust")
    found.add("c")  # R links every shared object with the C compiler at hand
    return CompileFacts(
        languages=tuple(one for one in ("c", "cxx", "fortran", "rust") if one in found),
        tools=_tools(root),
        links=_once((*_of_makevars(root), *_of_configure(root), *_said(root, system_requirements))),
    )


def lacks_configure(root: Path) -> bool:
    """Tell whether R would build without configure, which is still to be made of configure.ac."""
    sources = any((root / file).is_file() for file in ("configure.ac", "configure.in"))
    return sources and not (root / "configure").is_file()


def _below(folder: Path) -> tuple[Path, ...]:
    return tuple(walk(folder)) if folder.is_dir() else ()


def _languages(paths: Iterable[Path]) -> set[str]:
    return {_LANGUAGES.get(path.suffix.lower(), "") for path in paths} - {""}


def _tools(root: Path) -> tuple[str, ...]:
    """Return make, and what configure scripts are made with.

    There is one of the package itself, or one of a bundled library, which Makevars runs; what that
    knows of systems is as old as the library, hence gnuconfig.
    """
    if any(_RUNS_CONFIGURE.search(text) for text in _makevars(root).values()):
        return ("gnuconfig", *_OF_CONFIGURE, "make")
    has_configure = any((root / file).is_file() for file in ("configure", "configure.ac"))
    return (*_OF_CONFIGURE, "make") if has_configure else ("make",)


def _once(links: Iterable[Link]) -> tuple[Link, ...]:
    return tuple({(link.kind, link.name): link for link in reversed(tuple(links))}.values())[::-1]


def _makevars(root: Path) -> Mapping[str, str]:
    return {
        f"src/{file}": _COMMENT.sub("", read_text(root / "src" / file, root)) for file in _MAKEVARS
    }


def _of_makevars(root: Path) -> Iterator[Link]:
    texts = _makevars(root)
    own = {name for text in texts.values() for name in re.findall(r"\blib([\w.+-]+)\.a\b", text)}
    for place, text in texts.items():
        for line in _lines_for_unix(text):
            for name in _LINKED.findall(line):
                if name not in _OF_R and name not in own:
                    yield Link(LinkKind.LIBRARY, name, place)
            for name in _WIDE.findall(line):
                yield Link(LinkKind.LIBRARY, name.lower(), place)


def _lines_for_unix(text: str) -> Iterator[str]:
    """Yield the lines outside of conditions, which Makevars has for other systems."""
    depth = 0
    for line in text.splitlines():
        word = line.split(maxsplit=1)[0] if line.strip() else ""
        if word in {"ifeq", "ifneq", "ifdef", "ifndef"}:
            depth += 1
        elif word == "endif":
            depth = max(0, depth - 1)
        elif not depth:
            yield line


def _of_configure(root: Path) -> Iterator[Link]:
    """Yield what configure asks for: of a generated one, what it was generated from says it."""
    files = ("configure.ac", "configure.in", "configure")
    texts = ((file, _for_unix(_M4_COMMENT.sub("", read_text(root / file, root)))) for file in files)
    file, text = next(((file, text) for file, text in texts if text), ("", ""))
    modules = [
        said for pattern in (_MODULES, _CHECK_MODULES, _CALLED) for said in pattern.findall(text)
    ]
    for said in modules:
        words = (word.strip("'\"") for word in said.split())
        names = (word for word in words if re.fullmatch(r"[A-Za-z][\w.+-]*", word))
        yield from (Link(LinkKind.PKG_CONFIG, name, file) for name in names)
    # What it links to where there is no pkg-config is the same, and what that needs in turn.
    flags = () if modules or file != "configure" else _FLAGS.findall(text)[:1]
    libraries = [name for line in flags for name in _LINKED.findall(line)]
    libraries += _CHECK_LIB.findall(text)
    libraries += [_CONFIG_SCRIPTS[name] for name in dict.fromkeys(_CONFIG_SCRIPT.findall(text))]
    libraries += [said.split()[0] for said in _SEARCH_LIBS.findall(text) if said.split()]
    yield from (Link(LinkKind.LIBRARY, name, file) for name in libraries)


def _for_unix(text: str) -> str:
    """Leave out what AS_IF does on other systems."""
    while found := _OTHER_SYSTEM.search(text):
        end, depth = found.end(), 1
        while depth and end < len(text):
            depth += (text[end] == "[") - (text[end] == "]")
            end += 1
        text = text[: found.start()] + text[end:]
    return text


def _said(root: Path, system_requirements: str) -> Iterator[Link]:
    """Yield SystemRequirements in its own words.

    What Debian and others call it is left out, and so is what other systems take, or making the
    vignettes.
    """
    text = _PACKAGES_OF_SYSTEMS.sub("", system_requirements)
    for part in re.split(r"[,;\n|](?![^(]*\))|\.\s", text):
        if _ELSEWHERE.search(part) or _only_makes_documents(part, root):
            continue
        words = " ".join(part.replace(":", " ").split()).strip(" .")
        if words:
            yield Link(LinkKind.SYSTEM, words, "SystemRequirements")


def _only_makes_documents(part: str, root: Path) -> bool:
    """Tell whether this is a program that makes documents, and no code of the package names it."""
    named = _MAKES_DOCUMENTS.search(part)
    if named is None:
        return False
    code = (path for path in _below(root / "R") if path.suffix in _R_CODE)
    return not any(named[0].lower() in read_text(path, root).lower() for path in code)
