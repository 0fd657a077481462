"""Channels on plain web servers, which can only be read."""
