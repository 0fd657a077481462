"""The files that say whom to trust, read from the branch that is trusted."""

from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from conda_sluice.effects.git import GitRepository
from conda_sluice.errors import ConfigError
from conda_sluice.pipeline.workspace import OpenRepository


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """A file of people who may sign: its text, None where it is not on the trusted branch."""

    file: Path
    text: str | None


class Trust:
    """Reads files of the workspace as the trusted branch has them.

    What a commit on another branch changes in them counts for nothing. A workspace outside of
    git has no branches; there the files count as they lie.
    """

    def __init__(self, root: Path, branch: str, open_repository: OpenRepository) -> None:
        self._root = root
        self._branch = branch
        self._open_repository = open_repository
        self.people = cache(self._people)

    def _people(self, file: Path) -> People:
        """Return what a file of people says; raise ConfigError where it cannot be read."""
        repository = self._repository
        if repository is not None:
            commit = repository.trusted_commit(self._branch)
            return People(file=file, text=repository.text_at(commit, file))
        try:
            return People(file=file, text=file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return People(file=file, text=None)
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(
                f"cannot read the file of people who may sign: {error}", where=str(file)
            ) from error

    def is_changed_by(self, commit: str, repository: Path, file: Path) -> bool:
        """Tell whether a commit of a repository changes a file that says whom to trust."""
        ours = self._repository
        if ours is None or ours.top.resolve() != repository.resolve():
            return False
        return ours.is_changed_by(commit, file)

    @cached_property
    def _repository(self) -> GitRepository | None:
        return self._open_repository(self._root)
