"""The `outputs` of a v0 recipe: each as if it were a recipe of its own, by conda-build's rules.

The rules are those of conda-build's metadata.py (get_output_dicts_from_metadata,
get_output_metadata, reconcile_metadata_with_output_dict).
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from conda_sluice.errors import RecipeError
from conda_sluice.model.recipe import Pin
from conda_sluice.recipe.document import EMPTY, Fields, Listing, Node, Scalar, Table
from conda_sluice.recipe.requirement_text import spec_name
from conda_sluice.recipe.v0 import keys as v0_keys
from conda_sluice.recipe.v0.jinja import Rendering

_OF_BUILD = ("string", "entry_points", "run_exports", "track_features", "features")
_OF_PYTHON = ("noarch", "noarch_python", "python_version_independent")
_NOT_INHERITED = frozenset(("script", *_OF_BUILD[1:3], *_OF_PYTHON))
_NOT_INHERITED_TESTS = frozenset(("commands", "imports"))
_FORMATS = frozenset(("", "conda", ".conda", "tar.bz2", ".tar.bz2", "1", "2"))


@dataclass(frozen=True, slots=True)
class Package:
    """One package that a recipe makes: its sections, and the keys of its output.

    `is_output` tells that its name is not the recipe's; `output_of` is the recipe's, "" where it
    has no outputs. `line` is where its output begins in the YAML text, 0 where it has none;
    `lines` are the parts of the file that are about it, none for all of it.
    """

    root: Fields
    own: Fields
    is_output: bool = False
    line: int = 0
    output_of: str = ""
    lines: tuple[range, ...] = ()

    @property
    def name(self) -> str:
        """Return its name."""
        return self._package("name")

    @property
    def version(self) -> str:
        """Return its version."""
        return self._package("version")

    @property
    def is_top_level(self) -> bool:
        """Tell whether it bears the name of a recipe with outputs."""
        return bool(self.output_of) and not self.is_output

    @property
    def is_split(self) -> bool:
        """Tell whether its output has a script, or picks its files."""
        return self.own.node("script") is not None or self.own.node("files") is not None

    @property
    def is_whole(self) -> bool:
        """Tell whether the whole file is about it."""
        return not self.lines

    def has_line(self, number: int) -> bool:
        """Tell whether a line of the file is about this package."""
        return not self.lines or any(number in part for part in self.lines)

    def _package(self, key: str) -> str:
        node = self.root.node("package")
        fields = Fields(node or EMPTY, "package", v0_keys.PACKAGE, self.root.locate)
        return fields.text(key)


def packages_of(root: Fields, rendering: Rendering) -> tuple[Package, ...]:
    """Return the packages of a recipe: itself, or each of its outputs.

    Raise RecipeError for an output that conda-build would not make so, or only in part.
    """
    items = _items(root)
    if not items:
        return (Package(root, Fields(EMPTY, "outputs", v0_keys.OUTPUT, root.locate)),)
    recipe = Fields(root.node("package") or EMPTY, "package", v0_keys.PACKAGE, root.locate)
    name = recipe.text("name")
    outputs = [Fields(item, "outputs", v0_keys.OUTPUT, root.locate) for item in items]
    names = [output.text("name") or name for output in outputs]
    found = [
        Package(
            root=_sections(root, own, recipe, own_name),
            own=own,
            is_output=own_name != name,
            line=item.line,
            output_of=name or own_name,
        )
        for item, own, own_name in zip(items, outputs, names, strict=True)
    ]
    if name and name not in names and _needs_an_output(root, names, rendering):
        nothing = Fields(EMPTY, "outputs", v0_keys.OUTPUT, root.locate)
        found.append(Package(root, nothing, output_of=name))
    for package in found:
        _check_type(package.own)
    return tuple(found)


def output_names(root: Fields) -> Iterator[str]:
    """Yield the names that outputs have."""
    for item in _items(root):
        yield Fields(item, "outputs", v0_keys.OUTPUT, root.locate).text("name")


def _items(root: Fields) -> tuple[Node, ...]:
    match root.node("outputs"):
        case None:
            return ()
        case Listing(items=items):
            return items
        case Table() as only:
            return (only,)
        case _:
            raise RecipeError(
                "outputs must be a list", root.where("outputs"), "begin each with - name:"
            )


def _check_type(own: Fields) -> None:
    kind = own.text("type")
    if kind not in _FORMATS:
        raise RecipeError(
            f"an output of type {kind!r} is no conda package",
            own.where("type"),
            "take it out, or build this recipe with conda-build",
        )


def _needs_an_output(root: Fields, names: Collection[str], rendering: Rendering) -> bool:
    """Tell whether the recipe's own requirements speak of an output: then it is a package too."""
    fields = Fields(
        root.node("requirements") or EMPTY, "requirements", v0_keys.REQUIREMENTS, root.locate
    )
    for key in fields:
        for line in fields.scalars(key):
            found = rendering.requirement(line)
            if isinstance(found, Pin):
                if found.kind == "pin_subpackage":
                    return True
            elif key == "run" and spec_name(found) in names:
                return True
    return False


