"""A channel out of this machine."""
