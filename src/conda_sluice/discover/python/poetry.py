"""Poetry's own tables, said in PEP 508."""

import re
from collections.abc import Iterator, Mapping

from conda_sluice.discover.python.metadata import (
    PythonMetadata,
    is_built_by_poetry,
    script_lines,
)
from conda_sluice.discover.reading import Table, table, text, texts

_RELEASE = re.compile(r"\d+(?:\.\d+)*")


def from_poetry(pyproject: Table) -> PythonMetadata:
    """Read `[tool.poetry]`."""
    poetry = table(pyproject, "tool", "poetry")
    if not text(poetry, "name") and not is_built_by_poetry(pyproject):
        return PythonMetadata()
    needs = table(poetry, "dependencies")
    urls = [(label, text(poetry, label)) for label in ("homepage", "repository", "documentation")]
    more = table(poetry, "urls")
    return PythonMetadata(
        name=text(poetry, "name"),
        version=text(poetry, "version"),
        summary=text(poetry, "description"),
        requires_python=pep440_bound(text(needs, "python")),
        license=text(poetry, "license"),
        classifiers=texts(poetry, "classifiers"),
        urls=(
            *((label.capitalize(), url) for label, url in urls if url),
            *((label, text(more, label)) for label in more),
        ),
        dependencies=requirements_of(needs),
        extras=_extras_of(poetry, needs),
        scripts=script_lines(table(poetry, "scripts")),
    )


def requirements_of(needs: Table, *, with_optional: bool = False) -> tuple[str, ...]:
    """Return a table of dependencies as PEP 508 requirements, without python itself."""
    return tuple(
        requirement
        for name, wanted in needs.items()
        if name != "python"
        for requirement in _one_name(name, wanted, with_optional=with_optional)
    )


def groups_of(pyproject: Table) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the dependency groups of `[tool.poetry]`, its older `dev-dependencies` as dev."""
    poetry = table(pyproject, "tool", "poetry")
    groups = [
        (name, requirements_of(table(poetry, "group", name, "dependencies")))
        for name in table(poetry, "group")
    ]
    old = requirements_of(table(poetry, "dev-dependencies"))
    return (*groups, ("dev", old)) if old else tuple(groups)


def _one_name(name: str, wanted: object, *, with_optional: bool) -> Iterator[str]:
    match wanted:
        case str():
            yield f"{name}{pep440_bound(wanted)}"
        case Mapping():
            if with_optional or wanted.get("optional") is not True:
                yield _described(name, wanted)
        case list():
            for one in wanted:
                yield from _one_name(name, one, with_optional=with_optional)
        case _:
            yield name


def _described(name: str, wanted: Table) -> str:
    extras = texts(wanted, "extras")
    bracket = f"[{','.join(extras)}]" if extras else ""
    markers = [text(wanted, "markers"), _python_marker(text(wanted, "python"))]
    marker = " and ".join(f"({one})" for one in markers if one)
    bound = pep440_bound(text(wanted, "version"))
    return f"{name}{bracket}{bound}" + (f" ; {marker}" if marker else "")


def _python_marker(python: str) -> str:
    bounds = [one for one in pep440_bound(python).split(",") if one]
    parts = [re.fullmatch(r"(>=|<=|<|>|==|!=|~=)(.+)", one) for one in bounds]
    return " and ".join(f'python_version {part[1]} "{part[2]}"' for part in parts if part)


def _extras_of(poetry: Table, needs: Table) -> tuple[tuple[str, tuple[str, ...]], ...]:
    extras = table(poetry, "extras")
    every = {name: requirements_of({name: needs[name]}, with_optional=True) for name in needs}
    return tuple(
        (extra, tuple(one for name in texts(extras, extra) for one in every.get(name, (name,))))
        for extra in extras
    )


def pep440_bound(poetry: str) -> str:
    """Return poetry's `^1.2`, `~1.2`, `1.2` or `*` as PEP 440 says it; `||` gives no bound."""
    if "|" in poetry:
        return ""
    parts = [one for part in poetry.split(",") if (one := _one_bound(part.strip()))]
    return ",".join(parts)


def _one_bound(part: str) -> str:
    if part in ("", "*"):
        return ""
    release = _RELEASE.search(part)
    if part[0] == "^" and release:
        return f">={part[1:].strip()},<{_after_caret(release[0])}"
    if part[0] == "~" and not part.startswith("~=") and release:
        numbers = release[0].split(".")
        kept = numbers[:2]
        return f">={part[1:].strip()},<{_raised(kept)}"
    return f"=={part}" if part[0].isdigit() else part.replace(" ", "")


def _after_caret(release: str) -> str:
    numbers = release.split(".")
    first = next((at for at, number in enumerate(numbers) if int(number)), len(numbers) - 1)
    return _raised(numbers[: first + 1])


def _raised(numbers: list[str]) -> str:
    return ".".join((*numbers[:-1], str(int(numbers[-1]) + 1)))
