"""Variant configuration (conda_build_config.yaml): read, laid over each other, multiplied out."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import product

from conda_sluice.errors import RecipeError
from conda_sluice.model.names import Subdir
from conda_sluice.model.recipe import RenderedRecipe
from conda_sluice.model.variant import VariantConfig
from conda_sluice.recipe.document import Fields, Listing, Locate, Node, Scalar, Table, load_yaml
from conda_sluice.recipe.namespace import Assignment, selector_names
from conda_sluice.recipe.selectors import select_lines, split_lines

_Pins = tuple[tuple[str, tuple[str, str]], ...]
_Groups = tuple[tuple[str, ...], ...]

# conda-build keeps lists of its own under these keys; they say nothing about values
_NO_VARIANT_KEYS = frozenset(
    ("zip_keys", "pin_run_as_build", "extend_keys", "ignore_version", "ignore_build_only_deps")
)
_DEFAULTS = {"cpu_optimization_target": "nocona", "cran_mirror": "https://cran.r-project.org"}
_ON_WINDOWS = {"vc": "14"}
_NUMBERS = re.compile(r"\d+")
_TODAY = (("python", "3.13"),)
_FULL_PIN = "x.x.x.x.x.x"


def parse_variant_config(text: str, *, where: str, platform: Subdir) -> VariantConfig:
    """Return what a conda_build_config.yaml says for one platform.

    `pin_run_as_build` is laid over conda-build's own (python and r-base by `x.x`). Selectors see
    no variant yet, only a Python of today, where conda-build takes the one that it runs on. Raise
    RecipeError with file and line for a wrong selector, YAML, value or zip group.
    """
    lines = select_lines(split_lines(text, where), selector_names(platform, _TODAY), where)
    numbers = [line.number for line in lines] or [1]

    def locate(line: int) -> str:
        return f"{where}:{numbers[min(line, len(numbers)) - 1]}"

    root = load_yaml("\n".join(line.text for line in lines) + "\n", locate)
    fields = Fields(root, "the variant configuration", (), locate)
    _check_keys(root, locate)
    values = {
        key: values
        for key in fields
        if key not in _NO_VARIANT_KEYS and (values := _values(fields, key))
    }
    groups = _zip_groups(fields)
    _check_lengths(values, groups, fields.where("zip_keys") if groups else where)
    pins = dict(VariantConfig().pin_run_as_build) | dict(_pins(fields))
    return VariantConfig(
        values=tuple(sorted(values.items())),
        zip_keys=groups,
        pin_run_as_build=tuple(sorted(pins.items())),
    )


def layer(configs: Sequence[VariantConfig]) -> VariantConfig:
    """Return the configurations laid over each other; for each key the later one wins.

    Of keys that are zipped, a later file replaces all, or one by as many values, or picks rows
    by naming some of the values that are there. Raise RecipeError where that is ambiguous.
    """
    groups = _joined(group for config in configs for group in config.zip_keys)
    defaults = dict(VariantConfig().pin_run_as_build)
    values: dict[str, tuple[str, ...]] = {}
    pins = dict(defaults)
    for config in configs:
        later = dict(config.values)
        zipped = {key for group in groups for key in group}
        values |= {key: value for key, value in later.items() if key not in zipped}
        for group in groups:
            values |= _lay_group(group, values, later)
        pins |= {name: pin for name, pin in config.pin_run_as_build if pin != defaults.get(name)}
    _check_lengths(values, groups, "")
    return VariantConfig(
        values=tuple(sorted(values.items())),
        zip_keys=groups,
        pin_run_as_build=tuple(sorted(pins.items())),
    )


def with_defaults(config: VariantConfig, platform: Subdir) -> VariantConfig:
    """Return the configuration with the values that conda-build has when nobody gives any.

    Not those that are versions of long ago (R, Perl, NumPy): they are better asked for.
    """
    defaults = _DEFAULTS | (_ON_WINDOWS if platform.startswith("win-") else {})
    values = {key: (value,) for key, value in defaults.items()} | dict(config.values)
    return replace(config, values=tuple(sorted(values.items())))


def used_variants(config: VariantConfig, used: Collection[str]) -> tuple[Assignment, ...]:
    """Return every combination of the used keys' values, zipped keys side by side.

    Each combination is sorted by key; without a used key there is one, which is empty.
    """
    return _combinations(config, frozenset(used))


@lru_cache(maxsize=1024)
def _combinations(config: VariantConfig, used: frozenset[str]) -> tuple[Assignment, ...]:
    values = dict(config.values)
    _check_lengths(values, config.zip_keys, "")
    axes = [list(_rows(values, keys)) for keys in _axes(config, used)]
    return tuple(
        tuple(sorted(pair for row in combination for pair in row)) for combination in product(*axes)
    )


@lru_cache(maxsize=1024)
def complete(config: VariantConfig, fixed: Assignment) -> Assignment:
    """Return a value for every key: the fixed ones, and the first that goes with them."""
    chosen, values = dict(fixed), dict(config.values)
    for keys in _axes(config, values):
        for row in _rows(values, keys):
            if all(chosen.get(key, value) == value for key, value in row):
                chosen |= dict(row)
                break
    return tuple(sorted(chosen.items()))


def newest(versions: Collection[str]) -> str:
    """Return the highest of a variant key's versions by their numbers, "" where there are none."""
    return max(
        versions, key=lambda text: [int(part) for part in _NUMBERS.findall(text)], default=""
    )


