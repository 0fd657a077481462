"""How a client is told of channels, as a line to copy."""

import shlex
from urllib.parse import quote

from conda_sluice.model.view import ChannelView, LadderView


def url_of(channel: ChannelView, base: str) -> str:
    """Return the URL by which a client knows a channel; `base` is that of the server."""
    return channel.url or f"{base}/{quote(channel.name)}"


def install_line(ladder: LadderView, channel: ChannelView, spec: str, base: str) -> str:
    """Return the line that installs `spec` from a channel and what stands above it."""
    channels = [part for one in ladder.behind(channel) for part in ("-c", url_of(one, base))]
    return f"conda install {shlex.join([*channels, spec])}"
