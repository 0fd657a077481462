"""Where channels stand among the URLs: each below the name that people use, siblings all of them.

A channel names the one above it by a path from folder to folder (CEP 42). Where the folders are
not called what the channels are called, or do not lie side by side, that path leads to another
URL; the channel above is served there as well.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

from conda_sluice.index.relations import reference_to
from conda_sluice.model.channel import ChannelRef

PAGES = "-"
"""The first part of the URLs of pages: no channel can be called so."""

Address = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Addresses:
    """`names` maps each channel to the name below which it stands, `roots` URLs to folders."""

    names: Mapping[ChannelRef, str]
    roots: Mapping[Address, Path]

    def find(self, path: Sequence[str]) -> tuple[Path, tuple[str, ...]] | None:
        """Return the folder of the channel that `path` leads into, and the path within it."""
        for count in range(len(path), 0, -1):
            root = self.roots.get(tuple(path[:count]))
            if root is not None:
                return root, tuple(path[count:])
        return None


def addresses_of(
    ladder: Sequence[ChannelRef],
    upstream: Sequence[ChannelRef],
    folders: Mapping[ChannelRef, Path],
) -> Addresses:
    """Give every channel that is a folder its address; `ladder` goes from the lowest up."""
    names: dict[ChannelRef, str] = {}
    for channel in (*ladder, *upstream):
        if channel in folders and channel not in names:
            names[channel] = _free(channel.name, {PAGES, *names.values()})
    roots: dict[Address, Path] = {(name,): folders[one] for one, name in names.items()}
    for lower, upper in pairwise(ladder):
        if lower in names and upper in names:
            reference = reference_to(upper.url, lower.url)
            if reference is not None:
                roots.setdefault(_resolved(names[lower], unquote(reference)), folders[upper])
    return Addresses(names, roots)


def _free(name: str, taken: set[str]) -> str:
    """Return the name as one part of a URL that no other channel has."""
    plain = name.strip("/").replace("/", "-").lstrip(".") or "channel"
    free, number = plain, 2
    while free in taken:
        free, number = f"{plain}-{number}", number + 1
    return free


def _resolved(base: str, reference: str) -> Address:
    """Return where a relative reference leads from `/<base>/`; above the root there is nothing."""
    path = [base]
    for step in reference.split("/"):
        if step == "..":
            path = path[:-1]
        elif step not in {"", "."}:
            path.append(step)
    return tuple(path)
