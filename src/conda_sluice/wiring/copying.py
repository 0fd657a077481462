"""The workbench of a copy, with a channels.yaml or without one."""

from dataclasses import replace
from pathlib import Path

from conda_sluice.config.locations import folder_of, upstream_channel
from conda_sluice.config.resolve_stores import LEDGER_FOLDER, ledger_beside
from conda_sluice.errors import ConfigError, UsageError
from conda_sluice.model.channel import ChannelRef
from conda_sluice.model.config import Config, Rung
from conda_sluice.model.stores import TRANSFERS, StoreOptions
from conda_sluice.pipeline.bench import Bench
from conda_sluice.wiring.bench import bench_for
from conda_sluice.wiring.configuration import current_platform, find_config, load
from conda_sluice.wiring.workspace import CONFIG_FILE, state_folder

Ends = tuple[ChannelRef, ChannelRef]


def open_copy(
    source: str, target: str, file: Path | None, *, transfers: int = TRANSFERS
) -> tuple[Bench, Ends]:
    """Return the workbench and the two channels; raise UsageError for what is no channel.

    A name is a channel of channels.yaml, anything else a folder or a URL.
    """
    try:
        found = file or find_config(Path.cwd())
    except ConfigError:
        config = None  # nothing but two channels
    else:
        config = load(found)
    ends = _source(source, config), _channel(target, config)
    config = config or _alone(ends[1])
    places = dict.fromkeys((*config.stores.places, *(one.place for one in ends)))
    stores = replace(config.stores, places=tuple(places), jobs=transfers)
    return bench_for(replace(config, stores=stores)), ends


def _source(text: str, config: Config | None) -> ChannelRef:
    """Return the channel to copy from; raise UsageError for a folder that is not there."""
    found = _channel(text, config)
    if found.folder is not None and not found.folder.is_dir():
        raise UsageError(
            "there is no such channel to copy from",
            where=str(found.folder),
            remedy="give the name of one in channels.yaml, a folder, or a URL",
        )
    return found


def _channel(text: str, config: Config | None) -> ChannelRef:
    """Return the channel of channels.yaml by this name or at this place, or the place alone."""
    known = (*config.channels, *config.upstream) if config else ()
    if "://" in text:
        stores = config.stores if config else StoreOptions()
        found = upstream_channel(text, root=Path.cwd(), where=text, stores=stores)
    else:
        folder = folder_of(text, root=Path.cwd(), where=text)
        found = ChannelRef(folder.name, folder.as_uri())
    return next((one for one in known if text == one.name or one.url == found.url), found)


def _alone(target: ChannelRef) -> Config:
    """Return the configuration of one channel that stands for itself, its ledger beside it.

    Where no ledger can lie beside the channel, it lies on this machine, in a folder of the user's
    own: the next copy there has to find what this one began, from wherever it is called.
    """
    root = target.folder.parent if target.folder else state_folder(target.place)
    ledger = ledger_beside(target) or (root / LEDGER_FOLDER).as_uri()
    return Config(
        root=root,
        file=root / CONFIG_FILE,
        upstream=(),
        ladder=(Rung(channel=target),),
        projects=(),
        variants=(),
        required_platforms=(current_platform(),),
        optional_platforms=(),
        solve=(),
        ledger=ledger,
    )
