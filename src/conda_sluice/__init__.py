"""Carry conda packages from source tree to the stable channel, gate by gate."""

from importlib.metadata import version

from conda_sluice.model.version import conda_version

__all__ = ["__version__", "conda_version"]

__version__ = version("conda-sluice")
