"""At which URLs a URL is asked: at its mirrors, the last one that answered first, or itself."""

from collections.abc import Callable
from typing import TypeVar

from conda_sluice.errors import DamagedError, StoreError

T = TypeVar("T")


class Routes:
    """Knows the mirrors of channels.yaml; rattler and pixi understand the same mapping."""

    def __init__(self, mirrors: tuple[tuple[str, tuple[str, ...]], ...]) -> None:
        self._mirrors = dict(mirrors)
        self._good: dict[str, str] = {}

    def first_answer(self, url: str, ask: Callable[[str], T]) -> T:
        """Return what `ask` returns for the first URL at which it raises nothing.

        Where there are mirrors they are asked and not the URL itself, unless it is listed among
        them. Raise what the last one raised.
        """
        start, places = self._places(url)
        for place in places:
            try:
                answer = ask(place + url.removeprefix(start))
            except (StoreError, DamagedError):
                if place == places[-1]:
                    raise
                continue
            self._good[start] = place
            return answer
        raise ValueError("no place to ask")  # channels.yaml takes no empty list of mirrors

    def _places(self, url: str) -> tuple[str, list[str]]:
        """Return the start of the URL that has mirrors, the longest one, and what to ask."""
        starts = [one for one in self._mirrors if url == one or url.startswith(f"{one}/")]
        if not starts:
            return "", [""]
        start = max(starts, key=len)
        good = self._good.get(start)
        return start, sorted(self._mirrors[start], key=lambda one: one != good)
