"""Recipes: generated from projects, written as meta.yaml, read back, rendered for builders."""
