"""Whether a channel is closed to what wants to come into it."""

from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.transaction import Act
from conda_sluice.ports import Journal


def closed_by(journal: Journal, channel: ChannelRef) -> str:
    """Return who closed a channel and why, "" where it is open.

    A channel that was moved since, as a whole workspace may be, is closed still.
    """
    for note in journal.carried_out(Act.FREEZE, Act.THAW):
        if any(_is_same(step.channel, channel) for step in note.steps):
            return f"{note.who}: {note.why}" if note.act is Act.FREEZE else ""
    return ""


def _is_same(one: ChannelRef, other: ChannelRef) -> bool:
    return one.name == other.name or one.url == other.url
