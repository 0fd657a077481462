"""Carry conda packages from source tree to the stable channel, gate by gate."""

from importlib.metadata import version

__all__ = ["__version__"]

__version__ = version("conda-sluice")
