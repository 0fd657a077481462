"""Remarks about recipes, each with an id that stays."""
