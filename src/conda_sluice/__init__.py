"""Carry conda packages from source tree to the stable channel, gate by gate."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conda_sluice.model.version import conda_version

    __version__: str

__all__ = ["__version__", "conda_version"]


def __getattr__(name: str) -> object:
    """Import what is public when it is asked for: every worker process imports this package."""
    match name:
        case "conda_version":
            from conda_sluice.model.version import conda_version

            return conda_version
        case "__version__":
            from importlib.metadata import version

            return version("conda-sluice")
        case _:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
