"""Channels in folders of this machine: sluice is the one writer of their indexes."""