def without_repeats(
    recipes: Iterable[RenderedRecipe], config: VariantConfig
) -> tuple[RenderedRecipe, ...]:
    """Return the recipes, a noarch one for the newest Python only: one package serves them all."""
    last = newest(config.get("python"))
    return tuple(
        recipe
        for recipe in recipes
        if not recipe.build.noarch or dict(recipe.variant).get("python", last) == last
    )


def _axes(config: VariantConfig, used: Collection[str]) -> Iterator[tuple[str, ...]]:
    """Yield the used keys that have values, those of a zip group together."""
    known = {key for key, _ in config.values}
    wanted = sorted(known & set(used))
    zipped: set[str] = set()
    for key in wanted:
        if key in zipped:
            continue
        group = next((group for group in config.zip_keys if key in group), (key,))
        zipped |= set(group)
        yield tuple(member for member in wanted if member in group)


def _rows(values: Mapping[str, tuple[str, ...]], keys: tuple[str, ...]) -> Iterator[Assignment]:
    """Yield the different rows of values of keys that are walked side by side."""
    rows = zip(*(values[key] for key in keys), strict=True)
    yield from dict.fromkeys(tuple(zip(keys, row, strict=True)) for row in rows)


def _lay_group(
    group: tuple[str, ...],
    values: dict[str, tuple[str, ...]],
    later: dict[str, tuple[str, ...]],
) -> dict[str, tuple[str, ...]]:
    """Return the values of a zip group's keys after `later` was laid over `values`."""
    new = {key: later[key] for key in group if key in later}
    kept = {key: values[key] for key in group if key in values and key not in new}
    if not new or not kept:
        return new
    length = len(next(iter(kept.values())))
    merged = {key: values[key] for key in group if key in values}
    for key, wanted in new.items():
        if len(wanted) == length or key not in merged:
            merged[key] = wanted
            continue
        missing = [value for value in wanted if value not in merged[key]]
        if missing:
            raise RecipeError(
                f"{key} is zipped with {', '.join(sorted(kept))}, and {missing[0]!r} is none of "
                f"the values that go with them",
                remedy=f"give {', '.join(sorted(group))} together in one file",
            )
        rows = [row for row, value in enumerate(merged[key]) if value in wanted]
        merged = {name: tuple(column[row] for row in rows) for name, column in merged.items()}
        length = len(rows)
    return merged


def _joined(groups: Iterable[tuple[str, ...]]) -> _Groups:
    """Return the groups, those that share a key made one."""
    joined: list[dict[str, None]] = []
    for group in groups:
        merged = dict.fromkeys(group)
        for other in [other for other in joined if other.keys() & merged.keys()]:
            joined.remove(other)
            merged = other | merged
        joined.append(merged)
    return tuple(tuple(group) for group in joined)


def _check_lengths(values: dict[str, tuple[str, ...]], groups: _Groups, where: str) -> None:
    for group in groups:
        lengths = {key: len(values[key]) for key in group if key in values}
        if len(set(lengths.values())) > 1:
            told = ", ".join(f"{key} has {count}" for key, count in sorted(lengths.items()))
            raise RecipeError(
                f"zip_keys need equally many values: {told}",
                where,
                "zipped keys are walked side by side; give each of them one value for every row",
            )


def _check_keys(root: Table, locate: Locate) -> None:
    for key, _ in root.pairs:
        if "-" in key.text:
            raise RecipeError(
                f"{key.text!r} is no variant key",
                locate(key.line),
                f"write {key.text.replace('-', '_')!r}; it stands for the package of either name",
            )


def _values(fields: Fields, key: str) -> tuple[str, ...]:
    """Return the values of a key; an empty text within a list is a value too."""
    match fields.node(key):
        case Listing(items=items):
            values = tuple(item.text for item in items if isinstance(item, Scalar))
            if len(values) < len(items):
                raise RecipeError(f"{key} must be a list of texts", fields.where(key))
            return values
        case _:
            return fields.texts(key)


def _zip_groups(fields: Fields) -> _Groups:
    """Return the zip groups; one plain list is one group."""
    node = fields.node("zip_keys")
    match node:
        case None:
            return ()
        case Listing(items=items) if all(isinstance(item, Scalar) for item in items):
            groups: tuple[Node, ...] = (node,)
        case Listing(items=items) if all(isinstance(item, Listing) for item in items):
            groups = items
        case _:
            raise RecipeError(
                "zip_keys must be a list of keys, or a list of such lists",
                fields.where("zip_keys"),
            )
    named = tuple(_group(group) for group in groups)
    flat = [key for group in named for key in group]
    for key in flat:
        if flat.count(key) > 1:
            raise RecipeError(f"{key!r} stands in zip_keys twice", fields.where("zip_keys"))
    return tuple(group for group in named if len(group) > 1)


def _group(node: Node) -> tuple[str, ...]:
    match node:
        case Listing(items=items):
            return tuple(item.text for item in items if isinstance(item, Scalar) and item.text)
        case _:
            return ()


def _pins(fields: Fields) -> _Pins:
    node = fields.node("pin_run_as_build")
    match node:
        case None:
            return ()
        case Table(pairs=pairs):
            return tuple((name.text, _pin(name, pin, fields)) for name, pin in pairs)
        case _:
            raise RecipeError(
                "pin_run_as_build must map package names to pins", fields.where("pin_run_as_build")
            )


def _pin(name: Scalar, node: Node, fields: Fields) -> tuple[str, str]:
    if isinstance(node, Scalar):
        return node.text, node.text
    pin = Fields(node, f"pin_run_as_build/{name.text}", ("min_pin", "max_pin"), fields.locate)
    low = pin.text("min_pin") if "min_pin" in pin else _FULL_PIN
    high = pin.text("max_pin") if "max_pin" in pin else "x"
    return low, high
