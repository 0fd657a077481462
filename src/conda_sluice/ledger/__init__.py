"""The append-only record of what was built, tested and promoted."""
