"""What compiling needs, as requirements of the build environment."""

from conda_sluice.model.facts import CompileFacts
from conda_sluice.model.recipe import Item

_TOOLS = {"pkg-config": "pkg-config", "cmake": "cmake", "ninja": "ninja", "make": "make"}


def build_items(facts: CompileFacts) -> tuple[Item, ...]:
    """Return the compilers, the C library they build for, and the tools.

    `stdlib("c")` says for which operating systems the package is built; every compiler wants it.
    """
    compilers = tuple(
        Item(f'{{{{ compiler("{language}") }}}}')
        for language in ("c", "cxx", "fortran", "rust")
        if language in facts.languages
    )
    stdlib = (Item('{{ stdlib("c") }}'),) if compilers else ()
    # Windows compiles without make.
    tools = (
        Item(_TOOLS[tool], when="unix" if tool == "make" else "")
        for tool in facts.tools
        if tool in _TOOLS
    )
    return (*compilers, *stdlib, *tools)
