"""Channels of quetz servers: the server makes the index, and keeps what it was given."""
