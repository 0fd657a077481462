"""Frozen values: the words of the field as types."""
