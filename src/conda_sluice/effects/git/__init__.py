"""Git: where a project's sources stand, taking them from the commit, and who signed a tag."""

from conda_sluice.effects.git.export import export_tree, export_worktree
from conda_sluice.effects.git.repository import GitRepository, Tag, open_repository
from conda_sluice.effects.git.signature import TagSignature, verify_tag

__all__ = [
    "GitRepository",
    "Tag",
    "TagSignature",
    "export_tree",
    "export_worktree",
    "open_repository",
    "verify_tag",
]
