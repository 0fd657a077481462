"""Writing into the indexes of a channel which channel stands above it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from conda_sluice.errors import UsageError
from conda_sluice.index.relations import overrides_of, reference_to, with_overrides
from conda_sluice.index.settle import Change, Contents, Settled, settle
from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.names import NOARCH, Subdir
from conda_sluice.stores.static.holdings import Holdings


class Indexes(Protocol):
    """The indexes of a channel."""

    def subdirs(self) -> Sequence[Subdir]:
        """Return the subdirs that have an index, sorted."""

    def has_index(self, subdir: Subdir) -> bool:
        """Tell whether the subdir has an index."""

    def info(self, subdir: Subdir) -> Mapping[str, object]:
        """Return the `info` section of an index."""

    def contents(self, subdir: Subdir) -> Contents:
        """Return all that is said of the packages of a subdir."""


def with_noarch(indexes: Indexes, changed: Mapping[Subdir, Settled]) -> Mapping[Subdir, Settled]:
    """Return what is to be published, and with it an index of `noarch` where there is none.

    It is what makes a folder a channel (CEP 26). A channel is made by what is put into it.
    """
    if NOARCH in changed or indexes.has_index(NOARCH):
        return changed
    if not any(one.has_new_text for one in changed.values()):
        return {}
    contents = indexes.contents(NOARCH)
    return {NOARCH: Settled(contents, contents.kept, has_new_text=True), **changed}


def reference_above(overrides: ChannelRef | None, channel: ChannelRef) -> str | None:
    """Return how a channel refers to the one above it; raise UsageError where that is itself."""
    if overrides is None:
        return None
    if overrides.url == channel.url:
        raise UsageError(f"the channel {channel} cannot stand above itself", channel.url)
    return reference_to(overrides.url, channel.url)


def subdirs_to_relate(indexes: Indexes, reference: str | None) -> list[Subdir]:
    """Return the subdirs whose index does not refer to that channel yet."""
    return [
        subdir
        for subdir in dict.fromkeys((NOARCH, *indexes.subdirs()))
        if not indexes.has_index(subdir) or overrides_of(indexes.info(subdir)) != reference
    ]


def related(indexes: Indexes, here: Holdings, reference: str | None) -> dict[Subdir, Settled]:
    """Return the contents of those that still do not, with the reference in their indexes."""
    changed = {}
    for subdir in subdirs_to_relate(indexes, reference):
        contents = here.contents.get(subdir) or indexes.contents(subdir)
        text = contents.text
        outer = {**text.outer, "info": with_overrides(text.info, reference)}
        settled = settle(replace(contents, text=text.changed({}, outer)), Change())
        changed[subdir] = replace(settled, has_new_text=True)
    return changed
