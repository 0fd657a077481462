"""Python metadata from the places in which projects write it, laid over each other."""

import configparser
from collections.abc import Iterable, Mapping, MutableMapping
from dataclasses import dataclass, fields
from pathlib import Path

from conda_sluice.discover.reading import Table, read_text, table, text, texts
from conda_sluice.errors import ProjectError


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonMetadata:
    """What one file says about a distribution; None where it says nothing about a list.

    `license` is text as it is written; `license_globs` name files, as `told_license_files` do,
    which a backend found by globs of its own.
    """

    name: str = ""
    version: str = ""
    summary: str = ""
    requires_python: str = ""
    license: str = ""
    license_globs: tuple[str, ...] = ()
    told_license_files: tuple[str, ...] = ()
    classifiers: tuple[str, ...] = ()
    urls: tuple[tuple[str, str], ...] = ()
    dependencies: tuple[str, ...] | None = None
    extras: tuple[tuple[str, tuple[str, ...]], ...] | None = None
    scripts: tuple[str, ...] | None = None
    gui_scripts: tuple[str, ...] | None = None

    def over(self, below: "PythonMetadata") -> "PythonMetadata":
        """Return this metadata with its gaps filled from `below`."""
        chosen = {
            field.name: getattr(below, field.name)
            if getattr(self, field.name) in ("", (), None) and not self._is_said(field.name)
            else getattr(self, field.name)
            for field in fields(self)
        }
        return PythonMetadata(**chosen)

    def _is_said(self, name: str) -> bool:
        lists = ("dependencies", "extras", "scripts", "gui_scripts")  # an empty list is an answer
        return name in lists and getattr(self, name) is not None


def from_project_table(pyproject: Table) -> PythonMetadata:
    """Read PEP 621's `[project]`; fields that it calls dynamic are left open.

    Poetry takes lists that are not there from its own tables, called dynamic or not.
    """
    project = table(pyproject, "project")
    if not project:
        return PythonMetadata()
    lists = ("dependencies", "optional-dependencies", "scripts")
    left = (one for one in lists if one not in project and is_built_by_poetry(pyproject))
    dynamic = frozenset((*texts(project, "dynamic"), *left))
    extras = table(project, "optional-dependencies")
    said, globs = _license_of(project)
    return PythonMetadata(
        name=text(project, "name"),
        version=text(project, "version"),
        summary=text(project, "description"),
        requires_python=text(project, "requires-python"),
        license=said,
        license_globs=globs,
        classifiers=texts(project, "classifiers"),
        urls=_pairs(table(project, "urls")),
        dependencies=None if "dependencies" in dynamic else texts(project, "dependencies"),
        extras=None
        if "optional-dependencies" in dynamic
        else tuple((name, texts(extras, name)) for name in extras),
        scripts=None if "scripts" in dynamic else script_lines(table(project, "scripts")),
        gui_scripts=None
        if "gui-scripts" in dynamic
        else script_lines(table(project, "gui-scripts")),
    )


def is_built_by_poetry(pyproject: Table) -> bool:
    """Tell whether Poetry builds the project, so that its own tables count beside `[project]`."""
    backend = text(table(pyproject, "build-system"), "build-backend")
    return backend.startswith("poetry") and bool(table(pyproject, "tool", "poetry"))


def _license_of(project: Table) -> tuple[str, tuple[str, ...]]:
    globs = texts(project, "license-files") or texts(table(project, "license-files"), "globs")
    described = table(project, "license")
    file = text(described, "file")
    return text(project, "license") or text(described, "text"), globs or ((file,) if file else ())


def script_lines(scripts: Table) -> tuple[str, ...]:
    """Return console scripts as lines `name = module:function`."""
    return tuple(f"{name} = {value}" for name, value in scripts.items() if isinstance(value, str))


def _pairs(urls: Table) -> tuple[tuple[str, str], ...]:
    return tuple((label, url.strip()) for label, url in urls.items() if isinstance(url, str))


def from_flit(pyproject: Table) -> PythonMetadata:
    """Read the older `[tool.flit.metadata]`."""
    flit = table(pyproject, "tool", "flit", "metadata")
    if not flit:
        return PythonMetadata()
    home = text(flit, "home-page")
    return PythonMetadata(
        name=text(flit, "dist-name") or text(flit, "module"),
        requires_python=text(flit, "requires-python"),
        license=text(flit, "license"),
        classifiers=texts(flit, "classifiers"),
        urls=(("Homepage", home),) if home else (),
        dependencies=texts(flit, "requires"),
        scripts=script_lines(table(pyproject, "tool", "flit", "scripts")),
    )


