"""The text of recipe.yaml for the recipe that render_v0 writes as meta.yaml (CEP 13, CEP 14)."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from conda_sluice.errors import RecipeError
from conda_sluice.model.recipe import Dialect, Entry, Item, Recipe, Section
from conda_sluice.recipe.requirement_text import spec_name
from conda_sluice.recipe.v0.write import GENERATED, comment_lines, is_bare, note_lines
from conda_sluice.recipe.v1.expressions import v1_condition, v1_context, v1_text

_SCRIPTS = {"bld.bat": "build.bat"}
_KEYS = {
    "source": {"folder": "target_directory"},
    "build": {
        "merge_build_host": "merge_build_and_host_envs",
        "entry_points": "python/entry_points",
        "python_version_independent": "python/version_independent",
        "rpaths": "dynamic_linking/rpaths",
        "missing_dso_whitelist": "dynamic_linking/missing_dso_allowlist",
        "run_exports": "/requirements/run_exports",
        "ignore_run_exports": "/requirements/ignore_run_exports/by_name",
        "ignore_run_exports_from": "/requirements/ignore_run_exports/from_package",
    },
    "requirements": {"run_constrained": "run_constraints"},
    "about": {"home": "homepage", "dev_url": "repository", "doc_url": "documentation"},
}
"""Keys of meta.yaml that stand elsewhere in recipe.yaml, relative to their section or the top."""

_ORDER = ("package", "source", "build", "requirements", "tests", "about", "extra")
_Path = tuple[str, ...]
_FROM_VARIANT = re.compile(r"[\w.-]+ \{\{ \w+ \}\}")
_WITH_STARS = frozenset(("build", "host", "run"))


def v1_files(recipe: Recipe) -> Mapping[str, str]:
    """Return the files of the recipe in v1: recipe.yaml, and the scripts under v1's names."""
    scripts = {_SCRIPTS.get(name, name): text for name, text in recipe.scripts}
    return {Dialect.RECIPE: write_v1(recipe), **scripts}


def write_v1(recipe: Recipe) -> str:
    """Return the text of recipe.yaml; raise RecipeError for what v1 has no words for."""
    lines = [GENERATED, *(f"# {line}" for line in recipe.header), "schema_version: 1"]
    if recipe.sets:
        lines += ["", "context:"]
        lines += [f"  {name}: {_scalar(v1_context(value))}" for name, value in recipe.sets]
    for section in _placed(recipe):
        lines += ["", *_section(section, 0)]
    return "\n".join(lines) + "\n"


def _placed(recipe: Recipe) -> Iterator[Section]:
    """Yield the sections of recipe.yaml with every entry where v1 has it."""
    trees: dict[str, Section] = {}
    for section in recipe.sections:
        if section.name == "test":
            tests = tuple(_tests(section))
            trees["tests"] = Section("tests", tests, notes=section.notes)
            continue
        trees.setdefault(section.name, Section(section.name, ()))
        trees[section.name] = replace(trees[section.name], notes=section.notes)
        for path, entry in _entries(section):
            tree = trees.setdefault(path[0], Section(path[0], ()))
            trees[path[0]] = _grown(tree, path[1:], entry)
    for name in (*_ORDER, *trees.keys() - set(_ORDER)):
        found = trees.get(name)
        if found is not None and (found.entries or found.notes):
            yield found


def _entries(section: Section) -> Iterator[tuple[_Path, Entry | Section]]:
    """Yield the entries of a section with the path of the section that holds them in v1."""
    keys = _KEYS.get(section.name, {})
    environment = next((one for one in section.entries if _key(one) == "script_env"), None)
    for entry in section.entries:
        key = _key(entry)
        moved = keys.get(key, key)
        full = moved if moved.startswith("/") else f"{section.name}/{moved}"
        *path, name = full.strip("/").split("/")
        if key == "script" and environment and isinstance(entry, Entry):
            yield tuple(path), _script_with(entry, environment)
        elif key == "skip" and isinstance(entry, Entry):
            yield tuple(path), _skip(entry)
        elif key != "script_env":
            yield tuple(path), _renamed(_starred(entry), name)


def _starred(entry: Entry | Section) -> Entry | Section:
    """Return a list of requirements with `.*` where conda-build adds it to a variable's value.

    `python {{ python_min }}` means any 3.11 in v0, and 3.11 exactly in v1.
    """
    if isinstance(entry, Section) or entry.key not in _WITH_STARS:
        return entry
    return (
        replace(entry, value=_with_stars(entry.value)) if isinstance(entry.value, tuple) else entry
    )


def _with_stars(items: tuple[Item, ...]) -> tuple[Item, ...]:
    return tuple(
        replace(one, text=f"{one.text}.*") if _FROM_VARIANT.fullmatch(one.text) else one
        for one in items
    )


def _key(entry: Entry | Section) -> str:
    return entry.name if isinstance(entry, Section) else entry.key


def _renamed(entry: Entry | Section, name: str) -> Entry | Section:
    return replace(entry, name=name) if isinstance(entry, Section) else replace(entry, key=name)


def _skip(entry: Entry) -> Entry:
    """Return the conditions under which there is no package; v1 lists them."""
    return replace(
        entry, value=(Item(v1_condition(entry.when) if entry.when else "true"),), when=""
    )


