"""Repodata of a static channel."""
