"""Recipes written for a project, out of what was found in its sources."""
