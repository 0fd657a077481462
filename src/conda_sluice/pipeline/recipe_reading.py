"""A recipe as it lies on disk, in either dialect: which file it is, and what it comes to."""

from collections.abc import Collection, Mapping
from pathlib import Path

from conda_sluice.effects.scratch import scratch_folder
from conda_sluice.errors import RecipeError, SluiceError
from conda_sluice.model.names import Subdir
from conda_sluice.model.recipe import Dialect, RenderedRecipe
from conda_sluice.model.variant import VariantConfig

RECIPE_FILES = tuple(one.value for one in Dialect)
BUILD_SCRIPTS = frozenset({"build.sh", "bld.bat"})


def recipe_file(names: Collection[str], folder: Path) -> Dialect:
    """Return which of the files of a folder is the recipe.

    Raise RecipeError where none is, or both are: one of them would be out of date some day.
    """
    found = [one for one in Dialect if one in names]
    match found:
        case [dialect]:
            return dialect
        case []:
            raise RecipeError(
                f"there is no {Dialect.META} and no {Dialect.RECIPE} here",
                where=str(folder),
                remedy="sluice recipe writes one",
            )
        case _:
            raise RecipeError(
                f"there is a {Dialect.META} and a {Dialect.RECIPE} here, and nothing says which one"
                " counts",
                where=str(folder),
                remedy="keep one of them",
            )


def read_folder(
    files: Mapping[str, bytes],
    folder: Path,
    *,
    platform: Subdir,
    variants: VariantConfig,
    environ: Mapping[str, str],
) -> tuple[RenderedRecipe, ...]:
    """Return the recipe for each of its variants, out of the files of its folder.

    Raise RecipeError with file and line for what cannot be read.
    """
    name = recipe_file(files, folder)
    text = decoded(files[name], folder / name, RecipeError)
    beside = [one for one in files if one != name]
    if name is Dialect.RECIPE:
        from conda_sluice.recipe.v1.read import read_v1

        with scratch_folder() as scratch:
            return read_v1(
                text,
                where=str(folder / name),
                platform=platform,
                variants=variants,
                environ=environ,
                files=beside,
                scratch=scratch,
            )
    from conda_sluice.recipe.v0.read import read_recipe

    return read_recipe(
        text,
        where=str(folder / name),
        platform=platform,
        variants=variants,
        environ=environ,
        files=beside,
        scripts={
            one: files[one].decode(errors="replace") for one in beside if one in BUILD_SCRIPTS
        },
    )


def decoded(data: bytes, file: Path, failure: type[SluiceError]) -> str:
    """Return the text of a file, its lines ended by newlines alone, however they were.

    Raise `failure` with the line of the first byte that is not UTF-8.
    """
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise failure(
            f"the byte 0x{data[error.start]:02x} is not UTF-8",
            where=f"{file}:{line}",
            remedy="save the file as UTF-8",
        ) from None


def read_files(folder: Path) -> Mapping[str, bytes]:
    """Return the files of a recipe, those in folders too, hidden ones left out."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    }
