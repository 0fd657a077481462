"""With which token the API is asked, and where somebody who has none may put one."""

from dataclasses import dataclass

from conda_sluice.effects.credentials import open_credentials
from conda_sluice.model.credential import Secret, Service, Token


@dataclass(frozen=True, slots=True)
class Access:
    """A token, empty for none; where it was found; where one is looked for."""

    token: Secret
    source: str = ""
    places: tuple[str, ...] = ()

    @property
    def remedy(self) -> str:
        """Return what to do for a token that is accepted."""
        return f"one is looked for in: {', '.join(self.places)}" if self.places else ""


def find_access(api: str) -> Access:
    """Look for the token for the API at a URL."""
    credentials = open_credentials()
    places = credentials.places(Service.ANACONDA)
    match credentials.of(api, Service.ANACONDA):
        case Token(token=token, source=source):
            return Access(token, source, places)
        case _:  # a password of ~/.netrc is nothing that the API takes
            return Access(Secret(""), places=places)
