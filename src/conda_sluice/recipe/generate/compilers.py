"""What compiling needs, as requirements of the build environment."""

from conda_sluice.model.facts import CompileFacts
from conda_sluice.model.recipe import Item

_LANGUAGES = ("c", "cxx", "fortran", "cuda", "rust")
_ON_UNIX = frozenset(("autoconf", "automake", "bison", "flex", "libtool", "m4", "make"))
"""Programs without which Windows compiles."""

_OPENMP = (("libgomp", "linux"), ("llvm-openmp", "osx"))
"""The runtime of OpenMP that conda-forge's compilers use on each system."""


def build_items(facts: CompileFacts, because: str = "") -> tuple[Item, ...]:
    """Return the compilers, the C library they build for, and the tools.

    `stdlib("c")` says for which operating systems the package is built; every compiler wants it.
    What is written in Rust carries the licences of its crates along: `cargo-bundle-licenses`
    collects them. `because` is the evidence for compiling at all.
    """
    compilers = tuple(
        Item(f'{{{{ compiler("{language}") }}}}', because=because)
        for language in _LANGUAGES
        if language in facts.languages
    )
    stdlib = (Item('{{ stdlib("c") }}', because="a compiler is used"),) if compilers else ()
    licenses = (
        (Item("cargo-bundle-licenses", because="crates are linked in, each with its licence"),)
        if "rust" in facts.languages
        else ()
    )
    tools = (
        Item(tool, when="unix" if tool in _ON_UNIX else "", because=because)
        for tool in facts.tools
        if tool != "openmp"
    )
    runtimes = (
        tuple(Item(name, when=os, because="OpenMP is asked for") for name, os in _OPENMP)
        if "openmp" in facts.tools
        else ()
    )
    return (*compilers, *stdlib, *licenses, *tools, *runtimes)
