"""What the verbs of a store make of the indexes of a channel (pure)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from conda_sluice.errors import ConflictError
from conda_sluice.index.patches import PATCH_FILE, Instructions
from conda_sluice.index.settle import Change, Settled, settle
from conda_sluice.model.names import Subdir
from conda_sluice.model.package import PackageRecord
from conda_sluice.stores.static.holdings import Holdings, Incoming


@dataclass(frozen=True, slots=True)
class Changes:
    """What is to become of some subdirs, in their order; `patches` are those that are new."""

    by_subdir: Mapping[Subdir, Change]
    patches: Mapping[Subdir, Instructions] = field(default_factory=dict)

    def settled(self, here: Holdings) -> dict[Subdir, Settled]:
        """Return the contents of the subdirs after the change."""
        settled = {}
        for subdir, change in self.by_subdir.items():
            before = here.contents[subdir]
            if subdir in self.patches:
                before = replace(before, patches=self.patches[subdir], is_settled=False)
            settled[subdir] = settle(before, change)
        return settled


def removal(here: Holdings, leaving: Sequence[PackageRecord]) -> Changes:
    """Return what takes packages out of the index."""
    return Changes(
        {subdir: Change(drop=_files_in(subdir, leaving)) for subdir in here.contents},
    )


def hiding(here: Holdings, records: Sequence[PackageRecord]) -> Changes:
    """Return what hides packages; raise DamagedError where one is not held."""
    here.refuse_absent(records)
    shown = [one for one in records if not here.contents[one.subdir].is_hidden(one.file)]
    return Changes({subdir: Change(hide=_files_in(subdir, shown)) for subdir in here.contents})


def showing(here: Holdings, records: Sequence[PackageRecord]) -> Changes:
    """Return what undoes hiding; raise ConflictError where patches hide the package."""
    here.refuse_absent(records)
    for record in records:
        if here.contents[record.subdir].patches.removes(record.file):
            raise ConflictError(
                f"says that {record.file} is to be removed",
                f"{here.files.channel.url}/{record.subdir}/{PATCH_FILE}",
                "take the file name out of its list 'remove'",
            )
    return Changes({subdir: Change(show=_files_in(subdir, records)) for subdir in here.contents})


def growth(here: Holdings, items: Sequence[Incoming]) -> Changes:
    """Return what is added to each subdir, and its patches where some come along."""
    changes, patches = {}, {}
    for subdir, contents in here.contents.items():
        new = [
            item
            for item in items
            if item.record.subdir == subdir and contents.plain(item.record.file) is None
        ]
        changes[subdir] = Change(add={item.record.file: item.entry for item in new})
        together = contents.patches.with_more(item.patches for item in new)
        if together is not contents.patches:
            patches[subdir] = together
    return Changes(changes, patches)


def _files_in(subdir: Subdir, records: Iterable[PackageRecord]) -> frozenset[str]:
    return frozenset(record.file for record in records if record.subdir == subdir)
