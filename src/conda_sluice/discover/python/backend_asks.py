"""What build backends ask for, beside the written requirements, because of their settings."""

from collections.abc import Iterator, Sequence

from conda_sluice.discover.reading import Table, table, texts


def asked_by_settings(
    pyproject: Table, backend: str, dependencies: Sequence[str]
) -> tuple[str, ...]:
    """Return the requirements that a backend adds; `dependencies` are those of the project.

    PDM adds setuptools where it runs that, Hatchling what its build hooks are said to need.
    """
    match backend.partition(".")[0]:
        case "pdm":
            runs = table(pyproject, "tool", "pdm", "build").get("run-setuptools") is True
            return ("setuptools",) if runs else ()
        case "hatchling":
            return tuple(dict.fromkeys(_asked_by_hatchling(pyproject, dependencies)))
        case _:
            return ()


def _asked_by_hatchling(pyproject: Table, dependencies: Sequence[str]) -> Iterator[str]:
    for settings in _settings_of_hatchling(pyproject):
        yield from texts(settings, "dependencies")
        if settings.get("require-runtime-dependencies") is True:
            yield from dependencies


def _settings_of_hatchling(pyproject: Table) -> Iterator[Table]:
    """Yield the tables that count for a wheel, those of hooks that are on among them."""
    build = table(pyproject, "tool", "hatch", "build")
    wheel = table(build, "targets", "wheel")
    yield from (build, wheel)
    for hooks in (table(build, "hooks"), table(wheel, "hooks")):
        for name in hooks:
            hook = table(hooks, name)
            if hook.get("enable-by-default") is not False:
                yield hook
