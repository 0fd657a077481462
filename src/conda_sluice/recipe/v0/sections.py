"""The sections of a rendered meta.yaml as values of the model; no key is ever dropped."""

from collections.abc import Collection, Iterator
from pathlib import PurePosixPath

from conda_sluice.errors import RecipeError, UsageError
from conda_sluice.model.names import PackageName, parse_package_name
from conda_sluice.model.recipe import About, Source, TestSection
from conda_sluice.recipe.document import Fields, Listing, Locate, Node, Scalar, Table, plain_text
from conda_sluice.recipe.v0 import keys as v0_keys
from conda_sluice.recipe.v0.test_scripts import TEST_SCRIPTS

_IN_MODEL = ("home", "license", "license_family", "summary", "description", "doc_url", "dev_url")
_BAD_IN_VERSION = frozenset("=@#$%^&*:;\"'\\|<>?/ -")
_RUNNERS = {".sh": "bash -e", ".bat": "call", ".py": "python", ".r": "Rscript", ".pl": "perl"}
_TEST_LANGUAGES = {"r-": "r", "perl-": "perl", "lua-": "lua"}


def section(root: Fields, name: str, known: Collection[str]) -> Fields:
    """Return the keys of one section, none where the section is not there."""
    node = root.node(name)
    return Fields(Table((), 1) if node is None else node, name, known, root.locate)


def beyond(fields: Fields, keys: Collection[str]) -> tuple[tuple[str, str], ...]:
    """Return the pairs of a section that the model has no field for, sorted."""
    found = {key: node for key in keys if (node := fields.node(key)) is not None}
    return tuple(sorted((key, plain_text(node)) for key, node in found.items()))


def read_app(root: Fields) -> tuple[tuple[str, str], ...]:
    """Return what the recipe says of an application for conda's navigator."""
    return beyond(section(root, "app", v0_keys.APP), v0_keys.APP)


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
        beyond=beyond(fields, v0_keys.SOURCE_BEYOND),
    )
    if source == Source():
        return None
    others = [key for key in ("svn_url", "hg_url") if fields.text(key)]
    places = [bool(source.path), bool(source.url), bool(source.git_url), *map(bool, others)]
    if places.count(True) != 1:
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


def read_test(
    root: Fields, name: str, platform: str, files: Collection[str], *, is_output: bool = False
) -> TestSection:
    """Return the tests: the section's, and the `run_test.*` beside the recipe.

    An output has its own script instead (`is_output`). Pins stay as marks in `requires`.
    """
    fields = section(root, "test", v0_keys.OUTPUT_TEST if is_output else v0_keys.TEST)
    scripts = dict(_own_script(fields) if is_output else _test_scripts(platform, files))
    return TestSection(
        imports=tuple(_imports(fields, name)),
        commands=(*fields.texts("commands"), *scripts.values()),
        files=(*fields.texts("files"), *scripts),
        source_files=fields.texts("source_files"),
        downstreams=fields.texts("downstreams"),
    )


def _own_script(fields: Fields) -> Iterator[tuple[str, str]]:
    """Yield the test script that an output names, with the command that runs it."""
    script = fields.text("script")
    runner = fields.text("script_interpreter") or _RUNNERS.get(PurePosixPath(script).suffix, "")
    if script and not runner:
        raise RecipeError(
            f"nothing is known to run {script}",
            fields.where("script"),
            "name a .sh, .bat, .py, .r or .pl file, or give script_interpreter",
        )
    if script:
        yield script, f"{runner} {script}"


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
    extra = {key: plain_text(node) for key in fields if (node := _beyond(fields, key))}
    node = root.node("extra")
    if node is not None:
        free = Fields(node, "extra", (), root.locate)
        extra |= {key: plain_text(found) for key in free if (found := free.node(key))}
    return About(
        license_file=fields.texts("license_file"), extra=tuple(sorted(extra.items())), **model
    )


def _beyond(fields: Fields, key: str) -> Node | None:
    return None if key in {*_IN_MODEL, "license_file"} else fields.node(key)


def _joined(fields: Fields, key: str) -> str:
    return ", ".join(fields.texts(key))
