"""What can go wrong on the way to a server: told in words, and whether another try may help."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from conda_sluice.effects.http.answers import shown
from conda_sluice.errors import StoreError


class TransientError(Exception):
    """One try failed and another one may not.

    `has_progressed` where it brought more than any try before, so that patience starts anew;
    `is_silence` where the server said nothing in time.
    """

    def __init__(
        self,
        trouble: StoreError,
        *,
        retry_after: str = "",
        has_progressed: bool = False,
        is_silence: bool = False,
    ) -> None:
        super().__init__(str(trouble))
        self.trouble = trouble
        self.retry_after = retry_after
        self.has_progressed = has_progressed
        self.is_silence = is_silence


@contextmanager
def translated(url: str) -> Iterator[None]:
    """Raise TransientError or StoreError for whatever `requests` raises in the block."""
    import requests

    place = shown(url)
    try:
        yield
    except (requests.exceptions.InvalidHeader, UnicodeEncodeError) as error:
        raise StoreError(
            "a key or token for this server holds what cannot be sent",
            place,
            "look for a line break or a letter too many in it",
        ) from error
    except requests.Timeout as error:
        silence = StoreError("does not answer in time", place, _LATER)
        raise TransientError(silence, is_silence=True) from error
    except (requests.ConnectionError, requests.exceptions.ChunkedEncodingError) as error:
        causes = list(_causes(error))
        if any(isinstance(one, ssl.SSLCertVerificationError) for one in causes):
            raise StoreError(
                "has a certificate that is not trusted",
                place,
                "name the file of its authority's certificate in REQUESTS_CA_BUNDLE",
            ) from error
        said = [one.strerror for one in causes if isinstance(one, OSError) and one.strerror]
        reason = f": {said[-1]}" if said else ""
        raise TransientError(StoreError(f"cannot be reached{reason}", place, _LATER)) from error
    except (requests.RequestException, ValueError) as error:
        raise StoreError(
            f"cannot be asked ({type(error).__name__})", place, "look whether its URL is right"
        ) from error


_LATER = "it was asked several times; look whether the URL is right and the server runs"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