def from_setup_cfg(root: Path) -> PythonMetadata:
    """Read setup.cfg; values that point elsewhere (`attr:`, `file:`) are left open."""
    path = root / "setup.cfg"
    config = read_setup_cfg(root)
    said = _section(config, "metadata")
    options = _section(config, "options")
    urls = dict(_assignments(said.get("project_urls", ""), path))
    if "url" in said:
        urls = {"Homepage": said["url"]} | urls
    requires = options.get("install_requires")
    points = _section(config, "options.entry_points")
    extras = _section(config, "options.extras_require")
    return PythonMetadata(
        name=said.get("name", ""),
        version=_plain(said.get("version", "")),
        summary=" ".join(_plain(said.get("description", said.get("summary", ""))).split()),
        requires_python=options.get("python_requires", ""),
        license=said.get("license", ""),
        license_globs=_listed(said.get("license_files", said.get("license_file", ""))),
        classifiers=_listed(_plain(said.get("classifiers", ""))),
        urls=tuple(urls.items()),
        dependencies=_requirements(
            requires, is_alone=bool(said) and not (root / "setup.py").is_file()
        ),
        extras=tuple((name, _listed(value)) for name, value in extras.items()) or None,
        scripts=_script_lines(points.get("console_scripts"), path),
        gui_scripts=_script_lines(points.get("gui_scripts"), path),
    )


def requires_of_setup_cfg(root: Path, key: str = "setup_requires") -> tuple[str, ...]:
    """Return what setup.cfg says that setuptools needs before it builds, or another such list."""
    return _listed(_section(read_setup_cfg(root), "options").get(key, ""))


class _Interpolation(configparser.BasicInterpolation):
    """Fills in `%(name)s` as setuptools does; other programs mean other things by a `%`."""

    def before_get(
        self,
        parser: MutableMapping[str, Mapping[str, str]],
        section: str,
        option: str,
        value: str,
        defaults: Mapping[str, str],
    ) -> str:
        try:
            return super().before_get(parser, section, option, value, defaults)
        except configparser.InterpolationError:
            return value


def read_setup_cfg(root: Path) -> configparser.ConfigParser:
    """Return setup.cfg, empty where there is none; raise ProjectError with its line."""
    path = root / "setup.cfg"
    config = configparser.ConfigParser(interpolation=_Interpolation())
    try:
        config.read_string(read_text(path, root), source=str(path))
    except configparser.Error as error:
        line = getattr(error, "lineno", None)
        where = f"{path}:{line}" if line else str(path)
        raise ProjectError("setup.cfg cannot be read", where, "correct the line") from error
    return config


def _section(config: configparser.ConfigParser, name: str) -> Mapping[str, str]:
    """Return a section with dashes as underscores in its keys, empty where there is none."""
    if not config.has_section(name):
        return {}
    keep_dashes = name.startswith("options.extras")
    return {
        (key if keep_dashes else key.replace("-", "_")): value.strip()
        for key, value in config.items(name)
    }


def _plain(value: str) -> str:
    return "" if value.startswith(("attr:", "file:", "find:", "find_namespace:")) else value


def _listed(value: str) -> tuple[str, ...]:
    """Return the items of a setup.cfg list, one a line or separated by commas on one line."""
    lines = [line.split(" #")[0].strip() for line in value.splitlines()]
    items = lines if len(lines) > 1 else value.split(",") if ">" not in value else [value]
    return tuple(item.strip() for item in items if item.strip() and not item.startswith("#"))


def _requirements(value: str | None, *, is_alone: bool) -> tuple[str, ...] | None:
    """Return install_requires; of a setup.cfg that `is_alone` silence means that there are none."""
    if value is None:
        return () if is_alone else None
    return None if value.startswith("file:") else _listed(value)


def _script_lines(value: str | None, path: Path) -> tuple[str, ...] | None:
    if value is None:
        return None
    return tuple(f"{name} = {target}" for name, target in _assignments(value, path))


def _assignments(value: str, path: Path) -> Iterable[tuple[str, str]]:
    for line in value.splitlines():
        if not line.strip():
            continue
        name, equals, right = line.partition("=")
        if not equals:
            raise ProjectError(f"{line.strip()!r} is no `name = value`", str(path), "add the `=`")
        yield name.strip(), right.strip()
