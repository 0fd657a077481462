"""The page on one channel: its packages, with versions, builds, sizes, days and licences."""

from dataclasses import dataclass

from conda_sluice.model.names import PackageName
from conda_sluice.model.package import PackageRecord
from conda_sluice.model.version import rank
from conda_sluice.model.view import Asked, ChannelView, LadderView
from conda_sluice.report.browse.commands import install_line, url_of
from conda_sluice.report.browse.listing import listed
from conda_sluice.report.frame import render

_FILES = 8
"""Files of one package on this page; its own page has all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    """The files of one package, newest first, and how many more there are; some may be hidden."""

    name: PackageName
    files: tuple[PackageRecord, ...]
    more: int


def channel_page(ladder: LadderView, channel: ChannelView, asked: Asked, made: str) -> str:
    """Return the page on a channel of the ladder, or on one that dependencies come from."""
    by_name: dict[PackageName, list[PackageRecord]] = {}
    for record in (*channel.records, *channel.hidden):
        by_name.setdefault(record.name, []).append(record)
    listing = listed(by_name, asked.search, asked.number)
    return render(
        "channel.html.j2",
        ladder=ladder,
        channel=channel,
        url=url_of(channel, asked.base),
        install=install_line(ladder, channel, "NAME", asked.base),
        listing=listing,
        groups=[_group(name, by_name[name]) for name in listing.names],
        hidden=frozenset(record.path for record in channel.hidden),
        files=len(channel.records),
        bytes=sum(record.size for record in channel.records),
        made=made,
        up="../",
    )


def _group(name: PackageName, records: list[PackageRecord]) -> _Group:
    newest = sorted(
        records, key=lambda one: (rank(one.version), one.build_number, one.path), reverse=True
    )
    return _Group(name=name, files=tuple(newest[:_FILES]), more=max(0, len(newest) - _FILES))