def _sections(root: Fields, own: Fields, recipe: Fields, name: str) -> Fields:
    """Return the sections of an output."""
    if not name:
        raise RecipeError(
            "the output has no package name", own.locate(own.line), "write - name: and its name"
        )
    is_output = name != recipe.text("name")
    changed = _changed_output(root, own) if is_output else _changed_top(root, own)
    changed["package"] = _table(
        {
            "name": own.raw("name") or recipe.raw("name"),
            "version": own.raw("version") if is_output or not recipe.text("version") else None,
        },
        recipe,
        own.line,
    )
    changed["extra"] = _laid_over(root.node("extra"), own.node("extra"), own.line)
    kept: dict[str, Node | None] = {key: root.raw(key) for key in root}
    return Fields(_table(kept | changed, None, own.line), "the recipe", (), root.locate)


def _changed_top(root: Fields, own: Fields) -> dict[str, Node | None]:
    """Return the sections of the output that bears the recipe's name: its keys over the recipe's.

    What it says beside the sections would be lost, so it is refused.
    """
    for key in (*_OF_BUILD, *_OF_PYTHON, "number"):
        if own.node(key) is not None:
            _refuse_beside(own, key)
    recipe = Fields(root.node("package") or EMPTY, "package", (), root.locate)
    version = recipe.text("version")
    if version and own.text("version") not in {"", version}:
        raise RecipeError(
            f"the output named as the recipe has version {own.text('version')}, the recipe"
            f" {version}",
            own.where("version"),
            "conda-build takes the recipe's; write the same",
        )
    changed: dict[str, Node | None] = {
        "requirements": _laid_over(root.node("requirements"), _expanded(own), own.line),
        "build": _laid_over(root.node("build"), own.node("build"), own.line),
        "about": _laid_over(root.node("about"), own.node("about"), own.line),
    }
    if "test" in own:
        changed["test"] = own.raw("test")
    return changed


def _changed_output(root: Fields, own: Fields) -> dict[str, Node | None]:
    """Return the sections of an output with a name of its own."""
    changed: dict[str, Node | None] = {
        "requirements": _expanded(own),
        "build": _build(root, own),
        "about": own.raw("about") if "about" in own else root.raw("about"),
    }
    if "test" in own:
        changed["test"] = own.raw("test")
    else:
        changed["test"] = _without(root.node("test"), _NOT_INHERITED_TESTS, root)
    return changed


def _build(root: Fields, own: Fields) -> Node:
    top = Fields(root.node("build") or EMPTY, "build", v0_keys.BUILD, root.locate)
    number = own.raw("number") or top.raw("number")
    if "build" in own:
        for key in (*_OF_BUILD, *_OF_PYTHON):
            if own.node(key) is not None:
                _refuse_beside(own, key)
        build = Fields(own.node("build") or EMPTY, "build", v0_keys.BUILD, root.locate)
        given: dict[str, Node | None] = {} if "number" in build else {"number": number}
        return _table(given, build, own.line)
    inherited: dict[str, Node | None] = {
        key: top.raw(key) for key in top if key not in _NOT_INHERITED
    }
    added = {key: own.raw(key) for key in (*_OF_BUILD, *_OF_PYTHON) if key in own}
    return _table(inherited | {"number": number} | added, None, own.line)


def _refuse_beside(own: Fields, key: str) -> None:
    raise RecipeError(
        f"{key!r} stands in the output beside its `build` section, where conda-build does not"
        " see it"
        if "build" in own
        else f"conda-build does not see {key!r} in the output named as the recipe",
        own.where(key),
        "write it within build:",
    )


def _expanded(own: Fields) -> Node:
    """Return an output's requirements; a plain list counts for host and for run."""
    node = own.node("requirements")
    if isinstance(node, Listing | Scalar):
        key = Scalar("host", node.line), Scalar("run", node.line)
        return Table(((key[0], node), (key[1], node)), node.line)
    return node or EMPTY


def _without(node: Node | None, keys: Collection[str], root: Fields) -> Node | None:
    if not isinstance(node, Table):
        return node
    for key, _ in node.pairs:
        if key.text not in v0_keys.TEST:
            Fields(node, "test", v0_keys.TEST, root.locate)
    return Table(tuple(pair for pair in node.pairs if pair[0].text not in keys), node.line)


def _laid_over(below: Node | None, above: Node | None, line: int) -> Node | None:
    """Return one mapping with the keys of both; where both have one, `above` counts."""
    match below, above:
        case Table(pairs=first), Table(pairs=second):
            return Table((*first, *second), line)
        case _, None:
            return below
        case _:
            return above


def _table(changed: Mapping[str, Node | None], base: Fields | None, line: int) -> Table:
    """Return the mapping of `base` with `changed` keys; None leaves what was there."""
    return Table(tuple(_pairs(changed, base, line)), line)


def _pairs(
    changed: Mapping[str, Node | None], base: Fields | None, line: int
) -> Iterator[tuple[Scalar, Node]]:
    given = {key: node for key, node in changed.items() if node is not None}
    for key in base or ():
        kept = base.raw(key) if base else None
        if key not in given and kept is not None:
            yield Scalar(key, kept.line), kept
    for key, node in given.items():
        yield Scalar(key, line), node
