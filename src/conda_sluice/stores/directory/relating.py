"""Writing into the indexes of a channel which channel stands above it."""

from dataclasses import replace

from conda_sluice.index.relations import overrides_of, with_overrides
from conda_sluice.index.settle import Change, Settled, settle
from conda_sluice.model.names import NOARCH, Subdir
from conda_sluice.stores.directory.channel_folder import ChannelFolder
from conda_sluice.stores.directory.holdings import Holdings


def subdirs_to_relate(folder: ChannelFolder, reference: str | None) -> list[Subdir]:
    """Return the subdirs whose index does not refer to that channel yet."""
    return [
        subdir
        for subdir in dict.fromkeys((NOARCH, *folder.subdirs()))
        if not folder.has_index(subdir) or overrides_of(folder.info(subdir)) != reference
    ]


def related(here: Holdings, reference: str | None) -> dict[Subdir, Settled]:
    """Return the contents of those that still do not, with the reference in their indexes."""
    changed = {}
    for subdir in subdirs_to_relate(here.folder, reference):
        contents = here.contents.get(subdir) or here.folder.contents(subdir)
        text = contents.text
        outer = {**text.outer, "info": with_overrides(text.info, reference)}
        settled = settle(replace(contents, text=text.changed({}, outer)), Change())
        changed[subdir] = replace(settled, has_new_text=True)
    return changed
