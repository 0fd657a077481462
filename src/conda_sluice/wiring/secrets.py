"""The secrets of this user, learned before anything is told, so that none is told."""

from functools import lru_cache


@lru_cache(maxsize=1)
def learn_secrets() -> None:
    """Hide from now on what the environment and the files of credentials hold; once a process."""
    from conda_sluice.effects.credentials import open_credentials

    open_credentials()
