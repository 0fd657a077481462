"""Git: where a project's sources stand, taking them from the commit, and who signed a tag."""

from conda_sluice.effects.git.export import export_tree, export_worktree
from conda_sluice.effects.git.repository import GitRepository, Tag, open_repository
from conda_sluice.effects.git.signature import verify_tag
from conda_sluice.effects.git.signing_key import signing_key

__all__ = [
    "GitRepository",
    "Tag",
    "export_tree",
    "export_worktree",
    "open_repository",
    "signing_key",
    "verify_tag",
]
