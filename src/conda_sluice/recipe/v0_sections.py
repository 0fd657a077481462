"""The sections of a rendered meta.yaml as values of the model; no key is ever dropped."""

import json
from collections.abc import Collection, Iterator

from conda_sluice.errors import RecipeError, UsageError
from conda_sluice.model.names import PackageName, parse_package_name
from conda_sluice.model.recipe import About, Source, TestSection
from conda_sluice.recipe import v0_keys
from conda_sluice.recipe.document import Fields, Listing, Locate, Node, Scalar, Table

_IN_MODEL = ("home", "license", "license_family", "summary", "description", "doc_url", "dev_url")
_BAD_IN_VERSION = frozenset("=@#$%^&*:;\"'\\|<>?/ -")
_TEST_LANGUAGES = {"r-": "r", "perl-": "perl", "lua-": "lua"}


def section(root: Fields, name: str, known: Collection[str]) -> Fields:
    """Return the keys of one section, none where the section is not there."""
    node = root.node(name)
    found = Fields(Table((), 1) if node is None else node, name, known, root.locate)
    v0_keys.refuse_waiting(found)
    return found


def read_package(root: Fields) -> tuple[PackageName, str]:
    """Return name and version; raise RecipeError where conda does not allow them."""
    fields = section(root, "package", v0_keys.PACKAGE)
    name, version = fields.text("name"), fields.text("version")
    if not name or not version:
        raise RecipeError(
            f"the recipe has no package {'version' if name else 'name'}",
            root.where("package") if "package" in root else root.locate(1),
            "write package: with name: and version:",
        )
    bad = sorted(_BAD_IN_VERSION & set(version))
    if bad or version.startswith("."):
        raise RecipeError(
            f"{version!r} is no conda version",
            fields.where("version"),
            f"take out {' '.join(bad)}" if bad else "it cannot start with a dot",
        )
    try:
        return parse_package_name(name), version
    except UsageError as error:
        raise RecipeError(error.what, fields.where("name"), error.remedy) from error


def read_sources(root: Fields) -> tuple[Source, ...]:
    """Return the sources: one mapping, or a list of them."""
    node = root.node("source")
    match node:
        case None:
            return ()
        case Listing(items=items):
            return tuple(found for item in items if (found := _source(item, root.locate)))
        case _:
            found = _source(node, root.locate)
            return (found,) if found else ()


def _source(node: Node, locate: Locate) -> Source | None:
    fields = Fields(node, "source", v0_keys.SOURCE, locate)
    v0_keys.refuse_waiting(fields)
    revisions = [key for key in ("git_rev", "git_tag", "git_branch") if fields.text(key)]
    if len(revisions) > 1:
        raise RecipeError(
            f"source has {' and '.join(revisions)}", locate(node.line), "keep one of them"
        )
    source = Source(
        path=_beside(fields.text("path")),
        url=fields.texts("url"),
        sha256=fields.text("sha256"),
        md5=fields.text("md5"),
        file_name=fields.text("fn"),
        patches=fields.texts("patches"),
        folder=fields.text("folder"),
        git_url=fields.text("git_url"),
        git_rev=fields.text(revisions[0]) if revisions else "",
        git_depth=read_whole(fields, "git_depth"),
    )
    if source == Source():
        return None
    if [bool(source.path), bool(source.url), bool(source.git_url)].count(True) != 1:
        raise RecipeError("a source needs one of path, url and git_url", locate(node.line))
    return source


def _beside(path: str) -> str:
    """Return a path relative to the recipe, also where it says so in full."""
    return "." if path == "$RECIPE_DIR" else path.removeprefix("$RECIPE_DIR/")


def read_whole(fields: Fields, key: str) -> int:
    """Return the whole number at `key`, 0 where there is none; -1 counts as 0."""
    text = fields.text(key) or "0"
    if not text.isascii() or not text.removeprefix("-").isdigit():
        raise RecipeError(f"{fields.section}/{key} must be a whole number", fields.where(key))
    return max(int(text), 0)


def read_test(root: Fields, name: str, platform: str, files: Collection[str]) -> TestSection:
    """Return the tests: the section's, and the `run_test.*` beside the recipe."""
    fields = section(root, "test", v0_keys.TEST)
    scripts = dict(_test_scripts(platform, files))
    return TestSection(
        imports=tuple(_imports(fields, name)),
        commands=(*fields.texts("commands"), *scripts.values()),
        requires=fields.texts("requires"),
        files=(*fields.texts("files"), *scripts),
        source_files=fields.texts("source_files"),
        downstreams=fields.texts("downstreams"),
    )


TEST_SCRIPTS = (
    ("run_test.sh", "bash -e"),
    ("run_test.bat", "call"),
    ("run_test.py", "python"),
    ("run_test.r", "Rscript"),
    ("run_test.pl", "perl"),
)
"""Test scripts that count when they lie beside the recipe, and what runs them."""


def _test_scripts(platform: str, files: Collection[str]) -> Iterator[tuple[str, str]]:
    foreign = "run_test.sh" if platform.startswith("win-") else "run_test.bat"
    for file, runner in TEST_SCRIPTS:
        if file in files and file != foreign:
            yield file, f"{runner} {file}"


def _imports(fields: Fields, name: str) -> Iterator[str]:
    """Yield the modules or libraries, which are of the language that the name says."""
    own = next((lang for head, lang in _TEST_LANGUAGES.items() if name.startswith(head)), "python")
    node = fields.node("imports")
    for item in node.items if isinstance(node, Listing) else [node or Scalar("", 1)]:
        if not isinstance(item, Table):
            yield from fields.texts_of("imports", item)
            continue
        group = Fields(item, "test/imports", ("lang", "imports"), fields.locate)
        if group.text("lang") != own:
            raise RecipeError(
                f"imports of {group.text('lang') or 'no language'} are not supported here",
                fields.locate(item.line),
                f"the package's name says {own}; write the others as commands",
            )
        yield from group.texts("imports")


def read_about(root: Fields) -> About:
    """Return what the recipe says about the package, its `extra` section included."""
    fields = section(root, "about", v0_keys.ABOUT)
    model = {key: _joined(fields, key) for key in _IN_MODEL}
    extra = {key: _plain(node) for key in fields if (node := _beyond(fields, key))}
    node = root.node("extra")
    if node is not None:
        free = Fields(node, "extra", (), root.locate)
        extra |= {key: _plain(found) for key in free if (found := free.node(key))}
    return About(
        license_file=fields.texts("license_file"), extra=tuple(sorted(extra.items())), **model
    )


def _beyond(fields: Fields, key: str) -> Node | None:
    return None if key in {*_IN_MODEL, "license_file"} else fields.node(key)


def _joined(fields: Fields, key: str) -> str:
    return ", ".join(fields.texts(key))


def _plain(node: Node) -> str:
    return node.text if isinstance(node, Scalar) else json.dumps(_data(node), ensure_ascii=False)


def _data(node: Node) -> object:
    match node:
        case Scalar(text=text):
            return text
        case Listing(items=items):
            return [_data(item) for item in items]
        case Table(pairs=pairs):
            return {key.text: _data(value) for key, value in pairs}
