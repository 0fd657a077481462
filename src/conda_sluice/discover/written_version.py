"""A version that somebody wrote, carried over to conda by the rules of the language."""

from pathlib import Path

from conda_sluice.errors import VersionError
from conda_sluice.model.project import Language
from conda_sluice.model.version import VersionScheme, conda_version

WRITTEN_BY = {
    Language.PYTHON: VersionScheme.PEP440,
    Language.R: VersionScheme.R,
    Language.C: VersionScheme.SEMVER,
}


def written_version(text: str, language: Language, where: Path) -> str:
    """Return the conda version of one that the files of the project at `where` say."""
    return carry_over(text, WRITTEN_BY[language], where)


def carry_over(text: str, rules: VersionScheme, where: Path) -> str:
    """Return the conda version of `text`; VersionError says where it stands."""
    try:
        return conda_version(text, rules)
    except VersionError as error:
        raise VersionError(error.what, where=str(where), remedy=error.remedy) from error
