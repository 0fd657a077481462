"""Channels over HTTP, read-only: which files are published, how they are sent, where pages are."""
