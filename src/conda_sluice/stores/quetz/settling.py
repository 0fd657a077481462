"""See to it that the indexes show what the server holds.

quetz makes the indexes of a channel anew after each change, without a lock: of two changes at
once the one that read the database earlier may write its index later. Then the index lacks a
package that is there, until the next change. So each change looks at what clients will read.
"""

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from conda_sluice.errors import StoreError
from conda_sluice.model.names import Subdir
from conda_sluice.stores.quetz.channel import QuetzChannel

_FORMS = ("", ".bz2")
"""What clients read: repodata.json, which comes packed, and repodata.json.bz2."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settling:
    """Seconds to wait for an index: by itself, after a nudge, and for the server's supervisor."""

    itself: float = 3.0
    nudged: float = 5.0
    supervised: float = 15.0
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.monotonic

    def settle(
        self,
        channel: QuetzChannel,
        *,
        present: Mapping[str, str] | None = None,
        absent: Collection[str] = (),
        nudge: Callable[[str], None] | None = None,
    ) -> None:
        """Wait until the indexes show what is present, by path and sha256, and nothing absent.

        `nudge` makes the server index the channel once more, by a change that changes nothing
        of one of the packages that are to be present.
        """
        wanted = dict(present or {})
        subdirs = sorted({Subdir(path.partition("/")[0]) for path in (*wanted, *absent)})

        def wrong() -> list[str]:
            found: list[str] = []
            for form in _FORMS:
                for subdir in subdirs:
                    shown = {one.path: one.sha256 for one in channel.records(subdir, form=form)}
                    found += [
                        path
                        for path, sha256 in wanted.items()
                        if path.startswith(f"{subdir}/") and shown.get(path) != sha256
                    ]
                    found += [path for path in absent if path in shown]
                if found:
                    break
            return found

        left = self._wait(wrong, self.itself)
        missing = [path for path in left if path in wanted]
        if missing and nudge is not None:
            nudge(missing[0])
            left = self._wait(wrong, self.nudged)
        if left:
            channel.ask_for_index()
            left = self._wait(wrong, self.supervised)
        if left:
            raise StoreError(
                f"does not bring its index up to date: look at {left[0]}",
                channel.place,
                "ask who runs the server whether its supervisor runs; then: sluice verify --repair",
            )

    def until(self, is_so: Callable[[], bool]) -> bool:
        """Wait for as long as the server takes by itself; tell whether it came to be so."""
        return not self._wait(lambda: [] if is_so() else [""], self.itself)

    def _wait(self, wrong: Callable[[], list[str]], seconds: float) -> list[str]:
        end = self.now() + seconds
        pause = 0.02
        while (left := wrong()) and self.now() < end:
            self.sleep(pause)
            pause = min(2 * pause, 1.0)
        return left
