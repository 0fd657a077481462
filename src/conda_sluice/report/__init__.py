"""Outcomes as plain data with a versioned schema; how they look is the command line's affair."""