def _script_with(entry: Entry, environment: Entry | Section) -> Section:
    """Return the script with the variables that it is given from outside."""
    names = environment.value if isinstance(environment, Entry) else ()
    lines = entry.value if isinstance(entry.value, tuple) else (Item(str(entry.value)),)
    variables = tuple(
        Entry(item.text, f'{{{{ environ.get("{item.text}", "") }}}}')
        for item in (names if isinstance(names, tuple) else ())
    )
    content = replace(entry, key="content", value=lines, note="")
    return Section("script", (content, Section("env", variables)), notes=_told(entry))


def _told(entry: Entry) -> tuple[str, ...]:
    return (entry.note,) if entry.note else ()


def _grown(tree: Section, path: _Path, entry: Entry | Section) -> Section:
    """Return a section with one more entry, in the section below it that `path` names."""
    if not path:
        return replace(tree, entries=(*tree.entries, entry))
    head, *rest = path
    below = next((one for one in tree.entries if _key(one) == head), None)
    if isinstance(below, Section):
        grown = _grown(below, tuple(rest), entry)
        entries = tuple(grown if one is below else one for one in tree.entries)
        return replace(tree, entries=entries)
    made = _grown(Section(head, ()), tuple(rest), entry)
    return replace(tree, entries=(*tree.entries, made))


def _tests(section: Section) -> Iterator[Section]:
    """Yield the tests, each an item of a list: imports first, then commands.

    An import test of v1 installs nothing but the package and pip: where imports need more, they
    are commands.
    """
    lists = {_key(one): one for one in section.entries if isinstance(one, Entry)}
    imports, requires = _items(lists, "imports"), _items(lists, "requires")
    commands = [item for item in _items(lists, "commands") if item.text != "pip check"]
    checks = len(commands) < len(_items(lists, "commands"))
    own = ("pip", "python")
    if imports and all(spec_name(item.text) in own for item in requires):
        python = next((item for item in requires if spec_name(item.text) == "python"), None)
        version = python.text.partition(" ")[2] if python else ""
        entries = (
            Entry("imports", imports),
            *((Entry("python_version", f"{version}.*"),) if version else ()),
            *(() if checks else (Entry(key="pip_check", value=False),)),
        )
        yield Section("", (Section("python", entries),))
    else:
        lines = [Item(f'python -c "import {one.text}"', when=one.when) for one in imports]
        commands = [*lines, *([Item("pip check")] if checks else []), *commands]
    if commands:
        yield Section("", tuple(_script_test(tuple(commands), requires, lists)))


def _items(lists: Mapping[str, Entry], key: str) -> tuple[Item, ...]:
    value = lists[key].value if key in lists else ()
    return value if isinstance(value, tuple) else (Item(str(value)),)


def _script_test(
    commands: tuple[Item, ...], requires: tuple[Item, ...], lists: Mapping[str, Entry]
) -> Iterator[Entry | Section]:
    yield Entry("script", commands)
    if requires:
        yield Section("requirements", (Entry("run", _with_stars(requires)),))
    files = {"source": _items(lists, "source_files"), "recipe": _items(lists, "files")}
    named = tuple(Entry(name, items) for name, items in files.items() if items)
    if named:
        yield Section("files", named)


def _section(section: Section, depth: int) -> Iterator[str]:
    indent = "  " * depth
    yield f"{indent}{section.name}:" if section.entries else f"# {section.name}:"
    for note in section.notes:
        yield from comment_lines(note, depth + 1)
    yield from _inside(section.entries, depth + 1)


def _inside(entries: Iterable[Entry | Section], depth: int) -> Iterator[str]:
    for entry in entries:
        if isinstance(entry, Entry):
            yield from _entry(entry, depth)
        elif entry.name:
            yield from _section(entry, depth)
        else:  # an item of a list: its first line bears the dash
            first, *rest = _inside(entry.entries, depth + 1)
            yield f"{'  ' * depth}- {first.lstrip()}"
            yield from rest


def _entry(entry: Entry, depth: int) -> Iterator[str]:
    indent = "  " * depth
    yield from note_lines(entry, depth)
    match entry.value:
        case tuple() as items:
            yield f"{indent}{entry.key}:"
            for item in items:
                yield from _item(_narrowed(item, entry.when), depth + 1)
        case _ if entry.when:
            raise RecipeError(f"{entry.key} with a selector cannot be said in {Dialect.RECIPE}")
        case bool() as flag:
            yield f"{indent}{entry.key}: {str(flag).lower()}"
        case int() as number:
            yield f"{indent}{entry.key}: {number}"
        case str() as text:
            yield f"{indent}{entry.key}: {_scalar(v1_text(text))}"


def _narrowed(item: Item, when: str) -> Item:
    """Return an item of a list that is there only under a condition."""
    both = f"({when}) and ({item.when})" if when and item.when else when or item.when
    return replace(item, when=both)


def _item(item: Item, depth: int) -> Iterator[str]:
    indent, text = "  " * depth, _scalar(v1_text(item.text))
    yield from note_lines(item, depth)
    if item.when:
        yield f"{indent}- if: {v1_condition(item.when)}"
        yield f"{indent}  then: {text}"
    else:
        yield f"{indent}- {text}"


def _scalar(text: str) -> str:
    """Return a text as a YAML scalar; v1 is YAML first, so its expressions are text as well."""
    return text if is_bare(text) else "'" + text.replace("'", "''") + "'"
