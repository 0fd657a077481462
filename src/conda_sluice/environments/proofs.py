"""Solutions kept as proofs: whoever was in one can be installed, while all of it can be seen."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from conda_sluice.model.environment import ChannelSource
from conda_sluice.model.judge import RecordPool, Tiers

PathsByName = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Member:
    """A package of a solution; `channel` is the URL of one that was read, "" for a pool."""

    path: str
    channel: str
    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Proof:
    """A solution by name; a part of it that needs nothing outside is a solution too."""

    members: Mapping[str, Member]
    parts: dict[str, frozenset[str]] = field(default_factory=dict)

    def part(self, name: str) -> frozenset[str]:
        """Return the names of a package and of all that it needs."""
        if name not in self.parts:
            seen, stack = {name}, [name]
            while stack:
                found = {one for one in self.members[stack.pop()].needs if one in self.members}
                stack.extend(found - seen)
                seen |= found
            self.parts[name] = frozenset(seen)
        return self.parts[name]


class View:
    """What can be seen under strict priority: which package of a name, from where."""

    def __init__(self, tiers: Tiers, paths: Callable[[RecordPool], PathsByName]) -> None:
        self._tiers = tiers
        self._paths = paths

    @cached_property
    def _seen(self) -> Sequence[str | Sequence[PathsByName]]:
        """Return for each tier its URL, or what its pools have; only proofs ask for it."""
        return [
            tier.url
            if isinstance(tier, ChannelSource)
            else [self._paths(pool) for pool in tier.pools]
            for tier in self._tiers
        ]

    def shows_all(self, proof: Proof, names: Iterable[str]) -> bool:
        """Tell whether a part of a solution still stands."""
        return all(self._shows(name, proof.members[name]) for name in names)

    def _shows(self, name: str, member: Member) -> bool:
        """Tell whether a package that a solution took is still what its name leads to."""
        for tier in self._seen:
            if isinstance(tier, str):
                if tier == member.channel:
                    return True
                continue
            here = [pool.get(name, frozenset()) for pool in tier]
            if any(here):
                return not member.channel and any(member.path in paths for paths in here)
        return False
